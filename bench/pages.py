"""How long the page takes: every page with several readers at a time, the start, the weight, and readers while an import runs.

    .venv/bin/python -m bench.pages HOME [--as-of DATE] [--rounds 30] [--readers 4] [--import FILE]

HOME is used as it is; with --import a copy of it is made first. Times are those of whoever waits, on this machine, in ms; `server` is
what the server says of itself. Every page is asked for before, once and by all readers at a time, because what a day is asked for
is then kept; `first` is how long the first of all waited.
"""

from __future__ import annotations

import argparse
import gzip
import random
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

PROGRAM = [sys.executable, "-m", "weakties"]
# How the browser asks for the list while somebody types, and what is typed, letter by letter.
AS_TYPED = {"HX-Request": "true", "HX-Target": "found"}
TYPED = ("a", "an", "ann", "anna", "m", "ma", "mar", "mari", "@g", "@gm", "jo", "joh", "john", "k", "kr")


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("home", type=Path)
    parser.add_argument("--as-of", default=None)
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--readers", type=int, default=4)
    parser.add_argument("--import", dest="file", type=Path, default=None)
    asked = parser.parse_args(argv)
    with served(asked.home, asked.as_of) as (client, started):
        print(f"start: {started:.2f} s until the page can be asked for")
        first = weigh(client)
        people = [row["person"]["id"] for row in client.get("/people.json?kind=weak&col=value").json()["rows"][:400]]
        print(
            f"{len(people):,} people to look at\n\npage                         first      p50      p95   server p95    KB gzip"
        )
        strangers = [row["person"]["id"] for row in client.get("/loose.json").json()["rows"][:400]]
        every = {name: addresses for name, addresses in pages(people, strangers).items() if addresses}
        chance = random.Random(7)
        for name, addresses in every.items():
            wanted = [(name, chance.choice(addresses)) for _ in range(asked.rounds * asked.readers)]
            ask_for(wanted[: asked.readers], client, asked.readers)
            report(*ask_for(wanted, client, asked.readers), first)
        print("\nthe same, each reader asking for any page")
        names = [chance.choice(list(every)) for _ in range(asked.rounds * len(every))]
        report(*ask_for([(name, chance.choice(every[name])) for name in names], client, asked.readers), {})
    if asked.file is not None:
        while_importing(asked.home, asked.file, asked.as_of)
    return 0


def pages(people: Sequence[str], strangers: Sequence[str] = ()) -> dict[str, list[str]]:
    """Return every page by name, with the addresses to ask for. people: whose pages; strangers: to whom to ask for ways."""
    plain = ("today", "people", "map", "introductions", "circles", "connectors", "organisations", "loose", "overlooked", "sources",
             "review", "score", "settings", "help", "more")  # fmt: skip
    found = {name: ["/" if name == "today" else f"/{name}"] for name in plain}
    found["person"] = [f"/people/{who}" for who in people]
    found["timeline"] = [f"/people/{who}/timeline" for who in people]
    found["search"] = [f"/people?q={text}" for text in TYPED]
    found["jump"] = [f"/jump?q={text}" for text in TYPED]
    found["ways"] = [f"/introductions?q={who}&as=person" for who in strangers]
    return found


@contextmanager
def served(home: Path, as_of: str | None) -> Iterator[tuple[httpx.Client, float]]:
    """Serve a home; yield a client that was let in, and how long the start took."""
    day = ["--as-of", as_of] if as_of else []
    began = time.perf_counter()
    with subprocess.Popen(
        [*PROGRAM, "--home", str(home), "serve", "--port", "0", "--no-open", *day], stdout=subprocess.PIPE, text=True
    ) as run:
        assert run.stdout is not None
        link = next(found[0] for line in run.stdout if (found := re.search(r"http://\S+/enter\?key=\S+", line)))
        started = time.perf_counter() - began
        try:
            with httpx.Client(base_url=link.partition("/enter")[0], timeout=300, follow_redirects=True) as client:
                client.get(link).raise_for_status()
                yield client, started
        finally:
            run.terminate()


