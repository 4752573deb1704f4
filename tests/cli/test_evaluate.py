"""`weakties evaluate`: on the owner's own log and on any table, for people and for programs."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from tests.proof.conftest import company

from weakties.cli.main import run
from weakties.errors import WeaktiesError
from weakties.proof.compare import Comparison
from weakties.proof.ranking import Ranking
from weakties.testing import World

LEDGER = "\n".join(
    f"2025-01-{1 + n:02}  me {'<->' if n % 3 else '->'} p{n}    email x{times} every {every}d"
    for n, (times, every) in enumerate(
        [(60, 6), (9, 3), (40, 9), (5, 20), (70, 5), (3, 2), (12, 30), (4, 1), (25, 4), (2, 9)]
    )
)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "company.csv"
    rows = [f"{round(day * 86_400)},{a},{b},{g}" for a, b, day, g in company()]
    path.write_text("\n".join(["time,sender,recipient,group", *rows]) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def own(told: object) -> World:
    world: World = told(LEDGER, as_of=date(2026, 2, 1))  # type: ignore[operator]
    return world


def measured(world: World, day: date) -> Comparison:
    found = world.workspace.evaluate(horizon_days=30, view=world.workspace.read(day))
    assert isinstance(found, Comparison)
    return found


def test_any_table(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["evaluate", str(table), "--horizon", "20"]) == 0
    shown = capsys.readouterr()
    assert "company: persistence, contact within 20 days" in shown.out
    assert "weakties" in shown.out
    assert "Intervals are 95 %, drawn over egos." in shown.out
    assert "time = time, sender = sender, recipient = recipient, group = group" in shown.err


def test_json_has_the_rows_and_nothing_on_standard_error(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["evaluate", str(table), "--horizon", "20", "--task", "dormant", "--json"]
    assert run(words) == 0
    first = capsys.readouterr()
    assert first.err == ""
    said = json.loads(first.out)
    assert said["question"] == "evaluate"
    assert said["task"] == "dormant"
    assert said["as_of"] == "1970-10-27"
    assert said["total"] == len(said["rows"])
    assert {"dataset", "task", "horizon", "method", "auc", "ndcg_at_10", "ap", "brier", "ece", "ci", "beats"} <= said[
        "rows"
    ][0].keys()
    assert said["rows"][0]["method"] == "weakties"
    run(words)
    assert capsys.readouterr().out == first.out


def test_ones_own_log(own: World, capsys: pytest.CaptureFixture[str]) -> None:
    home = str(own.workspace.home.path)
    assert run(["--home", home, "evaluate", "--horizon", "30", "--as-of", "2026-02-01", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["dataset"] == "own log"
    assert said["drawn"] == "contacts"
    assert "logistic_28" in said["left_out"]
    assert {row["method"] for row in said["rows"]} >= {"weakties", "recency", "four_numbers"}
    assert not any(f"p{n}" in json.dumps(said) for n in range(10))


def test_what_comes_after_the_day_does_not_count(own: World) -> None:
    early = measured(own, date(2025, 8, 1))
    late = measured(own, date(2026, 2, 1))
    assert max(early.cuts) <= 1_754_092_800 - 30 * 86_400
    assert max(late.cuts) > max(early.cuts)


def test_hidden_people_are_not_measured(own: World) -> None:
    before = measured(own, own.as_of)
    own.workspace.decide("hide", "email:p0@p0.example")
    after = measured(own, own.as_of)
    assert after.pairs < before.pairs


def test_the_drawing(table: Path, tmp_path: Path) -> None:
    file = tmp_path / "plot.svg"
    assert run(["evaluate", str(table), "--horizon", "20", "--svg", str(file), "--json"]) == 0
    assert file.read_text(encoding="utf-8").startswith("<svg")


def test_a_day_ahead_of_today_is_left_out(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table.write_text(table.read_text(encoding="utf-8") + "4102444800,p1,p2,1\n", encoding="utf-8")
    assert run(["evaluate", str(table), "--horizon", "20", "--json"]) == 0
    assert "Left out: 1 in the future." in json.loads(capsys.readouterr().out)["read"]


@pytest.mark.parametrize(
    ("text", "said", "code"),
    [
        ("time,sender,recipient\n5,ana,ben\n", "too little to measure", 1),
        ("name,city,age\nana,Rome,33\n", "No column of table.csv tells the time", 1),
        (None, "There is nothing at", 2),
    ],
)
def test_what_cannot_be_measured_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str | None, said: str, code: int
) -> None:
    path = tmp_path / "table.csv"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    assert run(["evaluate", str(path)]) == code
    shown = capsys.readouterr()
    assert said in shown.err
    assert shown.out == ""


def test_a_log_too_short_says_what_to_type(told: object, capsys: pytest.CaptureFixture[str]) -> None:
    world: World = told("2026-01-05  me <-> ana, ben    email x9 every 5d", as_of=date(2026, 3, 1))  # type: ignore[operator]
    with pytest.raises(WeaktiesError, match="too little to measure persistence at 90 days") as caught:
        world.workspace.evaluate(view=world.workspace.read(world.as_of))
    assert caught.value.hint == "--horizon 4 asks about fewer days."


def test_a_log_without_a_tie_says_so(told: object, capsys: pytest.CaptureFixture[str]) -> None:
    world: World = told("2026-01-05  daily -> me    newsletter x4", as_of=date(2026, 3, 1))  # type: ignore[operator]
    assert run(["--home", str(world.workspace.home.path), "evaluate", "--as-of", "2026-03-01"]) == 1
    assert "no message between two people" in capsys.readouterr().err


def test_friends_of_friends_of_a_table(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["evaluate", str(table), "--horizon", "20", "--task", "fof", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["task"], said["horizon"], said["as_of"]) == ("fof", 20, "1970-10-27")
    assert [row["method"] for row in said["rows"]][:2] == ["weakties", "common"]
    assert {"auc", "ndcg_at_10", "ap", "brier", "ece", "ci", "beats"} <= said["rows"][0].keys()


def test_introducers_of_a_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Bea, carl and dora know xia and yan, and so do three others another two; each time bea writes to both."""
    path = tmp_path / "met.csv"
    rows = [
        f"{100 * n + i},{who},{one}{n}"
        for n in range(3)
        for i, who in enumerate(("bea", "carl", "dora"))
        for one in "xy"
    ]
    rows += [f"{100 * n + 50},bea,x{n};y{n}" for n in range(3)] + [f"{100 * n + 60},x{n},y{n}" for n in range(3)]
    seconds = [f"{1_700_000_000 + 86_400 * int(row.split(',')[0])},{row.split(',', 1)[1]}" for row in rows]
    path.write_text("\n".join(["time,sender,recipient", *seconds]) + "\n", encoding="utf-8")
    assert run(["evaluate", str(path), "--task", "introducer"]) == 0
    shown = capsys.readouterr().out
    assert "met: introducer, in touch within 30 days; 3 possible introductions, 3 took, 3 cases" in " ".join(
        shown.split()
    )
    assert "recent_both" in shown
    assert run(["evaluate", str(path), "--task", "introducer", "--horizon", "5"]) == 1
    assert "0 put them in touch within 5 days" in " ".join(capsys.readouterr().err.split())


