"""Today: who deserves a word, what it is worth, and how to begin, under a budget of minutes.

The order is value x gain x answer x urgency. **value** is what a word with this person could bring (`insight.value`). **gain** is how
much a word would lift the chance of contact within the horizon: the formula of `alive` asked twice, as things stand and as
if there had been contact today; a tie in daily use gains nothing, one that sleeps most. **answer** is the chance that the word
is taken up, learned from the words that broke a silence before (`ties.answering`). A silence that is surprising for this tie,
or longer than the cadence you set, counts more.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any

import duckdb

from weakties.facts.engine import rows
from weakties.insight import value
from weakties.ties.answering import words_after_silence
from weakties.ties.kinds import DORMANT_SILENCE_DAYS
from weakties.ties.reasons import Reason
from weakties.ties.rhythm import SURPRISING, Rhythm, rhythm
from weakties.ties.words import every, plural, span

# Nobody is suggested whom you were in touch with within these days, unless a cadence asks for it.
QUIET_DAYS = 14
# How much more a word is worth where the silence is surprising, and where you set a cadence and it has passed.
OVERDUE, CADENCE = 1.5, 2.0
# Minutes that a word takes: a line to somebody near, a considered one to somebody long unheard.
MINUTES = {"strong": 2, "new": 3, "weak": 3, "dormant": 5, "one-sided": 4}
_OF_OTHERS = 3

# Who is so far down the list is not named only because a word with them takes little time.
_PATIENCE = 200
# Candidates are asked for so many at a time: a day has room for few of them.
_PAGE = 256

_CANDIDATES = """
    WITH best AS (
        SELECT t.person,
            -- The worth, were everything as urgent as it can be.
            v.value * greatest(0, t.alive_after - t.alive) * t.answer
            * CASE WHEN list_contains($wanted::VARCHAR[], t.person) THEN $asked_for
                WHEN t.usual_gap IS NOT NULL AND t.quiet_share <= $surprising THEN $overdue ELSE 1 END AS at_most
        FROM ties t JOIN valued v USING (person) JOIN people p USING (person)
        WHERE p.machine = '' AND t.messages > 0
        -- What could not be named anyway is not looked at one by one.
        AND ((t.sent > 0 AND t.received > 0 AND t.silence >= $quiet) OR list_contains($wanted::VARCHAR[], t.person))
        ORDER BY at_most DESC, t.person LIMIT $n OFFSET $skip
    )
    SELECT t.*, v.value, v.new_organisations, v.new_people, v.known, v.mutual, v.decides, v.answered, v.unanswered,
        v.reach, v.standing, v.willingness, v.weakness, v.weight_reach, v.weight_standing, v.weight_willingness,
        v.weight_weakness, v.value_taught,
        v.opens, p.organisation, p.title, b.at_most
    FROM best b JOIN ties t USING (person) JOIN valued v USING (person) JOIN people p USING (person)
    ORDER BY b.at_most DESC, b.person
