"""A campaign of broken input against whatever reads: no case may raise what is not ours, or take more than two seconds of work.

    python -m scripts.fuzz                          # every target, the cases of a night
    python -m scripts.fuzz message text --cases 100000 --seed 7
    python -m scripts.fuzz --guided message --cases 300000     # by coverage; needs `pip install atheris`

Case n of a target follows from the seed alone, so a find is repeated with `--only N`. Each target runs in a process of its own: one
that dies is a find, and the campaign goes on behind it. Samples are mutated real messages where `--samples` (by default the public
sets beside the checkout) has them, else a few plain ones. What is found is written below `--finds`, and becomes a test.
"""

from __future__ import annotations

import argparse
import hashlib
import mmap
import os
import random
import signal
import struct
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import NoReturn

from scripts.fuzz_targets import LONGEST_CASE, ROOT, TARGETS, samples_for

DATA = Path(os.environ.get("DATA", ROOT.parent / "shared" / "data"))
SAMPLES = ("spamassassin/messages.tar.gz", "lists/kees-cook.mbox.gz", "enron/lokay-m.mbox.tar.gz")
SECONDS = 2.0
# How many cases a night has of each target.
NIGHT = {
    "message": 300_000,
    "headers": 250_000,
    "text": 200_000,
    "handles": 250_000,
    "mailbox": 30_000,
    "archive": 10_000,
    "exports": 340_000,
    "cli": 4_000,
    "home": 4_000,
}
_TOKENS = [
    b"From ", b"\n\nFrom ana@example.com Fri May 25 12:00:00 2001\n", b"=?utf-8?B?", b"?=", b"=?x?Q?=FF", b"\r\n", b"\r", b"\x00", b"\xff\xfe",
    b"\n--", b"--\n", b"-- \n", b"boundary=", b"Content-Type: multipart/mixed; boundary=x\n\n--x\n", b"Content-Type: message/rfc822\n\n",
    b"Content-Transfer-Encoding: base64\n", b"charset=utf-7", b"charset=idna", b'"', b"<", b">", b"(", b")", b",", b";", b":", b"@", b"\\",
    b"> ", b">From ", b"On Monday, Ana wrote:\n> ", b"diff --git a/x b/x\n", b"wrote:", b"Begin forwarded message", b"\xe2\x80\xae", b"\xed\xa0\x80",
    b"Date: Fri, 31 Feb 0000 99:99:99 +9999\n", b"Content-Length: 99999999999\n", b"?" * 300, b"(" * 300, b"<" * 300, b"a@" * 300, b" " * 300,
    b"please let me know", b"http://", b"Meet Ana", b"/O=X/CN=Y", b"xn--", b"\xc2\xa0", "İ".encode(), "ß".encode(), "ﬁ".encode(),
]  # fmt: skip


class Slow(BaseException):
    """A case that takes longer than it may. Not an Exception: nothing on the way may swallow it."""


def _alarm(_: int, __: FrameType | None) -> None:
    raise Slow


def mutated(chance: random.Random, samples: Sequence[bytes]) -> bytes:
    """Return a sample with a few of its bytes changed, moved, doubled, cut off, or joined to those of another."""
    data = bytearray(chance.choice(samples)[:LONGEST_CASE])
    for _ in range(chance.choice((1, 1, 2, 3, 5, 8, 20))):
        at = chance.randrange(len(data) + 1)
        length = min(chance.choice((1, 1, 2, 4, 16, 64, 500)), len(data) - at)
        kind = chance.randrange(8)
        if kind == 0 and length:
            data[at] = chance.randrange(256)
        elif kind == 1:
            del data[at : at + length]
        elif kind == 2:
            data[at:at] = data[at : at + length] * chance.choice((1, 2, 50))
        elif kind == 3:
            data[at:at] = chance.choice(_TOKENS)
        elif kind == 4:
            other = chance.choice(samples)
            start = chance.randrange(len(other) + 1)
            data[at:at] = other[start : start + chance.choice((10, 100, 2_000))]
        elif kind == 5:
            del data[at:]
        elif kind == 6:
            data[at : at + length] = bytes(chance.randrange(256) for _ in range(length))
        else:
            data[at : at + length] = data[at : at + length].replace(
                b"\n", chance.choice((b"", b"\r\n", b"\n\n", b"\n "))
            )
        data = data[:LONGEST_CASE]
    return bytes(data)


def work(target: str, cases: range, seed: int, places: Sequence[Path], finds: Path, place: mmap.mmap) -> None:
    """Run cases of a target; write down which one is under way, how many finds there were, and every find."""
    samples = samples_for(target, places)
    case = TARGETS[target]()
    signal.signal(signal.SIGALRM, _alarm)
    signal.signal(signal.SIGPROF, _alarm)
    found = 0
    for number in cases:
        place[:16] = struct.pack("!qq", number, found)
        data = mutated(random.Random(f"{seed} {target} {number}"), samples)
        # Seconds of work, for the machine may be busy; a case that waits for something is found as well.
        signal.setitimer(signal.ITIMER_PROF, SECONDS)
        signal.setitimer(signal.ITIMER_REAL, 30 * SECONDS)
        try:
            case(data)
        except (Exception, Slow) as error:  # noqa: BLE001  whatever it is, it is a find
            found += 1
            _write_find(finds, target, number, data, "".join(traceback.format_exception(error)))
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.setitimer(signal.ITIMER_REAL, 0)
    place[:16] = struct.pack("!qq", cases.stop, found)


