"""Why two handles may be one person: named reasons, for and against, each with a weight.

Weights are natural log-odds, set by hand: +4.4 and more together is certain, +2 and more is worth asking the user,
below is nothing; docs/explanation/identity.md measures what that gives. The weight of a shared name is measured on
the mailbox itself: it is the logarithm of how many other people one would expect to bear the name by chance, given
how often each half of it occurs (Fellegi & Sunter 1969: agreement on a rare value says more). Taking part in one
message as two participants is strong evidence against, not a veto: people do copy their own second address.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from weakties.facts import handles
from weakties.identity import names, organisations
from weakties.identity.common_names import COMMON_FAMILY, COMMON_GIVEN
from weakties.identity.names import Name
from weakties.identity.sightings import Seen

CERTAIN = 4.4
PROBABLE = 2.0

_NUMBERED = re.compile(r"-(?=[a-z]*\d)[a-z0-9]+$")
# Chats that show everybody as the telephone's address book has them.
_SHOWS_SAVED = frozenset({"whatsapp", "signal"})
# A name of an organisation this long tells it by its beginning.
_TELLING = 5
# Where hardly anybody has two profiles.
_NETWORKS = frozenset({"linkedin", "facebook", "slack", "telegram"})
# How much a name says at most; and where nobody ever wrote to either.
_OF_A_NAME, _OF_A_STRANGERS_NAME = 4.5, 2.8
# Handles are compared in their order, so that one comes back soon or never.
_KEPT = 65_536
_GMAIL = frozenset({"gmail.com", "googlemail.com"})
_ROLE_WORDS = frozenset(
    {"info", "mail", "contact", "office", "admin", "sales", "support", "me", "hello", "home", "post"}
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """One reason. weight: log-odds, above 0 for one person, below 0 against. text: one sentence."""

    what: str
    weight: float
    text: str


@dataclass(frozen=True, slots=True)
class Together:
    """What a pair of handles did in the same messages.

    both: messages that name both as recipients; copied: that one wrote and copied to the other; stood_in: that one wrote
    with the other as its Reply-To or Sender; neighbours: correspondents they share; fewer: correspondents of the one
    with fewer; the owner never counts.
    """

    both: int = 0
    copied: int = 0
    stood_in: int = 0
    neighbours: int = 0
    fewer: int = 0


class NameCounts:
    """How common names are here: what makes an agreement on a name strong or weak.

    cards: of address books, by name; signers: how many different people sign with a handle.
    """

    def __init__(self, everybody: Iterable[Name], seen: Collection[Seen] = ()) -> None:
        signed = {(further, n.key if (n := full_name(s)) else s.handle) for s in seen for further in s.carded}
        self.signers = Counter(further for further, _ in signed)
        # The first handle of a card stands for it, of those that are on no other card.
        own = {s.handle: s for s in seen if len(s.called) == 1}
        first = (s for s in own.values() if s.handle == min((s.handle, *(h for h in s.booked if h in own))))
        self.cards = Counter(name for s in first for name in s.saved)
        people = {n.key: n for n in everybody}.values()
        self._all = max(len(people), 200)
        self._given = Counter(n.given for n in people)
        self._family = Counter(n.family for n in people)

    def expected(self, name: Name) -> float:
        """Return how many people here would bear the name if given and family names met by chance.

        A small mailbox does not know that half the world is called Maria: the commonest names of several languages count
        as one in a hundred at least.
        """
        given = self._share(self._given, name.given, COMMON_GIVEN)
        family = self._share(self._family, name.family, COMMON_FAMILY) if name.family else 0.01
        return given * family * self._all

    def _share(self, counts: Counter[str], half: str, common: frozenset[str]) -> float:
        return max(counts[half] / self._all, 0.01 if half in common else 0.0)


def full_name(seen: Seen) -> Name | None:
    """Return the name that a handle usually bears, taken apart; for a bare name the name itself; None without one."""
    if seen.full is None:
        seen.full = (_full_name(seen),)
    return seen.full[0]


def _full_name(seen: Seen) -> Name | None:
    if handles.kind(seen.handle) == "name":
        return names.parse(handles.value(seen.handle).rpartition("@")[0])
    if handles.kind(seen.handle) in ("phone", "tel") and len(called(seen)) > 1:
        # A telephone of several people is nobody's.
        return None
    tally = {written: times for written, times in seen.names.items() if names.parse(written)}
    if tally:
        best = max(tally.values())
        # The longest spelling among the usual ones says most (a middle initial, a generation).
        return names.parse(max((w for w, n in tally.items() if n * 2 >= best), key=lambda w: (len(w), w)))
    return names.from_local_part(local_part(seen.handle))


@lru_cache(maxsize=_KEPT)
def local_part(handle: str) -> str:
    """Return what stands before the @ of a mail handle, the last CN of an Exchange handle, or the name in a profile's address."""
    if handle.startswith("exchange:"):
        return handle.rpartition("/cn=")[2]
    if handle.startswith("linkedin:in/"):
        # What tells namesakes apart stands behind the name: ana-lopez-1a2b3c.
        return _NUMBERED.sub("", handle.removeprefix("linkedin:in/"))
    return handles.value(handle).rpartition("@")[0] if handle.startswith("email:") else ""


