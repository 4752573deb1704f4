"""Certain evidence merges, probable evidence asks, and the user's word wins for ever."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weakties.facts.decisions import Decision
from weakties.identity import evidence, resolve
from weakties.identity.evidence import CERTAIN, PROBABLE, NameCounts, Together
from weakties.identity.resolve import Pair
from weakties.identity.sightings import Seen


def seen(handle: str, name: str = "", *, first: int = 0, events: int = 10) -> Seen:
    written_to = events // 2
    return Seen(
        handle, first, {name: events} if name else {}, events=events, addressed=written_to, days=(first, first + 100)
    )


def weight(a: Seen, b: Seen, together: Together | None = None) -> float:
    everybody = [n for s in (a, b) if (n := evidence.full_name(s))]
    return evidence.weight(evidence.between(a, b, counts=NameCounts(everybody), together=together or Together()))


def decided(kind: str, a: str, b: str) -> Decision:
    return Decision(1, 0, "me", kind, a, b)


def test_two_spellings_of_one_mailbox_are_certainly_one_person() -> None:
    assert weight(seen("email:ana.lopez@gmail.com"), seen("email:analopez+shop@googlemail.com")) >= CERTAIN
    assert weight(seen("email:ana@acme.example"), seen("email:ana+list@acme.example")) >= CERTAIN


def test_a_rare_name_is_enough_and_a_common_one_is_not() -> None:
    rare = weight(
        seen("email:a@x.example", "Thorfinna Quillfeather"), seen("email:b@y.example", "Thorfinna Quillfeather")
    )
    common = weight(seen("email:a@x.example", "John Smith"), seen("email:b@y.example", "Smith, John"))
    assert rare >= CERTAIN
    assert PROBABLE <= common < CERTAIN


def test_a_name_to_which_nobody_ever_wrote_is_not_enough() -> None:
    a, b = seen("email:a@x.example", "Thorfinna Quillfeather"), seen("email:b@y.example", "Thorfinna Quillfeather")
    a.addressed = b.addressed = 0
    assert PROBABLE <= weight(a, b, Together(neighbours=3, fewer=3)) < CERTAIN


def test_a_common_name_in_one_house_is_enough() -> None:
    assert (
        weight(seen("email:john.smith@acme.example", "John Smith"), seen("email:jsmith@acme.example", "John Smith"))
        >= CERTAIN
    )


def test_a_name_that_is_common_in_the_mailbox_itself_counts_less() -> None:
    a, b = seen("email:a@x.example", "Ana Lopez"), seen("email:b@y.example", "Ana Lopez")
    everybody = [
        n
        for s in [seen(f"email:{i}@z.example", f"Ana Quill{chr(97 + i)}") for i in range(20)]
        if (n := evidence.full_name(s))
    ]
    everybody += [
        n
        for s in [seen(f"email:{i}@w.example", f"Mo{chr(97 + i)} Lopez") for i in range(20)]
        if (n := evidence.full_name(s))
    ]
    alone = evidence.weight(evidence.between(a, b, counts=NameCounts([]), together=Together()))
    among = evidence.weight(evidence.between(a, b, counts=NameCounts(everybody), together=Together()))
    assert among < alone


def test_side_by_side_in_one_message_is_strong_evidence_against_but_no_veto() -> None:
    a, b = seen("email:a@x.example", "Mira Solvang", events=4), seen("email:b@y.example", "Mira Solvang", events=4)
    assert weight(a, b, Together(both=4)) < PROBABLE
    often = seen("email:a@x.example", "Mira Solvang", events=400), seen("email:b@y.example", "Mira Solvang", events=300)
    assert weight(*often, Together(both=2, neighbours=40, fewer=60)) >= CERTAIN


def test_father_and_son_are_two_people() -> None:
    assert (
        weight(seen("email:a@x.example", "Odd Quillfeather Sr."), seen("email:b@x.example", "Odd Quillfeather Jr."))
        < PROBABLE
    )


def test_different_middle_initials_are_two_people() -> None:
    assert (
        weight(seen("email:a@x.example", "Odd M. Quillfeather"), seen("email:b@x.example", "Odd K. Quillfeather"))
        < PROBABLE
    )


def test_an_address_used_under_many_names_is_shared() -> None:
    shared = Seen("email:office@x.example", 0, {"Mira Solvang": 5, "Odd Quillfeather": 5}, events=10)
    assert weight(shared, seen("email:mira@y.example", "Mira Solvang")) < CERTAIN


def test_a_name_in_another_script_is_no_other_name() -> None:
    assert weight(seen("email:ana.lopez@x.example", "Ana Lopez"), seen("email:ana.lopez@y.example", "アナ・ロペス")) > 0


def test_one_telephone_on_the_cards_of_both_unites_where_names_do_not_speak_against_it() -> None:
    a, b = seen("email:frida@x.example", "Frida Ohman"), seen("email:frida.private@y.example", "Frida Ohman")
    alone = weight(a, b)
    a.carded = b.carded = frozenset({"tel:5550100"})
    assert weight(a, b) == alone + 3.0
    other = seen("email:odd@x.example", "Odd Quillfeather")
    other.carded = frozenset({"tel:5550100"})
    assert weight(a, other) < PROBABLE


def test_a_married_name_with_the_same_telephone_is_worth_asking() -> None:
    a, b = seen("email:hl@x.example", "Hannah Lindqvist"), seen("email:ho@x.example", "Hannah Okonkwo")
    a.carded = b.carded = frozenset({"tel:5550100"})
    assert PROBABLE <= weight(a, b, Together(neighbours=4, fewer=6)) < CERTAIN


def test_a_switchboard_makes_no_candidates() -> None:
    known = {f"email:{n}@x.example": seen(f"email:{n}@x.example") for n in range(6)}
    for sighting in known.values():
        sighting.carded = frozenset({"tel:5550100"})
    assert resolve.candidates(known, []) == []


def handles(*names: str) -> dict[str, Seen]:
    return {name: seen(name, first=n) for n, name in enumerate(names)}


def test_the_surest_pairs_join_first_and_a_person_is_known_by_the_oldest_handle() -> None:
    known = handles("email:a@x", "email:b@x", "email:c@x")
    pairs = [Pair("email:b@x", "email:c@x", 9.0, ()), Pair("email:a@x", "email:b@x", 5.0, ())]
    found = resolve.resolve(known, pairs, [])
    assert set(found.person_of.values()) == {"email:a@x"}


def test_probable_pairs_go_to_review_and_do_not_merge() -> None:
    known = handles("email:a@x", "email:b@x")
    pair = Pair("email:a@x", "email:b@x", 3.0, ())
    found = resolve.resolve(known, [pair], [])
    assert found.person_of["email:a@x"] != found.person_of["email:b@x"]
    assert found.review == (pair,)


def test_a_split_by_the_user_wins_over_certain_evidence_and_closes_the_question() -> None:
    known = handles("email:a@x", "email:b@x", "email:c@x")
    pairs = [Pair("email:a@x", "email:b@x", 9.0, ()), Pair("email:b@x", "email:c@x", 8.0, ())]
    found = resolve.resolve(known, pairs, [decided("split", "email:b@x", "email:a@x")])
    assert found.person_of["email:a@x"] != found.person_of["email:b@x"]
    assert found.review == ()
    # A third handle that belongs to both must not bring them together behind the user's back.
    bridged = [*pairs, Pair("email:a@x", "email:c@x", 7.0, ())]
    found = resolve.resolve(known, bridged, [decided("split", "email:a@x", "email:b@x")])
    assert found.person_of["email:a@x"] != found.person_of["email:b@x"]


def test_a_merge_by_the_user_wins_over_strong_evidence_against() -> None:
    known = handles("email:a@x", "email:b@x")
    against = [Pair("email:a@x", "email:b@x", -9.0, ())]
    found = resolve.resolve(known, against, [decided("merge", "email:a@x", "email:b@x")])
    assert found.person_of["email:a@x"] == found.person_of["email:b@x"]


def test_of_two_decisions_on_one_pair_the_later_holds() -> None:
    known = handles("email:a@x", "email:b@x")
    both = [decided("merge", "email:a@x", "email:b@x"), decided("split", "email:b@x", "email:a@x")]
    assert len(set(resolve.resolve(known, [], both).person_of.values())) == 2
    assert len(set(resolve.resolve(known, [], both[::-1]).person_of.values())) == 1


def test_a_decision_on_a_handle_that_no_import_knows_waits() -> None:
    found = resolve.resolve(handles("email:a@x"), [], [decided("merge", "email:a@x", "email:gone@x")])
    assert dict(found.person_of) == {"email:a@x": "email:a@x"}


def test_strong_evidence_against_keeps_a_third_from_uniting_two() -> None:
    known = handles("email:a@x", "email:b@x", "email:c@x")
    pairs = [
        Pair("email:a@x", "email:b@x", 6.0, ()),
        Pair("email:b@x", "email:c@x", 5.0, ()),
        Pair("email:a@x", "email:c@x", -7.0, ()),
    ]
    found = resolve.resolve(known, pairs, [])
    assert found.person_of["email:a@x"] == found.person_of["email:b@x"] != found.person_of["email:c@x"]


_NAMES = [f"email:{c}@x" for c in "abcdef"]


@given(
    weights=st.lists(
        st.tuples(st.sampled_from(_NAMES), st.sampled_from(_NAMES), st.floats(-9, 9, allow_nan=False)), max_size=10
    )
)
def test_law_the_order_in_which_merges_are_said_does_not_matter(weights: list[tuple[str, str, float]]) -> None:
    known = handles(*_NAMES)
    merges = [decided("merge", a, b) for a, b, w in weights if a != b and w > 0][:4]
    results = {
        tuple(sorted(resolve.resolve(known, [], list(order)).person_of.items())) for order in permutations(merges)
    }
    assert len(results) == 1


def test_ids_are_stable_and_every_handle_has_one() -> None:
    assert resolve.person_id("email:ana@example.com") == resolve.person_id("email:ana@example.com")
    assert resolve.person_id("email:ana@example.com") != resolve.person_id("email:ben@example.com")
    assert resolve.person_id("email:ana@example.com").startswith("p")


A, B, C = "email:a@x", "email:b@x", "email:c@x"
MERGE_AB, MERGE_BC, SPLIT_AC = decided("merge", A, B), decided("merge", B, C), decided("split", A, C)


@pytest.mark.parametrize(
    ("said", "people"),
    [
        ([SPLIT_AC, MERGE_AB, MERGE_BC], [{A, B, C}]),
        ([MERGE_AB, SPLIT_AC, MERGE_BC], [{A}, {B, C}]),
        ([MERGE_AB, MERGE_BC, SPLIT_AC], [{A}, {B, C}]),
        ([MERGE_BC, MERGE_AB, SPLIT_AC], [{A, B}, {C}]),
        ([MERGE_AB, SPLIT_AC, decided("split", A, B), MERGE_BC], [{A}, {B, C}]),
    ],
)
def test_the_last_word_holds_also_by_way_of_others(said: list[Decision], people: list[set[str]]) -> None:
    found = resolve.resolve(handles(A, B, C), [], said).person_of
    groups = {frozenset(h for h in found if found[h] == oldest) for oldest in found.values()}
    assert groups == {frozenset(group) for group in people}


_TWO = st.tuples(st.sampled_from("abcde"), st.sampled_from("abcde")).filter(lambda two: two[0] != two[1])


@given(
    st.lists(st.tuples(st.sampled_from(("merge", "split")), _TWO), max_size=8),
    st.lists(st.tuples(_TWO, st.sampled_from((-9.0, 9.0))), max_size=5),
)
def test_law_what_does_not_hold_follows_from_what_was_said_alone(
    said: list[tuple[str, tuple[str, str]]], shown: list[tuple[tuple[str, str], float]]
) -> None:
    made = [Decision(n, 0, "me", kind, *two) for n, (kind, two) in enumerate(said)]
    seen = {handle: Seen(handle, at) for at, handle in enumerate("abcde")}
    pairs = [Pair(min(two), max(two), weight, ()) for two, weight in shown]
    person_of = resolve.resolve(seen, pairs, made).person_of
    lost = [d for d in made if (person_of[d.handle] == person_of[d.other]) != (d.kind == "merge")]
    assert resolve.unheeded(made) == lost


def test_handles_of_an_owner_are_hers_whatever_else_was_said() -> None:
    apart, other = Decision(1, 0, "me", "split", "a", "b"), Decision(2, 0, "me", "split", "a", "c")
    assert resolve.unheeded([apart, other], ["a", "b"]) == [apart]
    assert resolve.unheeded([apart, other], ["a"]) == []
    one = Decision(3, 0, "me", "merge", "b", "d")
    assert resolve.unheeded([one, Decision(4, 0, "me", "split", "a", "d")], ["a", "b"]) == [
        Decision(4, 0, "me", "split", "a", "d")
    ]
