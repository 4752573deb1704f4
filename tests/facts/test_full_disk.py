"""A really full disk: a file system of a few hundred kilobytes. Skipped where one may not be mounted."""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from weakties import intake
from weakties.config import Settings
from weakties.errors import HomeFull
from weakties.facts import ledger
from weakties.facts.migrations import open_home
from weakties.testing import LedgerNotation
from weakties.workspace import Workspace


@pytest.fixture
def tiny(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
    place = tmp_path / "tiny"
    place.mkdir()
    size = f"size={request.param}k"
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(place)], capture_output=True, check=False)
    if done.returncode:
        pytest.skip("mounting a small file system needs root")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


@pytest.mark.parametrize("tiny", [40, 80, 120, 160, 240, 320, 400, 600], indirect=True)
def test_at_every_size_of_disk_nothing_is_half_written(tiny: Path, tmp_path: Path) -> None:
    file = tmp_path / "big.ledger"
    file.write_text("\n".join(f"2024-01-01  p{n} <-> me    email x40" for n in range(60)) + "\n", encoding="utf-8")
    space = Workspace(open_home(tiny / "home"), Settings(me=("me@me.example",)))
    # Any other error would fail the test.
    with contextlib.suppress(HomeFull):
        intake.take_in(space.home, intake.Request(file, "me", 0), [LedgerNotation()])
        space.today()
    # Whatever did not fit is not there at all; what is there is whole.
    for record in ledger.imports(space.home):
        assert record.counts["events"].new == 2400
    assert not list(space.home.facts.glob(".stage-*"))
    assert not list(space.home.derived.glob(".build-*"))
    subprocess.run(["mount", "-o", "remount,size=60m", str(tiny)], check=True)
    intake.take_in(space.home, intake.Request(file, "me", 0), [LedgerNotation()])
    assert [i.counts["events"].read for i in ledger.imports(space.home)] == [2400]
    assert space.today(minutes=480)
