"""What programs can ask: each function is given the parts of the address and what was asked, and returns an answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal

import msgspec

from weakties.contract import (
    coming,
    connectors,
    imports,
    network,
    opened,
    organisations,
    people,
    regard,
    today,
    types,
)
from weakties.contract.envelope import envelope
from weakties.errors import UsageError
from weakties.incognito import shown_id
from weakties.insight.directory import Wanted
from weakties.web.api.route import Asked, AskedList, Route, Text
from weakties.web.served import current
from weakties.workspace.seen import Seen

Sort = Literal["value", "strength", "alive", "answer", "overdue", "recent", "name"]
Kind = Literal["", "strong", "weak", "dormant", "new", "one-sided", "declared"]


class OfToday(AskedList, kw_only=True):
    """What Today can be asked."""

    minutes: Annotated[int, msgspec.Meta(ge=1, le=480, description="Minutes there are.")] | None = None


class OfDays(AskedList, kw_only=True):
    """What the meetings can be asked."""

    days: Annotated[int, msgspec.Meta(ge=0, le=60, description="So many days after the day too.")] = 0


class OfPeople(AskedList, kw_only=True):
    """What the list of everybody can be asked."""

    query: Text = ""
    kind: Kind = ""
    motion: Literal["", "warming", "steady", "cooling"] = ""
    circle: Text = ""
    organisation: Text = ""
    tag: Text = ""
    automated: bool = False
    sort: Sort = "value"


class OfWays(Asked, kw_only=True):
    """What the ways to somebody can be asked."""

    target: Annotated[
        str, msgspec.Meta(min_length=1, max_length=500, description="A person, organisation, role, place or topic.")
    ]
    limit: Annotated[int, msgspec.Meta(ge=1, le=20)] = 5
    introducers: Annotated[int, msgspec.Meta(ge=1, le=5, description="How many to ask on one way at the most.")] = 2
    purpose: Text = ""


class OfChains(Asked, kw_only=True):
    """What the chains between two can be asked; `me` is the owner."""

    a: Annotated[str, msgspec.Meta(min_length=1, max_length=500)]
    b: Annotated[str, msgspec.Meta(min_length=1, max_length=500)]
    hops: Annotated[int, msgspec.Meta(ge=1, le=6)] = 4
    limit: Annotated[int, msgspec.Meta(ge=1, le=20)] = 5


def _seen(answer: Callable[[Seen, Mapping[str, str], Any], Mapping[str, Any]]) -> Callable[..., Mapping[str, Any]]:
    """Lend a view of the day that is asked for to whoever answers."""

    def do(parts: Mapping[str, str], asked: Any) -> Mapping[str, Any]:
        with current().view(asked.as_of) as seen:
            return answer(seen, parts, asked)

    return do


def _today(seen: Seen, _: Mapping[str, str], asked: OfToday) -> Mapping[str, Any]:
    found = seen.space.today(minutes=asked.minutes, view=seen.view)
    return envelope("today", seen.view, [today.suggestion(s) for s in asked.part(found)], len(found))


def _waiting(seen: Seen, _: Mapping[str, str], asked: AskedList) -> Mapping[str, Any]:
    found = seen.waiting
    shown = asked.part(found)
    who = seen.space.persons([each.person for each in shown], view=seen.view)
    return envelope("waiting", seen.view, [today.waiting(each, who[each.person]) for each in shown], len(found))


def _brief(seen: Seen, _: Mapping[str, str], asked: OfDays) -> Mapping[str, Any]:
    found = seen.space.brief(view=seen.view, days=asked.days)
    return envelope("brief", seen.view, [coming.meeting(each) for each in asked.part(found)], len(found))


def _news(seen: Seen, _: Mapping[str, str], asked: AskedList) -> Mapping[str, Any]:
    found = seen.news
    return envelope("news", seen.view, [coming.told(each) for each in asked.part(found)], len(found))


def _people(seen: Seen, _: Mapping[str, str], asked: OfPeople) -> Mapping[str, Any]:
    view = seen.view
    # Tags are the user's own words, and may name somebody.
    tags = {} if view.masked_with else view.wishes.tags
    among = frozenset(p for p, own in tags.items() if asked.tag in own) if asked.tag else None
    if asked.circle:
        members = seen.space.members(asked.circle, view=view, drawn=seen.shape)
        among = members if among is None else members & among
    wanted = Wanted(
        asked.query, asked.kind, asked.motion, asked.organisation, asked.automated, view.wishes.hidden, among
    )
    positions = seen.directory.found(wanted, sort=asked.sort)
    page = seen.directory.rows(positions[asked.skip : asked.skip + asked.limit].tolist())
    known = seen.space.handles([found["person"] for found in page], view=view)
    rows = []
    for found in page:
        found["id"] = shown_id(found["person"], view.masked_with)
        rows.append(people.row(found, known.get(found["person"], [])))
    return envelope("people", view, rows, len(positions))


def _person(seen: Seen, parts: Mapping[str, str], _: Asked) -> Mapping[str, Any]:
    return envelope("person", seen.view, [opened.why(seen.about(seen.person_of(parts["person"])))])


def _timeline(seen: Seen, parts: Mapping[str, str], asked: AskedList) -> Mapping[str, Any]:
    who, rows, total = seen.space.timeline(
        seen.person_of(parts["person"]), view=seen.view, limit=asked.limit, skip=asked.skip
    )
    return envelope("timeline", seen.view, [opened.fact(row) for row in rows], total, person=people.person(who))


def _circles(seen: Seen, _: Mapping[str, str], asked: AskedList) -> Mapping[str, Any]:
    found = seen.circles
    return envelope("circles", seen.view, [network.circle(each) for each in asked.part(found)], len(found))


def _connectors(seen: Seen, _: Mapping[str, str], asked: AskedList) -> Mapping[str, Any]:
    found = seen.connecting
    rows = [connectors.connector(each) for each in asked.part(found.connectors)]
    return envelope("connectors", seen.view, rows, len(found.connectors), mine=connectors.mine(found))


def _loose(seen: Seen, _: Mapping[str, str], asked: AskedList) -> Mapping[str, Any]:
    found = seen.loose()
    return envelope("loose", seen.view, [connectors.loose(each) for each in asked.part(found)], len(found))


def _ways(seen: Seen, _: Mapping[str, str], asked: OfWays) -> Mapping[str, Any]:
    target = seen.meant(asked.target)
    found = seen.intro(target, introducers=asked.introducers, limit=asked.limit, purpose=asked.purpose)
    return envelope("intro", seen.view, network.ways(asked.target, found))


def _between(seen: Seen, _: Mapping[str, str], asked: OfChains) -> Mapping[str, Any]:
    found = seen.between(asked.a, asked.b, hops=asked.hops, limit=asked.limit)
    return envelope("between", seen.view, [network.chain(each) for each in found])


def _organisations(seen: Seen, _: Mapping[str, str], asked: AskedList) -> Mapping[str, Any]:
    found = seen.organisations
    return envelope("org", seen.view, [organisations.row(each) for each in asked.part(found)], len(found))


def _organisation(seen: Seen, parts: Mapping[str, str], asked: AskedList) -> Mapping[str, Any]:
    found = seen.space.organisation(parts["organisation"], view=seen.view, drawn=seen.shape)
    rows = [organisations.member(each) for each in asked.part(found.members)]
    whole = organisations.organisation(found)
    return envelope("org", seen.view, rows, len(found.members), organisation=whole)


def _overlooked(seen: Seen, _: Mapping[str, str], asked: AskedList) -> Mapping[str, Any]:
    found = seen.overlooked
    rows = [regard.overlooked(each) for each in asked.part(found.rows)]
    return envelope("overlooked", seen.view, rows, len(found.rows), left_out=found.left_out)


def _review(seen: Seen, _: Mapping[str, str], asked: AskedList) -> Mapping[str, Any]:
    found = seen.space.review(view=seen.view)
    return envelope("review", seen.view, [people.probable(each) for each in asked.part(found)], len(found))


def _by_real_names(seen: Seen) -> None:
    """Raise UsageError for what is kept under real names and addresses, where all names are to be invented."""
    if seen.view.masked_with:
        raise UsageError(
            "This goes by real names, so it is not told under invented ones.", hint="Serve without --incognito."
        )


def _imports(seen: Seen, _: Mapping[str, str], asked: AskedList) -> Mapping[str, Any]:
    _by_real_names(seen)
    found = seen.space.known_imports()[::-1]
    return envelope("imports", seen.view, [imports.listed(each) for each in asked.part(found)], len(found))


def _accounts(seen: Seen, _: Mapping[str, str], asked: AskedList) -> Mapping[str, Any]:
    _by_real_names(seen)
    found = seen.space.accounts()
    return envelope("accounts", seen.view, [imports.account(*each) for each in asked.part(found)], len(found))


def _decisions(seen: Seen, _: Mapping[str, str], asked: AskedList) -> Mapping[str, Any]:
    _by_real_names(seen)
    found = seen.space.decisions()[::-1]
    rows = [opened.decided(each) for each in asked.part(found)]
    return envelope("decisions", seen.view, rows, len(found))


def _read(path: str, question: str, says: str, answer: Any, row: type, asked: type[Asked], **beside: Any) -> Route:
    return Route("get", path, "read", question, says, _seen(answer), row, asked, beside or None)


ROUTES = (
    _read("/today", "today", "Who deserves a word, within the minutes there are.", _today, types.Suggestion, OfToday),
    _read("/waiting", "waiting", "Who waits for my answer, and whose I wait for.", _waiting, types.Waiting, AskedList),
    _read("/meetings", "brief", "The meetings that come, with who takes part.", _brief, types.Meeting, OfDays),
    _read("/news", "news", "What is new of people.", _news, types.Told, AskedList),
    _read("/people", "people", "Everybody, one row each.", _people, types.Listed, OfPeople),
    _read("/people/{person}", "person", "One person, every number with its reasons.", _person, types.Why, Asked),
    _read("/people/{person}/timeline", "timeline", "The facts between a person and me.", _timeline, types.Fact, AskedList,
          person=types.Person),
    _read("/circles", "circles", "The circles that people live in.", _circles, types.Circle, AskedList),
    _read("/connectors", "connectors", "Who connects worlds.", _connectors, types.Connector, AskedList, mine=dict[str, Any]),
    _read("/loose", "loose", "The contacts of my contacts.", _loose, types.Loose, AskedList),
    _read("/introductions", "intro", "Ways to somebody.", _ways, types.Way, OfWays),
    _read("/between", "between", "The chains between two.", _between, types.Chain, OfChains),
    _read("/organisations", "org", "Whom I know in which organisation.", _organisations, types.Organisation, AskedList),
    _read("/organisations/{organisation}", "org", "The people of one organisation.", _organisation, types.Member, AskedList,
          organisation=dict[str, Any]),
    _read("/overlooked", "overlooked", "Who is close in private, absent from business.", _overlooked, types.Overlooked, AskedList,
          left_out=str),
    _read("/review", "review", "Handles that are probably one person's.", _review, types.Probable, AskedList),
    _read("/imports", "imports", "What came in, the newest first.", _imports, types.Import, AskedList),
    _read("/accounts", "accounts", "The live accounts.", _accounts, types.Account, AskedList),
    _read("/decisions", "decisions", "What was decided, the newest first.", _decisions, types.Decided, AskedList),
)  # fmt: skip
