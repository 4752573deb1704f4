"""The invented home of the refresh bench: the same every time, and one that can be refreshed and proved."""

from __future__ import annotations

from pathlib import Path

from bench.refresh import invent

from weakties import refresh
from weakties.config import Settings
from weakties.facts.migrations import open_home


def test_the_invented_home_is_the_same_every_time_and_can_be_proved(tmp_path: Path) -> None:
    one, two = (open_home(tmp_path / name) for name in ("one", "two"))
    assert invent(one, 6_000).counts == invent(two, 6_000).counts
    builds = [refresh.ensure(home, Settings(), now=0) for home in (one, two)]
    assert builds[0].key == builds[1].key
    for table in refresh.TABLES:
        first, second = ((b.path / f"{table}.parquet").read_bytes() for b in builds)
        assert first == second, table
    assert refresh.check(one, Settings()) == []
