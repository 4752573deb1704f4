"""A campaign of broken input against whatever reads: no case may raise what is not ours, or take more than two seconds of work.

    python -m scripts.fuzz                          # every target, the cases of a night
    python -m scripts.fuzz message text --cases 100000 --seed 7
    python -m scripts.fuzz --guided message --cases 300000     # by coverage; needs `pip install atheris`

Case n of a target follows from the seed alone, so a find is repeated with `--only N`. Each target runs in a process of its own: one
that dies is a find, and the campaign goes on behind it. Samples are mutated real messages where `--samples` (by default the public
sets beside the checkout) has them, and those of the demo world. What is found is written below `--finds`, and becomes a test.
"""

from __future__ import annotations

import argparse
import contextlib
import gzip
import hashlib
import io
import itertools
import mmap
import os
import random
import shutil
import signal
import struct
import subprocess
import sys
import tarfile
import tempfile
import time
import traceback
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import FrameType
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("DATA", ROOT.parent / "shared" / "data"))
SAMPLES = ("spamassassin/messages.tar.gz", "lists/kees-cook.mbox.gz", "enron/lokay-m.mbox.tar.gz")
# Samples taken from each set: enough to meet every kind of message, few enough to be loaded at once.
_EACH = 400
_LONGEST_CASE = 200_000
SECONDS = 2.0
# How many cases a night has of each target.
NIGHT = {
    "message": 300_000,
    "headers": 250_000,
    "text": 200_000,
    "handles": 250_000,
    "mailbox": 30_000,
    "archive": 10_000,
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


# What a user sees where an error is not ours.
_UNTOLD = ("Traceback", "Something went wrong inside")


class Slow(BaseException):
    """A case that takes longer than it may. Not an Exception: nothing on the way may swallow it."""


def _alarm(_: int, __: FrameType | None) -> None:
    raise Slow


def mutated(chance: random.Random, samples: Sequence[bytes]) -> bytes:
    """Return a sample with a few of its bytes changed, moved, doubled, cut off, or joined to those of another."""
    data = bytearray(chance.choice(samples)[:_LONGEST_CASE])
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
        data = data[:_LONGEST_CASE]
    return bytes(data)


# The targets: each returns a function of one case. They import late, so that coverage can be measured from the start.

Target = Callable[[bytes], None]


def message() -> Target:
    """One message, from bytes to facts."""
    from weakties.facts.model import Origin
    from weakties.sources import ReadOptions
    from weakties.sources.mail import extract_message

    here, options = Origin("", 0), ReadOptions(keep_text=True)

    def case(data: bytes) -> None:
        extract = extract_message(data, here, folder="", options=options)
        if bool(extract.events) == bool(extract.rejected):
            raise AssertionError("neither an event nor a reason why there is none")
        for event in extract.events:
            if not 0 < event.at < 2**33 or event.group_size < 1:
                raise AssertionError(f"impossible event: {event}")

    return case


def headers() -> Target:
    """A header block, and everything that reads a field of it."""
    from weakties.sources.addresses import mailboxes
    from weakties.sources.bulk import bulk_words
    from weakties.sources.dates import parse_date
    from weakties.sources.headers import message_ids, parameter, parse_headers, subject_text, thread_subject
    from weakties.sources.parties import read_parties

    def case(data: bytes) -> None:
        found, body = parse_headers(data[:20_000])
        if not 0 <= body <= len(data):
            raise AssertionError("the body begins outside of the message")
        read_parties(found)
        bulk_words(found)
        for name in found:
            for value in found.all(name):
                mailboxes(value), parse_date(value), message_ids(value), parameter(value, "charset")
                thread_subject(subject_text(value))

    return case


def text() -> Target:
    """The text of a message."""
    from weakties.sources.markup import html_to_text
    from weakties.sources.text import read_text

    people = [("email:ana@example.com", "Ana Lopez"), ("email:ben@example.com", ""), ("email:c@example.com", "Carl")]

    def case(data: bytes) -> None:
        body = data.decode("utf-8", "replace")
        for each in (body, html_to_text(body) if "<" in body else ""):
            found = read_text(
                each, subject=each[:80], author=people[0][0], author_name=people[0][1], recipients=people[1:]
            )
            if len(found.terms) > 6 or any(" " not in name for name in found.mentions):
                raise AssertionError(f"impossible reading: {found}")

    return case


def handles() -> Target:
    """Handles and names, as written and as typed; their normal form is its own normal form."""
    from weakties.facts import handles as room
    from weakties.identity.names import display, from_local_part, parse
    from weakties.sources.addresses import mailboxes

    def case(data: bytes) -> None:
        written = data[:2_000].decode("utf-8", "replace")
        for handle, name in mailboxes(written):
            if room.kind(handle) == "email" and room.email(room.value(handle)) != handle:
                raise AssertionError(f"{handle!r} is not its own normal form")
            if room.clean_name(name) != name:
                raise AssertionError(f"{name!r} is not its own normal form")
            parse(name), display(name), from_local_part(room.value(handle).partition("@")[0])
        room.parse(written), room.exchange(written), room.phone(written), room.tel(written)

    return case


def mailbox() -> Target:
    """A whole file of mail, of whatever format its first bytes claim."""
    from weakties.sources.mailbox import split
    from weakties.sources.streams import Limits, Stream

    limits = Limits(message=100_000)

    def case(data: bytes) -> None:
        source = io.BytesIO(data)
        stream = Stream(lambda size: source.read(min(size, 4_096)))
        last = -1
        for raw in split(stream, limits):
            if raw.at < last or raw.at > len(data):
                raise AssertionError("messages out of order")
            last = raw.at

    return case


def archive() -> Target:
    """A packed mailbox on the disk: gz, tar.gz or zip, with bytes changed after it was packed."""
    from weakties.errors import SourceError
    from weakties.sources import ReadOptions
    from weakties.sources.mail import MailSource
    from weakties.sources.streams import Limits

    folder = Path(tempfile.mkdtemp(prefix="fuzz-"))
    source = MailSource(Limits(total=20_000_000))

    def case(data: bytes) -> None:
        path = folder / "case"
        path.write_bytes(data)
        with contextlib.suppress(SourceError):
            if source.identify(path):
                for extract in source.read(path, ReadOptions()):
                    if not (extract.events or extract.rejected):
                        raise AssertionError("a record that is neither read nor rejected")

    return case


def cli() -> Target:
    """The words of a call, on a small home."""
    from weakties.cli.main import COMMANDS, run

    home = _small_home()
    # Any word may become the name of a home or a file.
    os.chdir(home.parent)
    words = [
        *COMMANDS,
        "--json",
        "--as-of",
        "--limit",
        "--home",
        "2026-01-20",
        "1",
        "-1",
        "1e9",
        "nan",
        "Lopez",
        "ana@acme.example",
        "--owner",
    ]
    words += [
        "--minutes",
        "--days",
        "--to",
        "show",
        "undo",
        "list",
        "add",
        "reread",
        "",
        " ",
        "-",
        "--",
        "--help",
        "email:",
        "\udcff",
        "a" * 5_000,
    ]
    # These would change the home for the next case, or take their time.
    never = {"demo", "import", "forget", "backup"}

    def case(data: bytes) -> None:
        chance = random.Random(data)
        picked = [chance.choice(words) for _ in range(chance.randrange(1, 6))]
        if chance.random() < 0.5:
            picked[chance.randrange(len(picked))] = data[:60].decode("utf-8", "surrogateescape")
        picked = [w for w in picked if w not in never]
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = run(["--home", str(home), *picked])
        if code not in (0, 1, 2, 3) or any(word in err.getvalue() for word in _UNTOLD):
            raise AssertionError(f"{picked}: {code}\n{err.getvalue()}")

    return case


def home() -> Target:
    """A home with bytes changed in any of its files: answered, or refused in words."""
    from weakties.cli.main import run
    from weakties.facts import ledger
    from weakties.facts.migrations import open_home

    whole = _small_home()
    # Folders written by this version have digests.
    ledger.compact(open_home(whole), now=2_000_000_000)
    run(["--home", str(whole), "refresh"])
    files = sorted(p.relative_to(whole) for p in whole.rglob("*") if p.is_file())
    broken = whole.with_name("broken")

    def case(data: bytes) -> None:
        chance = random.Random(data)
        shutil.rmtree(broken, ignore_errors=True)
        shutil.copytree(whole, broken)
        for path in chance.sample(files, chance.choice((1, 1, 1, 2))):
            content = bytearray((broken / path).read_bytes())
            for _ in range(chance.choice((1, 1, 3, 30))):
                at = chance.randrange(len(content) + 1)
                content[at : at + chance.choice((0, 1, 1, 8))] = bytes(
                    chance.randrange(256) for _ in range(chance.choice((0, 1, 1, 8)))
                )
            (broken / path).write_bytes(content)
        for words in (["people", "--json", "--as-of", "2026-01-20"], ["doctor"], ["imports"], ["refresh"]):
            out, err = io.StringIO(), io.StringIO()
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                code = run(["--home", str(broken), *words])
            if code not in (0, 1, 2, 3) or any(word in err.getvalue() for word in _UNTOLD):
                raise AssertionError(f"{words}: {code}\n{err.getvalue()}")

    return case


TARGETS: dict[str, Callable[[], Target]] = {
    "message": message, "headers": headers, "text": text, "handles": handles, "mailbox": mailbox, "archive": archive,
    "cli": cli, "home": home,
}  # fmt: skip


def _small_home() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="fuzz-")) / "home"
    folder.mkdir()
    with tarfile.open(ROOT / "tests" / "facts" / "homes" / "format-1.tar.gz") as tar:
        tar.extractall(folder, filter="data")
    return folder


