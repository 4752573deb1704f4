"""Today: who deserves a word, what it is worth, and how to begin, under a budget of minutes.

The order is value x gain x answer x urgency. **value** is what a word with this person could bring (`insight.value`). **gain** is how
much a word would lift the chance of contact within the horizon: the formula of `alive` asked twice, as things stand and as
if there had been contact today; a tie in daily use gains nothing. **answer** is the chance that the word is taken up: how
willingly they answered, halved for every three years of silence (set by hand; no revival was measured yet). A silence
that is surprising for this tie, or longer than the cadence you set, counts more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from weakties.insight import value
from weakties.ties.reasons import Reason
from weakties.ties.rhythm import Rhythm, rhythm, span

# Nobody is suggested whom you were in touch with within these days, unless a cadence asks for it.
QUIET_DAYS = 14
# A word after so many years of silence is taken up half as often.
ANSWER_HALF_LIFE_DAYS = 3 * 365
# How much more a word is worth where the silence is surprising, and where you set a cadence and it has passed.
OVERDUE, CADENCE = 1.5, 2.0
# Minutes that a word takes: a line to somebody near, a considered one to somebody long unheard.
_MINUTES = {"strong": 2, "new": 3, "weak": 3, "dormant": 5, "one-sided": 4}

CANDIDATES = """
    SELECT t.*, v.value, v.new_organisations, v.new_people, v.known, v.mutual, v.decides, v.answered, v.unanswered,
        v.reach, v.standing, v.willingness, v.weakness,
        v.opens, p.organisation, p.title
    FROM ties t JOIN valued v USING (person) JOIN people p USING (person)
    WHERE p.machine = '' AND t.messages > 0
    -- What could not be named anyway is not looked at one by one.
    AND ((t.sent > 0 AND t.received > 0 AND t.silence >= $quiet) OR t.person IN (SELECT unnest($wanted::VARCHAR[])))
    ORDER BY t.person
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


def suggest(
    ties: Iterable[Mapping[str, Any]],
    *,
    snoozed: frozenset[str] = frozenset(),
    cadences: Mapping[str, int] | None = None,
) -> list[Suggestion]:
    """Return everybody who deserves a word, the worthiest first.

    ties: rows of `CANDIDATES`. snoozed: person ids not to name. cadences: days between contacts that the user wants, by
    person id.
    """
    wanted = cadences or {}
    found = []
    for tie in ties:
        cadence = wanted.get(tie["person"])
        breath = rhythm(tie, cadence_days=cadence)
        if tie["person"] in snoozed or not _may_be_named(tie, breath, cadence):
            continue
        gain = max(0.0, tie["alive_after"] - tie["alive"])
        urgency = 1.0
        if breath.overdue_days:
            urgency = OVERDUE if cadence is None else CADENCE
        answer = tie["willingness"] * 0.5 ** (tie["silence"] / ANSWER_HALF_LIFE_DAYS)
        worth = tie["value"] * gain * answer * urgency
        found.append(Suggestion(tie, worth, gain, answer, _MINUTES[tie["kind"]], breath, urgency))
    return sorted(found, key=lambda s: (-s.worth, s.tie["person"]))


def within(suggestions: Sequence[Suggestion], *, minutes: int, per_organisation: int) -> list[Suggestion]:
    """Return the best that fit into the minutes, not more than a few of one organisation."""
    chosen: list[Suggestion] = []
    used = 0
    of: Counter[str] = Counter()
    for suggestion in suggestions:
        place = suggestion.tie["organisation"]
        if used + suggestion.minutes > minutes or (place and of[place] >= per_organisation):
            continue
        chosen.append(suggestion)
        used += suggestion.minutes
        of[place] += 1
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
    sum_ = f"Value {tie['value']:.2f} x gain {gain:.2f} x a chance of {answer:.2f} that a word is taken up"
    yield Reason("worth", 0.0, sum_ + (f" x {urgency:g} because it is overdue." if urgency > 1 else "."))


def headline(suggestion: Suggestion) -> str:
    """Return the one sentence that says why this person, why now."""
    tie = suggestion.tie
    pieces = []
    if suggestion.rhythm.overdue_days and suggestion.rhythm.usual_gap:
        every = span(suggestion.rhythm.usual_gap)
        pieces.append(f"usually every {every}, now {span(tie['silence'])} of silence")
    else:
        pieces.append(f"{span(tie['silence'])} since the last word")
    if tie["new_organisations"] >= 1:
        pieces.append(f"the nearest door to {value.named(tie['opens'][:1], tie['new_organisations'])}")
    elif tie["new_people"] >= 3:
        pieces.append(f"the nearest door to {tie['new_people']} people")
    elif tie["mutual"]:
        pieces.append(f"{tie['mutual']} mutual contact" + ("s" if tie["mutual"] > 1 else ""))
    if tie["answered"] >= 3 and tie["willingness"] >= 0.7:
        pieces.append("answers when you write")
    text = "; ".join(pieces)
    return text[0].upper() + text[1:] + "."
