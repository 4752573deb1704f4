"""What is not written by people: newsletters, bots, receipts, calendars, role addresses, spam, and automatic answers.

Most say so in their headers, as honest senders do. The kind `sneaky` says nothing: only its behaviour gives it away
(nobody answers it, its rhythm is a clock's). One list is the other way round: its headers are a machine's, yet people
write on it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from weakties.demo.conversation import Scene
from weakties.demo.desk import DAY, day_of, stamp, zone_at
from weakties.demo.grammar import TEXT
from weakties.demo.mail import Attachment, Mail, Party, message_id
from weakties.demo.people import Person
from weakties.demo.words import Talk

LIST_ADDRESS = "choir-talk@lists.bergvik-choir.example"
_BOXES = {"private": 0, "work": 1, "company": 2}
# How many items a machine's message has, least and most.
_ITEMS = {"newsletter": (2, 5), "sneaky": (1, 3), "social": (1, 2), "spam": (1, 2)}


@dataclass(slots=True)
class Machine:
    """One automatic sender. every: mean days between messages. honest: whether its headers say what it is."""

    kind: str
    name: str
    address: str
    theme: str
    every: float
    box: str
    first: int
    last: int
    count: int = 0

    @property
    def honest(self) -> bool:
        """Return whether its headers alone give it away."""
        return self.kind not in {"sneaky", "spam", "role"}


def read_machines() -> list[Machine]:
    """Return all machines of the text file."""
    out: list[Machine] = []
    for line in (TEXT / "machines.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            kind, name, address, theme, every, box, span = (part.strip() for part in line.split(" ; "))
            first, _, last = span.partition(" .. ")
            out.append(Machine(kind, name, address, theme, float(every), box, int(first), int(last)))
    return out


class Machines:
    """Lets all machines write to the owner."""

    def __init__(self, scene: Scene, *, start: date, end: date, left: date) -> None:
        self.scene, self.rng = scene, scene.rng
        self.start, self.end, self.left = start, end, left
        self.all = read_machines()
        self.away: list[str] = []
        self.on_list: list[str] = []

    def run(self) -> None:
        """Let every machine write in its own rhythm, then the list, then the automatic answers."""
        for machine in self.all:
            self._write_all(machine)
        self._discussion()
        self._automatic_answers()
        self._bounces()

    def _write_all(self, machine: Machine) -> None:
        rng = self.rng
        first = self.start + timedelta(days=machine.first * 365 + rng.randint(0, 40))
        last = self.start + timedelta(days=machine.last * 365)
        if machine.box == "work":
            last = min(last, self.left)
        if machine.box == "company":
            first = max(first, self.left + timedelta(days=20))
        if machine.last >= 8:
            last = self.end - timedelta(days=1)
        hour, minute = rng.randint(4, 17), rng.randint(0, 59)
        clockwork = machine.kind in {"newsletter", "sneaky", "receipt"}
        at = stamp(first, hour + minute / 60)
        while at < min(self.scene.end, stamp(last, 20)):
            jitter = 0 if clockwork else rng.randint(-5 * 3600, 5 * 3600)
            self._write(machine, max(at + jitter, stamp(first)))
            days = round(machine.every) if clockwork else max(0.2, rng.expovariate(1 / machine.every))
            at += int(days * DAY)

    def _write(self, machine: Machine, at: int) -> None:
        rng, writer = self.rng, self.scene.writer
        talk = Talk(writer.grammar.topics[f"m-{machine.theme}"], {})
        low, high = _ITEMS.get(machine.kind, (1, 1))
        lines = []
        for _ in range(rng.randint(low, high)):
            talk.used.clear()
            lines.append(writer.line(talk, "O"))
        if "Q" in talk.topic.lines:
            lines += writer.stage(talk, "Q", 1)
        writer.remember(lines)
        own = ("\n\n" if machine.kind == "newsletter" else "\n").join(lines)
        mail = Mail(
            at=at, author=Party(machine.address, machine.address, machine.name), to=[self._me(machine)],
            subject=writer.subject(talk), text=self._dressed(machine, own), own=own,
            id=f"{at:x}.{rng.getrandbits(48):x}@{machine.address.rpartition('@')[2]}", zone=0 if rng.random() < 0.5 else 60,
            client="machine", form=self._form(machine), encoding=rng.choice(("qp", "base64", "8bit")),
            extra=_honest_headers(machine, rng), human=False, topic=f"m-{machine.theme}",
        )  # fmt: skip
        mail.labels = _labels(machine, opened=rng.random() < 0.5)
        if machine.kind == "calendar":
            mail.attachments.append(Attachment("invite.ics", "text/calendar", _calendar(mail)))
        machine.count += 1
        self.scene.mails.append(mail)

    def _me(self, machine: Machine) -> Party:
        address = self.scene.owner.addresses[_BOXES[machine.box]]
        return Party(self.scene.owner.id, address.address, "" if self.rng.random() < 0.6 else address.name)

    def _form(self, machine: Machine) -> str:
        if machine.kind in {"newsletter", "social", "receipt"}:
            return "htmlonly" if self.rng.random() < 0.3 else "html"
        return "plain"

    def _dressed(self, machine: Machine, own: str) -> str:
        if machine.kind == "newsletter":
            return f"{machine.name}\n\n{own}\n\n--\nUnsubscribe | View online"
        if machine.kind == "sneaky":
            given = machine.name.split()[0]
            return f"Hi Ylva,\n\n{own}\n\n{given}" if machine.theme in {"pitch", "tips"} else f"{own}\n\n/{given}"
        if machine.kind == "receipt":
            return f"{own}\n\nDo not reply."
        if machine.kind == "role":
            return f"Dear Ylva Marchetti,\n\n{own}\n\nKind regards,\n{machine.name}"
        return own

    def _discussion(self) -> None:
        """Let singers discuss on the choir's list; the owner reads along and sometimes answers."""
        rng, scene = self.rng, self.scene
        voices = scene.cast.of("list") + scene.cast.of("choir", "group", "strong")[:9]
        at = stamp(self.start + timedelta(days=90), 18)
        while at < scene.end - 12 * DAY:
            talk = scene.writer.talk("list", "en", {"person": rng.choice(voices).given}, topic="discussion")
            subject = f"[choir-talk] {scene.writer.subject(talk)}"
            parent: Mail | None = None
            moment = at
            speakers = [rng.choice(voices) for _ in range(rng.randint(2, 6))]
            if rng.random() < 0.25:
                speakers.insert(rng.randint(1, len(speakers)), scene.owner)
            for index, author in enumerate(speakers):
                stage = "O" if not index else "C" if index == len(speakers) - 1 else rng.choice("RRM")
                own = scene.writer.body(talk, author.voice, stage=stage, ask=stage == "O", season="autumn",
                                        to="all", me=author.given)  # fmt: skip
                parent = self._to_list(author, subject, own, moment, parent)
                moment += rng.randint(1, 30) * 3600
            at += int(rng.uniform(25, 70) * DAY)

    def _to_list(self, author: Person, subject: str, own: str, at: int, parent: Mail | None) -> Mail:
        sender = author.mailbox(day_of(at), work=False)
        local, _, domain = LIST_ADDRESS.partition("@")
        extra = [
            ("List-Id", f"Choir talk <{local}.{domain}>"), ("List-Post", f"<mailto:{LIST_ADDRESS}>"),
            ("List-Unsubscribe", f"<mailto:{local}-leave@{domain}>"), ("Precedence", "list"),
            ("Sender", f"{local}-bounces@{domain}"),
        ]  # fmt: skip
        mail = Mail(
            at=at, author=Party(author.id, sender.address, sender.name), to=[Party("list", LIST_ADDRESS, "Choir talk")],
            subject=subject if parent is None else f"Re: {subject}", text=f"{own}\n\n_______________\nchoir-talk", own=own,
            id=message_id("thunderbird", sender.address.rpartition("@")[2], self.rng, at), zone=zone_at(author, at),
            parent=parent, client="thunderbird", form="plain", extra=extra, labels=("Inbox", "Opened", "Choir"),
            boxes=(self.scene.owner.addresses[0].address,), topic="discussion", asks="?" in own,
        )  # fmt: skip
        self.on_list.append(mail.id)
        self.scene.mails.append(mail)
        return mail

    def _automatic_answers(self) -> None:
        """Let some people's mailboxes answer by themselves that their owner is away."""
        rng, owner = self.rng, self.scene.owner
        direct = [
            one for one in self.scene.mails if one.author.who == owner.id and len(one.everybody()) == 2 and one.human
        ]
        people = {one.id: one for one in self.scene.cast.people}
        for cause in rng.sample(direct, 48):
            person = people.get(cause.to[0].who)
            if person is None:
                continue
            at = cause.at + rng.randint(20, 200)
            own = self.scene.writer.said("m-away", {})
            self.scene.writer.remember([own])
            mail = Mail(
                at=at, author=cause.to[0], to=[cause.author], subject=f"Automatic reply: {cause.subject}", text=own,
                own=own, id=message_id("outlook", "x", rng, at), zone=zone_at(person, at), parent=cause,
                client="outlook", human=False, topic="m-away",
                extra=[("Auto-Submitted", "auto-replied"), ("X-Auto-Response-Suppress", "All")],
            )  # fmt: skip
            self.away.append(mail.id)
            self.scene.mails.append(mail)

    def _bounces(self) -> None:
        rng, owner = self.rng, self.scene.owner
        machine = Machine(
            "bounce", "Mail Delivery Subsystem", "mailer-daemon@mail.freemail.example", "bounce", 0, "private", 0, 8
        )
        for _ in range(7):
            at = stamp(self.start + timedelta(days=rng.randint(200, 2700)), rng.uniform(8, 20))
            self._write(machine, at)
            mail = self.scene.mails[-1]
            mail.extra = [("Auto-Submitted", "auto-replied"), ("Return-Path", "<>")]
            mail.to = [Party(owner.id, owner.addresses[0].address, "")]
        self.all.append(machine)


