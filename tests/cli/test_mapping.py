"""map as it is typed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import networkx
import pytest
from tests.cli.conftest import Said, typed

WORLD = """
2026-01-05  me <-> ana@acme              email x4
2026-01-10  ana@acme -> me, eve@glass    email x3
"""


@pytest.fixture
def home(home_of: Callable[[str], Path]) -> Path:
    return home_of(WORLD)


def said(capsys: pytest.CaptureFixture[str], home: Path, *words: str) -> Said:
    return typed(capsys, home, "map", *words, "--as-of", "2026-01-12")


def test_map_says_what_it_wrote_and_replaces_nothing_unasked(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "net.gexf"
    code, out, err = said(capsys, home, str(file))
    assert (code, out) == (0, f"{file}: 3 people, 2 ties.\n")
    assert "--incognito" in err
    assert {name for _, name in networkx.read_gexf(file).nodes(data="label")} == {"Me", "Ana", "Eve"}
    before = file.read_bytes()
    code, out, err = said(capsys, home, str(file), "--incognito")
    assert (code, out) == (2, "")
    assert "--force" in err
    assert file.read_bytes() == before
    code, out, err = said(capsys, home, str(file), "--incognito", "--force")
    assert (code, err) == (0, "")
    text = file.read_text(encoding="utf-8").casefold()
    assert not any(name in text for name in ("acme", "glass", '"ana', '"eve'))


def test_map_in_json_names_the_files(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = said(capsys, home, str(tmp_path / "net.csv"), "--json")
    told = json.loads(out)
    assert (code, told["question"], told["people"], told["ties"]) == (0, "map", 3, 2)
    assert [row["path"] for row in told["rows"]] == [str(tmp_path / f"net-{what}.csv") for what in ("nodes", "edges")]
    code, _, err = said(capsys, home, str(tmp_path / "net.pdf"), "--json")
    assert code == 2
    assert ".gexf" in json.loads(err)["hint"]
