"""The map in a browser: how soon it answers, how long a frame takes while it moves, what comes over the wire.

`python -m bench.map [--home HOME --as-of DAY] [--people 20000 --ties 100000] [--chromium PATH]`. Without a home one is invented:
mail between people as `bench.graph` draws who knows whom, with the owner in copy, so that every tie is seen. It is imported and
served as any other; the page is opened in headless Chromium with WebGL in software, which is slower than any graphics card. Needs
Playwright.
"""

from __future__ import annotations

import argparse
import gc
import mailbox
import os
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow.parquet as pq
from playwright.sync_api import Page, sync_playwright

from bench.graph import invent
from bench.measure import environment, machine, weakties
from bench.tables import Table

_AS_OF = date(2026, 3, 1)
_DAYS = 1_800
_FLAGS = (
    "--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-first-run",
)  # fmt: skip
_ROUNDS, _PATIENCE = 3, 60
# Notes when the circles, the first people, and everybody with all ties are there, seen from frame to frame.
_WATCH = """
    window.seen = {};
    const look = () => {
        const map = document.querySelector("people-map");
        if (document.querySelector("[data-overview]")) window.seen.circles ??= performance.now();
        if (map?.dataset.people) window.seen.people ??= performance.now();
        if (map?.dataset.ready) window.seen.ready ??= performance.now();
        if (!window.seen.ready) requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
"""
_SIZES = """
    [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")].map((e) => [e.name, e.transferSize])
"""
_FRAMES = """
    window.frames_of = []; window.watching = true;
    let last = performance.now();
    const count = (now) => { window.frames_of.push(now - last); last = now; if (window.watching) requestAnimationFrame(count); };
    requestAnimationFrame(count);
"""


def write(path: Path, people: int, ties: int) -> None:
    """Write a mailbox whose owner was in copy of a message of each tie, and wrote to everybody once or more."""
    invent(path.with_suffix(".parquet"), people, ties)
    table = pq.read_table(path.with_suffix(".parquet"))
    a, b, weight = (table[name].to_numpy() for name in ("a", "b", "weight"))
    today = datetime.combine(_AS_OF, datetime.min.time(), UTC)
    box = mailbox.mbox(path)
    for n in range(people):
        box.add(_message(f"own-{n}", _OWNER, (_who(n),), (), today - timedelta(days=1 + n * 7 % _DAYS)))
    for n, (one, other, heavy) in enumerate(zip(a, b, weight, strict=True)):
        day = today - timedelta(days=1 + int(_DAYS * (1 - heavy)), seconds=n % 86_400)
        box.add(_message(f"tie-{n}", _who(int(one)), (_who(int(other)),), (_OWNER,), day))
    box.close()


_OWNER = "Me Myself <me@home.example>"


def _who(n: int) -> str:
    given, family = ("Ada", "Bela", "Cleo", "Dario", "Edda", "Falk")[n % 6], f"{_letters(n)}son"
    return f"{given} {family.capitalize()} <{given.lower()}.{family}@house{n % 997}.example>"


def _letters(n: int) -> str:
    return "".join("bdfghklmnprstvwz"[(n >> shift) % 16] + "aeiou"[(n >> shift) % 5] for shift in (0, 4, 8, 12))


def _message(name: str, author: str, to: tuple[str, ...], copy: tuple[str, ...], at: datetime) -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"], made["Message-ID"] = author, ", ".join(to), f"<{name}@bench.example>"
    if copy:
        made["Cc"] = ", ".join(copy)
    made["Date"], made["Subject"] = format_datetime(at), f"About {name}"
    made.set_content("A word.")
    return made