def samples_for(target: str, places: Sequence[Path]) -> list[bytes]:
    """Return what is mutated for a target."""
    messages = list(_messages(places))
    if target == "mailbox":
        chance = random.Random(0)
        return [b"\n".join(_mbox(chance.sample(messages, min(4, len(messages))))) for _ in range(100)]
    if target == "archive":
        return [packed for n in range(0, min(len(messages), 120), 3) for packed in _packed(messages[n : n + 3])]
    if target == "headers":
        return [m[: m.find(b"\n\n") + 2] or m for m in messages]
    if target == "text":
        return [m[m.find(b"\n\n") + 2 :][:20_000] for m in messages]
    if target == "handles":
        lines = {line for m in messages for line in m[:4_000].split(b"\n") if b"@" in line and len(line) < 500}
        return sorted(line.partition(b":")[2].strip() or line for line in lines)[:5_000]
    return messages


def _messages(places: Sequence[Path]) -> Iterator[bytes]:
    from weakties.sources.mail import MailSource

    found = False
    for place in places:
        if place.exists():
            records = MailSource()._records(place)
            for record in itertools.islice(records, 0, 8 * _EACH, 8):
                if record.data:
                    found = True
                    yield record.data[:_LONGEST_CASE]
    if not found:
        from tests.sources.test_mail_laws import message as plain

        for n in range(50):
            yield plain(
                n,
                b"Hello Ana,\n\ncould you send me the drawings?\n\nOn Monday, Ben wrote:\n> yes\n\n-- \nAna Lopez\nHead of Optics",
            )


def _mbox(messages: Sequence[bytes]) -> Iterator[bytes]:
    for each in messages:
        yield b"From ana@example.com Fri May 25 12:00:00 2001\n" + each.removeprefix(b"\n")


def _packed(messages: Sequence[bytes]) -> Iterator[bytes]:
    whole = b"\n".join(_mbox([m[:5_000] for m in messages]))
    yield gzip.compress(whole, mtime=0)
    for mode in ("zip", "tar"):
        out = io.BytesIO()
        if mode == "zip":
            with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
                file.writestr("a.mbox", whole)
                file.writestr("inner.gz", gzip.compress(whole, mtime=0))
        else:
            with tarfile.open(fileobj=out, mode="w:gz") as tar:
                member = tarfile.TarInfo("a.mbox")
                member.size = len(whole)
                tar.addfile(member, io.BytesIO(whole))
        yield out.getvalue()


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
    with tempfile.TemporaryFile() as file:
        file.write(b"\0" * mmap.PAGESIZE)
        file.flush()
        with mmap.mmap(file.fileno(), mmap.PAGESIZE) as place:
            while at < cases.stop:
                child = os.fork()
                if child == 0:
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
            f"    from scripts import fuzz\n    case = fuzz.TARGETS[{target!r}]()\n"
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
