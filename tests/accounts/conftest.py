"""What tests of live accounts share."""

from __future__ import annotations

import pytest


@pytest.fixture
def helpers() -> None:
    """Read with helper processes, as it is done outside of tests."""


@pytest.fixture
def alone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Start no helpers where a test does not ask for them: each sync would wait for theirs."""
    if "helpers" not in request.fixturenames:
        monkeypatch.setattr("weakties.sources.crew.cores", lambda: 1)
