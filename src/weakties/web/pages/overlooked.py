"""Overlooked: whose place in the owner's life and in her records differ, group by group, with one step for each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_GET

from weakties.contract import regard as regard_json
from weakties.contract.sentences import OVERLOOKED
from weakties.regard import Overlooked, Overlooking
from weakties.ties.reasons import Reason
from weakties.web.pages import listed, shown
from weakties.web.pages.letters import letter
from weakties.web.pages.listed import Listed
from weakties.workspace.seen import Seen

# Of each group so many unless it is asked for alone.
_OF_EACH = 8
# Whoever was spoken to within so many days has had their step.
_LATELY_DAYS = 30
# Which step fills a group that is empty.
_FILLED_BY: Mapping[str, str] = {
    "friends": "The export of a telephone or a chat shows who is close in private; that of a business network, who is on it.",
    "family": "An address book says who is family, and so can you on anybody's page.",
    "became-friends": "It takes both: mail from work, and a chat or a telephone's log.",
    "fell-out": "Address books and mail of years show where you worked, and who fell silent when you left.",
}


@dataclass(frozen=True, slots=True)
class Row:
    """Somebody overlooked. write: an address that opens a letter or a call; behind: the facts that show it, None without any."""

    one: Overlooked
    write: str
    behind: Reason | None


@dataclass(frozen=True, slots=True)
class Group:
    """A group. more: how many are not shown; step: what to do, where it is the same for all."""

    name: str
    title: str
    rows: tuple[Row, ...]
    total: int
    step: str
    filled_by: str

    @property
    def more(self) -> int:
        """How many are not shown."""
        return self.total - len(self.rows)


def told(seen: Seen) -> Overlooking:
    """Return who is overlooked, worked out once."""
    found = seen.overlooked
    seen.once("count overlooked", lambda: len(_open(seen, found.rows)), of=("snoozed", "relations"))
    return found


def _open(seen: Seen, found: Sequence[Overlooked]) -> list[Overlooked]:
    """Return those who were neither spoken to lately nor set aside, nor hidden."""
    settled = _settled(seen)
    return [one for one in found if one.told.person not in settled]


def _settled(seen: Seen) -> frozenset[str]:
    wishes = seen.view.wishes
    lately = {touch.person for touch in wishes.touches if seen.view.as_of_day - touch.day < _LATELY_DAYS}
    return wishes.snoozed | lately


@require_GET
def overlooked(request: HttpRequest) -> HttpResponse:
    """Show who is overlooked."""
    only = request.GET.get("group", "")
    only = only if only in OVERLOOKED else ""

    def ask(seen: Seen) -> Mapping[str, Any]:
        found = told(seen)
        left = _open(seen, found.rows)
        settled = _settled(seen)
        groups = [_group(name, title, left, only) for name, title in OVERLOOKED.items() if only in ("", name)]
        return {
            "groups_of": groups,
            # Somebody may stand in two groups, and has one dialogue of each kind.
            "dialogs": list({row.one.told.person: row for group in groups for row in group.rows}.values()),
            "total": len(left),
            "settled": [one for one in found.rows if one.told.person in settled],
            "left_out": found.left_out,
            "only": only,
        }

    return shown.page(request, "overlooked.html", ask)


def _group(name: str, title: str, found: Sequence[Overlooked], only: str) -> Group:
    own = [one for one in found if one.told.group == name]
    rows = own if only else own[:_OF_EACH]
    steps = {one.told.step for one in own}
    return Group(
        name,
        title,
        tuple(_row(one) for one in rows),
        len(own),
        steps.pop() if len(steps) == 1 else "",
        _FILLED_BY[name],
    )


def _row(one: Overlooked) -> Row:
    behind = Reason("shown", 0.0, one.told.text).backed_by(one.told.evidence) if one.told.evidence else None
    return Row(one, letter(one.person, one.told.channel, ""), behind)


def rows(request: HttpRequest, seen: Seen) -> Listed:
    """Return who is overlooked as rows."""
    only = request.GET.get("group", "")
    found = told(seen)
    kept = [one for one in found.rows if only not in OVERLOOKED or one.told.group == only]
    return Listed("overlooked", [regard_json.overlooked(one) for one in kept], {"left_out": found.left_out})


PATHS = [path("overlooked", overlooked, name="overlooked"), *listed.routes("overlooked", rows)]
