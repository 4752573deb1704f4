"""A page to ask: a small told world, or the demo world, served without a network by Django's client."""

from __future__ import annotations

import html
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from weakties import config
from weakties.cli.demo import END
from weakties.config import Settings
from weakties.demo.arrival import take_in
from weakties.demo.world import write_world
from weakties.facts.migrations import open_home
from weakties.testing import world
from weakties.web.configured import configure, migrate
from weakties.web.served import Served, serve
from weakties.workspace import Workspace, open_workspace
from weakties.workspace.at_hand import AtHand

AS_OF = date(2026, 3, 1)
# Ana fell silent, Bea is in touch, Carla asked and waits; Ana and Bea know each other.
WORLD = """
2025-01-05  ana <-> me            email x12 every 14d "Lenses"
2025-06-02  bea <-> me            email x20 every 13d "Choir"
2025-03-03  me, ana, bea          meeting 60m x3 every 9d "Choir"
2026-02-20  carla -> me           email asks "The contract"
2025-09-01  me -> carla           email x3 every 20d "Offer"
2025-09-03  carla -> me           email x3 every 20d "Offer"
"""


@dataclass(eq=False)
class Site:
    """A served home and a browser that is let in."""

    space: Workspace
    served: Served
    client: Any = field(default=None)

    def get(self, path: str, **headers: str) -> Any:
        """Ask for a page."""
        return self.client.get(path, **headers)

    def post(self, path: str, data: dict[str, Any] | None = None, **headers: str) -> Any:
        """Send a form."""
        return self.client.post(path, data or {}, **headers)

    def text(self, path: str) -> str:
        """Return what is to be read on a page."""
        answer = self.get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        return plain(answer.content.decode())

    def id_of(self, name: str) -> str:
        """Return the id of the person whom a name means."""
        return self.space.find(name).person


def plain(markup: str) -> str:
    """Return the words of a page, as somebody reads them."""
    words = re.sub(r"<(script|style|svg)\b.*?</\1>", " ", markup, flags=re.S)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", words)).split())


# Django is configured once in a process, and before anything that has to do with its tables is imported.
_FOLDER = tempfile.TemporaryDirectory(prefix="weakties-web-")
configure(Path(_FOLDER.name) / "web.sqlite", "secret of the tests")


@pytest.fixture(scope="session")
def _tables() -> None:
    """The tables of the page, made once."""
    from django.conf import settings

    migrate()
    # A password is hashed slowly on purpose; here that would be most of the time.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def serving(_tables: None) -> Iterator[Callable[..., Site]]:
    """Serve a home: `serving(space, as_of=..., incognito=..., accounts=..., hosts=..., enter=True)`."""
    from django.apps import apps
    from django.test import Client

    from weakties.web.models import Ticket

    hands: list[AtHand] = []

    def start(space: Workspace, *, as_of: date | None = AS_OF, enter: bool = True, **more: Any) -> Site:
        # What a page asks for it gets, however long it takes here.
        hand = AtHand(space, as_of=as_of, patience=30, settings=lambda: config.load(space.home.path, environment={}))
        hands.append(hand)
        served = Served(space, hand, as_of, **more)
        serve(served)
        site = Site(space, served, Client(HTTP_HOST="127.0.0.1:8137"))
        if enter:
            site.get(f"/enter?key={Ticket.issue()}")
        return site

    yield start
    for hand in hands:
        hand.close()
    serve(None)
    for model in apps.get_models():
        if model._meta.app_label in ("web", "auth", "sessions"):
            model._default_manager.all().delete()


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The small world above, imported and counted once; each test has a copy."""
    space = world(WORLD, tmp_path_factory.mktemp("small") / "world").workspace
    space.shape(as_of=AS_OF)
    return space


@pytest.fixture
def space(small: Workspace, tmp_path: Path) -> Workspace:
    """A copy of the small world."""
    shutil.copytree(small.home.path, tmp_path / "small")
    return Workspace(open_home(tmp_path / "small"), small.settings)


@pytest.fixture
def site(space: Workspace, serving: Callable[..., Site]) -> Site:
    """The page of the small world."""
    return serving(space)


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of the demo world, imported once for the session; copy it before you change it."""
    folder = tmp_path_factory.mktemp("demo")
    space = Workspace(open_home(folder / "home"), Settings())
    for path, day in write_world(folder / "exports", end=END).files.items():
        take_in(space, path, day)
    # A copy finds the day counted and drawn.
    view = space.read(END)
    space.circles(view=view, drawn=space.shape(view=view))
    view.connection.close()
    return folder / "home"


@pytest.fixture
def demo_site(demo_home: Path, serving: Callable[..., Site]) -> Site:
    """The page of the demo world; to look at only."""
    return serving(open_workspace(demo_home), as_of=END)
