"""The demo world, written and imported once for all tests of it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from weakties.cli.demo import END
from weakties.config import Settings
from weakties.demo.arrival import take_in
from weakties.demo.world import World, write_world
from weakties.facts.migrations import open_home
from weakties.workspace import Workspace


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return write_world(tmp_path_factory.mktemp("demo-world"), end=END)


@pytest.fixture(scope="session")
def told(world: World) -> Any:
    return json.loads(world.truth.read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def lived(world: World, told: Any, tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, dict[str, Any]]:
    space = Workspace(open_home(tmp_path_factory.mktemp("demo-home") / "home"), Settings())
    for path, day in world.files.items():
        take_in(space, path, day)
    return space, told
