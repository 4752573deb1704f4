"""Who is to be found where beside mail: telephones, address books, networks; and those who are in no mail at all.

Every person of the cast who is in the mail is here as `Someone`, with what the other exports show of them. Added are people
whom mail never saw: contacts of a network who never wrote, namesakes of others, tradespeople. Whatever a file says of somebody
is noted as a handle by whoever writes the file, so that the truth file tells what was written.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from weakties.demo.people import Cast, Organisation, Person, folded, own_script
from weakties.facts import handles

# The days on which the older and the newer exports were taken, counted back from the world's today.
OLDER_DAYS, NEWER_DAYS = 724, 1
# Kinds with whom the owner may talk, meet and call without untelling what the truth says of their silence.
NEAR = frozenset({"close", "family", "strong", "connector"})
_ON_LINKEDIN = {
    "connector": 1.0, "strong": 0.85, "weak": 0.8, "door": 1.0, "new": 0.85, "dormant": 0.55, "woken": 0.8, "group": 0.5,
    "introduced": 0.6, "she-writes": 0.5, "they-write": 0.5, "steady": 0.8, "overdue": 0.7, "close": 0.6, "family": 0.2,
}  # fmt: skip
_IN_BOOK = {
    "close": 1.0, "family": 1.0, "connector": 1.0, "strong": 0.7, "steady": 0.5, "overdue": 0.4, "weak": 0.3, "door": 0.5,
    "woken": 0.4, "new": 0.3, "dormant": 0.2, "group": 0.2,
}  # fmt: skip
# How the owner saved some of them: a nickname, initials, one word, a role, a sign.
_SAVED = {
    "Paola Marchetti": "Mamma", "Giancarlo Marchetti": "Papà", "Linnea Marchetti": "Linnea", "Joakim Fredén": "Jocke ❤️",
    "Zia Ornella": "Zia Ornella", "Nadia Castellani-Björk": "Nadia C-B", "Adaeze Nwachukwu": "A. Nwachukwu",
    "Petter Öhman": "Petter Ohman", "Birgit Ekwall": "Birgit (upstairs)", "Rasmus Thorsen": "Rasmus Thorsen 🎶",
    "Hannah Lindqvist": "Hannah Okonkwo", "Alexandra Featherstone": "Sasha Featherstone", "Tove Sandahl": "Tove",
}  # fmt: skip
# Of them whom she saved without an address.
_NUMBER_ALONE = frozenset({"Giancarlo Marchetti", "Linnea Marchetti", "Tove Sandahl"})
# In how many days their birthdays are.
_BORN = {"Nadia Castellani-Björk": 4, "Elio Marchetti": 9, "Oona Lindmark-Saro": 12}
_MARRIED = {"Hannah Lindqvist": "Hannah Okonkwo"}
# Numbers kept for fiction: mobiles of Britain (Ofcom) and Sweden (PTS), and lines of North America.
_NUMBERS = ("+44 7700 900%03d", "+46 70 174 06 %02d", "+1 416 555 01%02d", "+1 250 555 01%02d", "+44 7700 900%03d")
_LINE_AT_HOME = "+46 8 465 004 99"
_TITLES = (
    "buyer",
    "consultant",
    "recruiter",
    "head of sales",
    "optical designer",
    "professor",
    "journalist",
    "engineer",
)


_PLAIN = str.maketrans({"ø": "o", "Ø": "O", "æ": "ae", "Æ": "Ae", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D"})


@dataclass(slots=True)
class Someone:
    """One person as the exports beside mail know them.

    name: as they call themselves; saved: as the owner saved them in her telephone, empty where she has not; older, newer:
    organisation and title at the two exports; handles: all that files say; talked: channel -> moments of what was said, called or
    met between the two, in seconds UTC; groups and meetings that repeat are left out.
    """

    id: str
    name: str
    kind: str
    person: Person | None = None
    saved: str = ""
    phone: str = ""
    mails: tuple[str, ...] = ()
    slug: str = ""
    born: str = ""
    town: str = ""
    older: tuple[str, str] = ("", "")
    newer: tuple[str, str] = ("", "")
    connected: date | None = None
    with_mail: bool = True
    instagram: str = ""
    telegram: int = 0
    handles: set[str] = field(default_factory=set)
    talked: dict[str, list[int]] = field(default_factory=dict)

    @property
    def profile(self) -> str:
        """The address of the profile on LinkedIn."""
        return f"https://www.linkedin.com/in/{self.slug}"

    def known(self, handle: str | None) -> None:
        """Note a handle that a file gives."""
        if handle:
            self.handles.add(handle)

    def spoke(self, channel: str, *at: int) -> None:
        """Note words, calls or meetings that a file holds. at: seconds UTC."""
        self.talked.setdefault(channel, []).extend(at)

    def named(self, name: str, place: str) -> None:
        """Note that a file of a source names them by name alone."""
        self.known(handles.bare_name(name, place))

    def mailed(self, address: str) -> None:
        """Note an address that a file names."""
        self.known(handles.email(address))

    def numbered(self, number: str) -> None:
        """Note a telephone number that a file names."""
        self.known(handles.phone(number))


@dataclass(frozen=True, slots=True)
class Told:
    """News that the exports hold. kind: as `insight.news.KINDS`; source: which export says so."""

    who: str
    kind: str
    source: str
    on: date


class Acquaintances:
    """Everybody, drawn from a generator of their own, so that the mail of a seed stays what it is."""

    def __init__(self, rng: Random, cast: Cast, owner: Person, addresses: dict[str, set[str]]) -> None:
        self.rng, self.cast = rng, cast
        self.end = cast.end
        self.older, self.newer = self.end - timedelta(OLDER_DAYS), self.end - timedelta(NEWER_DAYS)
        self.news: list[Told] = []
        # Handles of what writes without being anybody: a short number, a service's name.
        self.services: set[str] = set()
        self.namesakes: list[tuple[Someone, Someone]] = []
        self.couple: tuple[tuple[Someone, Someone], str] | None = None
        self._slugs = 0
        self._numbers = {one.phone for one in cast.people}
        self.owner = Someone("me", owner.name, "owner", owner, phone="+46 70 174 06 99")
        self._numbers.add(self.owner.phone)
        self.owner.mails = tuple(one.address for one in owner.addresses)
        self.owner.slug = self._slug(owner.name)
        self.people = [self._of_mail(one, addresses[one.id]) for one in cast.people if one.id in addresses]
        self._by_id = {one.id: one for one in self.people}
        self.strangers = self._never_wrote(28)
        self.trades = self._trades()
        self._namesakes()
        self._couple()
        self._moves()

    def everybody(self) -> Iterable[Someone]:
        """Return all people, those of mail first, without the owner."""
        return self._by_id.values()

    def connected(self) -> list[Someone]:
        """Return the contacts on LinkedIn."""
        return [one for one in self.everybody() if one.slug]

    def booked(self) -> list[Someone]:
        """Return those in the address book."""
        return [one for one in self.everybody() if one.saved]

    def named(self, latin: str) -> Someone:
        """Return the person of the cast with this Latin spelling."""
        return self._by_id[self.cast.named(latin).id]

    def near(self, *worlds: str) -> list[Someone]:
        """Return those with whom the owner may be in touch at any time, of some worlds only where they are given."""
        found = [one for one in self.people if one.person and one.person.kind in NEAR]
        return [one for one in found if not worlds or (one.person and one.person.world in worlds)]

    def work_mail(self, one: Someone) -> str:
        """Return the address used today at work, else any."""
        return one.person.mailbox(self.end, work=True).address if one.person else next(iter(one.mails), "")

    def _of_mail(self, person: Person, mails: set[str]) -> Someone:
        rng = self.rng
        one = Someone(person.id, _MARRIED.get(person.latin, person.latin), person.kind, person)
        one.mails = tuple(sorted(mails))
        for address in mails:
            one.mailed(address)
        one.older, one.newer = self._post(person, self.older), self._post(person, self.end)
        job = person.job(self.end)
        one.town = job.organisation.town if job else ""
        one.phone = person.phone if rng.random() < 0.6 else self._number()
        on_network = rng.random() < _ON_LINKEDIN.get(person.kind, 0.0) and "no business network" not in person.remark
        if person.jobs and on_network:
            one.slug = self._slug(one.name)
            one.connected = self._connected(person)
        if rng.random() < _IN_BOOK.get(person.kind, 0.0) or person.latin in _SAVED:
            one.saved = _SAVED.get(person.latin) or self._saved(one)
            one.with_mail = person.latin not in _NUMBER_ALONE and (person.latin in _SAVED or rng.random() < 0.85)
            if person.kind in {"close", "family"} or rng.random() < 0.2:
                one.born = self._birthday()
            if person.latin in _BORN:
                one.born = f"--{self.end + timedelta(days=_BORN[person.latin]):%m-%d}"
        return one

    def _post(self, person: Person, day: date) -> tuple[str, str]:
        job = person.job(day)
        return (job.organisation.name, job.title) if job else ("", "")

    def _slug(self, name: str) -> str:
        # The ending is one that no real profile has.
        self._slugs += 1
        return f"{folded(name)}-ex{self._slugs:04d}"

    def _number(self) -> str:
        while True:
            shape = self.rng.choice(_NUMBERS)
            number = shape % self.rng.randint(0, 999 if "%03d" in shape else 98)
            if shape.startswith("+46") and number[-2:] < "05":
                continue
            if number not in self._numbers:
                self._numbers.add(number)
                return number

    def _connected(self, person: Person) -> date:
        since = max(person.since, self.cast.start) + timedelta(days=self.rng.randint(3, 200))
        return min(since, self.newer - timedelta(days=2))

    def _saved(self, one: Someone) -> str:
        roll = self.rng.random()
        given, _, family = one.name.partition(" ")
        if roll < 0.12:
            return without_marks(one.name)
        if roll < 0.18 and family:
            return f"{given[0]}. {family}"
        if roll < 0.24 and one.newer[0]:
            return f"{one.name} ({one.newer[0]})"
        if roll < 0.28 and family:
            return f"{family}, {given}"
        return f"{one.name} 🎵" if one.person and one.person.world == "choir" and roll > 0.8 else one.name

    def _birthday(self) -> str:
        day = date(1950 + self.rng.randint(0, 45), 1, 1) + timedelta(days=self.rng.randint(0, 364))
        return day.isoformat() if self.rng.random() < 0.7 else f"--{day:%m-%d}"

    def _add(self, one: Someone) -> Someone:
        self._by_id[one.id] = one
        return one

    def _stranger(self, name: str, kind: str, organisation: str = "", title: str = "") -> Someone:
        key, number = f"x-{folded(name)}", 1
        while key in self._by_id:
            number += 1
            key = f"x-{folded(name)}-{number}"
        post = (organisation, title)
        return self._add(Someone(key, name, kind, older=post, newer=post))

    def _on_linkedin(self, one: Someone) -> Someone:
        one.slug = self._slug(one.name)
        one.connected = self.older - timedelta(days=self.rng.randint(20, 1_500))
        return one

    def _never_wrote(self, count: int) -> list[Someone]:
        rng, houses = self.rng, self._houses()
        out = []
        for name in self.cast.further_names(rng, count):
            one = self._stranger(name, "declared", rng.choice(houses).name, rng.choice(_TITLES))
            out.append(self._on_linkedin(one))
        return out

    def _houses(self) -> Sequence[Organisation]:
        return [one for one in self.cast.organisations.values() if one.key not in {"tallvik", "halden"}]

    def _trades(self) -> list[Someone]:
        out = []
        for name, saved, title in (
            ("Gösta Plåt", "Plumber Gösta", "plumber"), ("Ebba Molin", "Dentist", "dentist"),
            ("Iskra Taxi", "Taxi Iskra", ""), ("Viggo Landlord", "Landlord", ""),
        ):  # fmt: skip
            one = self._stranger(name, "trade", "", title)
            one.saved, one.phone = saved, self._number()
            out.append(one)
        return out

    def _namesakes(self) -> None:
        """Add people who share a common name with somebody else and nothing more."""
        common = {"Anna", "David", "Robert", "Marcus", "Hannah", "Marta", "Elin", "Lars"}
        known = [one for one in self.near() if one.name.split()[0] in common and " " in one.name]
        annas = [one for one in self.people if one.name == "Anna Lindberg"][:1]
        for one in [*annas, *self.rng.sample(known, min(2, len(known)))]:
            house = self.rng.choice(
                [house.name for house in self._houses() if house.name not in (one.older[0], one.newer[0])]
            )
            other = self._on_linkedin(self._stranger(one.name, "declared", house, self.rng.choice(_TITLES)))
            self.namesakes.append((one, other))
        for name, house in (("Maria Santos", "Soltero Energía"), ("David Smith", "Kestrel Avionics")):
            private = self._stranger(name, "private")
            private.saved, private.phone, private.with_mail = name, self._number(), False
            other = self._on_linkedin(self._stranger(name, "declared", house, self.rng.choice(_TITLES)))
            self.namesakes.append((private, other))
        first = self._on_linkedin(self._stranger("Thomas Müller", "declared", "Oberstein Glaswerke", "buyer"))
        second = self._on_linkedin(self._stranger("Thomas Müller", "declared", "Palisade Patents", "patent attorney"))
        self.namesakes.append((first, second))

    def _couple(self) -> None:
        """Let two friends live together: one line at home, on the cards of both."""
        saga, petter = self.named("Saga Ekwall"), self.named("Petter Öhman")
        self.couple = ((saga, petter), _LINE_AT_HOME)

    def _moves(self) -> None:
        """Let a few change work whom mail has not heard of since, and note what the two exports tell as news."""
        quiet = [one for one in self.connected() if one.kind in {"dormant", "declared"} and one.newer[0]]
        quiet = [one for one in quiet if one.connected and one.connected < self.older]
        houses = self._houses()
        for one in self.rng.sample(quiet, min(8, len(quiet))):
            new = self.rng.choice([house for house in houses if house.name != one.newer[0]])
            one.older, one.newer = one.newer, (new.name, self.rng.choice(_TITLES))
        for one in self.connected():
            if one.connected and one.connected < self.older:
                self._tell(one, "linkedin", self.newer)
        thordis = self.named("Thordis Hvannberg")
        thordis.saved = thordis.saved or thordis.name

    def tell_birthday(self, one: Someone) -> None:
        """Note a birthday within the fortnight that comes, written on a card."""
        month, day = (int(part) for part in one.born[-5:].split("-"))
        ahead = [self.end + timedelta(days=days) for days in range(15)]
        if (month, day) in {(other.month, other.day) for other in ahead}:
            self.news.append(Told(one.id, "birthday", "vcard", self.end))

    def tell_card(self, one: Someone, on: date) -> None:
        """Note what a card changed lately says anew."""
        self._tell(one, "vcard", on)

    def _tell(self, one: Someone, source: str, on: date) -> None:
        if one.older[0] and one.newer[0] and one.older != one.newer:
            kind = "new job" if one.older[0] != one.newer[0] else "new title"
            self.news.append(Told(one.id, kind, source, on))

    def other_script(self, one: Someone) -> str:
        """Return a name in its own script, empty for names that are written in Latin letters."""
        return own_script(one.name)


def without_marks(name: str) -> str:
    """Return a name as a telephone without accents has it: Ingrid Ostberg for Östberg."""
    apart = unicodedata.normalize("NFKD", name.translate(_PLAIN))
    return "".join(c for c in apart if not unicodedata.combining(c))
