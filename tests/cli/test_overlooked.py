"""overlooked as it is typed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.cli.conftest import Said, typed

WORLD = """
2023-01-05  dan-weber@acme <-> me      email x20 every 15d
2024-07-05  dan-weber@acme <-> me      whatsapp x80 every 7d
"""


@pytest.fixture
def home(home_of: Callable[[str], Path]) -> Path:
    return home_of(WORLD)


def said(capsys: pytest.CaptureFixture[str], home: Path, *words: str) -> Said:
    return typed(capsys, home, "overlooked", *words)


def test_each_is_shown_with_why_and_a_step_and_what_is_missing_is_said(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = said(capsys, home, "--as-of", "2026-02-01")
    assert code == 0
    text = " ".join(out.split())
    assert "Began at work, friends by now Dan Weber" in text
    assert "What to do: Propose a day to meet, with no business in it." in text
    assert "no export of one was imported" in text
    code, out, _ = said(capsys, home, "--as-of", "2026-02-01", "--group", "fell-out")
    assert (code, out.splitlines()[0]) == (0, "Nobody is overlooked.")


def test_in_json_each_row_has_its_group_step_channel_and_evidence(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = said(capsys, home, "--as-of", "2026-02-01", "--json")
    assert code == 0
    answer = json.loads(out)
    assert (answer["question"], answer["total"], len(answer["rows"])) == ("overlooked", 1, 1)
    (row,) = answer["rows"]
    assert (row["person"]["name"], row["group"], row["channel"]) == ("Dan Weber", "became-friends", "whatsapp")
    assert len(row["evidence"]) == 3
    assert answer["left_out"]
    code, _, err = said(capsys, home.parent / "empty")
    assert (code, "Nothing has been imported yet." in err) == (2, True)