def _labels(machine: Machine, *, opened: bool) -> tuple[str, ...]:
    if machine.kind == "spam":
        return ("Spam", "Unread")
    category = {"newsletter": "Category Promotions", "social": "Category Social", "receipt": "Category Updates"}
    return ("Inbox", "Opened" if opened else "Unread", *([category[machine.kind]] if machine.kind in category else []))


def _honest_headers(machine: Machine, rng: Random) -> list[tuple[str, str]]:
    domain = machine.address.rpartition("@")[2]
    token = f"{rng.getrandbits(64):x}"
    if machine.kind == "newsletter":
        return [
            ("List-Unsubscribe", f"<https://{domain}/u/{token}>, <mailto:unsubscribe@{domain}?subject={token}>"),
            ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
            ("List-Id", f"<{machine.theme}.{domain}>"),
            ("Precedence", "bulk"),
            ("Feedback-ID", f"{token[:6]}:campaign:{machine.theme}"),
        ]
    if machine.kind in {"bot", "calendar"}:
        return [("Auto-Submitted", "auto-generated"), ("X-Auto-Response-Suppress", "All")]
    if machine.kind == "social":
        return [("List-Unsubscribe", f"<https://{domain}/off/{token}>"), ("Auto-Submitted", "auto-generated")]
    if machine.kind == "receipt":
        return [("Auto-Submitted", "auto-generated")] if "no-reply" in machine.address else [("Precedence", "bulk")]
    if machine.kind == "spam":
        return [("X-Mailer", "The Bat! (v3.0)"), ("X-Priority", "1 (High)")]
    return []


def _calendar(mail: Mail) -> bytes:
    day = day_of(mail.at + DAY)
    return (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//freemail//calendar//EN\r\nBEGIN:VEVENT\r\n"
        f"UID:{mail.id}\r\nDTSTAMP:{day:%Y%m%d}T080000Z\r\nDTSTART:{day:%Y%m%d}T090000Z\r\n"
        f"SUMMARY:{mail.subject}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    ).encode()