@lru_cache(maxsize=_KEPT)
def mailbox_key(handle: str) -> str:
    """Return what two spellings of one mailbox share: `ana+shop@` is `ana@`, and Gmail overlooks dots."""
    local, domain = local_part(handle).partition("+")[0], handles.domain(handle)
    if not domain or not local:
        return ""
    if domain in _GMAIL:
        local, domain = local.replace(".", ""), "gmail.com"
    return f"{local}@{domain}"


def between(a: Seen, b: Seen, *, counts: NameCounts, together: Together) -> list[Evidence]:
    """Return every reason for and against a and b being one person, the strongest first."""
    found = [
        *_mailboxes(a, b),
        *_cards(a, b, counts),
        *_address_book(a, b, counts),
        *_profiles(a, b),
        *_names(a, b, counts),
        *_houses(a, b),
        *_behaviour(a, b, together),
    ]
    return sorted(found, key=lambda e: (-abs(e.weight), e.what))


def weight(evidence: Iterable[Evidence]) -> float:
    """Return the sum of the weights: log-odds."""
    return math.fsum(e.weight for e in evidence)


def _mailboxes(a: Seen, b: Seen) -> Iterable[Evidence]:
    if mailbox_key(a.handle) and mailbox_key(a.handle) == mailbox_key(b.handle):
        yield Evidence("same mailbox", 9.0, "The two addresses are spellings of one mailbox.")
        return
    one, two = local_part(a.handle).partition("+")[0], local_part(b.handle).partition("+")[0]
    mail = handles.domain(a.handle) and handles.domain(b.handle)
    if mail and one and one == two and len(one) >= 4 and one not in _ROLE_WORDS:
        full = names.from_local_part(one) is not None
        yield Evidence("same local part", 3.0 if full else 1.5, f"Both addresses begin with {one}@.")


def _cards(a: Seen, b: Seen, counts: NameCounts) -> Iterable[Evidence]:
    given = [x for x, y in ((a, b), (b, a)) if x.handle in y.carded]
    # A switchboard stands below many a signature, and writes no messages.
    if any(handles.kind(x.handle) == "phone" and x.texted and counts.signers[x.handle] == 1 for x in given):
        yield Evidence("on the card", 5.0, "The signature of one alone gives the other, from which messages come.")
    elif given:
        yield Evidence("on the card", 4.0, "The signature of one gives the other as a further address.")
    shared = sorted(a.carded & b.carded)
    if shared:
        said = f"The signatures of both give {handles.value(shared[0])}."
        yield Evidence("same card", 3.0, said)


def _address_book(a: Seen, b: Seen, counts: NameCounts) -> Iterable[Evidence]:
    if b.handle in a.booked:
        # What stands on the cards of people of different names is a family's, or a firm's.
        if len(called(a) | called(b)) > 1:
            yield Evidence("on one card", 1.5, "They stand on one card, but on cards of other people too.")
        else:
            yield Evidence("on one card", 7.0, "They stand together on one card of an address book or profile.")
    # A chat shows people by the names under which its owner saved them.
    for chat, other in ((a, b), (b, a)):
        if handles.kind(chat.handle) != "name" or len(called(other)) > 1:
            continue
        if (shown := _shown(chat)) in other.saved:
            # Of several cards of one name nobody knows which is meant: then the name alone counts.
            if counts.cards[shown] == 1:
                whole = " " in shown or chat.handle.rpartition("@")[2] in _SHOWS_SAVED
                yield Evidence(
                    "as saved", 5.0 if whole else 3.0, f"The address book has one card under the name {shown}."
                )
            return


