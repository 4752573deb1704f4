"""Conversations: ids that last, the parts people take, large groups, moments."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weakties.facts.model import Event, Extract, Origin
from weakties.sources import ReadOptions
from weakties.sources.chat import MOST_NAMED, Conversation, clean, lines, moment
from weakties.sources.dates import EARLIEST, LATEST

ME = "owner:me"
ANA = "name:Ana Lopez@whatsapp"
BEN = "name:Ben Stone@whatsapp"
NOON = 1_767_614_400
HERE = Origin("chat.txt", 1)


def talk(*names: str, keep_text: bool = False, title: str = "", size: int = 0, key: str = "x") -> Conversation:
    options = ReadOptions(keep_text=keep_text)
    return Conversation("whatsapp", key, dict.fromkeys(names, ""), reader=3, options=options, title=title, size=size)


def event(extract: Extract) -> Event:
    assert not extract.rejected
    return extract.events[0]


def parts(extract: Extract) -> list[tuple[str, str]]:
    return [(p.handle, p.role) for p in extract.participations]


def test_a_message_goes_to_everybody_else() -> None:
    said = talk(ANA, ME, BEN, title="Choir").says(ANA, NOON, "Could you bring the scores?", HERE)
    assert parts(said) == [(ANA, "from"), (ME, "to"), (BEN, "to")]
    told = event(said)
    assert (told.channel, told.subject, told.group_size, told.asks, told.text, told.reader) == (
        "whatsapp", "Choir", 2, True, "", 3,
    )  # fmt: skip


def test_words_are_kept_only_if_asked_for() -> None:
    assert event(talk(ANA, ME, keep_text=True).says(ANA, NOON, " Lunch \n", HERE)).text == "Lunch"


def test_topics_are_words_said_more_than_once_and_no_names() -> None:
    options = ReadOptions()
    two = Conversation("sms", "1", {ANA: "Ana Lopez", ME: ""}, reader=1, options=options)
    said = two.says(ME, NOON, "lopez lopez: the interferometer, our interferometer", HERE)
    assert event(said).terms == "interferometer"


def test_the_same_words_in_one_moment_are_two_messages_and_the_same_two_next_month() -> None:
    first, again = talk(ANA, ME), talk(ANA, ME)
    ids = [event(first.says(ANA, NOON, "ok", HERE)) for _ in range(2)]
    later = [event(again.says(ANA, NOON, "ok", HERE)) for _ in range(2)]
    assert len({e.id for e in ids}) == len({e.fingerprint for e in ids}) == 2
    assert [e.id for e in ids] == [e.id for e in later]
    assert first.thread == again.thread != talk(ANA, ME, key="y").thread


def test_new_members_change_no_id() -> None:
    assert (
        event(talk(ANA, ME).says(ANA, NOON, "hi", HERE)).id == event(talk(ANA, ME, BEN).says(ANA, NOON, "hi", HERE)).id
    )


def test_an_own_id_goes_before_the_words() -> None:
    before = event(talk(ANA, ME).says(ANA, NOON, "helo", HERE, own_id="77"))
    edited = event(talk(ANA, ME).says(ANA, NOON, "hello", HERE, own_id="77"))
    assert before.id == edited.id


def test_a_call_is_an_event_of_its_own_channel() -> None:
    two = talk(ANA, ME)
    told = event(two.calls(ANA, NOON, HERE, duration=90))
    missed = event(two.calls(ANA, NOON, HERE, folder="missed"))
    assert (told.channel, told.duration, told.thread) == ("call", 90, two.thread)
    assert (missed.duration, missed.folder) == (0, "missed")
    # A counter that ran over must still fit the column.
    assert event(two.calls(ANA, NOON, HERE, duration=10**12)).duration < 2**31
    assert told.id != missed.id != event(two.says(ANA, NOON, "", HERE)).id


def test_of_a_huge_group_the_owner_is_always_named_and_the_size_is_true() -> None:
    crowd = talk(*(f"tel:{n:07d}" for n in range(1_000)), ME)
    said = crowd.says("tel:0000005", NOON, "hello", HERE)
    assert parts(said)[:2] == [("tel:0000005", "from"), (ME, "to")]
    assert len(said.participations) == MOST_NAMED + 1
    assert event(said).group_size == 1_000
    assert event(talk(ANA, ME, size=400).says(ANA, NOON, "", HERE)).group_size == 399


def test_who_is_no_member_may_speak() -> None:
    assert parts(talk(ANA, ME).says(BEN, NOON, "bye", HERE)) == [(BEN, "from"), (ME, "to"), (ANA, "to")]


@pytest.mark.parametrize(
    ("value", "units", "seconds"),
    [
        (1_577_186_580_000, 1000, 1_577_186_580), ("1544006350", 1, 1_544_006_350), (Decimal("1577186580.9"), 1, 1_577_186_580),
        (0, 1, None), (-5, 1, None), (True, 1, None), ("", 1, None), ("1e9", 1, None), ("١٢٣٤٥٦٧٨٩", 1, None), (None, 1, None),
        (10**400, 1, None), (float("nan"), 1, None), (float("inf"), 1, None), ([], 1, None), (Decimal("NaN"), 1, None),
        (EARLIEST, 1, EARLIEST), (EARLIEST - 1, 1, None), (LATEST, 1, None),
    ],
)  # fmt: skip
def test_moments(value: object, units: int, seconds: int | None) -> None:
    assert moment(value, units=units) == seconds


def test_names_and_titles_can_be_kept_too() -> None:
    odd = Conversation("sms", "1", {ANA: "Ana\ud83d", ME: ""}, reader=1, options=ReadOptions(), title="\x00\udc00")
    said = odd.says(ANA, NOON, "hi", HERE)
    assert (said.participations[0].name, event(said).subject) == ("Ana\ufffd", "\ufffd")


def test_halves_of_a_character_become_one() -> None:
    assert clean("a\ud83d\ude00b\ud83dc\x00") == "a😀b�c"


@given(st.text(alphabet=st.characters(exclude_categories=())))
def test_any_words_can_be_kept(text: str) -> None:
    said = talk(ANA, ME, keep_text=True).says(ANA, NOON, text, HERE)
    assert "\x00" not in event(said).text
    assert event(said).text.encode("utf-8").decode() == clean(text).strip()


def test_an_endless_line_is_one_line() -> None:
    found = list(lines(io.StringIO("a\n" + "b" * 350_000 + "\n\nc")))
    assert [(number, line[:2]) for number, line in found] == [(1, "a"), (2, "bb"), (3, ""), (4, "c")]
    assert len(found[1][1]) < 350_000
