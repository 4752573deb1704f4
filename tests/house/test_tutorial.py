"""The tutorial followed word for word: each command runs, and the lines it shows are in what is printed."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

import weakties
from weakties.cli.main import run

PAGE = Path(weakties.__file__).resolve().parents[2] / "docs" / "tutorial" / "first-day.md"


def commands() -> list[tuple[str, list[str]]]:
    found: list[tuple[str, list[str]]] = []
    for block in re.findall(r"```console\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL):
        for line in block.splitlines():
            if line.startswith("$ weakties "):
                found.append((line.removeprefix("$ weakties "), []))
            elif line.strip():
                found[-1][1].append(line.strip())
    return found


def test_the_tutorial_word_for_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["demo", "--no-open", "--folder", str(tmp_path)]) == 0
    monkeypatch.setenv("WEAKTIES_HOME", str(tmp_path / "home"))
    capsys.readouterr()
    assert len(commands()) > 15
    for command, shown in commands():
        code = run(shlex.split(command))
        out, err = capsys.readouterr()
        assert code == 0, (command, err)
        printed = " ".join(out.split())
        for line in shown:
            assert " ".join(line.split()) in printed, (command, line, out)
