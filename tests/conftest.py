"""What the tests share: a small world told in the test's docstring, homes of their own, the folder of real data."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from weakties.facts.home import Home
from weakties.facts.migrations import open_home
from weakties.testing import World, world

DATA = Path(os.environ.get("WEAKTIES_DATA", Path(__file__).resolve().parent.parent.parent / "shared" / "data"))


@pytest.fixture(autouse=True)
def _no_home_of_the_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep every test away from the home of whoever runs it."""
    monkeypatch.setenv("WEAKTIES_HOME", str(tmp_path / "default-home"))


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A new home."""
    return open_home(tmp_path / "home")


@pytest.fixture
def ties(request: pytest.FixtureRequest, tmp_path: Path) -> World:
    """The world told in the test's docstring, in the ledger notation."""
    return world(request.function.__doc__ or "", tmp_path / "world")


@pytest.fixture
def told(tmp_path: Path) -> Callable[..., World]:
    """Tell a world in a text; for tests that need more than one, or settings."""
    made = 0

    def tell(text: str, **more: object) -> World:
        nonlocal made
        made += 1
        return world(text, tmp_path / f"world-{made}", **more)  # type: ignore[arg-type]

    return tell


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of real data; the test is skipped where it is absent."""
    if not DATA.exists():
        pytest.skip(f"real data is not at {DATA}")
    return DATA
