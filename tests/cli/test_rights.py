"""forget, export, backup and restore as they are typed."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
from tests.facts.test_migrations import unpacked

from weakties.cli.main import run


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("WEAKTIES_PASSPHRASE", raising=False)
    return unpacked(1, tmp_path / "home").path


def said(capsys: pytest.CaptureFixture[str], home: Path, *words: str) -> tuple[int, str, str]:
    code = run(["--home", str(home), *words])
    out, err = capsys.readouterr()
    return code, out, err


def test_forget_shows_first_and_does_when_told(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = said(capsys, home, "forget", "Lopez")
    assert code == 0
    assert "would take away, for ever" in out
    assert f"weakties --home {home} forget Lopez --yes does it." in out
    code, out, _ = said(capsys, home, "forget", "Lopez", "--yes")
    assert code == 0
    assert "nothing is left" in out
    code, out, err = said(capsys, home, "person", "Lopez")
    assert (code, out) == (2, "")
    assert "Lopez" in err


def test_forget_in_json_counts_and_names_what_goes(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = said(capsys, home, "forget", "ana@acme.example", "--yes", "--json")
    told = json.loads(out)
    assert code == 0
    assert (told["done"], told["left"], told["messages"], told["decisions"]) == (True, [], 1, 2)
    assert told["handles"] == ["email:ana@acme.example"]
    assert {t for tables in told["imports"].values() for t in tables} == {"events", "participations", "cards", "links"}


def test_export_holds_every_message_card_link_and_decision(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = said(capsys, home, "export", "Lopez", "--as-of", "2026-01-20")
    told = json.loads(out)
    assert code == 0
    assert [m["subject"] for m in told["messages"]] == ["The lens", "Re: The lens"]
    assert [c["title"] for c in told["cards"]] == ["Head of Optics"]
    assert {k["kind"] for k in told["links"]} == {"introduced"}
    assert [d["kind"] for d in told["decisions"]] == ["tag", "merge"]
    assert [d["value"] for d in told["decisions_naming_them"]] == [{"text": "Met at the stand of Ana Lopez"}]
    assert [m["subject"] for m in told["messages_naming_them"]] == ["Coffee with Ana Lopez"]
    assert set(told["imports"].values()) == {"/mail/one.mbox", "/mail/two.mbox"}
    file = tmp_path / "ana.json"
    assert said(capsys, home, "export", "Lopez", "--as-of", "2026-01-20", "--to", str(file))[0] == 0
    assert json.loads(file.read_text(encoding="utf-8")) == told
    assert file.stat().st_mode & 0o077 == 0
    assert said(capsys, home, "export", "Lopez", "--to", str(file))[0] == 2


def test_everything_is_a_zip_of_tables(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, home, "export")[0] == 2
    assert said(capsys, home, "export", "--to", str(tmp_path / "all.zip"), "--as-of", "2026-01-20")[0] == 0
    with zipfile.ZipFile(tmp_path / "all.zip") as whole:
        assert {"events.csv", "people.csv", "ties.csv", "decisions.json"} <= set(whole.namelist())
        assert len(whole.read("events.csv").decode().strip().split("\n")) == 4


def test_a_backup_comes_back_into_an_empty_home_and_is_named_by_forget(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "words").write_text("correct horse battery\n", encoding="utf-8")
    file = tmp_path / "b.weakties"
    code, _, err = said(capsys, home, "backup", str(file))
    assert code == 2
    assert "--passphrase-file FILE" in err
    code, out, _ = said(capsys, home, "backup", str(file), "--passphrase-file", str(tmp_path / "words"))
    assert code == 0
    assert "written and read back" in out
    monkeypatch.setenv("WEAKTIES_PASSPHRASE", "correct horse battery")
    code, out, _ = said(capsys, tmp_path / "back", "restore", str(file))
    assert code == 0
    assert "are back" in out
    before = said(capsys, home, "people", "--json", "--as-of", "2026-01-20")
    assert said(capsys, tmp_path / "back", "people", "--json", "--as-of", "2026-01-20") == before
    _, out, _ = said(capsys, home, "forget", "Lopez")
    assert f"The backup {file} of" in out
    assert "still holds them" in out
