"""What every surface says the same way."""

from __future__ import annotations

import pytest

from weakties.answers import Person
from weakties.contract import sentences
from weakties.facts.accounts import Status
from weakties.insight.acquaintance import Acquaintance
from weakties.insight.beginnings import Beginning, How
from weakties.insight.openers import Exchange
from weakties.ties.words import hours

ANA = Person("p1", "Ana", ("email:ana@ana.example",))


@pytest.mark.parametrize(
    ("number", "said"),
    [(0, "1 min"), (0.4, "24 min"), (1, "1 h"), (3.2, "3 h"), (47, "47 h"), (48, "2 days"), (700, "29 days")],
)
def test_hours_are_said_in_the_unit_that_fits(number: float, said: str) -> None:
    assert hours(number) == said


def test_only_whoever_answered_has_a_usual_time() -> None:
    assert sentences.usual_answers({"they": 3.0, "me": None}) == ["they usually answer within 3 h"]
    assert sentences.usual_answers({"they": 0.5, "me": 72.0}) == [
        "they usually answer within 30 min",
        "you usually answer within 3 days",
    ]
    assert sentences.usual_answers({}) == []


@pytest.mark.parametrize(
    ("handle", "said"),
    [
        ("email:ana@ana.example", "ana@ana.example"),
        ("name:Xu Newcomer@hand", "Xu Newcomer"),
        ("name:Ana@whatsapp", "Ana@whatsapp"),
        ("linkedin:in/a:b", "in/a:b"),
    ],
)
def test_a_handle_is_shown_without_its_kind(handle: str, said: str) -> None:
    assert sentences.shown(handle) == said


@pytest.mark.parametrize(
    ("how", "subject", "direction", "through", "said"),
    [
        ("introduced", "", "", ANA, "Introduced by Ana on 2026-01-05."),
        ("introduced", "", "", None, "Introduced by somebody on 2026-01-05."),
        ("meeting", "Kick-off", "", None, "Met at “Kick-off” on 2026-01-05."),
        ("meeting", "", "", None, "Met at a meeting on 2026-01-05."),
        ("connected", "", "", None, "Connected on 2026-01-05."),
        ("thread", "", "", ANA, "Met in a conversation, opened by Ana on 2026-01-05."),
        ("wrote", "Lens", "out", None, "You wrote first, on 2026-01-05: “Lens”."),
        ("wrote", "", "in", None, "They wrote first, on 2026-01-05."),
    ],
)
def test_how_a_tie_began(how: How, subject: str, direction: str, through: Person | None, said: str) -> None:
    found = Beginning(how, 20_458, subject=subject, direction=direction)
    assert sentences.began((found, through)) == said


def test_the_last_words_name_who_wrote_and_of_what() -> None:
    mine = Exchange("e1", 20_458 * 86_400 + 3_600, "out", "Lens", asks=False)
    theirs = Exchange("e2", 20_458 * 86_400, "in", "", asks=True)
    assert sentences.last_words(mine) == "Last words: you wrote “Lens” on 2026-01-05."
    assert sentences.last_words(theirs) == "Last words: they wrote on 2026-01-05."
    assert sentences.last_words(None) == "You have not written to each other yet."


def test_how_it_is_known_that_two_know_each_other() -> None:
    said = [sentences.how_known(Acquaintance(how, 0.7, 0.2, None, ())) for how in ("seen", "said", "inferred")]
    assert said == ["Seen", "Said", "Inferred, 70% sure"]


def test_an_account_says_how_its_last_sync_went() -> None:
    assert sentences.how_synced(Status(1, ok=False, said="The server says no.")) == "The server says no."
    assert sentences.how_synced(None) == "not read yet."
