"""Decisions are kept, each can be undone once, and two processes may decide at once."""

from __future__ import annotations

import subprocess
import sys

import pytest

from weakties.errors import HomeError, UsageError
from weakties.facts import decisions, state
from weakties.facts.decisions import Word
from weakties.facts.home import Home


def test_a_decision_holds_until_it_is_undone(home: Home) -> None:
    made = decisions.decide(home, "snooze", "email:a@b.example", at=5, author="me", value={"until": "2026-04-01"})
    assert decisions.standing(home) == [made]
    assert decisions.undo(home, made.id, at=6) == made
    assert decisions.standing(home) == []
    with pytest.raises(UsageError, match="No standing decision"):
        decisions.undo(home, made.id, at=7)


def test_undo_without_a_number_takes_back_the_last_one_that_holds(home: Home) -> None:
    first = decisions.decide(home, "tag", "email:a@b.example", at=1, author="me", value={"tag": "x"})
    second = decisions.decide(home, "hide", "email:a@b.example", at=2, author="me")
    assert decisions.undo(home, None, at=3) == second
    assert decisions.undo(home, None, at=4) == first
    with pytest.raises(UsageError, match="no decision to undo"):
        decisions.undo(home, None, at=5)


def test_only_the_kinds_asked_for_are_returned(home: Home) -> None:
    decisions.decide(home, "tag", "email:a@b.example", at=1, author="me", value={"tag": "ü 日本"})
    merge = decisions.decide(home, "merge", "email:a@b.example", at=2, author="me", other="email:c@d.example")
    assert decisions.standing(home, decisions.OF_IDENTITY) == [merge]


def test_reading_decisions_makes_no_file(home: Home) -> None:
    assert decisions.standing(home) == []
    assert not home.state.exists()


def test_the_file_is_for_its_owner_alone(home: Home) -> None:
    decisions.decide(home, "hide", "email:a@b.example", at=1, author="me")
    assert home.state.stat().st_mode & 0o077 == 0


def test_a_damaged_file_is_told_in_words(home: Home) -> None:
    home.state.write_bytes(b"this is no database, and long enough to be looked at" * 40)
    with pytest.raises(HomeError, match="cannot be used"):
        decisions.standing(home)


def test_four_processes_decide_at_once_and_no_decision_is_lost(home: Home) -> None:
    script = (
        "import sys; from pathlib import Path; from weakties.facts import decisions; from weakties.facts.home import Home;"
        "home = Home(Path(sys.argv[1]));"
        "[decisions.decide(home, 'tag', 'email:a@b.example', at=n, author=sys.argv[2]) for n in range(25)]"
    )
    running = [subprocess.Popen([sys.executable, "-c", script, str(home.path), str(n)]) for n in range(4)]
    assert [p.wait() for p in running] == [0] * 4
    assert len(decisions.standing(home)) == 100


@pytest.mark.parametrize("damage", [b"CREATE TABLE \x84ecision (", b"CREATE TABL\x84 decision ("])
def test_a_database_whose_words_are_damaged_is_told_in_words(home: Home, damage: bytes) -> None:
    decisions.decide(home, "tag", "email:ana@acme.example", at=1, author="me", value={"tag": "optics"})
    state.squeeze(home)
    content = home.state.read_bytes()
    home.state.write_bytes(content.replace(b"CREATE TABLE decision (", damage))
    assert home.state.read_bytes() != content
    with pytest.raises(HomeError, match="cannot be used"):
        decisions.standing(home)


ANA, BEA = "email:ana@b.example", "email:bea@b.example"


def test_the_same_word_is_written_down_once_until_another_takes_its_place(home: Home) -> None:
    def say(*words: Word) -> list[bool]:
        return [new for _, new in decisions.decide_all(home, words, at=1, author="me")]

    tag, call = Word("tag", ANA, value={"tag": "x"}), Word("touch", ANA, value={"on": "2026-03-01", "channel": "call"})
    assert say(tag, call, tag) == [True, True, False]
    assert say(tag, Word("tag", BEA, value={"tag": "x"}), call) == [False, True, False]
    # Of these the last word counts, so that an earlier one is said anew.
    weekly, monthly = (Word("cadence", ANA, value={"days": days}) for days in (7, 30))
    assert say(weekly, weekly, monthly, weekly) == [True, False, True, True]
    one, two = Word("merge", ANA, BEA), Word("split", ANA, BEA)
    assert say(one, one, two, one) == [True, False, True, True]
    human, machine = Word("human", ANA), Word("machine", ANA)
    assert say(human, machine, human) == [True, True, True]
    strength, alive = (
        Word("overrule", ANA, value={"number": number, "value": 0.5}) for number in ("strength", "alive")
    )
    assert say(strength, alive, strength) == [True, True, False]
    # Another's word is her own.
    assert [new for _, new in decisions.decide_all(home, [tag], at=1, author="berta")] == [True]


def test_several_are_taken_back_all_or_none_and_only_by_whose_they_are(home: Home) -> None:
    mine, hers = (decisions.decide(home, "tag", ANA, at=1, author=by, value={"tag": "x"}) for by in ("me", "berta"))
    merge = decisions.decide(home, "merge", ANA, at=1, author="berta", other=BEA)
    assert decisions.seen_by("me", decisions.standing(home)) == [mine, merge]
    for numbers in ([mine.id, hers.id], [mine.id, 99], [mine.id, mine.id]):
        with pytest.raises(UsageError, match="No standing decision"):
            decisions.undo_all(home, numbers, at=2, author="me")
        assert len(decisions.standing(home)) == 3
    assert decisions.undo_all(home, [mine.id, merge.id], at=2, author="me") == [mine, merge]
    assert decisions.standing(home) == [hers]


def test_several_who_are_one_are_said_to_be_so_once(home: Home) -> None:
    """Also where the form was sent twice at once."""
    words = [Word("merge", "email:a@x.example", f"email:{n}@x.example") for n in "bc"]
    first, again = (decisions.decide_all(home, words, at=1, author="me") for _ in range(2))
    assert [new for _, new in first] == [True, True]
    assert again == [(d, False) for d, _ in first]
    split = [Word("split", "email:a@x.example", "email:b@x.example")]
    decisions.decide_all(home, split, at=2, author="me")
    assert [new for _, new in decisions.decide_all(home, words, at=3, author="me")] == [True, True]