def called(seen: Seen) -> frozenset[str]:
    """Return the names on the cards that a handle stands on, each once in whatever way it is written; of one word too."""
    return frozenset(n.key if (n := names.parse(w)) else names.folded(w) for w in seen.called)


def _profiles(a: Seen, b: Seen) -> Iterable[Evidence]:
    kind = handles.kind(a.handle)
    if kind in _NETWORKS and kind == handles.kind(b.handle):
        yield Evidence("two profiles", -5.0, f"They are two profiles of one network, {kind}.")


def _houses(a: Seen, b: Seen) -> Iterable[Evidence]:
    if not same_name(a, b):
        return
    at_a, at_b = organisations.house(a.handle), organisations.house(b.handle)
    if at_a and at_a == at_b:
        yield Evidence("same house", 2.0, f"Both addresses are {at_a}'s.")
        return
    one, two = a.houses | {at_a} - {""}, b.houses | {at_b} - {""}
    # A card may write an organisation at length; two addresses are of one or of two.
    shared = sorted(min(x, y, key=len) for x in one for y in two if _one_house(x, y) and (x, y) != (at_a, at_b))
    if shared:
        yield Evidence("same employer", 2.0, f"Both are of {shared[0].title()}, by a card or by the address.")


def _one_house(a: str, b: str) -> bool:
    """Tell whether two organisations are one, also where one of them is written in short: halden, haldensensing."""
    one, two = sorted((a, b), key=len)
    return two.startswith(one) if len(one) >= _TELLING else one == two


def _address_says(seen: Seen, name: Name) -> bool:
    spelt = names.from_local_part(local_part(seen.handle))
    return bool(spelt and spelt.key == name.key)


def same_name(a: Seen, b: Seen) -> bool:
    """Tell whether two handles bear one full name."""
    one, two = full_name(a), full_name(b)
    return bool(one and two and (one.key == two.key or _sound_alike(one, two)))


def _sound_alike(one: Name, two: Name) -> bool:
    """Tell whether two names of different scripts are one; in one script Mario is not Marie."""
    return one.script != two.script and one.sound == two.sound


def _names(a: Seen, b: Seen, counts: NameCounts) -> Iterable[Evidence]:
    one, two = full_name(a), full_name(b)
    if not one or not two:
        yield from _spelt_out(a, b)
        return
    # Names of whom nobody ever wrote to are often borrowed: spam goes by them.
    known = any(s.addressed or s.called or s.handle.startswith("name:") for s in (a, b))
    most = _OF_A_NAME if known else _OF_A_STRANGERS_NAME
    rarity = max(0.5, min(most, -math.log(max(counts.expected(one), 1e-6))))
    if one.key == two.key:
        said = f"Both go by {one.shown}, a name that " + (
            "hardly anybody else here could have." if rarity >= most - 0.5 else "others here could have too."
        )
        yield Evidence("same name", rarity, said)
    elif _sound_alike(one, two):
        said = f"{one.shown} and {two.shown} are one name, written in two ways."
        yield Evidence("same name in another spelling", max(0.5, rarity - 1.5), said)
    else:
        # A name in another script that sounds otherwise may still be the same: nothing is known.
        if one.script == two.script:
            # A family name changes at a wedding and is misspelt, a given name hardly ever.
            weight = -1.5 if one.given == two.given else -4.0
            yield Evidence("different names", weight, "They go by different names.")
        elif _address_says(a, two) or _address_says(b, one):
            said = f"The address of one spells what the other is called: {one.shown}, {two.shown}."
            yield Evidence("address spells the other's name", rarity, said)
        return
    if one.generation != two.generation:
        yield Evidence("different generation", -7.0, "One is marked Jr., Sr. or by number and the other is not.")
    if one.middle and one.middle == two.middle:
        yield Evidence("same middle initial", 1.0, "Their middle initials are the same.")
    if not names.initials_agree(one, two):
        yield Evidence("different middle initial", -6.0, "Their middle initials differ.")
    for seen in (a, b):
        if _spells(seen.handle, one):
            yield Evidence("name in the address", 0.25, f"{handles.value(seen.handle)} spells the name.")
    yield from _other_names(a, one)
    yield from _other_names(b, one)


