"""The demo world: one invented person's eight years, as real export files, and the truth about it.

Everything is drawn from one seeded generator, so the same seed and the same last day give the same bytes.
"""

from __future__ import annotations

import gzip
import shutil
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random

from weakties.demo import truth
from weakties.demo.conversation import Scene
from weakties.demo.exports import write_exports
from weakties.demo.introductions import Introductions
from weakties.demo.ledger import Ledger
from weakties.demo.life import Life
from weakties.demo.machines import Machines
from weakties.demo.mail import Mail, from_line_date, written
from weakties.demo.people import Address, Cast, Job, Person
from weakties.demo.planted import Planted
from weakties.demo.traps import Traps
from weakties.demo.words import Voice

YEARS = 8
TAKEOUT = "mail/All mail Including Spam and Trash.mbox"
WORK = "mail/work-archive"
COMPANY = "mail/halden.mbox.gz"


@dataclass(frozen=True, slots=True)
class World:
    """What `write_world` wrote. files: the paths to import, and the day on which each export was taken. counts: messages by file of
    mail, people, messages."""

    folder: Path
    files: dict[Path, date]
    truth: Path
    counts: dict[str, int]


def write_world(folder: Path, *, seed: int = 7, end: date = date(2026, 3, 3)) -> World:
    """Write the demo world into a folder and return what was written; files of an earlier world are replaced.

    end: the world's today; its eight years end that morning.
    """
    rng = Random(seed)  # noqa: S311 - an invented world, the same for everybody; nothing secret
    start = end - timedelta(days=YEARS * 365 + 2)
    left = end - timedelta(days=1372)
    cast = Cast(rng, start=start, end=end)
    owner = _owner(cast, left)
    scene = Scene(rng, cast, owner)
    life = Life(scene, start=start, left=left, end=end)
    introductions = Introductions(scene, start=start, end=end)
    planted = Planted(scene, life)
    traps = Traps(rng, cast, left=left)
    introductions.plan()
    traps.set()
    life.plan()
    planted.plan_moves()
    life.live()
    life.forward(80)
    introductions.happen(life)
    planted.announce_moves()
    planted.open_doors()
    planted.meet_in_lisbon()
    planted.wake()
    planted.leave_open()
    machines = Machines(scene, start=start, end=end, left=left)
    machines.run()
    mails = sorted(scene.mails, key=lambda one: (one.at, one.id))
    for mail in mails:
        _file(mail, owner)
    counts = _write(folder, mails, owner, rng)
    ledger = Ledger(owner, scene.mails)
    known, plants, taken = write_exports(folder, str(seed), cast, owner, ledger.addresses, planted.busy())
    told = truth.tell(life, ledger, known, truth.Plans(introductions.all, planted, traps, machines, plants))
    path = folder / "truth.json"
    path.write_text(told, encoding="utf-8")
    counts["people"] = len(cast.people)
    counts["messages"] = len(mails)
    mailboxes = dict.fromkeys((folder / TAKEOUT, folder / WORK, folder / COMPANY), known.newer)
    return World(folder, mailboxes | taken, path, counts)


def _owner(cast: Cast, left: date) -> Person:
    early = date.min
    voice = Voice("plain", 0.5, 0.85, habit=4)
    owner = Person("me", "Ylva Marchetti", "Ylva Marchetti", "Ylva", "me", "owner", 60, "eu", voice, "freemail",
                   "+46 8 465 004 17", cast.start)  # fmt: skip
    tallvik, halden = cast.organisations["tallvik"], cast.organisations["halden"]
    owner.jobs = [Job(tallvik, "optical engineer", cast.start, left), Job(halden, "founder", left)]
    owner.addresses = [
        Address("ylva.marchetti@freemail.example", "Ylva Marchetti", early, None, work=False),
        Address("ylva.marchetti@tallvik.example", "Marchetti, Ylva", early, left, work=True),
        Address("ylva@halden.example", "Ylva Marchetti", left, None, work=True),
    ]
    return owner


def _file(mail: Mail, owner: Person) -> None:
    own = [one.address for one in owner.addresses]
    names = dict(zip(own, (TAKEOUT, WORK, COMPANY), strict=True))
    # A list's copy lies in the mailbox that it was delivered to, which no header of its own names.
    addresses = [*mail.boxes, *(one.address for one in mail.everybody())]
    mail.boxes = tuple(dict.fromkeys(names[one] for one in addresses if one in names))
    sent = mail.author.who == owner.id
    mail.labels = mail.labels or (("Sent",) if sent else ("Inbox", "Opened"))


def _write(folder: Path, mails: list[Mail], owner: Person, rng: Random) -> dict[str, int]:
    shutil.rmtree(folder / "mail", ignore_errors=True)
    for name in ("cur", "new", "tmp", ".Sent/cur", ".Sent/new", ".Sent/tmp"):
        (folder / WORK / name).mkdir(parents=True, exist_ok=True)
    own = [one.address for one in owner.addresses]
    counts = dict.fromkeys((TAKEOUT, WORK, COMPANY), 0)
    packed = folder / COMPANY
    with (folder / TAKEOUT).open("wb") as takeout, packed.open("wb") as raw, \
            gzip.GzipFile("", "wb", 6, raw, mtime=0) as company:  # fmt: skip
        for mail in mails:
            for box in mail.boxes:
                counts[box] += 1
                if box == WORK:
                    _maildir(folder / WORK, mail, written(mail, rng, own[1], labels=False), counts[box], owner)
                    continue
                labels = box == TAKEOUT
                data = _quoted(written(mail, rng, own[0] if labels else own[2], labels=labels))
                serial = rng.getrandbits(60)
                line = (
                    f"From {serial}@xxx {from_line_date(mail.at)}\r\n"
                    if labels
                    else f"From {mail.author.address} {from_line_date(mail.at)}\r\n"
                )
                (takeout if labels else company).write(line.encode() + data + b"\r\n")
    return counts


def _quoted(data: bytes) -> bytes:
    lines = data.split(b"\r\n")
    return b"\r\n".join(b">" + line if line.lstrip(b">").startswith(b"From ") else line for line in lines)


def _maildir(folder: Path, mail: Mail, data: bytes, number: int, owner: Person) -> None:
    place = folder / ".Sent" / "cur" if mail.author.who == owner.id else folder / "cur"
    data = data.replace(b"\r\n", b"\n")
    name = f"{mail.at}.M{number:06d}P2201.mail.tallvik.example,S={len(data)}:2,S"
    (place / name).write_bytes(data)
