"""Identity traps: one person behind several addresses and names, and different people who look like one.

Each must_merge is planted as a further address, name or script of one person; each must_not_merge as two people with
one name or nearly one mailbox. The names stand in `text/cast.txt`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from weakties.demo.people import FREE_MAIL, TWIN_DOMAINS, Address, Cast, Person, folded


@dataclass(frozen=True, slots=True)
class Trap:
    """A planted difficulty. people: one where the addresses belong together, two where they must stay apart."""

    name: str
    people: tuple[Person, ...]
    why: str


class Traps:
    """Gives the people of the cast their further addresses and names."""

    def __init__(self, rng: Random, cast: Cast, *, left: date) -> None:
        self.rng, self.cast, self.left = rng, cast, left
        self.must_merge: list[Trap] = []
        self.must_not_merge: list[Trap] = []

    def set(self) -> None:
        """Set all traps."""
        self._married()
        self._two_scripts()
        self._by_hand()
        self._private_and_work()
        self._twin_domain()
        self._apart()

    def _alias(self, person: Person, address: str, name: str, *, since: date = date.min, work: bool = False) -> None:
        person.aliases.append(Address(address, name, since, None, work))

    def _merge(self, name: str, person: Person, why: str) -> None:
        self.must_merge.append(Trap(name, (person,), why))

    def _married(self) -> None:
        person = self.cast.named("Hannah Lindqvist")
        on = self.left - timedelta(days=340)
        maiden = person.addresses[-1]
        maiden.until = on
        married = Address("hannah.okonkwo@tallvik.example", "Hannah Okonkwo", on, None, work=True)
        person.addresses.append(married)
        self._alias(person, married.address, married.name, since=on, work=True)
        person.addresses[0].address = "hannah.lindqvist@postbox.example"
        self._merge("married name", person, "Hannah Lindqvist became Hannah Okonkwo; same employer, new address")

    def _two_scripts(self) -> None:
        for latin, address in (
            ("Sumito Shirakawa", "sumito.shirakawa@webmail.example"),
            ("Eleni Karydou", "eleni.karydou@postbox.example"),
            ("Layan Alhaffar", "layan.alhaffar@freemail.example"),
        ):
            person = self.cast.named(latin)
            self._alias(person, address, latin)
            self._merge("two scripts", person, f"{person.name} also writes as {latin}")

    def _by_hand(self) -> None:
        named = self.cast.named
        sasha = named("Alexandra Featherstone")
        self._alias(sasha, "sasha.featherstone@webmail.example", "Sasha Featherstone")
        self._merge("nickname", sasha, "Alexandra is Sasha")
        thordis = named("Thordis Hvannberg")
        self._alias(thordis, "thordis.h@postbox.example", "Thordis Hvanberg")
        self._merge("misspelt display name", thordis, "her phone writes her name with one n and no accents")
        dragan = named("Dragan Petrov")
        self._alias(dragan, dragan.addresses[-1].address, "D. Petrov", work=True)
        self._merge("initial", dragan, "one address, two display names")
        jurgen = named("Jürgen Dörr")
        self._alias(jurgen, "j.doerr@webmail.example", "Juergen Doerr")
        self._merge("transcribed umlauts", jurgen, "Jürgen Dörr is Juergen Doerr")
        lena = named("Lena Brandt")
        plain = lena.addresses[0].address
        local, _, domain = plain.partition("@")
        self._alias(lena, f"{local}+choir@{domain}", lena.name)
        self._alias(lena, f"{local}+noten@{domain}", lena.name)
        self._merge("plus-tags", lena, "the same mailbox with tags after a plus sign")
        tom = named("Tom Whitcombe")
        tom.copies_to = "tom.whitcombe@webmail.example"
        tom.addresses[0].address = tom.copies_to
        self._merge("copies himself", tom, "his second address is in copy of everything he writes")
        pia = named("Pia Holmgren")
        pia.addresses = [Address("info@holmgren-print.example", "Pia Holmgren Print", date.min, None, work=True)]
        self._alias(pia, "pia.holmgren@postbox.example", "Pia Holmgren")
        self._merge("role address of one woman", pia, "info@ is a person here: her firm is she alone")

    def _private_and_work(self) -> None:
        kinds = {"strong", "weak", "steady"}
        can = [one for one in self.cast.people if one.kind in kinds and len(one.addresses) == 1 and not one.remark]
        for person in self.rng.sample([one for one in can if one.jobs], 14):
            given, _, family = (folded(part).replace("-", "") for part in person.latin.partition(" "))
            address = f"{given}.{family or 'mail'}.privat@{self.rng.choice(FREE_MAIL)}"
            self._alias(person, address, person.latin if self.rng.random() < 0.4 else person.name)
            self._merge("private and work", person, "writes from both, the same signature under both")

    def _twin_domain(self) -> None:
        own, twin = TWIN_DOMAINS
        can = [one for one in self.cast.of("choir") + self.cast.of("neighbour") if one.kind in {"strong", "weak"}]
        for person in [one for one in can if one.addresses[0].address.endswith("@" + own)][:2]:
            self._alias(person, person.addresses[0].address.replace(own, twin), person.name)
            self._merge("twin domains", person, f"{own} and {twin} are one provider, the local part is the same")

    def _apart(self) -> None:
        annas = [one for one in self.cast.people if one.latin == "Anna Lindberg"]
        self.must_not_merge.append(Trap("same full name", tuple(annas), "a technician and an alto, both Anna Lindberg"))
        senior, junior = self.cast.named("Robert Ashdown"), self.cast.named("Robert Ashdown Jr.")
        senior.addresses = [Address("robert@ashdown-surveyors.example", "Robert Ashdown", date.min, None, work=True)]
        junior.addresses = [
            Address("r.ashdown@ashdown-surveyors.example", "Robert Ashdown Jr.", date.min, None, work=True)
        ]
        self._alias(junior, "r.ashdown@ashdown-surveyors.example", "Robert Ashdown", work=True)
        self.must_not_merge.append(Trap("father and son", (senior, junior), "one name, one firm, two men"))
        miguel, marta = self.cast.named("Miguel Duarte"), self.cast.named("Marta Duarte")
        self._alias(miguel, "m.duarte@postbox.example", "M. Duarte")
        self._alias(marta, "mduarte@postbox.example", "M. Duarte")
        self.must_not_merge.append(Trap("brother and sister", (miguel, marta), "nearly one mailbox, one initial"))
        cousins = [one for one in self.cast.people if one.latin.endswith(" Ekwall")][:2]
        if len(cousins) == 2:
            self.must_not_merge.append(Trap("same family name", tuple(cousins), "nothing but a family name in common"))
