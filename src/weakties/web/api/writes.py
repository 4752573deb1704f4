"""What programs can decide: the same decisions as on the page, told in the same way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import msgspec

from weakties.contract import types
from weakties.contract.envelope import dated
from weakties.contract.opened import decided
from weakties.errors import UsageError
from weakties.web.api.route import Route
from weakties.web.served import current
from weakties.web.whole import whole
from weakties.workspace.sayings import LONGEST, LONGEST_NOTE, MOST_DAYS, Said, a_day

Kind = Literal[
    "touch", "snooze", "never", "cadence", "note", "tag", "relation", "hide", "overrule", "merge", "split", "outcome", "human",
    "machine",
]  # fmt: skip
Short = Annotated[str, msgspec.Meta(max_length=LONGEST)]


class ToDecide(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What to decide of somebody; which of the fields count follows from the kind."""

    kind: Kind
    channel: Short = ""
    on: Short = ""
    until: Short = ""
    days: Annotated[int, msgspec.Meta(ge=0, le=MOST_DAYS)] | None = None
    text: Annotated[str, msgspec.Meta(max_length=LONGEST_NOTE)] = ""
    tag: Short = ""
    relation: Short = ""
    number: Literal["", "strength", "alive"] = ""
    value: Annotated[float, msgspec.Meta(ge=0, le=1)] | None = None
    other: Short = ""
    what: Short = ""


class ToAdd(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Somebody to add by hand."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    handle: Short = ""
    met: Short = ""
    organisation: Short = ""
    title: Short = ""
    on: Short = ""
    note: Annotated[str, msgspec.Meta(max_length=LONGEST_NOTE)] = ""


def _decide(parts: Mapping[str, str], sent: ToDecide) -> Mapping[str, Any]:
    # The words of a kind go by its own name; a note has a text, an outcome is what came.
    text = {"note": sent.text, "tag": sent.tag, "relation": sent.relation, "outcome": sent.what}.get(sent.kind, "")
    said = Said(
        kind=sent.kind, channel=sent.channel, on=a_day(sent.on), until=a_day(sent.until), days=sent.days, text=text,
        number=sent.number, value=sent.value, other=sent.other,
    )  # fmt: skip
    with current().view() as seen:
        done = seen.space.say([seen.person_of(parts["person"])], said, view=seen.view)
    gave_way = [decided(d) for d in done.gave_way]
    return dated("decided", current().day, [decided(d) for d in done.made], holds=not done.unheeded, gave_way=gave_way)


def _undo(parts: Mapping[str, str], sent: None) -> Mapping[str, Any]:
    del sent
    number = whole(said := parts["decision"], 1)
    if number is None:
        raise UsageError(f"{said[:20]!r} is no number of a decision.", hint="GET /decisions lists them.")
    return dated("decided", current().day, [decided(current().space.undo(number))])


def _add(parts: Mapping[str, str], sent: ToAdd) -> Mapping[str, Any]:
    del parts
    day = current().day
    more = {name: getattr(sent, name) for name in ("handle", "note", "met", "organisation", "title")}
    return dated("decided", day, [decided(current().space.add_person(sent.name, on=a_day(sent.on), day=day, **more))])


ROUTES = (
    Route("post", "/people", "write", "decided", "Add somebody by hand.", _add, types.Decided, ToAdd),
    Route(
        "post",
        "/people/{person}/decisions",
        "write",
        "decided",
        "Decide something of somebody.",
        _decide,
        types.Decided,
        ToDecide,
        {"holds": bool, "gave_way": list[types.Decided]},
    ),
    Route("delete", "/decisions/{decision}", "write", "decided", "Take a decision back.", _undo, types.Decided),
)
