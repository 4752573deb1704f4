"""What an import says of what it did not read."""

from __future__ import annotations

from pathlib import Path

import pytest

from weakties.cli.main import run


def test_files_of_no_kind_that_is_read_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()
    (folder / "a.vcf").write_text("BEGIN:VCARD\nVERSION:3.0\nFN:Ana Lopez\nEMAIL:ana@acme.example\nEND:VCARD\n")
    for name in ("notes.txt", "b.json", "c.bin", "d.dat", "e.dat"):
        (folder / name).write_text("hello")
    (folder / "picture.jpg").write_bytes(b"\xff\xd8\xff")
    (folder / "empty").touch()
    assert run(["--home", str(tmp_path / "home"), "import", str(folder)]) == 0
    assert (
        "exports: 5 files in it are of no kind that is read: b.json, c.bin, d.dat, e.dat and 1 more."
        in capsys.readouterr().err
    )
