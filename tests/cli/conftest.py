"""A world told in a few lines, and what the program says of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from weakties.cli.main import run
from weakties.testing import world

# What is typed; the exit code, what stands on standard output and on standard error.
Said = tuple[int, str, str]


@pytest.fixture
def home_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """Tell a world in a text and return its home; a line of the terminal has 120 characters."""
    monkeypatch.setenv("COLUMNS", "120")

    def made(text: str) -> Path:
        home = world(text, tmp_path / "home").workspace.home.path
        (home / "config.toml").write_text('me = ["me@me.example"]\n', encoding="utf-8")
        return home

    return made


def typed(capsys: pytest.CaptureFixture[str], home: Path, *words: str) -> Said:
    """Type a command and return what came of it."""
    code = run(["--home", str(home), *words])
    out, err = capsys.readouterr()
    return code, out, err
