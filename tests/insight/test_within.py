"""The budget of Today, as a law over any suggestions."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from weakties.insight.today import Suggestion, within
from weakties.ties.rhythm import Rhythm

PLACES = ("", "acme.example", "glass.example")


def suggestion(number: int, place: str, minutes: int, worth: float) -> Suggestion:
    tie = {"person": f"p{number}", "organisation": place}
    return Suggestion(tie, worth, 0.5, 0.5, minutes, Rhythm(None, None, 0, ""), 1.0)


@given(
    drawn=st.lists(st.tuples(st.sampled_from(PLACES), st.integers(2, 6), st.floats(0, 1)), max_size=30),
    minutes=st.integers(1, 60),
    most=st.integers(1, 4),
)
def test_law_minutes_and_organisations_are_kept_to_and_nobody_better_is_left_out_for_worse(
    drawn: list[tuple[str, int, float]], minutes: int, most: int
) -> None:
    everybody = sorted((suggestion(n, *d) for n, d in enumerate(drawn)), key=lambda s: (-s.worth, s.tie["person"]))
    chosen = within(everybody, minutes=minutes, per_circle=most)
    assert sum(s.minutes for s in chosen) <= minutes
    of = Counter(s.tie["organisation"] for s in chosen if s.tie["organisation"])
    assert all(n <= most for n in of.values())
    assert [s for s in everybody if s in chosen] == chosen
    spent = 0
    seen: Counter[str] = Counter()
    for each in everybody:
        place = each.tie["organisation"]
        if each in chosen:
            spent += each.minutes
            seen[place] += 1
        else:
            # Left out only because the minutes or its organisation's places were gone by then.
            assert spent + each.minutes > minutes or (place and seen[place] >= most)