def _work_and_leave(
    target: str, cases: range, seed: int, places: Sequence[Path], finds: Path, place: mmap.mmap
) -> NoReturn:
    """Do the work of a child process and end it, without what its parent would do at its end."""
    quiet, loud = open(os.devnull, "w", encoding="utf-8"), sys.stderr  # noqa: SIM115, PTH123  what a case prints is not ours
    code = 0
    try:
        sys.stderr = quiet
        work(target, cases, seed, places, finds, place)
    except BaseException:  # noqa: BLE001  outside of any case: the target itself is broken
        traceback.print_exc(file=loud)
        code = 1
    sys.stdout.flush()
    loud.flush()
    os._exit(code)


def _write_find(finds: Path, target: str, number: int, data: bytes, said: str) -> None:
    finds.mkdir(parents=True, exist_ok=True)
    stem = f"{target}-{number}-{hashlib.blake2b(data, digest_size=4).hexdigest()}"
    (finds / f"{stem}.bin").write_bytes(data)
    (finds / f"{stem}.txt").write_text(said, encoding="utf-8", errors="replace")
    print(f"FOUND {target} case {number}: {said.strip().splitlines()[-1][:200]}", flush=True)


def campaign(target: str, cases: range, seed: int, places: Sequence[Path], finds: Path) -> int:
    """Run a target in a process of its own, again from behind the case that killed it; return the number of finds."""
    found, at = 0, cases.start
    with tempfile.TemporaryDirectory(prefix="fuzz-") as scratch, tempfile.TemporaryFile() as file:
        file.write(b"\0" * mmap.PAGESIZE)
        file.flush()
        with mmap.mmap(file.fileno(), mmap.PAGESIZE) as place:
            while at < cases.stop:
                child = os.fork()
                if child == 0:
                    # Whatever a target leaves goes with the campaign.
                    tempfile.tempdir = scratch
                    _work_and_leave(target, range(at, cases.stop), seed, places, finds, place)
                _, status = os.waitpid(child, 0)
                at, more = struct.unpack("!qq", place[:16])
                if status == 0:
                    return int(found + more)
                if os.WIFEXITED(status):
                    raise SystemExit(f"{target} cannot be set up; its words are above")
                found += more
                data = mutated(random.Random(f"{seed} {target} {at}"), samples_for(target, places))
                _write_find(finds, target, at, data, f"the process died of signal {os.WTERMSIG(status)}")
                found, at = found + 1, at + 1
    return found


def guided(target: str, cases: int, seed: int, places: Sequence[Path], finds: Path) -> int:
    """Let coverage choose the cases; ends at the first find."""
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        corpus = Path(folder) / "corpus"
        corpus.mkdir()
        for n, sample in enumerate(samples_for(target, places)):
            (corpus / str(n)).write_bytes(sample[:8_000])
        finds.mkdir(parents=True, exist_ok=True)
        options = [
            f"-runs={cases}",
            f"-seed={seed}",
            f"-timeout={int(SECONDS)}",
            "-max_len=8000",
            f"-artifact_prefix={finds}/{target}-",
        ]
        script = (
            "import sys, atheris\nwith atheris.instrument_imports(include=['weakties']):\n"
            f"    from scripts.fuzz_targets import TARGETS\n    case = TARGETS[{target!r}]()\n"
            "atheris.Setup(sys.argv, case)\natheris.Fuzz()\n"
        )
        ran = subprocess.run(
            [sys.executable, "-c", script, *options, "-print_final_stats=1", str(corpus)],
            cwd=ROOT,
            check=False,
            capture_output=True,
            text=True,
        )
        told = [
            line
            for line in ran.stderr.splitlines()
            if line.startswith(("stat::number", "SUMMARY", "Done")) or "cov:" in line
        ]
        print("\n".join(told[-4:]), flush=True)
        return int(ran.returncode != 0)


def main() -> int:
    """Run the campaign that the command line asks for; exit 1 where something was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("targets", nargs="*", help=f"of {', '.join(TARGETS)}; all without")
    parser.add_argument("--cases", type=int, help="of each target; by default those of a night")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int, help="this one case")
    parser.add_argument("--guided", action="store_true", help="let coverage choose the cases")
    parser.add_argument("--samples", type=Path, action="append", help="a mailbox to mutate")
    parser.add_argument("--finds", type=Path, default=ROOT / ".fuzz")
    asked = parser.parse_args()
    if unknown := set(asked.targets) - TARGETS.keys():
        parser.error(f"no such target: {', '.join(sorted(unknown))}")
    places = asked.samples or [DATA / name for name in SAMPLES]
    total = found = 0
    for target in asked.targets or TARGETS:
        cases = asked.cases or NIGHT[target]
        numbers = range(asked.only, asked.only + 1) if asked.only is not None else range(cases)
        started = time.monotonic()
        run = (
            guided(target, cases, asked.seed, places, asked.finds)
            if asked.guided
            else campaign(target, numbers, asked.seed, places, asked.finds)
        )
        seconds = time.monotonic() - started
        total, found = total + len(numbers), found + run
        print(
            f"{target:<8} {len(numbers):>9,} cases  {run:>3} finds  {seconds:>7.1f} s  {len(numbers) / seconds:>8,.0f} a second",
            flush=True,
        )
    print(f"{'all':<8} {total:>9,} cases  {found:>3} finds", flush=True)
    return int(found > 0)


if __name__ == "__main__":
    sys.exit(main())
