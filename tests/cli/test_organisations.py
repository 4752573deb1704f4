"""org and robustness as they are typed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.cli.conftest import Said, typed

WORLD = """
2025-12-01  me <-> ben@acme              email x20 every 2d
2026-01-05  me <-> ana@acme              email x4
2026-01-10  ana@acme -> me, eve@glass    email x3
2026-01-12  eve@glass -> ana@acme        email
"""


@pytest.fixture
def home(home_of: Callable[[str], Path]) -> Path:
    return home_of(WORLD)


def said(capsys: pytest.CaptureFixture[str], home: Path, *words: str) -> Said:
    return typed(capsys, home, *words, "--as-of", "2026-01-12")


def test_org_lists_and_opens_one(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = said(capsys, home, "org")
    assert code == 0
    lines = [line.split() for line in out.splitlines()]
    assert ["acme.example", "2", "2", "Ben"] in [line[:4] for line in lines]
    assert "2 of 2 organisations" in out
    code, out, _ = said(capsys, home, "org", "glass")
    assert code == 0
    assert "You know 1 person there and are in touch with 0." in out
    assert "Best way in: Ana → Eve." in out


def test_org_in_json_has_rows_of_people_and_the_organisation_beside_them(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = said(capsys, home, "org", "acme", "--json")
    told = json.loads(out)
    assert (code, told["question"], told["total"]) == (0, "org", 2)
    assert [(row["person"]["name"], row["now"], row["in_touch"]) for row in told["rows"]] == [
        ("Ben", True, True),
        ("Ana", True, True),
    ]
    assert (told["organisation"]["people"], told["organisation"]["first"]["name"]) == (2, "Ben")
    _, out, _ = said(capsys, home, "org", "--json", "--limit", "1")
    listed = json.loads(out)
    assert (listed["total"], [row["name"] for row in listed["rows"]]) == (2, ["acme.example"])
    code, _, err = said(capsys, home, "org", "nowhere", "--json")
    assert (code, json.loads(err)["hint"]) == (2, f"weakties --home {home} org lists them.")


def test_org_incognito_names_nobody_and_no_place(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["org"], ["org", "--json"]):
        code, out, _ = said(capsys, home, *words, "--incognito")
        assert code == 0
        assert not any(name in out.casefold() for name in ("acme", "glass", "ana", "ben", "eve"))


def test_robustness_says_who_alone_leads_where(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = said(capsys, home, "robustness")
    assert code == 0
    assert "You know 2 people and reach 1 more over one of them, 1 of these over nobody but one person." in out
    assert "Without Ana you would lose the way to 1 person: Eve." in out
    assert ["2026", "2", "1", "1", "0"] in [line.split() for line in out.splitlines()]
    code, out, _ = said(capsys, home, "robustness", "ben")
    assert code == 0
    assert "Without Ben you would reach everybody else whom you reach now." in out
    assert "Nothing hangs on eve" in said(capsys, home, "robustness", "eve")[1]


def test_robustness_in_json_has_the_statistics_beside_the_rows(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = said(capsys, home, "robustness", "--json")
    told = json.loads(out)
    assert (code, told["total"], told["direct"], told["second"], told["exposed"]) == (0, 2, 2, 1, 1)
    first = told["rows"][0]
    assert (first["person"]["name"], first["people_lost"], [p["name"] for p in first["lost"]]) == ("Ana", 1, ["Eve"])
    # Ana and Eve wrote to each other; Ben is known to neither.
    assert (told["distances"]["from_me"], told["distances"]["pairs"], told["degrees"]) == ([1, 2, 1], [3, 2], [1, 2])
    assert [year["new"] for year in told["years"]] == [1, 1]
