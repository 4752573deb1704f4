"""What may be said of somebody: of each kind of decision what it takes, within which bounds, and what is written down of it.

Every surface takes its words apart and leaves the rest to this: a form, a program and the command line are refused the same and
leave the same behind. A decision that says nothing, or of a day that has not come, would stand for ever without doing anything.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from weakties.errors import UsageError
from weakties.facts.decisions import Kind, Word
from weakties.ties.scored import OVERRULED

# channel -> how one says it: what a word with somebody may have been through, the usual first.
CHANNELS: Mapping[str, str] = {
    "in-person": "in person", "call": "on the telephone", "meeting": "at a meeting", "video": "by video", "email": "by mail",
    "sms": "by text message", "whatsapp": "by WhatsApp", "linkedin": "on LinkedIn", "slack": "on Slack", "letter": "by letter",
    "other": "otherwise",
}  # fmt: skip
USUAL_CHANNEL = "in-person"
RELATIONS = ("family", "close-friend", "friend", "colleague", "manager", "former-colleague")
# Days that a snooze or a cadence may last.
MOST_DAYS = 3_650
USUAL_SNOOZE = 30
# Letters of a note, and of anything shorter.
LONGEST_NOTE, LONGEST = 20_000, 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What is said of somebody. Which of it counts follows from the kind; what is left out is as usual.

    on: the day on which it was; until: the day from which somebody is named again; days: for how long, or how often; text: of a
    note, a tag, a relation, an outcome; number, value: which of a tie's is to be which; other: with whom somebody is one, or not.
    """

    kind: str
    channel: str = ""
    on: date | None = None
    until: date | None = None
    days: int | None = None
    text: str = ""
    number: str = ""
    value: float | None = None
    other: str = ""


def word(said: Said, handle: str, *, day: date, today: date) -> Word:
    """Return what is written down of what was said. day: the day that is spoken of; today: the day it is. Raises UsageError."""
    rule = _RULES.get(said.kind)
    if rule is None:
        raise UsageError(
            f"There is nothing called {said.kind} to decide of somebody.", hint=f"There are: {', '.join(KINDS)}."
        )
    kind: Kind = "snooze" if said.kind == "never" else said.kind  # type: ignore[assignment]
    value = rule(said, day)
    if kind == "snooze" and day != today:
        # A decision bears the day on which it was made; this one was made as of another.
        value["on"] = day.isoformat()
    return Word(kind, handle, value=value)


def past(on: date | None, day: date) -> date:
    """Return the day on which something was, `day` if None. Raises UsageError for one that is still to come."""
    if on is not None and on > day:
        raise UsageError(f"{on} is not yet over.", hint="Say it when it has happened.")
    return on or day


def a_day(text: str) -> date | None:
    """Return the day that a text is, None for no text. Raises UsageError."""
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise UsageError(f"{text[:20]!r} is no day.", hint="Write it as 2026-03-01.") from error


def through(channel: str) -> str:
    """Return a channel that a word may have been through, the usual one if it is empty. Raises UsageError."""
    if channel and channel not in CHANNELS:
        raise UsageError(f"{channel[:20]} is no channel.", hint=f"Choose one of {', '.join(CHANNELS)}.")
    return channel or USUAL_CHANNEL


def words_of(text: str, what: str, *, most: int = LONGEST) -> str:
    """Return a text without the blanks around it. what: how it is called. Raises UsageError for none and for too long a one."""
    found = text.strip()
    if not found:
        raise UsageError(f"The {what} is empty.", hint="Write something first.")
    if len(found) > most:
        raise UsageError(f"The {what} is too long.", hint=f"{most:,} letters at the most.")
    return found


def _touch(said: Said, day: date) -> dict[str, Any]:
    return {"on": past(said.on, day).isoformat(), "channel": through(said.channel)}


def _snooze(said: Said, day: date) -> dict[str, Any]:
    days = USUAL_SNOOZE if said.days is None else said.days
    if said.until is None and not 1 <= days <= MOST_DAYS:
        raise UsageError(f"{days} is no number of days to wait.", hint=f"Give 1 to {MOST_DAYS:,}.")
    until = said.until or day + timedelta(days=days)
    if until <= day:
        raise UsageError(f"{until} is over or today.", hint="Name a day to come: --until 2040-01-01, or --days 30.")
    return {"until": until.isoformat()}


def _never(said: Said, day: date) -> dict[str, Any]:
    del said, day
    return {"until": date.max.isoformat()}


def _cadence(said: Said, day: date) -> dict[str, Any]:
    del day
    if said.days is None or not 0 <= said.days <= MOST_DAYS:
        raise UsageError("A cadence is every so many days.", hint=f"Give 0 to {MOST_DAYS:,}; 0 for none.")
    return {"days": said.days}


def _note(said: Said, day: date) -> dict[str, Any]:
    del day
    return {"text": words_of(said.text, "note", most=LONGEST_NOTE)}


def _tag(said: Said, day: date) -> dict[str, Any]:
    del day
    return {"tag": words_of(said.text, "tag")}


def _relation(said: Said, day: date) -> dict[str, Any]:
    del day
    if said.text not in RELATIONS:
        raise UsageError(f"{said.text[:20]!r} is no relation.", hint=f"Choose one of {', '.join(RELATIONS)}.")
    return {"relation": said.text}


def _outcome(said: Said, day: date) -> dict[str, Any]:
    if not said.text.strip():
        raise UsageError("Say what came through them.", hint="A customer, a position, a friend.")
    return {"on": past(said.on, day).isoformat(), "what": words_of(said.text, "outcome")}


def _overrule(said: Said, day: date) -> dict[str, Any]:
    del day
    if said.number not in OVERRULED:
        raise UsageError(
            f"{said.number[:20] or 'That'} cannot be overruled.", hint=f"{' and '.join(OVERRULED).capitalize()} can."
        )
    if said.value is None or not 0 <= said.value <= 1:
        raise UsageError("That is no number between 0 and 1.", hint="Write it as 0.4.")
    return {"number": said.number, "value": said.value}


def _alone(said: Said, day: date) -> dict[str, Any]:
    del said, day
    return {}


_RULES: Mapping[str, Callable[[Said, date], dict[str, Any]]] = {
    "touch": _touch, "snooze": _snooze, "never": _never, "cadence": _cadence, "note": _note, "tag": _tag, "relation": _relation,
    "hide": _alone, "overrule": _overrule, "merge": _alone, "split": _alone, "outcome": _outcome, "human": _alone, "machine": _alone,
}  # fmt: skip
KINDS = tuple(_RULES)
