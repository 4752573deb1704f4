"""The worked example of the docs works, and the test for sources finds what is broken."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import weakties
from weakties.cli.main import run

PAGE = Path(weakties.__file__).resolve().parents[2] / "docs" / "how-to" / "write-a-source.md"
MARCH = "LUNCHES\n2026-03-01 ana@acme.example ben@glass.example\n2026-03-02 ana@acme.example cleo@x.example\nyesterday a b\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    code = re.search(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert code
    (tmp_path / "lunch_source.py").write_text(code[1], encoding="utf-8")
    (tmp_path / "samples").mkdir()
    (tmp_path / "samples" / "march.lunch").write_text(MARCH, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(__import__("sys").modules, "lunch_source", raising=False)
    return tmp_path


def test_the_worked_example_word_for_word(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command, shown = re.findall(r"```console\n\$ weakties (.*)\n(.*)\n```", PAGE.read_text(encoding="utf-8"))[0]
    assert run(command.split()) == 0
    assert capsys.readouterr().out.strip() == shown


def test_what_is_broken_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = (folder / "lunch_source.py").read_text(encoding="utf-8")
    (folder / "forgetful_source.py").write_text(
        code.replace('return rejected(file, number, "a lunch has two addresses")', "return Extract()"),
        encoding="utf-8",
    )
    (folder / "samples" / "alone.lunch").write_text("LUNCHES\n2026-03-01 ana@acme.example\n", encoding="utf-8")
    (folder / "samples" / "other.txt").write_text("DINNERS\n", encoding="utf-8")
    assert run(["source", "test", "forgetful_source", "samples"]) == 1
    out = capsys.readouterr().out
    assert "alone.lunch: record 1 says nothing, not even why it was rejected" in out
    assert "other.txt: lunch does not recognise other.txt" in out
    assert "march.lunch: 3 records: 2 events, 1 rejected" in out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["no_such_module", "samples"], "cannot be loaded"),
        (["lunch_source:Nothing", "samples"], "is no source"),
        (["json", "samples"], "is no source"),
        (["lunch_source:LunchSource", "nowhere"], "There is nothing at"),
    ],
)
def test_a_wrong_call_is_told_in_words(
    folder: Path, capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    assert run(["source", "test", *words]) == 2
    assert said in capsys.readouterr().err


def test_the_list_names_what_is_installed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["source", "list"]) == 0
    out = capsys.readouterr().out
    assert all(name in out for name in ("mail", "vcard", "linkedin", "whatsapp"))
