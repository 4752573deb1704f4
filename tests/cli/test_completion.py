"""Tab proposes people as well as commands, quickly, from the build in force, and never fails."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from weakties.cli.completion import SHELLS
from weakties.cli.main import run

MAIL = """\
From me@me.example Mon Jan  5 12:00:00 2026
From: Mona Quill <me@me.example>
To: Ana Lopez <ana@acme.example>, "O'Hara, Béla" <bela@glass.example>, Ana Silva <silva@glass.example>
Message-ID: <1@me.example>
Date: Mon, 5 Jan 2026 12:00:00 +0000
Subject: The lens

Could you send me the drawings?

"""


@pytest.fixture
def home(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    (tmp_path / "mail.mbox").write_text(MAIL, encoding="utf-8")
    at = tmp_path / "home"
    assert run(["--home", str(at), "import", str(tmp_path / "mail.mbox"), "--me", "me@me.example"]) == 0
    assert run(["--home", str(at), "person", "add", "Nadia $HOME"]) == 0
    assert run(["--home", str(at), "refresh"]) == 0
    capsys.readouterr()
    return at


def bash(line: str) -> list[str]:
    """Press Tab at the end of a line in bash; return what it would put in or list."""
    script = subprocess.run(
        [sys.executable, "-m", "weakties", "completion", "bash"], capture_output=True, text=True, check=True
    ).stdout.replace("complete -o", "true complete -o")
    asked = f'{script}\n_weakties_completion weakties\nprintf "%s\\n" "${{COMPREPLY[@]}}"'
    folder = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {**os.environ, "COMP_LINE": line, "COMP_POINT": str(len(line)), "PATH": folder, "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        ["bash", "--norc", "-c", f"COMP_WORDBREAKS=$' \\t\\n\"\\'@><=;|&(:'\n{asked}"],
        capture_output=True,
        text=True,
        check=True,
        env=environment,
    )
    assert done.stderr == ""
    return done.stdout.strip("\n").splitlines()


def test_bash_puts_in_names_whole_and_addresses_after_the_at(home: Path) -> None:
    assert bash(f"weakties --home {home} why lope") == ["Ana\\ Lopez"]
    assert bash(f"weakties --home {home} touch ana@ac") == ["acme.example"]
    assert bash(f"weakties --home {home} merge ana@acme.example silva@gl") == ["glass.example"]
    assert bash(f"weakties --home {home} person Nadia") == ["Nadia\\ \\$HOME"]
    assert bash(f'weakties --home {home} tag "Ana L') == ["Ana Lopez"]
    assert bash(f"weakties --home {home} why Ana\\ L") == ["Ana\\ Lopez"]
    assert bash(f"weakties --home {home} forget lope") == ["Ana\\ Lopez"]
    assert bash("weakties tod") == ["today"]
    assert bash(f"weakties --home {home} why --or") == ["--origins"]


def test_what_is_typed_stands_where_it_is_the_middle_of_several(home: Path) -> None:
    """Bash would put in what all have in common at their beginning, in place of what is typed."""
    found = bash(f"weakties --home {home} why glass")
    assert "bela@glass.example" in found
    assert "silva@glass.example" in found
    assert len({value[0] for value in found}) > 1
    assert "glass" in found


@pytest.mark.parametrize(
    ("shell", "words", "word"), [("zsh", "weakties {} why lope", "3"), ("fish", "weakties {} why lope", "lope")]
)
def test_zsh_and_fish_are_told_whose_address_it_is(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, shell: str, words: str, word: str
) -> None:
    monkeypatch.setenv("_WEAKTIES_COMPLETE", f"{shell}_complete")
    monkeypatch.setenv("COMP_WORDS", words.format(f"--home={home}"))
    monkeypatch.setenv("COMP_CWORD", word)
    assert run([]) == 0
    out = capsys.readouterr().out
    assert "Ana Lopez" in out
    assert "ana@acme.example" in out


@pytest.mark.parametrize("line", ["weakties --home {none} why a", "weakties --home {none} note a b c "])
def test_tab_never_fails_and_makes_nothing(tmp_path: Path, line: str) -> None:
    assert bash(line.format(none=tmp_path / "none")) == []
    assert not (tmp_path / "none").exists()


def test_tab_builds_nothing_and_hides_whom_the_user_hid(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (home / "derived" / "CURRENT").read_text(encoding="ascii")
    assert run(["--home", str(home), "merge", "ana@acme.example", "silva@glass.example"]) == 0
    (home / "derived" / "CURRENT").write_text(before, encoding="ascii")
    assert bash(f"weakties --home {home} why silva") != []
    assert (home / "derived" / "CURRENT").read_text(encoding="ascii") == before
    assert run(["--home", str(home), "undo"]) == 0
    assert run(["--home", str(home), "hide", "lopez"]) == 0
    assert bash(f"weakties --home {home} why lopez") == []
    (home / "derived" / before.strip() / "people.parquet").write_bytes(b"damaged")
    assert bash(f"weakties --home {home} why ana") == []


@pytest.mark.parametrize("shell", SHELLS)
def test_the_script_is_one_that_its_shell_understands(capsys: pytest.CaptureFixture[str], shell: str) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not here")
    run(["completion", shell])
    checked = subprocess.run([shell, "-n"], input=capsys.readouterr().out, capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stderr) == (0, "")
