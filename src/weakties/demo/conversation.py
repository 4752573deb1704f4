"""Conversations: who writes when, from which mailbox, quoting what; one `Mail` after another.

`Scene` holds everything that conversations share: the cast, the owner, the writer of texts, the messages so far. A
conversation never ends on a question unless it is told to, so that who waits for an answer is known exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random

from weakties.demo.mail import Attachment, Mail, Party, message_id
from weakties.demo.people import Address, Cast, Person
from weakties.demo.words import Voice, Writer

DAY = 86_400
HOUR = 3_600
_PRIVATE = {"family", "friend", "choir", "neighbour", "school"}
_WROTE = {
    "en": "On {day}, {name} <{address}> wrote:",
    "de": "Am {day} schrieb {name} <{address}>:",
    "fr": "Le {day}, {name} <{address}> a écrit :",
    "es": "El {day}, {name} <{address}> escribió:",
    "pt": "{name} <{address}> escreveu ({day}):",
    "it": "Il {day} {name} <{address}> ha scritto:",
    "ja": "{day} {name} <{address}>:",
}
_SEASONS = ("winter", "winter", "spring", "spring", "spring", "summer", "summer", "summer", "autumn", "autumn",
            "autumn", "winter")  # fmt: skip


@dataclass(slots=True)
class Plan:
    """What a conversation should be. starter None: the owner. world: whose topics; topic: one topic by name.

    open_end: the last message asks and nobody answers. stages: letters of the messages, else O R M ... C.
    """

    at: int
    starter: Person | None
    others: list[Person]
    world: str
    turns: int = 3
    topic: str = ""
    facts: dict[str, str] = field(default_factory=dict)
    open_end: bool = False
    stages: str = ""
    private: bool | None = None
    latest: int = 0
    only: bool = False


def stamp(day: date, hour: float = 12.0) -> int:
    """Return seconds UTC of an hour on a day."""
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() + hour * HOUR)


def day_of(at: int) -> date:
    """Return the day (UTC) of a moment."""
    return datetime.fromtimestamp(at, UTC).date()


def zone_at(person: Person, at: int) -> int:
    """Return somebody's minutes from UTC on a day, summer time included."""
    if person.summer == "no":
        return person.zone
    day = day_of(at)
    first, last = (3, 10) if person.summer == "eu" else (3, 11)
    begins = (
        _sunday(day.year, first, last_one=True) if person.summer == "eu" else _sunday(day.year, first) + timedelta(7)
    )
    ends = _sunday(day.year, last, last_one=True) if person.summer == "eu" else _sunday(day.year, last)
    return person.zone + (60 if begins <= day < ends else 0)


def _sunday(year: int, month: int, *, last_one: bool = False) -> date:
    day = date(year, month, 31 if last_one else 7)
    return day - timedelta((day.weekday() + 1) % 7)


