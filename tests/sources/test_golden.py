"""Golden pairs: what each sample says, fact by fact. `python -m scripts.write_golden` writes them anew; read the difference.

A pair is a folder `golden/SOURCE/CASE` with the sample, a file or folder called `export` with any ending, and `expected.json`.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from weakties.sources.registry import available
from weakties.testing import said, source_errors

GOLDEN = Path(__file__).parent / "golden"
PAIRS = sorted(GOLDEN.glob("*/*"))


def sample(pair: Path) -> Path:
    return next(p for p in sorted(pair.iterdir()) if p.name.partition(".")[0] == "export")


@pytest.mark.parametrize("pair", PAIRS, ids=lambda p: f"{p.parent.name}/{p.name}")
def test_a_sample_says_what_is_written_beside_it(pair: Path) -> None:
    source = next(s for s in available()[0] if s.name == pair.parent.name)
    assert source_errors(source, sample(pair)) == []
    expected = json.loads((pair / "expected.json").read_text(encoding="utf-8"))
    assert said(source, sample(pair)) == expected


def test_every_source_but_mail_has_a_golden_pair() -> None:
    names = {s.name for s in available()[0] if type(s).__module__.startswith("weakties.")}
    assert names - {p.parent.name for p in PAIRS} == {"mail"}
