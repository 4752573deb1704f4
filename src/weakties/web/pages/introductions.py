"""Introductions: who would bring the owner together with somebody, or with whoever has a role or a place; chains between two."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import path
from django.views.decorators.http import require_GET, require_POST

from weakties.contract import network as network_json
from weakties.errors import AmbiguousPerson, UnknownPerson, UsageError, WeaktiesError
from weakties.incognito import shown_id
from weakties.insight import targets
from weakties.insight.targets import What
from weakties.insight.vouches import ME
from weakties.reach import Asked, Loose
from weakties.web.pages import letters, listed, loose, shown, ways
from weakties.web.pages.listed import Listed
from weakties.web.served import current
from weakties.web.whole import whole
from weakties.workspace.seen import Seen

# As what words may be taken, and how a form says it.
TAKEN: Mapping[str, str] = {
    "": "whatever fits",
    "person": "a person",
    "role": "a role",
    "organisation": "an organisation",
    "place": "a place",
    "topic": "a topic",
}
# Ties at the most on one way.
HOPS = (2, 3, 4, 5, 6)
_USUAL_HOPS, _USUAL_CHAIN = 3, 4
_WAYS, _CHAINS, _TRY = 6, 5, 4
# Targets that a page answers while somebody waits; the command line takes more.
_MOST_TARGETS, _MOST_BYTES = 200, 200_000
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whom the owner wants to reach. what: as which the words are taken; hops: ties at the most on one way; purpose: what it is
    about; way: the number of the way that is drafted, 0 for the best."""

    q: str = ""
    what: str = ""
    hops: int = _USUAL_HOPS
    purpose: str = ""
    way: int = 0

    @classmethod
    def of(cls, said: QueryDict) -> Wanted:
        """Return what an address asks for; what nobody knows is left out."""
        hops = said.get("hops", "")
        return cls(
            q=said.get("q", "").strip()[:_LONGEST],
            what=said.get("as", "") if said.get("as", "") in TAKEN else "",
            hops=int(hops) if hops in {str(n) for n in HOPS} else _USUAL_HOPS,
            purpose=said.get("for", "").strip()[:500],
            way=whole(said.get("way"), 0, 99) or 0,
        )

    def address(self, **changed: Any) -> str:
        """Return the same as an address, with these changes."""
        own: dict[str, Any] = {"q": self.q, "as": self.what, "hops": self.hops, "for": self.purpose, **changed}
        return listed.address(own, hops=_USUAL_HOPS)


@require_GET
def introductions(request: HttpRequest) -> HttpResponse:
    """Show the ways to whom is asked for."""
    wanted = Wanted.of(request.GET)

    def ask(seen: Seen) -> Mapping[str, Any]:
        told: dict[str, Any] = {"wanted": wanted, "taken": TAKEN, "hops": HOPS, "query": wanted.address()}
        return {**told, **(_asked(seen, wanted) if wanted.q else {"near": _near(seen)})}

    return shown.page(request, "introductions.html", ask)


def _asked(seen: Seen, wanted: Wanted) -> dict[str, Any]:
    try:
        found = _intro(seen, wanted)
    except AmbiguousPerson as error:
        secret = seen.view.masked_with
        named = [(shown_id(person, secret), name, handle) for person, name, handle in error.candidates]
        return {"error": error, "candidates": named}
    except UnknownPerson as error:
        return {"error": error}
    drawn = ways.shown(seen, found.ways)
    asked = [way for way in drawn if way.way.asked]
    chosen = next((way for way in asked if way.number == wanted.way), asked[0] if asked else None)
    target = found.ways[0].target if found.ways else None
    if target is None and found.meant.what == "person":
        target = seen.space.persons(found.meant.people, view=seen.view)[found.meant.people[0]]
    return {
        "found": found,
        # Whoever came by a link typed no id.
        "typed": letters.reached_at(target, "email") or target.name if target and target.id == wanted.q else wanted.q,
        "target": target if found.meant.what == "person" else None,
        "ways": drawn,
        "asked": asked,
        "chosen": chosen,
        "draft": ways.draft(chosen) if chosen and not seen.view.masked_with else None,
        "further": wanted.address(hops=wanted.hops + 1) if wanted.hops < HOPS[-1] else "",
    }


def _intro(seen: Seen, wanted: Wanted) -> Asked:
    what = wanted.what
    return seen.intro(
        seen.meant(wanted.q) if what in ("", "person") else wanted.q,
        what=cast("What | None", what or None),
        introducers=wanted.hops - 1,
        limit=_WAYS,
        purpose=wanted.purpose,
    )


def _near(seen: Seen) -> list[Loose]:
    """Return some of those within reach, to begin with."""
    return loose.found(seen, loose.Filters())[:_TRY]


