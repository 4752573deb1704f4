"""Who lives in the demo world: about four hundred invented people, their names, posts, mailboxes and ways of writing.

The people who carry a planted case stand in `text/cast.txt` by name; the others are drawn from `text/names.txt`, so
that names come from many cultures and scripts. All addresses end in `.example` (RFC 2606); telephone numbers come
from the ranges that are kept for fiction.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random

from weakties.demo.grammar import TEXT
from weakties.demo.words import Voice

FREE_MAIL = ("freemail.example", "postbox.example", "webmail.example")
# Two domains of one provider: the same mailbox answers in both, as with a large provider's older domain.
TWIN_DOMAINS = ("freemail.example", "fmail.example")

# How many people of each world have which tie with the owner, beside those of cast.txt.
POPULATION: dict[str, dict[str, int]] = {
    "tallvik": {"strong": 7, "dormant": 26, "woken": 3, "weak": 7, "overdue": 3, "steady": 3, "group": 14},
    "halden": {"strong": 12, "group": 6, "dormant": 4},
    "school": {"dormant": 14, "woken": 2, "weak": 5, "group": 13},
    "choir": {"strong": 3, "weak": 5, "steady": 1, "overdue": 2, "dormant": 5, "group": 18},
    "conference": {
        "weak": 8, "new": 11, "dormant": 12, "woken": 1, "she-writes": 3, "they-write": 3, "group": 8, "steady": 2,
        "strong": 2,
    },
    "neighbour": {"strong": 2, "weak": 4, "dormant": 3, "group": 8},
    "family": {"family": 6},
    "client": {
        "strong": 4, "weak": 8, "overdue": 4, "steady": 4, "dormant": 6, "she-writes": 3, "new": 4, "introduced": 4,
    },
    "supplier": {"strong": 2, "weak": 5, "overdue": 3, "steady": 3, "dormant": 4, "they-write": 2},
    "investor": {"weak": 3},
    "friend": {"weak": 3, "dormant": 3, "they-write": 2},
    "list": {"list": 8},
}  # fmt: skip
_WORK_WORLDS = {"tallvik", "halden", "conference", "client", "supplier", "investor"}
_LOCAL = {"tallvik", "halden", "choir", "neighbour", "family"}
_TITLES = (
    "optical engineer", "head of quality", "buyer", "project manager", "process engineer", "technician", "researcher",
    "product manager", "sales engineer", "mechanical designer", "software developer", "group leader", "field engineer",
    "head of operations", "test engineer", "metrologist", "application specialist", "plant manager", "postdoc",
    "systems engineer", "programme manager", "analyst", "technical writer", "lab manager",
)  # fmt: skip
_REGISTERS = {
    "family": ("warm", "warm", "curt"), "friend": ("warm", "plain"), "choir": ("warm", "plain", "plain"),
    "neighbour": ("plain", "warm", "curt"), "school": ("warm", "plain"), "tallvik": ("plain", "curt", "plain"),
    "halden": ("plain", "curt"), "client": ("formal", "plain", "formal"), "supplier": ("formal", "plain"),
    "conference": ("plain", "formal", "warm"), "investor": ("plain", "formal"), "list": ("plain", "warm"), "weak": ("plain",),
}  # fmt: skip
_LANGUAGES = {
    "german": "de", "french": "fr", "spanish": "es", "portuguese": "pt", "brazilian": "pt", "japanese": "ja",
}  # fmt: skip
_CLIENTS = ("freemail", "outlook", "apple", "thunderbird", "phone")
_FOLD = str.maketrans({"ø": "o", "æ": "ae", "ß": "ss", "ł": "l", "đ": "d", "þ": "th", "ð": "d", "ı": "i", "ọ": "o"})


@dataclass(frozen=True, slots=True)
class Organisation:
    """An employer: its name, its mail domain and its town."""

    key: str
    name: str
    domain: str
    town: str
    kind: str


@dataclass(frozen=True, slots=True)
class Job:
    """A post somebody holds from a day to a day (None: still)."""

    organisation: Organisation
    title: str
    since: date
    until: date | None = None


@dataclass(slots=True)
class Address:
    """A mailbox, the display name used with it, and the days between which its owner writes from it."""

    address: str
    name: str
    since: date
    until: date | None
    work: bool


@dataclass(slots=True)
class Person:
    """Somebody in the owner's life.

    zone: minutes from UTC in winter. since: day of the first contact. aliases: further addresses or names they now and
    then write from. copies_to: a second address of theirs that they copy on everything.
    """

    id: str
    name: str
    latin: str
    given: str
    world: str
    kind: str
    zone: int
    summer: str
    voice: Voice
    client: str
    phone: str
    since: date
    jobs: list[Job] = field(default_factory=list)
    addresses: list[Address] = field(default_factory=list)
    aliases: list[Address] = field(default_factory=list)
    copies_to: str = ""
    through: str = ""
    where: str = ""
    club: str = ""
    remark: str = ""

    def mailbox(self, day: date, *, work: bool) -> Address:
        """Return the address used on a day, of the wanted sort where there is one."""
        open_ones = [one for one in self.addresses if one.since <= day and (one.until is None or day < one.until)]
        open_ones = open_ones or self.addresses[-1:]
        wanted = [one for one in open_ones if one.work == work]
        return (wanted or open_ones)[-1]

    def called(self, language: str) -> str:
        """Return the name somebody is greeted and signs with; the family name in Japanese."""
        return self.name.split()[0] if language == "ja" and not self.name.isascii() else self.given

    def job(self, day: date) -> Job | None:
        """Return the post held on a day."""
        for one in self.jobs:
            if one.since <= day and (one.until is None or day < one.until):
                return one
        return None


@dataclass(frozen=True, slots=True)
class _Name:
    display: str
    latin: str
    given: str
    culture: str
    zone: int
    summer: str


def folded(text: str) -> str:
    """Return the text in plain lower-case letters of ASCII, as local parts of addresses have it."""
    plain = unicodedata.normalize("NFKD", text.lower().translate(_FOLD)).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z]+", "-", plain).strip("-")


def read_organisations() -> dict[str, Organisation]:
    """Return all organisations by key."""
    rows = [line.split(" ; ") for line in _lines("organisations.txt")]
    return {row[0]: Organisation(row[0], row[1], row[2], row[3], row[4]) for row in rows}


def _lines(name: str) -> list[str]:
    text = (TEXT / name).read_text(encoding="utf-8")
    return [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]


class _Names:
    """Draws names that nobody has yet, culture by culture."""

    def __init__(self, rng: Random, taken: set[str]) -> None:
        self._rng = rng
        self.taken = taken
        self._cultures = [[part.strip() for part in line.split(";")] for line in _lines("names.txt")]
        # People of the owner's own towns are more frequent in her life.
        self._weights = [6 if row[0] == "nordic" else 3 if row[0] in {"german", "english", "finnish"} else 1
                         for row in self._cultures]  # fmt: skip

    def draw(self) -> _Name:
        rng = self._rng
        while True:
            row = rng.choices(self._cultures, self._weights)[0]
            given, latin_given = _spellings(rng.choice(row[4].split(", ")))
            family, latin_family = _spellings(rng.choice(row[5].split(", ")))
            own_script = rng.random() < 0.6 and given != latin_given and family != latin_family
            if not own_script:
                given, family = latin_given, latin_family
            latin = f"{latin_given} {latin_family}".strip()
            order = row[3]
            display = f"{family} {given}" if order == "fg" and own_script else f"{given} {family}".strip()
            if latin not in self.taken:
                self.taken.add(latin)
                return _Name(display, latin, latin_given, row[0], int(float(row[1]) * 60), row[2])


def _spellings(text: str) -> tuple[str, str]:
    own, _, latin = text.strip().partition("=")
    return own, latin or own


class Cast:
    """Everybody, made once for a seed. `end` is the last day of the world."""

    def __init__(self, rng: Random, *, start: date, end: date) -> None:
        self.start, self.end = start, end
        self.organisations = read_organisations()
        self.people: list[Person] = []
        self._rng = rng
        self._ids: set[str] = set()
        self._mailboxes: set[str] = set()
        self._phones: set[str] = set()
        rows = [[part.strip() for part in line.split(";")] for line in _lines("cast.txt")]
        self._names = _Names(rng, {_spellings_of(row[0])[1] for row in rows})
        self._by_kind: dict[str, list[Organisation]] = {}
        for one in self.organisations.values():
            self._by_kind.setdefault(one.kind, []).append(one)
        for row in rows:
            self._principal(row)
        for world, kinds in POPULATION.items():
            for kind, count in kinds.items():
                for _ in range(count):
                    self._extra(world, kind)
        for door in [one for one in self.people if one.kind == "door"]:
            self._behind(door)

    def of(self, world: str, *kinds: str) -> list[Person]:
        """Return the people of a world, of some kinds only where kinds are given."""
        return [one for one in self.people if one.world == world and (not kinds or one.kind in kinds)]

    def named(self, latin: str, world: str = "") -> Person:
        """Return the person with this Latin spelling."""
        return next(one for one in self.people if one.latin == latin and world in {"", one.world})

    def further_names(self, rng: Random, count: int) -> list[str]:
        """Return names in Latin letters that nobody of the cast has, for people who are in no mail."""
        names = _Names(rng, self._names.taken)
        drawn = [names.draw().latin for _ in range(4 * count)]
        # A name of one word is a riddle of its own.
        return [name for name in drawn if " " in name][:count]

    def _principal(self, row: list[str]) -> None:
        display, latin = _spellings_of(row[0])
        zone = int(float(row[5]) * 60)
        summer = "eu" if zone in {0, 60, 120} else "no"
        voice = Voice(row[3], 0.75 if row[3] == "warm" else 0.35, 0.9, language=row[4])
        given = {"mother": "Mamma", "father": "Papà"}.get(row[7] if len(row) > 7 else "", latin.split()[0])
        person = self._add(_Name(display, latin, given, "", zone, summer), row[1], row[2], voice)
        remark = row[7] if len(row) > 7 else ""
        if row[2] == "door":
            key, _, club = remark.partition(": ")
            person.club, person.remark = club, key
        else:
            person.remark = remark
        if len(row) > 6 and row[6]:
            key, _, title = row[6].partition(": ")
            self.hire(person, self.organisations[key], title, self.start - timedelta(days=700))
        self._private_mailbox(person)

    def _extra(self, world: str, kind: str) -> None:
        name = self._names.draw()
        rng = self._rng
        register = rng.choice(_REGISTERS[world])
        chatty = rng.random() * (0.9 if register == "warm" else 0.6 if register == "plain" else 0.25)
        voice = Voice(register, chatty, 0.4 + rng.random() * 0.6, lower=register == "curt" and rng.random() < 0.4)
        voice.smiles = rng.choice((":)", ";-)", ":-)", "😊")) if register == "warm" and rng.random() < 0.3 else ""
        if rng.random() < 0.45 and world not in {"tallvik", "halden", "choir", "neighbour"}:
            voice.language = _LANGUAGES.get(name.culture, "en")
        person = self._add(name, world, kind, voice)
        if world in _WORK_WORLDS or rng.random() < 0.35:
            self.hire(person, self._employer(world), rng.choice(_TITLES), self.start - timedelta(days=500))
        if world not in _WORK_WORLDS or rng.random() < 0.15 or not person.addresses:
            self._private_mailbox(person)

    def _behind(self, door: Person) -> None:
        organisation = self.organisations[door.remark]
        for _ in range(self._rng.randint(9, 12)):
            name = self._names.draw()
            voice = Voice(self._rng.choice(("plain", "formal", "warm")), 0.2, 0.9)
            person = self._add(name, f"door-{door.remark}", "behind", voice)
            person.club = door.club
            if self._rng.random() < 0.6:
                self.hire(person, organisation, self._rng.choice(_TITLES), self.start - timedelta(days=300))
            else:
                self._private_mailbox(person)

    def _employer(self, world: str) -> Organisation:
        if world in {"tallvik", "halden"}:
            return self.organisations[world]
        kinds = {"client": ("client",), "supplier": ("supplier",), "investor": ("office",)}
        kind = self._rng.choice(kinds.get(world, ("lab", "maker", "client", "school", "office")))
        taken = {"tallvik", "halden"} | {one.remark for one in self.people if one.kind == "door"}
        return self._rng.choice([one for one in self._by_kind[kind] if one.key not in taken] or self._by_kind["maker"])

    def _add(self, name: _Name, world: str, kind: str, voice: Voice) -> Person:
        rng = self._rng
        base = "p-" + (folded(name.latin) or "somebody")
        if world in _LOCAL and name.zone not in {0, 60, 120}:
            name = replace(name, zone=60, summer="eu")
        identity = base
        while identity in self._ids:
            identity = f"{base}-{len([one for one in self._ids if one.startswith(base)]) + 1}"
        self._ids.add(identity)
        client = rng.choice(_CLIENTS[1:] if world in _WORK_WORLDS else _CLIENTS)
        voice.habit = rng.randrange(1000)
        person = Person(
            id=identity, name=name.display, latin=name.latin, given=name.given, world=world, kind=kind,
            zone=name.zone, summer=name.summer, voice=voice, client=client, phone=self._phone(name.zone),
            since=self.start, where=world,
        )  # fmt: skip
        self.people.append(person)
        return person

    def hire(self, person: Person, organisation: Organisation, title: str, since: date) -> Address:
        """Give somebody a post and its mailbox; an earlier post and its mailbox end that day."""
        if person.jobs:
            last = person.jobs[-1]
            person.jobs[-1] = Job(last.organisation, last.title, last.since, since)
            for one in person.addresses:
                if one.work and one.until is None:
                    one.until = since
        person.jobs.append(Job(organisation, title, since))
        given, _, family = person.latin.partition(" ")
        local = f"{folded(given)}.{folded(family).replace('-', '')}" if family else folded(given)
        patterns = {"halden": folded(given), "ashdown": f"{folded(given)[:1]}.{folded(family)}"}
        local = patterns.get(organisation.key, local)
        address = Address(self._free(local, organisation.domain), person.name, since, None, work=True)
        person.addresses.append(address)
        return address

    def _private_mailbox(self, person: Person) -> None:
        rng = self._rng
        given, _, family = (folded(part) for part in person.latin.partition(" "))
        family = family.replace("-", "")
        number = rng.randint(60, 99)
        shapes = ["{0}.{1}", "{0}{1}", "{1}.{0}", "{0}{2}", "{3}.{1}", "{0}_{1}"] if family else ["{0}{2}"]
        local = rng.choice(shapes).format(given, family, number, given[:1])
        domain = rng.choice(FREE_MAIL)
        person.addresses.insert(0, Address(self._free(local, domain), person.name, date.min, None, work=False))

    def _free(self, local: str, domain: str) -> str:
        address, number = f"{local}@{domain}", 1
        while address in self._mailboxes:
            number += 1
            address = f"{local}{number}@{domain}"
        self._mailboxes.add(address)
        return address

    def _phone(self, zone: int) -> str:
        # Ranges kept for fiction in Sweden (PTS), Germany (Bundesnetzagentur), Britain (Ofcom) and North America.
        rng = self._rng
        ranges = {0: ("+44 20 7946 0%03d",), 60: ("+46 31 390 06 %02d", "+46 40 628 04 %02d", "+49 30 23125 %03d")}
        while True:
            shape = rng.choice(ranges.get(zone, ("+1 416 555 01%02d", "+1 585 555 01%02d", "+1 206 555 01%02d")))
            number = shape % rng.randint(0, 999 if "%03d" in shape else 99)
            if number not in self._phones:
                self._phones.add(number)
                return number


def own_script(latin: str) -> str:
    """Return how somebody of this Latin spelling writes the name in another script; empty where there is none in `text/names.txt`."""
    given, _, family = latin.partition(" ")
    for line in _lines("names.txt"):
        row = [part.strip() for part in line.split(";")]
        first, last = (dict(_spellings(one)[::-1] for one in row[place].split(", ")) for place in (4, 5))
        if first.get(given, given) != given and last.get(family, family) != family:
            parts = (last[family], first[given]) if row[3] == "fg" else (first[given], last[family])
            return " ".join(parts)
    return ""


def _spellings_of(text: str) -> tuple[str, str]:
    own, _, latin = text.partition(" = ")
    return own.strip(), (latin or own).strip()