class Scene:
    """Where conversations happen."""

    def __init__(self, rng: Random, cast: Cast, owner: Person) -> None:
        self.rng, self.cast, self.owner = rng, cast, owner
        self.writer = Writer(rng)
        self.mails: list[Mail] = []
        self.end = stamp(cast.end, 0)
        self._clients = [one.name for one in cast.organisations.values() if one.kind == "client"]

    def play(self, plan: Plan) -> list[Mail]:
        """Let a conversation happen and return its messages; they are also kept in `mails`."""
        speakers = self._speakers(plan)
        times = self._times(plan, speakers)
        if not times:
            return []
        language = "en"
        if len(plan.others) == 1 and not plan.topic and self.writer.grammar.of_world(plan.others[0].voice.language):
            language = plan.others[0].voice.language
        talk = self.writer.talk(plan.world, language, self.facts(plan), topic=plan.topic)
        if language != "en":
            talk.facts["person"] = plan.others[0].given
        subject = self.writer.subject(talk)
        out: list[Mail] = []
        stages = plan.stages or "OR" + "M" * max(0, len(times) - 3) + "C"
        for index, (author, at) in enumerate(zip(speakers, times, strict=False)):
            last = index == len(times) - 1
            stage = stages[index] if plan.stages else "C" if last and index else stages[index]
            ask = plan.open_end if last else (stage == "O" or self.rng.random() < 0.25)
            voice = author.voice if language == author.voice.language else _in_language(author.voice, language)
            everyone = [one for one in [self.owner, *plan.others] if one is not author]
            to_name = self._greeted(everyone, out[-1] if out else None, author)
            own = self.writer.body(
                talk, voice, stage=stage, ask=ask, season=_SEASONS[day_of(at).month - 1], to=to_name,
                me=self.signs(author),
            )  # fmt: skip
            mail = self.post(
                author,
                everyone,
                subject,
                own,
                at,
                parent=out[-1] if out else None,
                private=self._is_private(plan),
                language=language,
            )
            mail.asks = "?" in own or "？" in own
            mail.topic = talk.topic.name
            out.append(mail)
        return out

    def signs(self, person: Person) -> str:
        """Return what somebody signs with."""
        return person.given

    def facts(self, plan: Plan) -> dict[str, str]:
        """Return the facts that a conversation begins with: people and firms that it may mention, and the plan's own."""
        rng = self.rng
        pool = [one for one in self.cast.of(plan.world) if one not in plan.others and day_of(plan.at) >= one.since]
        pool = pool or [one for one in self.cast.people if one not in plan.others]
        first, second = rng.choice(pool).given, rng.choice(pool).given
        return {"person": first, "person2": second, "client": rng.choice(self._clients), **plan.facts}

    def _is_private(self, plan: Plan) -> bool:
        if plan.private is not None:
            return plan.private
        return plan.world in _PRIVATE or all(one.world in _PRIVATE for one in plan.others)

    def _speakers(self, plan: Plan) -> list[Person]:
        starter = plan.starter or self.owner
        if len(plan.others) == 1:
            pair = [starter, plan.others[0] if starter is self.owner else self.owner]
            return [pair[index % 2] for index in range(plan.turns)]
        out = [starter]
        everyone = [self.owner, self.owner, *plan.others]
        while len(out) < plan.turns:
            following = self.rng.choice(everyone)
            if following is not out[-1]:
                out.append(following)
        return out

    def _times(self, plan: Plan, speakers: Sequence[Person]) -> list[int]:
        latest = plan.latest or self.end + 8 * HOUR
        times = [self.waking(plan.at, speakers[0])]
        for speaker in speakers[1:]:
            delay = min(6 * DAY, max(240, self.rng.lognormvariate(9.7, 1.3)))
            following = self.waking(int(times[-1] + delay), speaker)
            if following >= latest:
                # No time left: the answers come within hours or not at all.
                following = times[-1] + self.rng.randint(600, 2 * HOUR)
                if following >= latest:
                    break
            times.append(following)
        return times if times[0] < latest else []

    def waking(self, at: int, person: Person) -> int:
        """Return the moment, moved out of the night of its author."""
        hour = (at // 60 + zone_at(person, at)) % 1440 / 60
        if 7 <= hour < 23:
            return at
        return int(at + ((7 - hour) % 24 + self.rng.random() * 2.5) * HOUR)

    def _greeted(self, everyone: list[Person], parent: Mail | None, author: Person) -> str:
        if len(everyone) == 1:
            return everyone[0].given
        if parent and parent.author.who != author.id and self.rng.random() < 0.5:
            return next((one.given for one in everyone if one.id == parent.author.who), "all")
        return self.rng.choice(
            ("all", "everyone", "all", "dear people", "friends" if author.voice.register == "warm" else "all")
        )

    def mailbox(self, person: Person, at: int, *, private: bool) -> Party:
        """Return somebody's side of a message at a moment."""
        address: Address = person.mailbox(day_of(at), work=not private)
        return Party(person.id, address.address, address.name)

    def post(
        self, author: Person, others: list[Person], subject: str, own: str, at: int, *, parent: Mail | None = None,
        private: bool = False, language: str = "en", signed: bool | None = None,
    ) -> Mail:  # fmt: skip
        """Write one message with signature and quotation, and keep it."""
        sender = self.mailbox(author, at, private=private)
        recipients = [self.mailbox(one, at, private=private) for one in others]
        if parent:
            recipients.sort(key=lambda one: one.who != parent.author.who)
        split = 1 if parent else max(1, len(recipients) - (len(recipients) // 2 if self.rng.random() < 0.5 else 0))
        client = self._client(author, sender)
        signature = self._signature(author, at, first=parent is None, wanted=signed, private=private)
        text = own + signature
        if client == "phone":
            text += "\n\nSent from my phone" if self.rng.random() < 0.5 else ""
        text = self._quoted(text, parent, client, language)
        prefix = {"outlook": "RE: " if author.voice.language == "en" else "AW: "}.get(client, "Re: ")
        domain = sender.address.rpartition("@")[2]
        mail = Mail(
            at=at, author=sender, to=recipients[:split], cc=recipients[split:], own=own, text=text,
            subject=prefix + parent.subject.removeprefix("Re: ").removeprefix("RE: ").removeprefix("AW: ")
            if parent else subject,
            id=message_id(client, domain, self.rng, at), zone=zone_at(author, at), parent=parent, client=client,
        )  # fmt: skip
        self._dress(mail)
        self.mails.append(mail)
        return mail

    def _client(self, author: Person, sender: Party) -> str:
        if sender.address.endswith("@freemail.example") and self.rng.random() < 0.7:
            return "freemail"
        if author is self.owner:
            return "outlook" if sender.address.endswith("@tallvik.example") else "thunderbird"
        if author.client != "phone" and self.rng.random() < 0.08:
            return "phone"
        return author.client

    def _dress(self, mail: Mail) -> None:
        rng = self.rng
        mail.form = {"freemail": "html", "outlook": "html", "thunderbird": "flowed"}.get(mail.client, "plain")
        if rng.random() < 0.25:
            mail.form = "plain"
        mail.encoding = rng.choice(("qp", "qp", "8bit", "base64"))
        if mail.client == "outlook" and rng.random() < 0.3:
            mail.charset = "iso-8859-1"
        if rng.random() < 0.025:
            mail.attachments.append(self._attachment(mail))

    def _attachment(self, mail: Mail) -> Attachment:
        stem = "".join(one if one.isalnum() else "-" for one in mail.subject.lower())[:24].strip("-") or "notes"
        if self.rng.random() < 0.5:
            rows = "\n".join(f"{row},{self.rng.random() * 9:.3f}" for row in range(self.rng.randint(4, 12)))
            return Attachment(f"{stem}.csv", "text/csv", f"point,value\n{rows}\n".encode())
        return Attachment(f"{stem}.txt", "text/plain", mail.own[:400].encode())

    def _signature(self, author: Person, at: int, *, first: bool, wanted: bool | None, private: bool) -> str:
        chance = {"formal": 0.9, "plain": 0.55, "warm": 0.12, "curt": 0.1}[author.voice.register]
        if author is self.owner:
            chance = 0.1 if private else 0.5
        if wanted is False or (wanted is None and self.rng.random() > chance * (1 if first else 0.5)):
            return ""
        job = author.job(day_of(at))
        sender = author.mailbox(day_of(at), work=not private)
        lines = [sender.name]
        if job and sender.work:
            title = job.title[:1].upper() + job.title[1:]
            lines += [f"{title}, {job.organisation.name}"] if hash_of(author) % 2 else [title, job.organisation.name]
        if hash_of(author) % 3:
            lines.append(("Tel. ", "T ", "")[hash_of(author) % 5 % 3] + author.phone)
        return ("\n\n-- \n" if hash_of(author) % 4 else "\n\n") + "\n".join(lines)

    def _quoted(self, text: str, parent: Mail | None, client: str, language: str) -> str:
        if parent is None or client == "phone" or (client != "outlook" and self.rng.random() < 0.15):
            return text
        when = datetime.fromtimestamp(parent.at + parent.zone * 60, UTC)
        if client == "outlook":
            to = "; ".join(one.name for one in parent.to)
            head = (
                f"________________________________\nFrom: {parent.author.name} <{parent.author.address}>\n"
                f"Sent: {when.day} {when:%B %Y %H:%M}\nTo: {to}\nSubject: {parent.subject}"
            )
            return f"{text}\n\n{head}\n\n{parent.own}"
        shape = {"apple": f"{when.day} {when:%b %Y}, at {when:%H:%M}", "thunderbird": f"{when:%Y-%m-%d %H:%M}"}
        day = shape.get(client, f"{when:%a}, {when:%b} {when.day}, {when.year} at {when:%H:%M}")
        intro = _WROTE[language].format(day=day, name=parent.author.name, address=parent.author.address)
        quote = "\n".join(f"> {line}".rstrip() for line in parent.own.split("\n"))
        if client == "thunderbird" and self.rng.random() < 0.4:
            return f"{intro}\n{quote}\n\n{text}"
        above = parent.parent
        if above and client == "freemail":
            name = above.author.name
            older = "\n".join(f">> {line}".rstrip() for line in above.own.split("\n"))
            quote = f"{quote}\n>\n> {name} <{above.author.address}> wrote:\n>\n{older}"
        return f"{text}\n\n{intro}\n\n{quote}"


def hash_of(person: Person) -> int:
    """Return a whole number that is the same for a person in every run."""
    return sum(ord(one) * (index + 3) for index, one in enumerate(person.id))


def _in_language(voice: Voice, language: str) -> Voice:
    return Voice(voice.register, voice.chatty, voice.care, voice.lower and language == "en", voice.smiles, language)
