"""Who was seen together with whom, against a count by hand over random small worlds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from itertools import combinations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from weakties.network.mutual import embeddedness
from weakties.testing import World

Tell = Callable[..., World]
PEOPLE = "abcdefg"


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    mails=st.lists(
        st.tuples(st.sampled_from(PEOPLE), st.sets(st.sampled_from(PEOPLE), min_size=1, max_size=4), st.booleans()),
        min_size=1,
        max_size=8,
    )
)
def test_law_mutual_contacts_are_those_in_touch_with_me_and_seen_with_them(
    told: Tell, mails: list[tuple[str, set[str], bool]]
) -> None:
    lines, together, touched = [], set(), set()
    for number, (author, others, from_me) in enumerate(mails):
        who = "me" if from_me else author
        to = sorted(others - {author}) or ["z"]
        named = to if from_me else [*to, "me"]
        lines.append(f'2026-01-{number + 1:02}  {who} -> {", ".join(named)}    email "subject {number}"')
        present = set(to) if from_me else {author, *to}
        together |= {frozenset(pair) for pair in combinations(sorted(present), 2)}
        touched |= set(to) if from_me else {author}
    world = told("\n".join(lines), as_of=date(2026, 2, 1))
    for row in world.workspace.people(as_of=world.as_of):
        name = row["handle"].removeprefix("email:").partition("@")[0]
        mutual = {other for pair in together if name in pair for other in pair - {name}} & touched
        assert (row["mutual"] or 0) == len(mutual), (name, lines)


def test_a_message_to_a_crowd_makes_nobody_known_to_anybody(told: Tell) -> None:
    crowd = ", ".join(f"p{n}" for n in range(12))
    world = told(f"2026-01-01  me -> {crowd}    email", as_of=date(2026, 2, 1))
    assert {row["mutual"] or 0 for row in world.workspace.people(as_of=world.as_of)} == {0}


def test_what_is_first_seen_after_as_of_does_not_count(told: Tell) -> None:
    text = "2026-01-01  me -> a    email\n2026-01-01  me -> b    email\n2026-03-01  me -> a, b    email"
    world = told(text, as_of=date(2026, 2, 1))
    assert {row["mutual"] or 0 for row in world.workspace.people(as_of=world.as_of)} == {0}
    assert {row["mutual"] or 0 for row in world.workspace.people(as_of=date(2026, 3, 1))} == {1}


@given(few=st.integers(0, 10_000), more=st.integers(0, 10_000))
def test_law_embeddedness_grows_and_stays_below_one(few: int, more: int) -> None:
    assert 0 <= embeddedness(few) < 1
    if few < more:
        assert embeddedness(few) < embeddedness(more)
    assert embeddedness(10) == 0.5