def _spelt_out(a: Seen, b: Seen) -> Iterable[Evidence]:
    for named, bare in ((a, b), (b, a)):
        if (
            (name := full_name(named))
            and not full_name(bare)
            and (plain := plain_local_part(bare.handle)) in spellings(name)
        ):
            whole = plain.startswith(name.given) or plain.endswith(name.given)
            said = f"{handles.value(bare.handle)} is made of {name.shown}."
            yield Evidence("address made of the name", 3.5 if whole and len(name.given) > 1 else 2.5, said)


def spellings(name: Name) -> frozenset[str]:
    """Return how mail addresses are commonly made of a name: `analopez`, `alopez`, `lopeza` ...; none of a short family name."""
    family = name.family.replace(" ", "").replace("-", "")
    if len(family) < 4:
        return frozenset()
    first = [name.given, name.given[0], name.given[0] + name.middle[:1]]
    return frozenset({*(f + family for f in first), *(family + f for f in first)})


@lru_cache(maxsize=_KEPT)
def plain_local_part(handle: str) -> str:
    """Return the letters of a local part: `a.lopez7` is `alopez`."""
    return "".join(filter(str.isalpha, local_part(handle).partition("+")[0]))


def _spells(handle: str, name: Name) -> bool:
    local = local_part(handle)
    return bool(name.family) and len(name.family) >= 3 and name.family.replace(" ", "") in local.replace(".", "")


def _other_names(seen: Seen, usual: Name) -> Iterable[Evidence]:
    if len(seen.names) < 2:
        return
    others = sum(n for w, n in seen.names.items() if (p := names.parse(w)) and p.key != usual.key)
    if others * 4 >= sum(seen.names.values()) and others >= 2:
        yield Evidence("shared address", -3.0, f"{handles.value(seen.handle)} is used under other names too.")


def _behaviour(a: Seen, b: Seen, together: Together) -> Iterable[Evidence]:
    one, two = full_name(a), full_name(b)
    # Lists and assistants answer for others all the time; only under one name is it the same person.
    if together.stood_in and one and two and one.key == two.key:
        said = f"One asks for replies at the other, in {together.stood_in} message(s)."
        yield Evidence("stands in", 3.0, said)
    if together.both:
        share = together.both / max(1, min(a.events, b.events))
        said = f"They take part side by side in {together.both} message(s), {share:.0%} of the rarer one's."
        yield Evidence("side by side", -1.0 - 6.0 * min(1.0, 2 * share), said)
    if together.copied and not together.both:
        yield Evidence("writes to the other", -1.0, f"One writes to the other, in {together.copied} message(s).")
    if together.fewer >= 3 and together.neighbours * 2 >= together.fewer:
        said = f"They share {together.neighbours} of {together.fewer} correspondents."
        yield Evidence("same correspondents", 1.5, said)
    elif together.fewer >= 8 and not together.neighbours:
        said = f"They share none of {together.fewer} correspondents."
        yield Evidence("different worlds", -1.5, said)
    if not together.both and _take_turns(a, b):
        yield Evidence("one after the other", 0.5, "One falls silent about when the other begins.")


def _take_turns(a: Seen, b: Seen) -> bool:
    early, late = sorted((a, b), key=lambda s: s.days)
    return a.events >= 3 and b.events >= 3 and -30 <= late.days[0] - early.days[1] <= 180


def _shown(seen: Seen) -> str:
    if handles.kind(seen.handle) == "name":
        return handles.value(seen.handle).rpartition("@")[0]
    return max(seen.names, key=lambda n: (seen.names[n], n), default=handles.value(seen.handle))


def best_name(written: Mapping[str, int], fallback: str) -> str:
    """Return the name to show for a person: the usual full name, else the usual name, else the fallback.

    written: how often each name was seen with any of the person's handles.
    """
    full = {w: n for w, n in written.items() if names.parse(w)}
    # A full name wins over a more frequent nickname; capital letters win over `kees cook`.
    pool = full or {w: n for w, n in written.items() if "@" not in w}
    if not pool:
        return fallback
    return names.display(max(pool, key=lambda w: (pool[w], any(c.isupper() for c in w), w)))
