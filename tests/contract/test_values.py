"""How numbers, days and times are written in every answer, and what stands around the rows."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from weakties import contract
from weakties.cli.main import run
from weakties.contract import people
from weakties.contract.envelope import dated, envelope
from weakties.contract.values import day, day_or_none, rounded, stamp
from weakties.facts.days import day_number
from weakties.testing import World, world
from weakties.ties.scored import FORMULA

WORLD = """
2026-01-05  ana -> me            email x4
2026-01-09  me -> ana            email x3 every 7d
2026-02-01  ben <-> me           email x6 every 3d
"""
END = date(2026, 3, 1)


@pytest.fixture
def told(tmp_path: Path) -> World:
    return world(WORLD, tmp_path / "home")


def test_floats_are_rounded_however_deep_and_nothing_else_is_touched() -> None:
    said = {"a": 0.12345678, 3: [1, True, None, "0.12345678", (0.5000004,)]}
    assert rounded(said) == {"a": 0.123457, "3": [1, True, None, "0.12345678", [0.5]]}


def test_days_and_times_are_iso_8601_in_utc() -> None:
    at = datetime(2026, 3, 1, 17, 5, 9, tzinfo=UTC)
    assert stamp(int(at.timestamp())) == "2026-03-01T17:05:09Z"
    assert day(day_number(at.date())) == "2026-03-01"
    assert day(day_number(date(385, 1, 1))) == "0385-01-01"
    assert day_or_none(None) is None


@pytest.mark.parametrize("number", [4_000_000, -1_000_000, 10**12])
def test_what_lies_beyond_the_calendar_is_said_in_seconds(number: int) -> None:
    assert day(number) == stamp(number * 86_400) == f"{number * 86_400}s"


def test_an_envelope_counts_its_rows_unless_there_are_more() -> None:
    assert dated("news", END, [{"a": 1 / 3}]) == {
        "as_of": "2026-03-01",
        "question": "news",
        "formula": FORMULA,
        "rows": [{"a": 0.333333}],
        "total": 1,
    }
    more = dated("news", END, [], 7, left_out=["x"])
    assert (more["total"], more["left_out"]) == (7, ["x"])


def test_whoever_asks_in_python_gets_what_the_command_line_prints(
    told: World, capsys: pytest.CaptureFixture[str]
) -> None:
    space = told.workspace
    seen = space.read(END)
    found = space.people(view=seen, sort="value", limit=10)
    handles = space.handles([row["person"] for row in found], view=seen)
    rows = [people.row(row, handles[row["person"]]) for row in found]
    said = envelope("people", seen, rows, space.count_people(view=seen))
    assert run(["--home", str(space.home.path), "people", "--json", "--limit", "10", "--as-of", str(END)]) == 0
    assert json.dumps(said) == json.dumps(json.loads(capsys.readouterr().out))
    assert [row["person"]["name"] for row in rows]


def test_the_contract_loads_no_engine_before_it_is_asked() -> None:
    rooms = sorted(path.stem for path in Path(contract.__path__[0]).glob("[a-z]*.py"))
    script = (
        f"import sys; {'; '.join(f'import weakties.contract.{room}' for room in rooms)};"
        "print([m for m in ('duckdb', 'pyarrow', 'narwhals', 'numpy', 'rich') if m in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert len(rooms) > 10
    assert said.stdout.strip() == "[]"
