"""How pages write a number, a day, a tie: the same everywhere."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import quote

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from weakties.contract import sentences
from weakties.facts.days import date_of
from weakties.facts.handles import value as handle_value
from weakties.ties.words import ago as words_ago
from weakties.ties.words import channel as words_channel
from weakties.ties.words import plural as words_plural
from weakties.ties.words import span as words_span
from weakties.web import assets
from weakties.workspace.sayings import CHANNELS

register = template.Library()

# Where the width of a line changes, and its dash.
_STRENGTHS = (0.25, 0.5, 0.75)
_ALIVE, _COOLING = 0.6, 0.3
_WIDTHS = ("weak", "light", "firm", "strong")
_DAY = re.compile(r"\b\d{4}-\d\d-\d\d\b")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip


@register.simple_tag
def asset(name: str) -> str:
    """Return where a file of the page is found."""
    return assets.address(name)


@register.simple_tag
def icon(name: str, size: str = "icon") -> SafeString:
    """Draw a sign. size: its class."""
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>', size, assets.address("signs.svg"), name
    )


@register.filter
def named(person: Any) -> SafeString:
    """Write a name so that its script does not turn the words around it."""
    name = person if isinstance(person, str) else getattr(person, "name", "") or ""
    return format_html("<bdi>{}</bdi>", name or "Nobody by name")


@register.filter
def page_of(person: Any) -> str:
    """Return where a person's page is."""
    return f"/people/{quote(getattr(person, 'id', person), safe='')}"


@register.filter
def number(value: float | None, vague: object = None) -> str:
    """Write a number of a tie with as many digits as are known. vague: whether little is known."""
    if value is None:
        return "–"
    return f"~{value:.1f}" if vague else f"{value:.2f}"


@register.filter
def day(value: Any) -> str:
    """Write a day: `9 January 2025`. value: a date, a time, seconds UTC, or days since 1970 as `day_number` counts them."""
    found = as_date(value)
    return f"{found.day} {_MONTHS[found.month - 1]} {found.year}" if found else "–"


@register.filter
def short_day(value: Any) -> str:
    """Write a day in a narrow column: `9 Jan 2025`."""
    found = as_date(value)
    return f"{found.day} {_MONTHS[found.month - 1][:3]} {found.year}" if found else "–"


@register.filter
def with_days(sentence: str) -> str:
    """Write a sentence that holds days, `2025-01-09`, as pages write days."""

    def spelt(said: re.Match[str]) -> str:
        try:
            return day(date.fromisoformat(said[0]))
        except ValueError:
            return said[0]

    return _DAY.sub(spelt, sentence)


@register.filter
def iso(value: Any) -> str:
    """Write a day as machines read it."""
    found = as_date(value)
    return found.isoformat() if found else ""


@register.filter
def clock(seconds: int) -> str:
    """Write the time of day of seconds UTC."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%H:%M")


@register.filter
def span(days: float) -> str:
    """Write so many days as one says it."""
    return words_span(days)


@register.filter
def ago(days: float) -> str:
    """Write how long ago something was."""
    return words_ago(days)


@register.simple_tag
def plural(n: int, one: str, many: str) -> str:
    """Write a number with its noun."""
    return words_plural(n, one, many)


@register.filter
def handle(value: str) -> str:
    """Write a handle as a person reads it."""
    return handle_value(value).removesuffix("@hand")


@register.filter
def thousands(value: int | None) -> str:
    """Write a whole number."""
    return "" if value is None else f"{value:,}"


def as_date(value: Any) -> date | None:
    """Return a day that was said in one of our ways; None for none, or beyond the calendar."""
    try:
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, date) or value is None:
            return value
        if isinstance(value, str):
            return date.fromisoformat(value[:10])
        return date_of(value) if abs(value) < 4_000_000 else datetime.fromtimestamp(value, UTC).date()
    except (ValueError, OverflowError, OSError):
        return None


def width_of(strength: float) -> int:
    """Return how wide the line of a tie is, 1 to 4."""
    return 1 + sum(strength >= step for step in _STRENGTHS)


def dash_of(alive: float) -> str:
    """Return how the line of a tie is drawn: `alive`, `cooling` or `quiet`."""
    return "alive" if alive >= _ALIVE else "cooling" if alive >= _COOLING else "quiet"


@register.filter
def line_class(numbers: Any) -> str:
    """Return the classes of a tie's line."""
    return f"ln s{width_of(numbers.get('strength') or 0)} {dash_of(numbers.get('alive') or 0)}"


@register.filter
def tie_words(numbers: Any) -> str:
    """Say of a tie what its line shows."""
    return f"{_WIDTHS[width_of(numbers.get('strength') or 0) - 1]} tie, {dash_of(numbers.get('alive') or 0)}"


@register.simple_tag
def tie_line(numbers: Any) -> SafeString:
    """Draw a tie as a line between two."""
    return format_html(
        '<svg class="line" viewBox="0 0 48 12" role="img" aria-label="{}"><path class="{}" d="M7 6h34"/>'
        '<circle cx="4" cy="6" r="3"/><circle cx="44" cy="6" r="3"/></svg>',
        tie_words(numbers),
        line_class(numbers),
    )


@register.simple_tag
def band(value: float | None) -> SafeString:
    """Draw where a number lies between 0 and 1."""
    if value is None:
        return mark_safe("")
    at = round(min(max(value, 0.0), 1.0) * 97.5, 1)
    return format_html(
        '<svg class="band" viewBox="0 0 100 7" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="all" y="2" width="100" height="3"/><rect class="tick" x="{}" width="2.5" height="7"/></svg>',
        at,
    )


