"""What `scripts.fuzz` throws its cases at, and the samples that it breaks.

Each target returns a function of one case. They import late, so that coverage can be measured from the start.
"""

from __future__ import annotations

import contextlib
import gzip
import io
import itertools
import os
import random
import shutil
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Samples taken from each set: enough to meet every kind of message, few enough to be loaded at once.
_EACH = 400
LONGEST_CASE = 200_000

# What is mutated where no mailbox is at hand.
_PLAIN = b"""From: Ana Lopez <ana@example.com>
To: bob@example.com
Date: Fri, 25 May 2001 12:00:%02d +0000
Message-ID: <%d@example.com>
Subject: The drawings

Hello Bob,

could you send me the drawings?

On Monday, Ben wrote:
> yes

-- \nAna Lopez
Head of Optics
"""
# What a user sees where an error is not ours.
_UNTOLD = ("Traceback", "Something went wrong inside")

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


def exports() -> Target:
    """A file of any source but mail, one of its golden samples changed, under the name that it has there."""
    from weakties.errors import SourceError
    from weakties.sources import ReadOptions
    from weakties.sources.registry import available

    folder = Path(tempfile.mkdtemp(prefix="fuzz-"))
    sources = {source.name: source for source in available()[0]}
    names = sorted({sample.partition(b"\n")[0] for sample in _golden()})

    def case(data: bytes) -> None:
        name, _, content = data.partition(b"\n")
        known = (name if name in names else names[len(data) % len(names)]).decode()
        path = folder / Path(known).name
        path.write_bytes(content)
        source = sources[known.partition("/")[0]]
        with contextlib.suppress(SourceError):
            if source.identify(path):
                for _extract in source.read(path, ReadOptions(keep_text=True, region="DE", me="owner:me")):
                    pass
        path.unlink()

    return case


def cli() -> Target:
    """The words of a call, on a small home."""
    from weakties.cli.main import COMMANDS

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
        _called(home, picked)

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
            _called(broken, words)

    return case


TARGETS: dict[str, Callable[[], Target]] = {
    "message": message, "headers": headers, "text": text, "handles": handles, "mailbox": mailbox, "archive": archive,
    "exports": exports, "cli": cli, "home": home,
}  # fmt: skip


def _called(home: Path, words: Sequence[str]) -> None:
    """Call the program on a home. Raises AssertionError where it ends as no program of ours does."""
    from weakties.cli.main import run

    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = run(["--home", str(home), *words])
    if code not in (0, 1, 2, 3) or any(word in err.getvalue() for word in _UNTOLD):
        raise AssertionError(f"{words}: {code}\n{err.getvalue()}")


def _small_home() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="fuzz-")) / "home"
    folder.mkdir()
    with tarfile.open(ROOT / "tests" / "facts" / "homes" / "format-1.tar.gz") as tar:
        tar.extractall(folder, filter="data")
    return folder


def samples_for(target: str, places: Sequence[Path]) -> list[bytes]:
    """Return what is mutated for a target."""
    if target == "exports":
        return list(_golden())
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
                    yield record.data[:LONGEST_CASE]
    if not found:
        for n in range(50):
            yield _PLAIN % (n % 60, n)


def _golden() -> Iterator[bytes]:
    """Yield the files of the golden samples, each behind a line with the name of its source and its own."""
    for path in sorted((ROOT / "tests" / "sources" / "golden").rglob("*")):
        if path.is_file() and path.name != "expected.json":
            source = path.relative_to(ROOT / "tests" / "sources" / "golden").parts[0]
            yield f"{source}/{path.name}\n".encode() + path.read_bytes()


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
