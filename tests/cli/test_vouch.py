"""vouch as it is typed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.cli.conftest import Said, typed

WORLD = """
2025-10-01  ana-lopez <-> me      email x20 every 5d
2025-10-02  ben <-> me            email x20 every 5d
"""


@pytest.fixture
def home(home_of: Callable[[str], Path]) -> Path:
    return home_of(WORLD)


def said(capsys: pytest.CaptureFixture[str], home: Path, *words: str) -> Said:
    return typed(capsys, home, *words)


def test_a_word_is_written_down_listed_and_taken_back(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = said(
        capsys, home, "vouch", "ana", "thin films", "--on", "2026-01-05", "--until", "2099-01-01", "--consented"
    )
    assert (code, out.splitlines()[0].startswith("Ana Lopez vouches for you: thin films, until 2099-01-01.")) == (
        0,
        True,
    )
    said(capsys, home, "vouch", "me", "patience", "--whom", "ben", "--on", "2026-01-06")
    code, out, _ = said(capsys, home, "vouch", "--list", "--json")
    assert code == 0
    rows = json.loads(out)["rows"]
    assert [(r["who"]["name"], r["whom"]["name"], r["for"], r["how"]) for r in rows] == [
        ("", "Ben", "patience", "said"),
        ("Ana Lopez", "", "thin films", "said"),
    ]
    assert (rows[1]["since"], rows[1]["until"], rows[1]["consented"]) == ("2026-01-05", "2099-01-01", True)
    assert said(capsys, home, "undo", str(rows[0]["decision"]))[0] == 0
    code, out, _ = said(capsys, home, "vouch")
    assert code == 0
    assert "Ana Lopez" in out
    assert "said (1), consented" in " ".join(out.split())
    assert "patience" not in out


def test_what_cannot_be_meant_is_refused_in_words(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for words, message in (
        (("vouch", "ana"), "Say for what."),
        (("vouch", "me", "myself"), "Nobody vouches for themselves."),
        (("vouch", "ana", "optics", "--on", "2099-01-01"), "2099-01-01 is not yet over."),
        (("vouch", "ana", "optics", "--on", "2026-01-05", "--until", "2026-01-04"), "before it began"),
        (("vouch", "ana", "optics", "--json"), "belong to --list"),
        (("vouch", "ana", "optics", "--list"), "says nothing new"),
        (("vouch", "nobody", "optics"), "Nobody here answers to 'nobody'."),
    ):
        code, out, err = said(capsys, home, *words)
        assert (code, out) == (2, ""), words
        assert message in err


def test_without_any_the_list_says_how_to_begin(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = said(capsys, home, "vouch", "--list", "ben")
    assert code == 0
    assert out.startswith("Nobody is known to vouch for anybody.")
    code, _, err = said(capsys, home.parent / "empty", "vouch", "--list")
    assert (code, "Nothing has been imported yet." in err) == (2, True)
