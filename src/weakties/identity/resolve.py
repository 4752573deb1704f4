"""Handles become people: certain evidence merges, probable evidence asks, and the user's word wins for ever.

Candidates are handles that share a mailbox key or a full name; nobody else is compared. Pairs are joined the surest first,
and never into a person whom the user, or strong evidence, keeps apart from the newcomer: a false merge is worse than ten
missed ones. The result follows from the facts and the decisions alone; a person's id is made from its oldest handle, and
the id of every other handle stays as an alias.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from weakties.facts.decisions import Decision
from weakties.identity import evidence as reasons
from weakties.identity import names
from weakties.identity.evidence import CERTAIN, PROBABLE, Evidence, NameCounts, Together
from weakties.identity.sightings import Seen

# Base 32, two letters at a time.
_PAIRS = [a + b for a in "abcdefghijklmnopqrstuvwxyz234567" for b in "abcdefghijklmnopqrstuvwxyz234567"]
# A telephone on the cards of more handles than this is a switchboard.
_SHARED_CARD = 4
# A name borne by more handles than this is a role or a default ("Postmaster"), not a person.
_CROWD = 24


@dataclass(frozen=True, slots=True)
class Pair:
    """Two handles compared. weight: the sum of the evidence, in log-odds."""

    a: str
    b: str
    weight: float
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Resolution:
    """Who is who. person_of: handle -> the oldest handle of the same person. review: probable pairs, the surest first."""

    person_of: Mapping[str, str]
    review: tuple[Pair, ...]


def person_id(oldest: str) -> str:
    """Return the id of the person whose oldest handle this is: `p` and 10 letters, stable for ever."""
    number = int.from_bytes(hashlib.blake2b(oldest.encode(), digest_size=6).digest()) << 2
    return "p" + "".join([_PAIRS[number >> place & 1023] for place in (40, 30, 20, 10, 0)])


def candidates(seen: Mapping[str, Seen], stood_in: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the pairs of handles worth comparing, each with the smaller handle first, sorted."""
    blocks: dict[str, list[str]] = defaultdict(list)
    # Addresses without a name, by the letters before the @.
    nameless: dict[str, list[str]] = defaultdict(list)
    pairs = {(min(a, b), max(a, b)) for a, b in stood_in if a in seen and b in seen and a != b}
    for handle, sighting in seen.items():
        if key := reasons.mailbox_key(handle):
            blocks[f"mailbox {key}"].append(handle)
        if name := reasons.full_name(sighting):
            blocks[f"name {name.key}"].append(handle)
            blocks[f"sound {name.sound}"].append(handle)
        elif plain := reasons.plain_local_part(handle):
            nameless[plain].append(handle)
        if spelt := names.from_local_part(reasons.local_part(handle)):
            blocks[f"spelt {spelt.key}"].append(handle)
        for further in sighting.carded:
            blocks[f"card {further}"].append(handle)
            if further in seen:
                blocks[f"card {further}"].append(further)
        for further in sighting.booked:
            pairs.add((min(handle, further), max(handle, further)))
        for written in sighting.saved:
            blocks[f"saved {written}"].append(handle)
        if handle.startswith("name:") and (shown := next(iter(sighting.names), "")):
            blocks[f"saved {shown}"].append(handle)
    for handle, sighting in seen.items():
        if nameless and (name := reasons.full_name(sighting)):
            for made in reasons.spellings(name) & nameless.keys():
                pairs.update((min(handle, bare), max(handle, bare)) for bare in nameless[made][:_CROWD])
    for kind, block in blocks.items():
        if len(block) <= (_SHARED_CARD if kind.startswith("card ") else _CROWD):
            pairs.update((min(a, b), max(a, b)) for a, b in combinations(sorted(set(block)), 2))
    return sorted(pairs)


