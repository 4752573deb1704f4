"""The rhythm of a tie: what was sent above the line, what was received below, one bar a month, silence dotted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

# Height of the drawing and of its longest bar; width of a month.
HEIGHT, _BAR, _MONTH = 40, 18.0, 2
# Years that are drawn at the most: earlier ones are in the table.
_YEARS = 12
# A silence is drawn from so many months on.
_SILENT_MONTHS = 2


@dataclass(frozen=True, slots=True)
class Rhythm:
    """A drawing. sent, received, base, silent: paths of SVG; silence: where it begins and how wide it is, None without one; years:
    those that are drawn; text: what is to be seen, in a sentence."""

    width: int
    sent: str
    received: str
    base: str
    silent: str
    silence: tuple[int, int] | None
    now: int
    years: tuple[int, ...]
    text: str


def rhythm(months: Sequence[tuple[int, int, int]], *, as_of: date, name: str) -> Rhythm | None:
    """Draw the months of a tie; None where there was never any contact. months: as `insight.contact.Contact.months` gives them."""
    if not months:
        return None
    this = as_of.year * 12 + as_of.month - 1
    first = max(months[0][0] // 12, as_of.year - _YEARS + 1)
    shown = [m for m in months if m[0] >= first * 12]
    years = tuple(range(first, as_of.year + 1))
    most = max((max(sent, received) for _, sent, received in shown), default=1)
    width = 12 * _MONTH * len(years)

    def x(month: int) -> int:
        return (month - first * 12) * _MONTH + _MONTH // 2

    def bars(which: int, sign: str) -> str:
        tall = ((x(m[0]), round(m[which] / most * _BAR, 1)) for m in shown if m[which])
        return "".join(f"M{at} {HEIGHT // 2}v{sign}{height:g}" for at, height in tall)

    now = x(this) + 1
    last = x(months[-1][0]) + 1 if months[-1][0] >= first * 12 else 0
    quiet = this - months[-1][0] >= _SILENT_MONTHS
    half = HEIGHT // 2
    return Rhythm(
        width=width,
        sent=bars(1, "-"),
        received=bars(2, ""),
        base=f"M0 {half}H{last if quiet else now}",
        silent=f"M{last} {half}H{now}" if quiet else "",
        silence=(last, now - last) if quiet else None,
        now=now,
        years=years,
        text=_text(months, name, years[0]),
    )


def _text(months: Sequence[tuple[int, int, int]], name: str, since: int) -> str:
    sent, received = (sum(m[which] for m in months) for which in (1, 2))
    year, month = divmod(months[-1][0], 12)
    return (
        f"Messages with {name} a month since {since}, sent above the line, received below: "
        f"{sent:,} from you and {received:,} to you in all, the last in {date(year, month + 1, 1):%B %Y}."
    )