"""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One person for today. worth: value x gain x answer x urgency; gain: rise of the chance of contact; answer: chance
    that the word is taken up; minutes: what a word takes; reasons: why, weights as shares of the worth, which they add up
    to."""

    tie: Mapping[str, Any]
    worth: float
    gain: float
    answer: float
    minutes: int
    rhythm: Rhythm
    urgency: float

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Why, made when it is asked for: of thousands who deserve a word, a few are shown."""
        return tuple(_reasons(self.tie, self.gain, self.answer, self.rhythm, self.urgency))


def candidates(
    connection: duckdb.DuckDBPyConnection, *, wanted: Iterable[str] = (), quiet_days: int = QUIET_DAYS
) -> Iterator[dict[str, Any]]:
    """Yield the ties of whoever could be named, those first that could be worth most. Needs `ties` and `valued`.

    wanted: person ids for whom the user set a cadence. quiet_days: days since the last contact, for the others.
    """
    asked = {
        "quiet": quiet_days,
        "wanted": sorted(wanted),
        "asked_for": CADENCE,
        "overdue": OVERDUE,
        "surprising": SURPRISING,
        "n": _PAGE,
    }
    for skip in count(0, _PAGE):
        page = rows(connection, _CANDIDATES, {**asked, "skip": skip})
        yield from page
        if len(page) < _PAGE:
            return


def took(kind: str, silence_days: int) -> int:
    """Return how many minutes a word took, told after it. kind: of the tie now; silence_days: the silence that it ended.

    Whoever was asleep is awake after it, and took the time of somebody asleep all the same.
    """
    now = MINUTES.get(kind, _OF_OTHERS)
    return max(now, MINUTES["dormant"]) if silence_days >= DORMANT_SILENCE_DAYS else now


def suggest(
    ties: Iterable[Mapping[str, Any]],
    *,
    snoozed: frozenset[str] = frozenset(),
    cadences: Mapping[str, int] | None = None,
) -> Iterator[Suggestion]:
    """Yield everybody who deserves a word, the worthiest first, looking at no more ties than it must.

    ties: of `candidates`, in their order. snoozed: person ids not to name. cadences: days between contacts that the user
    wants, by person id.
    """
    waiting: list[tuple[float, str, Suggestion]] = []
    for tie in ties:
        while waiting and -waiting[0][0] > tie["at_most"]:
            yield heapq.heappop(waiting)[2]
        if suggestion := _suggestion(tie, snoozed, (cadences or {}).get(tie["person"])):
            heapq.heappush(waiting, (-suggestion.worth, tie["person"], suggestion))
    while waiting:
        yield heapq.heappop(waiting)[2]


def _suggestion(tie: Mapping[str, Any], snoozed: frozenset[str], cadence: int | None) -> Suggestion | None:
    breath = rhythm(tie, cadence_days=cadence)
    if tie["person"] in snoozed or not _may_be_named(tie, breath, cadence):
        return None
    gain = max(0.0, tie["alive_after"] - tie["alive"])
    urgency = 1.0
    if breath.overdue_days:
        urgency = OVERDUE if cadence is None else CADENCE
    worth = tie["value"] * gain * tie["answer"] * urgency
    return Suggestion(tie, worth, gain, tie["answer"], MINUTES[tie["kind"]], breath, urgency)


def within(
    suggestions: Iterable[Suggestion], *, minutes: int, per_circle: int, circle_of: Mapping[str, str] | None = None
) -> list[Suggestion]:
    """Return the best that fit into the minutes, not more than a few of one circle, or of one organisation without one.

    suggestions: the worthiest first; no more of them are taken than there is room or patience for. circle_of: by person id.
    """
    chosen: list[Suggestion] = []
    left, passed = minutes, 0
    of: Counter[str] = Counter()
    for suggestion in suggestions:
        tie = suggestion.tie
        place = (circle_of or {}).get(tie["person"]) or tie["organisation"]
        if suggestion.minutes > left or (place and of[place] >= per_circle):
            passed += 1
        else:
            chosen.append(suggestion)
            left -= suggestion.minutes
            of[place] += 1
            passed = 0
        if passed >= _PATIENCE or left < min(MINUTES.values()):
            break
    return chosen


def _may_be_named(tie: Mapping[str, Any], breath: Rhythm, cadence: int | None) -> bool:
    if cadence is not None:
        return breath.overdue_days > 0
    if tie["silence"] < QUIET_DAYS or not tie["sent"] or not tie["received"]:
        return False
    # Whoever is near and in touch as usual needs no reminder; a tie still inside its own rhythm is not slipping.
    return bool(breath.overdue_days) or breath.usual_gap is None or tie["silence"] > breath.usual_gap


def _reasons(tie: Mapping[str, Any], gain: float, answer: float, breath: Rhythm, urgency: float) -> Iterable[Reason]:
    """Yield the parts of the worth: those of the value as they stand, what the surprise of the silence adds, and the sum."""
    chance = gain * answer
    for reason in value.reasons(tie):
        yield Reason(reason.what, reason.weight * chance, reason.text)
    yield Reason("silence", tie["value"] * chance * (urgency - 1), breath.text)
    yield Reason(
        "gain",
        0.0,
        f"As it stands, {tie['alive']:.0%} of such ties are in touch within the horizon; of those in touch today, "
        f"{tie['alive_after']:.0%}.",
    )
    yield Reason(
        "answer", 0.0, f"A word after such a silence is answered with {answer:.0%}. {words_after_silence(tie)}"
    )
    sum_ = f"Value {tie['value']:.2f} x gain {gain:.2f} x a chance of {answer:.2f} that a word is taken up"
    yield Reason("worth", 0.0, sum_ + (f" x {urgency:g} because it is overdue." if urgency > 1 else "."))


def headline(suggestion: Suggestion) -> str:
    """Return the one sentence that says why this person, why now."""
    tie = suggestion.tie
    pieces = []
    if suggestion.rhythm.overdue_days and suggestion.rhythm.usual_gap:
        pieces.append(f"usually every {every(suggestion.rhythm.usual_gap)}, now {span(tie['silence'])} of silence")
    else:
        pieces.append(f"{span(tie['silence'])} since the last word")
    if tie["new_organisations"] >= 1:
        pieces.append(f"the nearest door to {value.named(tie['opens'][:1], tie['new_organisations'])}")
    elif tie["new_people"] >= 3:
        pieces.append(f"the nearest door to {tie['new_people']} people")
    elif tie["mutual"]:
        pieces.append(plural(tie["mutual"], "mutual contact", "mutual contacts"))
    if tie["answered"] >= 3 and tie["willingness"] >= 0.7:
        pieces.append("answers when you write")
    text = "; ".join(pieces)
    return text[0].upper() + text[1:] + "."