@register.simple_tag
def share(weight: float, most: float) -> SafeString:
    """Draw how much a reason weighs beside the heaviest one."""
    wide = round(24 * min(abs(weight) / most, 1.0), 1) if most else 0.0
    return format_html(
        '<svg viewBox="0 0 24 8" aria-hidden="true"><rect class="ground" y="2" width="24" height="4" rx="2"/>'
        '<rect y="2" width="{}" height="4" rx="2"/></svg>',
        wide,
    )


@register.simple_tag
def weigh(weight: float, most: float) -> SafeString:
    """Draw a reason for or against: right of the line or left of it."""
    wide = round(36 * min(abs(weight) / most, 1.0), 1) if most else 0.0
    bar = (
        format_html('<rect x="36" y="1" width="{}" height="6"/>', wide)
        if weight >= 0
        else format_html('<rect class="less" x="{}" y="1.5" width="{}" height="5"/>', round(36 - wide, 1), wide)
    )
    return format_html('<svg viewBox="0 0 72 8" aria-hidden="true"><line x1="36" x2="36" y2="8"/>{}</svg>', bar)


@register.filter
def signed(weight: float) -> str:
    """Write a weight with its sign."""
    return f"{weight:+.2f}".replace("-", "−")


@register.simple_tag
def circle_mark(number: int) -> SafeString:
    """Draw the sign of a circle by its place in the list, from 0; a ninth one is grey."""
    which = number + 1 if number < 8 else 1
    return format_html(
        '<svg class="mark" aria-hidden="true"><use href="{}#m{}"/></svg>', assets.address("signs.svg"), which
    )


@register.filter
def circle_class(number: int) -> str:
    """Return the class of a circle's colour by its place in the list, from 0; none beyond eight."""
    return f"c{number + 1}" if number < 8 else ""


@register.filter
def joined(items: Any, between: str = ", ") -> SafeString:
    """Write names one after the other."""
    return format_html_join(between, "{}", ((named(item),) for item in items))


_SPELT = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve")
# The signs of channels; others are talk.
_SIGNS = {"email": "mail", "letter": "mail", "meeting": "meet", "in-person": "meet", "video": "meet", "call": "call"}
_DIRECTIONS = {"out": "you wrote", "in": "they wrote", "heard": "to a list", "beside": "beside you", "met": "you met"}
_KINDS = {"email": "Mail", "phone": "Phone", "linkedin": "LinkedIn", "x": "X", "name": "Name", "slack": "Slack"}


@register.filter
def spelt(n: int) -> str:
    """Write a small number as a word at the head of a sentence."""
    return _SPELT[n] if 0 <= n < len(_SPELT) else f"{n:,}"


@register.filter
def through(channel: str) -> str:
    """Say through which channel."""
    said = CHANNELS.get(channel, f"by {words_channel(channel)}")
    return said[0].upper() + said[1:]


@register.filter
def one_channel(channel: str) -> str:
    """Return a channel that a touch can have been through."""
    return channel if channel in CHANNELS else "other"


@register.filter
def sign(channel: str) -> SafeString:
    """Draw the sign of a channel."""
    return format_html('{}<span class="visually-hidden">{}: </span>', icon(_SIGNS.get(channel, "chat")), channel)


@register.filter
def direction(said: str) -> str:
    """Say who wrote to whom."""
    return _DIRECTIONS.get(said, said)


@register.filter
def called(person: Any) -> str:
    """Return the first word of a name."""
    return str((person.name.split() or [""])[0])


@register.filter
def or_you(person: Any) -> SafeString:
    """Write a name, or you where it is the owner."""
    return named(person) if person is not None else mark_safe("you")


@register.filter
def kind_of_handle(text: str) -> str:
    """Say what kind of handle this is."""
    kind = text.partition(":")[0]
    return _KINDS.get(kind, kind.capitalize())


@register.filter
def filename(path: str) -> str:
    """Return the last part of a path."""
    return path.replace("\\", "/").rstrip("/").rpartition("/")[2] or path


@register.filter
def last_words(exchange: Any) -> str:
    """Say who wrote last, of what and when."""
    return sentences.last_words(exchange, written=day)


@register.filter
def heaviest(reasons: Any) -> str:
    """Return the sentence of the reason that moved a number most; where every tie starts moves none."""
    told = [r for r in reasons if r.what != "baseline"] or list(reasons)
    return str(max(told, key=lambda r: abs(r.weight)).text)


@register.filter
def plus(n: float, more: float) -> float:
    """Add."""
    return round(n + more, 1)


@register.filter
def decided(decision: Any) -> str:
    """Say what was decided."""
    said = decision.value
    match decision.kind:
        case "touch":
            return f"In touch on {day(said['on'])}, {CHANNELS.get(said['channel'], said['channel'])}."
        case "snooze":
            return "Never named." if said["until"].startswith("9999") else f"Not named before {day(said['until'])}."
        case "cadence":
            return (
                f"A word every {words_span(int(said['days'])).removeprefix('1 ')}."
                if int(said["days"])
                else "No cadence."
            )
        case "overrule":
            return f"{said['number'].capitalize()} is {float(said['value']):.2f}."
        case "merge":
            return f"{handle(decision.handle)} and {handle(decision.other)} are one person."
        case "split":
            return f"{handle(decision.handle)} and {handle(decision.other)} are two people."
        case "outcome":
            return f"{said['what']}, on {day(said['on'])}."
        case "hide":
            return "Hidden."
        case "human":
            return "A person, not a machine."
        case "machine":
            return "A machine."
        case _:
            return " ".join([decision.kind, *(str(value) for value in said.values())])
