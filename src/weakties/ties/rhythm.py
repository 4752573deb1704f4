"""A tie's own rhythm: how often the two are usually in touch, and how surprising today's silence is for them.

A silence is judged by the tie's own past gaps, never by a fixed number of days: three weeks mean nothing to those who write
twice a year. With few gaps little is said. The eightfold-silence rule (Navarro et al. 2017) is an alarm that a tie is about
to end, not an order among ties; it is used here for nothing but the word "broken off".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from weakties.ties.words import ago, every, plural, span

# Silence is overdue when no more than this share of the tie's own gaps was as long, and it is twice the usual one.
SURPRISING = 0.2
BROKEN_OFF = 8


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How a tie breathes. usual_gap: days between conversations, None without enough of them; surprise: share of the
    tie's own gaps that were at least as long as today's silence (0 to 1, small is surprising); overdue_days: days beyond
    twice the usual gap, or beyond the user's cadence; 0 where the silence is ordinary. text: one sentence.
    """

    usual_gap: float | None
    surprise: float | None
    overdue_days: int
    text: str


def rhythm(tie: Mapping[str, Any], *, cadence_days: int | None = None) -> Rhythm:
    """Return the rhythm of a tie. cadence_days: how often the user wants to be in touch, where she said so."""
    silence, gaps = tie["silence"], tie["gaps"] or 0
    if silence is None:
        return Rhythm(None, None, 0, "You have not been in touch yet.")
    usual = None if tie["usual_gap"] is None else float(tie["usual_gap"])
    surprise = float(tie["quiet_share"]) if usual is not None else None
    if cadence_days is not None:
        late = max(0, silence - cadence_days)
        said = f"You want to be in touch every {every(cadence_days)}; the last word was {ago(silence)}."
        return Rhythm(usual, surprise, late, said)
    if usual is None or surprise is None:
        return Rhythm(None, None, 0, f"Too few contacts to show a rhythm; the last was {ago(silence)}.")
    late = max(0, round(silence - 2 * usual)) if surprise <= SURPRISING else 0
    often = f"You are usually in touch every {every(usual)}"
    if late and silence > BROKEN_OFF * max(usual, 1.0):
        return Rhythm(usual, surprise, late, f"{often}; {span(silence)} of silence looks broken off.")
    if late:
        longer = tie["longer_gaps"]
        rare = (
            "longer than ever before" if not longer else f"as long as only {longer:,} of {plural(gaps, 'gap', 'gaps')}"
        )
        return Rhythm(usual, surprise, late, f"{often}; {span(silence)} of silence is {rare}.")
    if silence < 1:
        return Rhythm(usual, surprise, late, f"{often}; the last word was today.")
    return Rhythm(usual, surprise, late, f"{often}; {span(silence)} of silence is ordinary.")