def rows(request: HttpRequest, seen: Seen) -> Listed:
    """Return the ways as rows. Raises UsageError where nobody is asked for."""
    wanted = Wanted.of(request.GET)
    if not wanted.q:
        raise UsageError("Nobody is asked for.", hint="Name somebody: ?q=CTO at Acme")
    return Listed("intro", network_json.ways(wanted.q, _intro(seen, wanted)))


@require_POST
def many(request: HttpRequest) -> HttpResponse:
    """Answer a list of targets in one table."""
    asked = _targets(request)

    def ask(seen: Seen) -> Mapping[str, Any]:
        return {"answers": _answers(seen, asked)}

    if request.POST.get("form") == "csv":
        with current().view(slow=True) as seen:
            table = [row for text, found in _answers(seen, asked) for row in network_json.ways(text, found)]
            day = seen.view.as_of
        return listed.table(table, f"intro-{day}")
    return shown.page(request, "targets.html", lambda seen: {**ask(seen), "text": "\n".join(asked)}, slow=True)


def _answers(seen: Seen, asked: list[str]) -> list[tuple[str, Asked | WeaktiesError]]:
    found: list[tuple[str, Asked | WeaktiesError]] = []
    for text in asked:
        try:
            found.append((text, _intro(seen, Wanted(text))))
        except WeaktiesError as error:
            found.append((text, error))
    return found


def _targets(request: HttpRequest) -> list[str]:
    """Return the targets of a form: a file of comma-separated values, or lines as they stand. Raises UsageError."""
    file = request.FILES.get("file")
    if file is not None and file.size:
        if file.size > _MOST_BYTES:
            raise UsageError("That list is too long.", hint=f"{_MOST_TARGETS} targets at the most at once.")
        try:
            lines = io.StringIO(file.read().decode("utf-8-sig"), newline="")
            return targets.listed(lines, name="The list", most=_MOST_TARGETS)
        except (UnicodeDecodeError, csv.Error) as error:
            hint = "A line per target; a head `target` is optional."
            raise UsageError("The list cannot be read: it is no CSV in UTF-8.", hint=hint) from error
    found = list(dict.fromkeys(line.strip()[:_LONGEST] for line in request.POST.get("targets", "").splitlines()))
    found = [line for line in found if line]
    if not found:
        raise UsageError("The list is empty.", hint="Write a target on each line, or choose a file.")
    if len(found) > _MOST_TARGETS:
        hint = f"{_MOST_TARGETS} at the most at once; `weakties intro --file` takes more."
        raise UsageError(f"The list names {len(found):,} targets.", hint=hint)
    return found


@require_GET
def between(request: HttpRequest) -> HttpResponse:
    """Show the chains between two people."""
    a, b = (request.GET.get(name, "").strip()[:_LONGEST] for name in ("a", "b"))

    def ask(seen: Seen) -> Mapping[str, Any]:
        told: dict[str, Any] = {"a": a, "b": b, "hops": _hops(request), "all_hops": range(1, 7), "asked": bool(a and b)}
        if not (a and b):
            return told
        try:
            found = seen.between(a, b, hops=told["hops"], limit=_CHAINS)
        except AmbiguousPerson as error:
            secret = seen.view.masked_with
            named = [(shown_id(person, secret), name, handle) for person, name, handle in error.candidates]
            which = "a" if error.args and _is_of(error, a) else "b"
            return {**told, "error": error, "candidates": named, "which": which}
        except UsageError as error:
            return {**told, "error": error}
        names = [_name(seen, text) for text in (a, b)]
        return {**told, "lines": ways.chains(seen, found), "names": names}

    return shown.page(request, "between.html", ask)


def _is_of(error: WeaktiesError, text: str) -> bool:
    return str(error).startswith(repr(text))


def _name(seen: Seen, text: str) -> str:
    person = seen.one(text)
    return "you" if person == ME else seen.space.persons([person], view=seen.view)[person].name


def _hops(request: HttpRequest) -> int:
    said = request.GET.get("hops", "")
    return int(said) if said in ("1", "2", "3", "4", "5", "6") else _USUAL_CHAIN


def chain_rows(request: HttpRequest, seen: Seen) -> Listed:
    """Return the chains as rows. Raises UsageError where one of the two is not named."""
    a, b = (request.GET.get(name, "").strip()[:_LONGEST] for name in ("a", "b"))
    if not (a and b):
        raise UsageError("Two people are needed.", hint="Name them: ?a=me&b=NAME")
    return Listed("between", [network_json.chain(c) for c in seen.between(a, b, hops=_hops(request), limit=_CHAINS)])


PATHS = [
    path("introductions", introductions, name="introductions"),
    path("introductions/targets", many, name="targets"),
    path("between", between, name="between"),
    *listed.routes("introductions", rows),
    *listed.routes("between", chain_rows),
]
