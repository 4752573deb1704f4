"""A real browser before a real server: Debian's Chromium, driven by Playwright. Skips with a line where there is none."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from weakties.cli.demo import END
from weakties.facts.migrations import open_home
from weakties.workspace import Workspace, open_workspace

ROOT = Path(__file__).resolve().parents[3]
AXE = ROOT / "assets" / "node_modules" / "axe-core" / "axe.min.js"
SHOTS = Path(os.environ.get("WEAKTIES_SHOTS", ROOT / ".shots"))
# No request may leave this machine, not even the browser's own.
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--enable-unsafe-swiftshader",
)  # fmt: skip


@dataclass(eq=False)
class Live:
    """A page that is served over a port, and a browser before it. odd: what the browser complained of; asked: every address it
    asked for."""

    space: Workspace
    address: str
    page: Any
    odd: list[str]
    asked: list[str]

    def go(self, path: str) -> None:
        """Go to a page and wait until it stands."""
        self.page.goto(f"{self.address}{path}", wait_until="load")

    def heading(self) -> str:
        """Return the answer of the page."""
        return str(self.page.locator("h1").first.inner_text())

    def axe(self) -> list[str]:
        """Return what axe-core finds wrong on the page."""
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found = self.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        return [
            f"{each['id']}: {node['target']} {node['failureSummary']}"
            for each in found["violations"]
            for node in each["nodes"]
        ]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """The browser, started once."""
    where = shutil.which("chromium")
    if where is None:
        pytest.skip("chromium is not installed")
    from playwright.sync_api import sync_playwright

    # Playwright has a loop of its own in this thread; the tests ask the page's tables beside it, one after the other.
    with pytest.MonkeyPatch.context() as patched, sync_playwright() as play:
        patched.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        browser = play.chromium.launch(executable_path=where, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    """Tell the fixtures how a test went, so that they can keep a picture of what failed."""
    report = yield
    setattr(item, f"went_{report.when}", report)
    return report


def _complains(message: Any) -> bool:
    """Tell whether a message is a complaint of the page; what a graphics card in software says of its speed is none."""
    return message.type in ("error", "warning") and "GL Driver Message" not in message.text


@pytest.fixture
def live(_tables: None, chromium: Any, request: pytest.FixtureRequest) -> Iterator[Callable[..., Live]]:
    """Serve a home to the browser: `live(space, as_of=..., width=..., theme=...)`. The browser may meet no error but those a test
    takes out of `odd`, and may ask nobody else for anything."""
    from weakties.web.server import Page, Wanted

    started: list[tuple[Page, threading.Thread, Any, Live]] = []

    def start(
        space: Workspace, *, as_of: date | None = END, width: int = 1280, theme: str = "light", **more: Any
    ) -> Live:
        served = Page(space, Wanted(as_of=as_of))
        thread = threading.Thread(target=served.run)
        thread.start()
        context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=theme, **more)
        page = context.new_page()
        found = Live(space, served.address, page, [], [])
        page.on("console", lambda m: found.odd.append(m.text) if _complains(m) else None)
        page.on("pageerror", lambda e: found.odd.append(str(e)))
        page.on("request", lambda r: found.asked.append(r.url))
        page.goto(served.link())
        started.append((served, thread, context, found))
        return found

    yield start
    failed = not getattr(request.node, "went_call", None) or request.node.went_call.failed
    for number, (served, thread, context, found) in enumerate(started):
        if failed:
            SHOTS.mkdir(exist_ok=True)
            found.page.screenshot(path=str(SHOTS / f"{request.node.name}-{number}.png"), full_page=True)
        context.close()
        served.stop()
        thread.join(30)
    for _, _, _, found in started:
        if not failed:
            assert found.odd == []
            assert [url for url in found.asked if not url.startswith((found.address, "data:", "blob:"))] == []


@pytest.fixture
def demo(demo_home: Path, tmp_path: Path) -> Workspace:
    """A copy of the demo world, to change."""
    shutil.copytree(demo_home, tmp_path / "demo")
    return open_workspace(tmp_path / "demo")


@pytest.fixture
def empty(tmp_path: Path) -> Workspace:
    """A home with nothing in it."""
    return Workspace(open_home(tmp_path / "empty"), open_workspace(tmp_path / "empty").settings)


@pytest.fixture(scope="session")
def axe() -> Path:
    """The file of axe-core; the test is skipped where nobody brought it in."""
    if not AXE.exists():
        pytest.skip("axe-core is not there: npm ci in assets/")
    return AXE
