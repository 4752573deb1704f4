"""The desk at which a message is finished: mailboxes of the day, signature, quotation, form and Message-ID.

`Desk.post` turns what somebody says into a `Mail` as that person's mail program would send it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random

from weakties.demo.mail import Attachment, Mail, Party, message_id
from weakties.demo.people import Address, Person

DAY = 86_400
HOUR = 3_600
_WROTE = {
    "en": "On {day}, {name} <{address}> wrote:",
    "de": "Am {day} schrieb {name} <{address}>:",
    "fr": "Le {day}, {name} <{address}> a écrit :",
    "es": "El {day}, {name} <{address}> escribió:",
    "pt": "{name} <{address}> escreveu ({day}):",
    "it": "Il {day} {name} <{address}> ha scritto:",
    "ja": "{day} {name} <{address}>:",
}
_OUTLOOK = {
    "en": ("From", "Sent", "To", "Subject"),
    "de": ("Von", "Gesendet", "An", "Betreff"),
    "fr": ("De", "Envoyé", "À", "Objet"),
    "es": ("De", "Enviado", "Para", "Asunto"),
    "pt": ("De", "Enviada", "Para", "Assunto"),
    "it": ("Da", "Inviato", "A", "Oggetto"),
    "ja": ("差出人", "送信日時", "宛先", "件名"),
}
_FROM_PHONE = {
    "en": "Sent from my phone",
    "de": "Von meinem Telefon gesendet",
    "fr": "Envoyé de mon téléphone",
    "es": "Enviado desde mi móvil",
    "pt": "Enviado do meu telemóvel",
    "it": "Inviato dal telefono",
    "ja": "携帯から送信",
}
_ANSWER = ("Re: ", "RE: ", "AW: ")


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


@dataclass(slots=True)
class Draft:
    """What somebody wants to send. all_to: nobody goes into copy but who is `copied`. signed: with a signature in any case.

    below: what stands under it all, a forwarded message for instance."""

    author: Person
    to: list[Person]
    subject: str
    own: str
    at: int
    parent: Mail | None = None
    private: bool = False
    language: str = "en"
    signed: bool = False
    all_to: bool = False
    copied: tuple[Person, ...] = ()
    below: str = ""


class Desk:
    """Finishes messages and keeps them in `mails`, in the order of their making."""

    def __init__(self, rng: Random, owner: Person) -> None:
        self.rng, self.owner = rng, owner
        self.mails: list[Mail] = []

    def mailbox(self, person: Person, at: int, *, private: bool, writes: bool = False) -> Party:
        """Return somebody's side of a message at a moment; whoever writes may do so from a further address."""
        day = day_of(at)
        address: Address = person.mailbox(day, work=not private)
        further = [one for one in person.aliases if one.since <= day and (one.until is None or day < one.until)]
        if writes and further and self.rng.random() < 0.4:
            address = self.rng.choice(further)
        return Party(person.id, address.address, address.name)

    def post(self, draft: Draft) -> Mail:
        """Write one message with signature and quotation, and keep it."""
        author, at, parent, private = draft.author, draft.at, draft.parent, draft.private
        sender = self.mailbox(author, at, private=private, writes=True)
        recipients = [self.mailbox(one, at, private=private) for one in draft.to]
        if parent:
            recipients.sort(key=lambda one: one.who != parent.author.who)
        if draft.copied:
            aside = {one.id for one in draft.copied}
            recipients.sort(key=lambda one: one.who in aside)
        halves = not parent and not draft.all_to and self.rng.random() < 0.5
        split = max(1, len(recipients) - len(recipients) // 2) if halves else 1 if parent else len(recipients)
        split = min(split, max(1, len(recipients) - len(draft.copied)))
        client = self._client(author, sender)
        text = draft.own + self._signature(draft, sender)
        if client == "phone" and self.rng.random() < 0.5:
            text += "\n\n" + _FROM_PHONE.get(draft.language, _FROM_PHONE["en"])
        subject = draft.subject
        text += draft.below
        if parent:
            for one in _ANSWER:
                subject = subject.removeprefix(one)
            subject = (
                ("AW: " if draft.language == "de" else "RE: ") + subject if client == "outlook" else "Re: " + subject
            )
        domain = sender.address.rpartition("@")[2]
        mail = Mail(
            at=at, author=sender, to=recipients[:split], cc=recipients[split:], own=draft.own, subject=subject,
            text=self._quoted(text, draft, client), id=message_id(client, domain, self.rng, at),
            zone=zone_at(author, at), parent=parent, client=client,
        )  # fmt: skip
        self._copies(mail, author, at)
        self._dress(mail)
        self.mails.append(mail)
        return mail

    def forward(self, author: Person, to: Person, old: Mail, words: str, at: int, *, private: bool) -> Mail:
        """Send an older message on to somebody, with a word above it."""
        when = datetime.fromtimestamp(old.at + old.zone * 60, UTC)
        below = (
            f"\n\n---------- Forwarded message ---------\nFrom: {old.author.name} <{old.author.address}>\n"
            f"Date: {when:%a}, {when.day} {when:%b %Y} at {when:%H:%M}\nSubject: {old.subject}\n"
            f"To: {', '.join(one.name for one in old.to)}\n\n\n{old.own}"
        )
        mail = self.post(Draft(author, [to], f"Fwd: {old.subject}", words, at, private=private, below=below))
        mail.topic = "forward"
        return mail

    def _copies(self, mail: Mail, author: Person, at: int) -> None:
        """Add second addresses in copy: of whoever always copies themselves, and now and then of the owner."""
        if author.copies_to and author.copies_to != mail.author.address:
            mail.cc.append(Party(author.id, author.copies_to, author.name))
        mine = [one for one in mail.to if one.who == self.owner.id]
        if mine and mine[0].address.endswith("@halden.example") and self.rng.random() < 0.06:
            private = self.owner.mailbox(day_of(at), work=False)
            mail.cc.append(Party(self.owner.id, private.address, private.name))

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
        if rng.random() < (0.4 if "attach" in mail.own else 0.015):
            mail.attachments.append(self._attachment(mail))

    def _attachment(self, mail: Mail) -> Attachment:
        stem = "".join(one if one.isalnum() else "-" for one in mail.subject.lower())[:24].strip("-") or "notes"
        if self.rng.random() < 0.5:
            rows = "\n".join(f"{row},{self.rng.random() * 9:.3f}" for row in range(self.rng.randint(4, 12)))
            return Attachment(f"{stem}.csv", "text/csv", f"point,value\n{rows}\n".encode())
        return Attachment(f"{stem}.txt", "text/plain", mail.own[:400].encode())

    def _signature(self, draft: Draft, sender: Party) -> str:
        author, day = draft.author, day_of(draft.at)
        chance = {"formal": 0.9, "plain": 0.55, "warm": 0.12, "curt": 0.1}[author.voice.register]
        if author is self.owner:
            chance = 0.1 if draft.private else 0.5
        if author.aliases:
            # One signature under all their addresses is what tells that they are one person.
            chance = max(chance, 0.6)
        # Whoever writes from an unusual address signs, lest nobody knows who it is.
        unusual = any(one.address == sender.address for one in author.aliases)
        if not (draft.signed or unusual) and self.rng.random() > chance * (0.5 if draft.parent else 1):
            return ""
        job, shape = author.job(day), hash_of(author)
        lines = [author.name if "," in sender.name else sender.name]
        if job and sender.address == author.mailbox(day, work=True).address:
            title = job.title[:1].upper() + job.title[1:]
            lines += [f"{title}, {job.organisation.name}"] if shape % 2 else [title, job.organisation.name]
            if shape % 7 == 3:
                lines.append(job.organisation.town)
        if shape % 3 or author.aliases:
            lines.append(("Tel. ", "T ", "", "M: ", "☎ ")[shape % 5] + author.phone)
        return ("\n\n-- \n" if shape % 4 else "\n\n") + "\n".join(lines)

    def _quoted(self, text: str, draft: Draft, client: str) -> str:
        parent, language = draft.parent, draft.language
        if parent is None or client == "phone" or (client != "outlook" and self.rng.random() < 0.15):
            return text
        when = datetime.fromtimestamp(parent.at + parent.zone * 60, UTC)
        if client == "outlook":
            to = "; ".join(one.name for one in parent.to)
            words = _OUTLOOK.get(language, _OUTLOOK["en"])
            head = (
                f"________________________________\n{words[0]}: {parent.author.name} <{parent.author.address}>\n"
                f"{words[1]}: {when.day} {when:%B %Y %H:%M}\n{words[2]}: {to}\n{words[3]}: {parent.subject}"
            )
            return f"{text}\n\n{head}\n\n{parent.own}"
        shape = {"apple": f"{when.day} {when:%b %Y}, at {when:%H:%M}", "thunderbird": f"{when:%Y-%m-%d %H:%M}"}
        day = shape.get(client, f"{when:%a}, {when:%b} {when.day}, {when.year} at {when:%H:%M}")
        if language != "en":
            day = f"{when:%d.%m.%Y} {when:%H:%M}"
        intro = _WROTE[language].format(day=day, name=parent.author.name, address=parent.author.address)
        if client == "thunderbird" and self.rng.random() < 0.4:
            return f"{intro}\n{self._inline(text, parent)}"
        quote = _as_quote(parent.own, "> ")
        above = parent.parent
        if above and client == "freemail":
            older = _as_quote(above.own, ">> ")
            quote = f"{quote}\n>\n> {above.author.name} <{above.author.address}> wrote:\n>\n{older}"
        return f"{text}\n\n{intro}\n\n{quote}"

    def _inline(self, text: str, parent: Mail) -> str:
        """Answer between the paragraphs of what is answered, or below all of it where there is too little to part."""
        said, asked = text.split("\n\n"), parent.own.split("\n\n")
        if len(said) < 4 or len(asked) < 4:
            return f"{_as_quote(parent.own, '> ')}\n\n{text}"
        # Neither the greeting nor the name below is worth quoting.
        points = asked[1:-1]
        out = [said[0]]
        for index, answer in enumerate(said[1:]):
            if index < len(points):
                out.append(_as_quote(points[index], "> "))
            out.append(answer)
        return "\n\n".join(out)


def _as_quote(text: str, mark: str) -> str:
    return "\n".join(f"{mark}{line}".rstrip() for line in text.split("\n"))


def hash_of(person: Person) -> int:
    """Return a whole number that is the same for a person in every run."""
    return sum(ord(one) * (index + 3) for index, one in enumerate(person.id))