def compare(
    seen: Mapping[str, Seen], pairs: Sequence[tuple[str, str]], together: Mapping[tuple[str, str], Together]
) -> list[Pair]:
    """Return the pairs of whom the evidence says something, the surest first; of those who are two people only the weight."""
    known = [name for s in seen.values() if (name := reasons.full_name(s))]
    counts = NameCounts(known, seen.values())
    found = []
    for a, b in pairs:
        said = reasons.between(seen[a], seen[b], counts=counts, together=together.get((a, b), Together()))
        if abs(weight := reasons.weight(said)) >= PROBABLE:
            found.append(Pair(a, b, weight, tuple(said) if weight > 0 else ()))
    return sorted(found, key=lambda p: (-p.weight, p.a, p.b))


def resolve(seen: Mapping[str, Seen], pairs: Sequence[Pair], decisions: Sequence[Decision]) -> Resolution:
    """Return who is who.

    pairs: from `compare`. decisions: `merge` and `split`, oldest first; the last word holds, and whatever was said before holds
    as far as it does not contradict what was said after it, also by way of others.
    """
    groups = _Groups(seen)
    apart = set()
    for decision in reversed(decisions):
        a, b = decision.handle, decision.other
        if decision.kind == "merge":
            groups.join(a, b, by_user=True)
        elif decision.kind == "split" and not groups.together(a, b):
            groups.keep_apart(a, b)
            apart.add((min(a, b), max(a, b)))
    for pair in pairs:
        if pair.weight <= -PROBABLE:
            groups.keep_apart(pair.a, pair.b, by_user=False)
    for pair in pairs:
        if pair.weight >= CERTAIN:
            groups.join(pair.a, pair.b)
    person_of = groups.oldest()
    open_questions = tuple(
        p for p in pairs if p.weight >= PROBABLE and person_of[p.a] != person_of[p.b] and (p.a, p.b) not in apart
    )
    return Resolution(person_of, open_questions)


def unheeded(decisions: Sequence[Decision], mine: Collection[str] = ()) -> list[Decision]:
    """Return the merges and splits that do not hold because of what was said after them, the oldest first.

    decisions: oldest first, all of handles that are known; mine: the handles of which an owner said that they are hers, which are
    one person whatever else was said.
    """
    groups = _Groups({h: Seen(h, 0) for d in decisions for h in (d.handle, d.other)})
    lost = []
    for decision in reversed(decisions):
        if decision.kind == "merge":
            groups.join(decision.handle, decision.other, by_user=True)
        together = groups.together(decision.handle, decision.other)
        if decision.kind == "split" and not together:
            groups.keep_apart(decision.handle, decision.other)
        if together != (decision.kind == "merge"):
            lost.append(decision)
    hers = {h for h in mine for d in decisions if groups.together(h, d.handle) or groups.together(h, d.other)}
    whole = {x for d in decisions for x in (d.handle, d.other) if any(groups.together(x, h) for h in hers)}
    lost += [d for d in decisions if d.kind == "split" and d not in lost and {d.handle, d.other} <= whole]
    return sorted(lost, key=lambda d: d.id)


class _Groups:
    """Groups of handles, with pairs that must stay in different groups."""

    def __init__(self, seen: Mapping[str, Seen]) -> None:
        self._seen = seen
        self._group: dict[str, set[str]] = {handle: {handle} for handle in seen}
        self._apart: dict[str, set[str]] = defaultdict(set)
        self._apart_by_user: dict[str, set[str]] = defaultdict(set)

    def keep_apart(self, a: str, b: str, *, by_user: bool = True) -> None:
        for apart in (self._apart_by_user, self._apart) if by_user else (self._apart,):
            apart[a].add(b)
            apart[b].add(a)

    def together(self, a: str, b: str) -> bool:
        return a == b or (a in self._group and self._group[a] is self._group.get(b))

    def join(self, a: str, b: str, *, by_user: bool = False) -> None:
        # A decision may speak of a handle that no import knows any more; it waits for the next one.
        if a not in self._group or b not in self._group:
            return
        one, two = self._group[a], self._group[b]
        apart = self._apart_by_user if by_user else self._apart
        if one is two or any(apart[x] & two for x in one if x in apart):
            return
        one |= two
        for handle in two:
            self._group[handle] = one

    def oldest(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for handle, group in self._group.items():
            if handle not in found:
                first = min(group, key=lambda h: (self._seen[h].first_at, h))
                found.update(dict.fromkeys(group, first))
        return found