@contextmanager
def served(home: Path, as_of: date) -> Iterator[str]:
    """Serve a home and return the link that lets in."""
    command = weakties("serve", "--port", "0", "--no-open", "--as-of", as_of.isoformat())
    server = subprocess.Popen(
        command, env=environment(WEAKTIES_HOME=home), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        assert server.stdout is not None
        for line in server.stdout:
            if found := re.search(r"http://\S+enter\S+", line):
                yield found[0]
                return
        raise SystemExit("The server did not start.")
    finally:
        server.terminate()
        server.wait(30)


def looked(page: Page, address: str) -> dict[str, float]:
    """Open the map and return what was measured: milliseconds from the navigation, frames, bytes."""
    page.add_init_script(_WATCH)
    page.goto(f"{address}/map", wait_until="commit")
    # The page's policy forbids what Playwright waits with, so it is asked again and again, seldom enough not to be in the way.
    until = time.perf_counter() + _PATIENCE
    while not (seen := page.evaluate("window.seen ?? {}")).get("ready"):
        if time.perf_counter() > until:
            raise SystemExit(f"The map was not drawn within {_PATIENCE} s.")
        page.wait_for_timeout(100)
    began = time.perf_counter()
    page.evaluate("new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go)))")
    answered = (time.perf_counter() - began) * 1000
    sizes: list[tuple[str, float]] = page.evaluate(_SIZES)
    frames = _moved(page)
    data = sum(size for url, size in sizes if "/map/data" in url)
    return {
        **seen,
        "answer": answered,
        "frame": statistics.median(frames),
        "slow": sorted(frames)[int(len(frames) * 0.95)],
        "code": (sum(size for _, size in sizes) - data) / 1000,
        "data": data / 1000,
    }


def _moved(page: Page) -> list[float]:
    """Drag the map to and fro and return how long each frame took, in milliseconds."""
    box = page.locator("[data-stage]").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] * 0.97, box["y"] + box["height"] * 0.1
    page.mouse.move(x, y)
    page.mouse.down()
    page.evaluate(_FRAMES)
    for step in range(40):
        page.mouse.move(x - 4 * abs(20 - step % 40), y + 2 * (step % 20))
        page.wait_for_timeout(16)
    page.evaluate("window.watching = false")
    page.mouse.up()
    frames: list[float] = page.evaluate("window.frames_of")
    return frames[1:]


def measured(home: Path, as_of: date, chromium: str) -> Table:
    """Open the map of a home several times, each with nothing in the browser's cache; the median of each figure."""
    table = Table(
        "The map in headless Chromium, WebGL in software",
        {
            "people": ",d", "ties": ",d", "circles ms": ",.0f", "first people ms": ",.0f", "all, answering ms": ",.0f",
            "frame ms": ".0f", "slowest 5 % ms": ".0f", "page and code kB": ",.0f", "data kB": ",.0f",
        },
    )  # fmt: skip
    with served(home, as_of) as link, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(_FLAGS))
        page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
        page.goto(link)
        address, entered = link.split("/enter")[0], page.context.storage_state()
        # The first time the server works the map out, which it keeps until something changes.
        began = time.perf_counter()
        page.goto(f"{address}/map")
        first = time.perf_counter() - began
        runs = []
        for _ in range(_ROUNDS):
            # A browser of its own each time: nothing is cached, and nothing is still being drawn for the page before.
            browser.close()
            browser = playwright.chromium.launch(executable_path=chromium, args=list(_FLAGS))
            page = browser.new_context(viewport={"width": 1280, "height": 900}, storage_state=entered).new_page()
            page.goto(f"{address}/more")
            runs.append(looked(page, address))
        people, ties = page.evaluate("(({net}) => [net.people, net.ties])(document.querySelector('people-map'))")
        middle = {name: statistics.median(run[name] for run in runs) for name in runs[0]}
        table.add(
            people, ties, middle["circles"], middle["people"], middle["ready"] + middle["answer"], middle["frame"],
            middle["slow"], middle["code"], middle["data"],
        )  # fmt: skip
        table.notes.append(f"Chromium {browser.version}; {_ROUNDS} rounds, medians, nothing cached in the browser.")
        table.notes.append(f"The first page after an import, with the layout: {first:,.1f} s.")
        browser.close()
    return table


def main(arguments: list[str]) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path)
    parser.add_argument("--as-of", type=date.fromisoformat, default=_AS_OF)
    parser.add_argument("--people", type=int, default=20_000)
    parser.add_argument("--ties", type=int, default=100_000)
    parser.add_argument("--chromium", default=os.environ.get("CHROMIUM", "/usr/bin/chromium"))
    asked = parser.parse_args(arguments)
    print(machine())
    with TemporaryDirectory(prefix="weakties-bench-") as folder:
        home = asked.home
        if home is None:
            home = Path(folder) / "home"
            write(Path(folder) / "invented.mbox", asked.people, asked.ties)
            gc.collect()
            for command in (("import", Path(folder) / "invented.mbox"), ("today",)):
                subprocess.run(
                    weakties(*command), env=environment(WEAKTIES_HOME=home), check=True, stdout=subprocess.DEVNULL
                )
        print(measured(home, asked.as_of, asked.chromium).markdown())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