def weigh(client: httpx.Client) -> dict[str, float]:
    """Return how long the first look at each plain page takes, ms."""
    found = {}
    for name, addresses in pages([]).items():
        if addresses:
            began = time.perf_counter()
            client.get(addresses[0])
            found[name] = (time.perf_counter() - began) * 1000
    return found


Times = defaultdict[str, list[float]]


def ask_for(
    wanted: Sequence[tuple[str, str]], client: httpx.Client, readers: int
) -> tuple[Times, Times, dict[str, bytes]]:
    """Ask for pages, so many at a time; return what the readers waited and what the server says of itself, ms, and the largest page,
    by name. wanted: name and address."""
    waited, told, heaviest = defaultdict(list), defaultdict(list), dict[str, bytes]()

    def ask(page: tuple[str, str]) -> None:
        name, address = page
        began = time.perf_counter()
        answer = client.get(address, headers=AS_TYPED if name == "search" else {})
        waited[name].append((time.perf_counter() - began) * 1000)
        if answer.status_code >= 400:
            raise SystemExit(f"{address}: {answer.status_code}")
        told[name].append(float(re.findall(r"dur=([\d.]+)", answer.headers["Server-Timing"])[0]))
        heaviest[name] = max(heaviest.get(name, b""), answer.content, key=len)

    with ThreadPoolExecutor(readers) as side_by_side:
        list(side_by_side.map(ask, wanted))
    return waited, told, heaviest


def report(waited: Times, told: Times, heaviest: dict[str, bytes], first: dict[str, float]) -> None:
    """Print a line for each page."""
    for name, times in waited.items():
        p50, p95 = (sorted(times)[int(len(times) * share)] for share in (0.5, 0.95))
        server = sorted(told[name])[int(len(times) * 0.95)]
        shown = f"{first[name]:9,.0f}" if name in first else " " * 9
        weight = len(gzip.compress(heaviest[name], 6)) / 1024
        print(f"{name:24} {shown} {p50:8.0f} {p95:8.0f} {server:12.0f} {weight:10.1f}", flush=True)


def while_importing(home: Path, file: Path, as_of: str | None) -> None:
    """Print what fifty readers meet while a file comes into a copy of the home."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "home"
        shutil.copytree(home, copy)
        stop = threading.Event()
        met: defaultdict[str, list[float]] = defaultdict(list)
        odd: list[str] = []
        with served(copy, as_of) as (client, _):
            for address in ("/", "/people", "/circles"):
                client.get(address)
            cookies = client.cookies

            def read(number: int) -> None:
                chance = random.Random(number)
                with httpx.Client(base_url=client.base_url, timeout=300, cookies=cookies) as own:
                    while not stop.is_set():
                        address = chance.choice(["/", "/people", f"/people?q={chance.choice(TYPED)}", "/circles"])
                        began = time.perf_counter()
                        try:
                            answer: Any = own.get(address)
                            if answer.status_code != 200:
                                odd.append(f"{address}: {answer.status_code}")
                        except httpx.HTTPError as error:
                            odd.append(f"{address}: {error!r}")
                        met[address.partition("?")[0]].append((time.perf_counter() - began) * 1000)
                        stop.wait(chance.random())

            readers = [threading.Thread(target=read, args=(n,)) for n in range(50)]
            for reader in readers:
                reader.start()
            began = time.perf_counter()
            done = subprocess.run(
                [*PROGRAM, "--home", str(copy), "import", str(file)], capture_output=True, text=True, check=False
            )
            took = time.perf_counter() - began
            stop.wait(10)
            stop.set()
            for reader in readers:
                reader.join()
        count = sum(map(len, met.values()))
        print(
            f"\n50 readers while {file.name} comes in ({took:.0f} s, exit {done.returncode}): {count:,} pages, {len(odd)} errors"
        )
        for address, times in sorted(met.items()):
            print(
                f"{address:24} p50 {sorted(times)[len(times) // 2]:8.0f} ms   p95 {sorted(times)[int(len(times) * 0.95)]:8.0f} ms"
            )
        print("\n".join(odd[:10]))


if __name__ == "__main__":
    sys.exit(main())