SEEN = """
2026-01-01  ben <-> me            email x3 every 20d
2026-01-02  cyd -> me, dan        email x2 every 9d
2026-01-03  ben -> me, dan        email
2026-01-04  dora -> me, dan       email
2026-01-05  ben -> me, eve        email
2026-02-10  ben -> me, dan        email
2026-02-20  dan -> me             email
"""


def test_introducers_in_ones_own_sight(told: object) -> None:
    """Three wrote to dan and me. When cyd did so again, and ben, they had been in touch with both; only ben's took."""
    world: World = told(SEEN, as_of=date(2026, 6, 1))  # type: ignore[operator]
    found = world.workspace.evaluate(task="introducer", view=world.workspace.read(world.as_of))
    assert isinstance(found, Ranking)
    assert found.task.horizon_days == 30
    assert (found.counts["possible"], found.counts["took"], found.counts["cases"]) == (2, 1, 1)
    # Both cyd and dora wrote to dan after ben last had; but ben alone knows eve as well.
    assert found.of("recent_both").numbers["mrr"] == pytest.approx(1 / 3)
    assert found.of("degree").numbers["mrr"] == 1


def test_friends_of_friends_in_ones_own_sight(told: object) -> None:
    world: World = told(SEEN, as_of=date(2026, 6, 1))  # type: ignore[operator]
    found = world.workspace.evaluate(task="fof", horizon_days=30, view=world.workspace.read(world.as_of))
    assert isinstance(found, Ranking)
    assert (found.counts["egos"], found.counts["candidates"], found.counts["positives"]) == (1, 2, 1)
    # Dan stood on more messages than eve did.
    assert found.of("weakties").numbers["auc"] == 1
    assert found.drawn == "contacts"


def test_what_says_no_chance_cannot_be_drawn(table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["evaluate", str(table), "--task", "fof", "--svg", str(tmp_path / "plot.svg")]) == 2
    assert "--task fof has no chances to draw." in capsys.readouterr().err
