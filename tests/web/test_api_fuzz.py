"""Whatever a program sends: what the description promises is what comes back, and nothing breaks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance
from tests.web.conftest import AS_OF

from weakties.web.api.answering import ROUTES
from weakties.web.api.route import Route
from weakties.web.served import Served, serve
from weakties.workspace import Workspace
from weakties.workspace.at_hand import AtHand

HEADERS = {"Host": "127.0.0.1", "Accept-Encoding": "identity"}


@pytest.fixture(scope="session")
def api(_tables: None, small: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The description, as it is answered by a page over the small world."""
    import shutil

    from django.core.handlers.wsgi import WSGIHandler

    from weakties.facts.migrations import open_home

    home = Path(tmp_path_factory.mktemp("fuzzed") / "home")
    shutil.copytree(small.home.path, home)
    hand = AtHand(Workspace(open_home(home), small.settings))
    serve(Served(hand.space, hand, AS_OF))
    yield schemathesis.openapi.from_wsgi(
        "/api/v1/openapi.json", WSGIHandler(), headers={"Host": "127.0.0.1", "Accept-Encoding": "identity"}
    )
    hand.close()
    serve(None)


@pytest.mark.slow
@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_every_operation_keeps_its_word(api: Any, route: Route) -> None:
    from weakties.web.models import Token

    said = {
        "Authorization": f"Bearer {Token.issue('fuzz', 'read write')}",
        "Host": "127.0.0.1",
        "Accept-Encoding": "identity",
    }

    @given(case=api[route.path][route.method].as_strategy())
    @settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck), database=None, derandomize=True)
    def ask(case: Any) -> None:
        # What fits the description may still make no sense of a home: a name that nobody bears, a day that is over.
        case.call_and_validate(headers=said, excluded_checks=[positive_data_acceptance])

    ask()
