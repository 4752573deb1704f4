"""`weakties evaluate`: on the owner's own log and on any table, for people and for programs."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from tests.proof.conftest import company

from weakties.cli.main import run
from weakties.errors import WeaktiesError
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
    early = own.workspace.evaluate(horizon_days=30, view=own.workspace.read(date(2025, 8, 1)))
    late = own.workspace.evaluate(horizon_days=30, view=own.workspace.read(date(2026, 2, 1)))
    assert max(early.cuts) <= 1_754_092_800 - 30 * 86_400
    assert max(late.cuts) > max(early.cuts)


def test_hidden_people_are_not_measured(own: World) -> None:
    before = own.workspace.evaluate(horizon_days=30, view=own.workspace.read(own.as_of))
    own.workspace.decide("hide", "email:p0@p0.example")
    after = own.workspace.evaluate(horizon_days=30, view=own.workspace.read(own.as_of))
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
