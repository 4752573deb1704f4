"""The commands of the network, as a person and as a program see them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from weakties.cli.main import run
from weakties.testing import World

Tell = Callable[..., World]

WORLD = """
2025-06-01  ana -> bea, col, me         email x3 every 9d "Choir"
2025-06-02  bea -> ana, dov, me         email x3 every 9d "Choir"
2025-06-03  me -> ana, bea, col         email x3 every 9d "Choir"
2025-06-04  gil <-> me                  email x9 every 9d
2025-06-05  gil -> zoe@acme, me         email x2 "Lenses"
"""
AS_OF = "2026-01-01"


@pytest.fixture
def home(told: Tell, monkeypatch: pytest.MonkeyPatch) -> Path:
    world = told(WORLD)
    monkeypatch.setenv("WEAKTIES_HOME", str(world.workspace.home.path))
    monkeypatch.setenv("WEAKTIES_ME", "me@me.example")
    return world.workspace.home.path


def said(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    assert run([*words, "--json", "--as-of", AS_OF]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert found["question"] == words[0]
    return found


@pytest.mark.usefixtures("home")
def test_each_answers_in_json_as_the_contract_has_it(capsys: pytest.CaptureFixture[str]) -> None:
    (circle,) = said(capsys, "circles")["rows"]
    assert circle["name"] == "Choir"
    assert {"id", "people", "middle", "nearest", "words"} <= set(circle)
    (way,) = said(capsys, "intro", "Zoe")["rows"]
    assert (way["target"]["name"], way["direct"], way["hops"][0]["person"]["name"]) == ("Zoe", False, "Gil")
    assert way["hops"][0]["knows"]["how"] == "seen"
    assert way["hops"][0]["knows"]["reasons"][0]["evidence"]
    (chain,) = said(capsys, "between", "me", "Zoe")["rows"]
    assert [p["name"] for p in chain["people"]] == ["", "Gil", "Zoe"]
    loose = said(capsys, "loose")["rows"]
    assert {row["person"]["name"] for row in loose} >= {"Zoe", "Dov"}
    assert {"years", "constraint", "effective_size"} == set(said(capsys, "connectors")["mine"])


@pytest.mark.usefixtures("home")
def test_each_reads_well(capsys: pytest.CaptureFixture[str]) -> None:
    for words, shown in (
        (["circles"], "Choir"),
        (["intro", "Zoe"], "would you introduce me to Zoe"),
        (["intro", "acme"], "people at acme.example"),
        (["between", "me", "Zoe"], "you → Gil → Zoe"),
        (["loose"], "Through Gil"),
        (["connectors"], "no introduction"),
    ):
        assert run([*words, "--as-of", AS_OF]) == 0
        assert shown in " ".join(capsys.readouterr().out.split()), words


@pytest.mark.usefixtures("home")
def test_a_list_of_targets_is_answered_line_by_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "targets.csv"
    file.write_text("target,why\nZoe,lenses\nnobody at all,\nacme,\nZoe,\n", encoding="utf-8")
    rows = said(capsys, "intro", "--file", str(file))["rows"]
    assert [row["asked"] for row in rows] == ["Zoe", "nobody at all", "acme"]
    assert "Nobody and nothing" in rows[1]["error"]
    assert run(["intro", "--file", str(file), "--as-of", AS_OF]) == 0
    assert "Nobody and nothing" in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"\n\n"])
@pytest.mark.usefixtures("home")
def test_a_list_that_is_none_is_a_clear_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes
) -> None:
    file = tmp_path / "targets.csv"
    file.write_bytes(content)
    assert run(["intro", "--file", str(file)]) == 2
    assert "targets.csv" in capsys.readouterr().err


@pytest.mark.usefixtures("home")
def test_what_makes_no_sense_says_what_to_type(capsys: pytest.CaptureFixture[str]) -> None:
    for words, hint in (
        (["intro"], "weakties intro"),
        (["intro", "Nobody Here"], "a role at one"),
        (["intro", "Zoe", "--hops", "7"], "--help"),
        (["circles", "rename", "chess", "Chess"], "Say more of the name"),
        (["between", "me", "Nobody Here"], ""),
    ):
        assert run(words) != 0
        assert hint in capsys.readouterr().err, words


@pytest.mark.usefixtures("home")
def test_a_circle_is_renamed_listed_and_taken_back(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["circles", "rename", "choir", "The altos"]) == 0
    assert "undo 1" in capsys.readouterr().out
    assert said(capsys, "circles")["rows"][0]["name"] == "The altos"
    rows = said(capsys, "people", "--circle", "altos")["rows"]
    assert {row["person"]["name"] for row in rows} >= {"Ana", "Bea", "Col", "Dov"}
    assert run(["undo"]) == 0
    capsys.readouterr()
    assert said(capsys, "circles")["rows"][0]["name"] == "Choir"


@pytest.mark.usefixtures("home")
def test_invented_names_stand_everywhere(capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["circles"], ["intro", "acme"], ["loose"], ["connectors"], ["between", "me", "gil@gil.example"]):
        code = run([*words, "--incognito", "--json", "--as-of", AS_OF])
        out = capsys.readouterr().out
        if code == 0:
            for name in ("Zoe", "zoe@", "acme", "Gil", "Ana", "Lenses", "Choir", "choir"):
                assert name not in out.replace("acme", "", 1 if words[-1] == "acme" else 0), (words, name)
