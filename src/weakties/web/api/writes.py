"""What programs can decide: the same decisions as on the page, told in the same way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import msgspec

from weakties.contract import types, values
from weakties.contract.envelope import dated
from weakties.errors import UsageError
from weakties.facts.decisions import Decision
from weakties.web.api.route import Route
from weakties.web.pages.decide import WAYS
from weakties.web.pages.shown import may_decide
from weakties.web.served import current

Kind = Literal[
    "touch", "snooze", "never", "cadence", "note", "tag", "relation", "hide", "overrule", "merge", "split", "outcome", "human"
]  # fmt: skip
Short = Annotated[str, msgspec.Meta(max_length=500)]
Long = Annotated[str, msgspec.Meta(max_length=20_000)]


class ToDecide(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What to decide of somebody; which of the fields count follows from the kind."""

    kind: Kind
    channel: Short = ""
    on: Short = ""
    days: Annotated[int, msgspec.Meta(ge=0, le=3_650)] | None = None
    text: Long = ""
    tag: Short = ""
    relation: Short = ""
    number: Literal["", "strength", "alive", "value"] = ""
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


def _decide(parts: Mapping[str, str], sent: ToDecide) -> Mapping[str, Any]:
    may_decide()
    with current().view() as seen:
        handle = seen.space.handle_of(seen.person_of(parts["person"]), view=seen.view)
        day = seen.view.as_of
    said = {name: "" if value is None else str(value) for name, value in msgspec.structs.asdict(sent).items()}
    made, _ = WAYS[sent.kind](handle, said, day)
    return _told(made)


def _undo(parts: Mapping[str, str], sent: None) -> Mapping[str, Any]:
    del sent
    may_decide()
    number = parts["decision"]
    if not number.isascii() or not number.isdecimal() or len(number) > 15:
        raise UsageError(f"{number!r} is no number of a decision.", hint="GET /decisions lists them.")
    return _told(current().space.undo(int(number)))


def _add(parts: Mapping[str, str], sent: ToAdd) -> Mapping[str, Any]:
    del parts
    may_decide()
    more = {name: text for name in ("met", "organisation", "title") if (text := getattr(sent, name))}
    return _told(current().space.add_person(sent.name, handle=sent.handle, **more))


def _told(made: Decision) -> Mapping[str, Any]:
    row = {"id": made.id, "kind": made.kind, "value": made.value, "at": values.stamp(made.at)}
    return dated("decided", current().day, [{**row, "handle": made.handle, "other": made.other}])


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
    ),
    Route("delete", "/decisions/{decision}", "write", "decided", "Take a decision back.", _undo, types.Decided),
)
