"""A home of every released format opens in this version, with everything as it was set aside first."""

from __future__ import annotations

import shutil
import tarfile
from datetime import date
from pathlib import Path

import pytest

from weakties.config import Settings
from weakties.errors import NewerHome
from weakties.facts.home import FORMAT, Home, format_of, write_format
from weakties.facts.migrations import STEPS, migrate, open_home
from weakties.workspace import Workspace

HOMES = Path(__file__).parent / "homes"


def unpacked(version: int, target: Path) -> Home:
    """Return the home that a weakties of that format left."""
    with tarfile.open(HOMES / f"format-{version}.tar.gz") as tar:
        tar.extractall(target, filter="data")
    return Home(target)


def told(home: Home) -> list[tuple[str, str, int]]:
    space = Workspace(home, Settings())
    return [(str(p["name"]), str(p["kind"]), int(p["last_day"])) for p in space.people(as_of=date(2026, 1, 20))]


def test_there_is_a_home_of_every_format_and_a_step_from_it() -> None:
    assert sorted(STEPS) == list(range(1, FORMAT))
    assert {p.name for p in HOMES.iterdir()} == {f"format-{n}.tar.gz" for n in STEPS}


@pytest.mark.parametrize("version", sorted(STEPS))
def test_a_home_of_an_older_format_answers_as_it_did(version: int, tmp_path: Path) -> None:
    home = unpacked(version, tmp_path / "home")
    before = {p.relative_to(home.path): p.read_bytes() for p in home.facts.rglob("*") if p.is_file()}
    assert format_of(open_home(home.path)) == FORMAT
    assert [name for name, _, _ in told(home)] == ["Ana Lopez", "Ben Okafor"]
    assert [d.kind for d in Workspace(home, Settings()).decisions()][-2:] == ["tag", "note"]
    aside = home.set_aside(version + 1)
    assert {p: (aside / p).read_bytes() for p in before} == before
    assert format_of(Home(aside)) == version


def test_what_was_set_aside_is_a_home_that_opens(tmp_path: Path) -> None:
    home = open_home(unpacked(1, tmp_path / "home").path)
    shutil.copytree(home.set_aside(2), tmp_path / "back")
    assert told(open_home(tmp_path / "back")) == told(home)


def test_a_step_that_is_cut_off_is_done_again(tmp_path: Path) -> None:
    home = unpacked(1, tmp_path / "home")

    def cut_off(_: Home) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        migrate(home, steps={1: cut_off})
    assert format_of(home) == 1
    assert migrate(home) == [1]
    assert migrate(home) == []
    assert len(told(home)) == 2


def test_a_home_of_a_newer_format_is_refused_in_words(tmp_path: Path) -> None:
    home = open_home(tmp_path / "home")
    write_format(home, FORMAT + 1)
    with pytest.raises(NewerHome, match=f"has format {FORMAT + 1}; this weakties knows formats up to {FORMAT}"):
        open_home(home.path)
