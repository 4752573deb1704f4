"""What may be said of somebody is the same whoever says it: whole ranges, days that have come, words of ours."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from weakties.errors import UsageError
from weakties.ties.scored import OVERRULED
from weakties.workspace import sayings
from weakties.workspace.sayings import Said, word

DAY = date(2026, 3, 1)
ANA = "email:ana@ana.example"
GOOD: tuple[tuple[Said, dict[str, Any]], ...] = (
    (Said(kind="touch"), {"on": "2026-03-01", "channel": "in-person"}),
    (Said(kind="touch", on=date(2026, 2, 1), channel="letter"), {"on": "2026-02-01", "channel": "letter"}),
    (Said(kind="snooze"), {"until": "2026-03-31"}),
    (Said(kind="snooze", days=1), {"until": "2026-03-02"}),
    (Said(kind="snooze", until=date(2030, 1, 1)), {"until": "2030-01-01"}),
    (Said(kind="never"), {"until": "9999-12-31"}),
    (Said(kind="cadence", days=0), {"days": 0}),
    (Said(kind="note", text=" Knows lasers. "), {"text": "Knows lasers."}),
    (Said(kind="tag", text="optics"), {"tag": "optics"}),
    (Said(kind="relation", text="close-friend"), {"relation": "close-friend"}),
    (Said(kind="outcome", text="a job"), {"on": "2026-03-01", "what": "a job"}),
    (Said(kind="overrule", number="alive", value=0.0), {"number": "alive", "value": 0.0}),
    (Said(kind="hide", text="whatever", days=5), {}),
)
WRONG = (
    Said(kind="burn"), Said(kind="touch", on=date(2026, 3, 2)), Said(kind="touch", channel="telepathy"), Said(kind="snooze", days=0),
    Said(kind="snooze", days=3_651), Said(kind="snooze", until=DAY), Said(kind="cadence"), Said(kind="cadence", days=-1),
    Said(kind="cadence", days=3_651), Said(kind="note", text=" "), Said(kind="note", text="x" * 20_001),
    Said(kind="tag", text="x" * 501), Said(kind="relation", text="mentor"), Said(kind="relation"), Said(kind="outcome"),
    Said(kind="outcome", text="a job", on=date(2031, 1, 1)), Said(kind="overrule", number="value", value=0.5),
    Said(kind="overrule", number="strength"), Said(kind="overrule", number="strength", value=float("nan")),
    Said(kind="overrule", number="strength", value=1.1),
)  # fmt: skip


@pytest.mark.parametrize(("said", "value"), GOOD, ids=[said.kind for said, _ in GOOD])
def test_what_is_said_is_written_down(said: Said, value: dict[str, Any]) -> None:
    made = word(said, ANA, day=DAY, today=DAY)
    assert (made.handle, made.value) == (ANA, value)
    assert made.kind == ("snooze" if said.kind == "never" else said.kind)


@pytest.mark.parametrize("said", WRONG, ids=lambda said: said.kind)
def test_what_says_nothing_or_too_much_is_refused(said: Said) -> None:
    with pytest.raises(UsageError) as refused:
        word(said, ANA, day=DAY, today=DAY)
    assert refused.value.hint


def test_a_snooze_of_another_day_bears_that_day() -> None:
    assert word(Said(kind="snooze"), ANA, day=DAY, today=date(2026, 11, 1)).value == {
        "until": "2026-03-31",
        "on": "2026-03-01",
    }


def test_every_number_of_the_scores_may_be_overruled_and_no_other() -> None:
    for number in OVERRULED:
        assert word(Said(kind="overrule", number=number, value=1.0), ANA, day=DAY, today=DAY).value["number"] == number


def test_a_day_is_read_or_refused() -> None:
    assert sayings.a_day(" ") is None
    assert sayings.a_day("2026-02-28") == date(2026, 2, 28)
    for text in ("soon", "2026-02-30", "9" * 5_000):
        with pytest.raises(UsageError):
            sayings.a_day(text)
