"""One person opened: every number with its reasons, why two are one person or two, the facts between somebody and me."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from weakties.contract.coming import began, news
from weakties.contract.people import person
from weakties.contract.values import stamp

if TYPE_CHECKING:
    from weakties.about import Why
    from weakties.answers import Compared
    from weakties.facts.decisions import Decision
    from weakties.insight.timeline import Place
    from weakties.ties.rhythm import Rhythm

_OF_A_FACT = ("id", "direction", "channel", "subject", "group_size", "asks")


def why(found: Why, origins: Mapping[str, Sequence[Place]] | None = None) -> dict[str, Any]:
    """Return who somebody is and every number of the tie with its reasons.

    origins: where the facts of `evidence` stand, if they are to be shown.
    """
    tie = found.tie
    row = {
        "person": person(found.person),
        "title": found.person.title,
        "organisation": found.person.organisation or None,
        "machine": found.person.machine,
        "kind": tie["kind"] if tie else None,
        "motion": (tie["motion"] or None) if tie else None,
        **found.numbers,
        "computed": found.computed,
        "reasons": {number: [r.as_json() for r in reasons] for number, reasons in found.reasons.items()},
        "rhythm": found.rhythm and _rhythm(found.rhythm),
        "answer_hours": found.answer_hours,
        "mutual": [{"person": person(p), "messages": n} for p, n in found.mutual],
        "years": [{"year": y, "sent": s, "received": r} for y, s, r in found.years],
        "began": began(found.began),
        "relations": [{"what": r.what, "text": r.text} for r in found.relations],
        "news": [news(n) for n in found.news],
        "decisions": [_decision(d) for d in found.decisions],
    }
    if origins is not None:
        row["origins"] = {e: [place(p) for p in origins[e]] for e in evidence(found) if e in origins}
    return row


def evidence(found: Why) -> list[str]:
    """Return the ids of the facts behind all reasons, each once, in the order in which they are named."""
    return list(dict.fromkeys(e for reasons in found.reasons.values() for r in reasons for e in r.evidence))


def _rhythm(found: Rhythm) -> dict[str, Any]:
    return {
        "usual_gap_days": found.usual_gap,
        "surprise": found.surprise,
        "overdue_days": found.overdue_days,
        "text": found.text,
    }


def place(found: Place) -> dict[str, Any]:
    """Return where a copy of a fact stands. offset: bytes or row."""
    return {"import": found.import_id, "file": found.file, "offset": found.offset}


def compared(found: Compared) -> dict[str, Any]:
    """Return why two are one person, or two. weight: what the evidence adds up to."""
    said = {"a": person(found.a), "b": person(found.b), "together": found.together, "weight": found.weight}
    return {**said, "reasons": [reason.as_json() for reason in found.reasons]}


def fact(found: Mapping[str, Any]) -> dict[str, Any]:
    """Return a fact between somebody and me. found: as `timeline` finds it."""
    return {**{name: found[name] for name in _OF_A_FACT}, "at": stamp(found["at"])}


def decided(made: Decision) -> dict[str, Any]:
    """Return a decision with the handles of whom it is, and when it was made."""
    return {**_decision(made), "at": stamp(made.at), "handle": made.handle, "other": made.other}


def _decision(made: Decision) -> dict[str, Any]:
    return {"id": made.id, "kind": made.kind, "value": made.value}
