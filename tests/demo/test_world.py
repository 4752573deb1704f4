"""The demo world holds what it promises: the same bytes for a seed, honest mail, and a truth that the mail bears out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from weakties.demo.world import World, write_world


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return write_world(tmp_path_factory.mktemp("demo-world"))


def test_what_is_written_exists(world: World) -> None:
    assert all(path.exists() for path in world.files)
    told = json.loads(Path(world.truth).read_text(encoding="utf-8"))
    assert len(told["people"]) == world.counts["people"]
