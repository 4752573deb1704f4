"""An import of a hundred thousand messages, or a million: time, and memory summed over all processes at every moment.

The messages are real ones, varied: each copy has ids, dates and addresses of its own, so that nothing is known already and the
people grow with the messages. Shared pages of memory are divided among those who share them (Linux' PSS).
"""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import timedelta
from email.utils import format_datetime, parsedate_to_datetime
from itertools import count, islice
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.imports import IMPORTED, THREE, missing
from bench.measure import CommandFailed, environment, weakties
from bench.peers import messages as read
from bench.tables import Table

SIZES = (100_000,)
_EVERY_SECONDS = 0.05
_IDS = re.compile(rb"(?im)^((?:message-id|in-reply-to|references):.*(?:\n[ \t].*)*)")
_ADDRESSED = re.compile(rb"(?im)^((?:from|to|cc|bcc|x-from|x-to|x-cc|sender|reply-to):.*(?:\n[ \t].*)*)")
_FROM = re.compile(rb"(?m)^(>*From )")
_DATE = re.compile(rb"(?im)^date:[ \t]*(.*(?:\n[ \t].*)*)$")


def tables(_: int, messages: int | None = None) -> list[Table]:
    """Measure imports, each once. messages: of one import of that size."""
    table = Table(
        "Imports by size",
        {
            "messages": ",d",
            "MB": ",.0f",
            "wall s": ",.1f",
            "messages/s": ",.0f",
            "peak MiB, all processes": ",.0f",
            "first today s": ".2f",
        },
    )
    if line := missing(THREE):
        table.notes.append(line)
        return [table]
    for size in (messages,) if messages else SIZES:
        with TemporaryDirectory(prefix="weakties-bench-") as folder:
            mailbox, home = Path(folder) / "varied.mbox", Path(folder) / "home"
            write(mailbox, size)
            wall, peak = watched(weakties("import", mailbox), home)
            began = time.perf_counter()
            subprocess.run(
                weakties("today"), env=environment(WEAKTIES_HOME=home), check=True, stdout=subprocess.DEVNULL
            )
            first = time.perf_counter() - began
            table.add(size, mailbox.stat().st_size / 1e6, wall, size / wall, peak, first)
    table.notes.append(f"One process and its helpers, looked at every {_EVERY_SECONDS} s; once each.")
    return [table]


def write(mailbox: Path, size: int) -> None:
    """Write a mailbox of so many messages."""
    originals = list(read(THREE))
    with mailbox.open("wb") as file:
        for data in islice(varied(originals), size):
            escaped = _FROM.sub(rb">\1", data)
            file.write(b"From copy@bench.example Mon Jan  1 00:00:00 2001\n" + escaped.rstrip(b"\n") + b"\n\n")


def varied(originals: Sequence[bytes]) -> Iterator[bytes]:
    """Yield the originals again and again, each time with other ids, dates and addresses: a copy is a world of its own."""
    for turn in count():
        mark = b"v%d." % turn
        for data in originals:
            head, gap, body = data.partition(b"\n\n")
            head = _IDS.sub(lambda m: m[1].replace(b"<", b"<" + mark), head)  # noqa: B023  used at once
            head = _ADDRESSED.sub(lambda m: m[1].replace(b"@", b"@" + mark), head)  # noqa: B023
            yield _DATE.sub(lambda m: _later(m[1], turn), head, count=1) + gap + body  # noqa: B023


def _later(date: bytes, turn: int) -> bytes:
    try:
        then = parsedate_to_datetime(date.decode("ascii", "replace").strip())
        return b"Date: " + format_datetime(then + timedelta(days=31 * turn)).encode()
    except (ValueError, OverflowError):
        return b"Date: " + date


def watched(command: Sequence[str | Path], home: Path) -> tuple[float, float]:
    """Run a command and return its seconds and the highest sum of memory of it and its children, in MiB."""
    began = time.perf_counter()
    process = subprocess.Popen(
        [str(word) for word in command],
        env=environment(WEAKTIES_HOME=home),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    peak = 0
    while process.poll() is None:
        peak = max(peak, sum(map(_pss, _family(process.pid))))
        time.sleep(_EVERY_SECONDS)
    if process.returncode not in IMPORTED:
        raise CommandFailed(f"the import ended with exit code {process.returncode}")
    return time.perf_counter() - began, peak / 1024


def _family(pid: int) -> list[int]:
    found, at = [pid], 0
    while at < len(found):
        for children in Path(f"/proc/{found[at]}/task").glob("*/children"):
            with suppress(OSError):
                found += map(int, children.read_text().split())
        at += 1
    return found


def _pss(pid: int) -> int:
    try:
        told = re.search(r"^Pss:\s+(\d+) kB", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
    except OSError:
        return 0
    return int(told[1]) if told else 0
