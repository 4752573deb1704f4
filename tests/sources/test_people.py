from __future__ import annotations

import time

import pytest

from weakties.sources.names import names
from weakties.sources.people import introductions, mentions

ME = "email:me@example.com"
MAYA = ("email:maya@northwind.example", "Maya Okafor")
DAN = ("email:dan.reyes@acme.example", "Dan Reyes")
EVA = ("email:eva.kim@example.org", "")
PAIR = ("email:dan.reyes@acme.example", "email:maya@northwind.example")


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("You should talk to Maya Okafor about it.", ("Maya Okafor",)),
        ("Daniel Reyes-Smith and Anna van Dijk were there.", ("Daniel Reyes-Smith", "Anna van Dijk")),
        ("Thanks Peter O'Neill for this.", ("Peter O'Neill",)),
        ("Please call Jiwoo Baek.", ("Jiwoo Baek",)),
        ("See Dr. Ngozi Abara on Monday.", ("Ngozi Abara",)),
        ("We met John F. Abara's team.", ("John F. Abara",)),
        ("It rained in San Francisco on Good Friday.", ()),
        ("Ask the Maria Jones Foundation, or John F. Smith Blvd.", ()),
        ("I read the Wall Street Journal and use Red Hat Linux.", ()),
        ("Will You come? Mark My words. Grant Us time.", ()),
        ("my name is Maya Okafor", ()),
    ],
)
def test_people_are_told_from_places_and_firms(words: str, names: tuple[str, ...]) -> None:
    assert mentions(words, known=[(ME, "Me Myself")]) == names


@pytest.mark.parametrize("piece", ["AaB", "Aa-", "A'a", "Aa.", "Aa ", "Aa-Bb ", "aÀ"])
def test_what_is_no_text_is_passed_over_quickly(piece: str) -> None:
    began = time.perf_counter()
    names(piece * (1_000_000 // len(piece)))
    assert time.perf_counter() - began < 0.3


def test_a_name_begins_with_a_word() -> None:
    assert names("see x.Daniel Reyes and -Anna Berg, then Daniel Reyes.") == [("Daniel Reyes", 40)]


def test_author_and_recipients_are_not_mentioned() -> None:
    words = "Maya Okafor, Daniel Reyes and Eva Kim met Ruth Weiss."
    assert mentions(words, known=[(ME, ""), MAYA, ("email:dreyes@acme.example", ""), EVA]) == ("Ruth Weiss",)


def test_a_name_that_signs_is_not_mentioned() -> None:
    assert mentions("All is well.\n\nRegards,\nRuth Weiss", known=[(ME, "Office of the Chairman")]) == ()


@pytest.mark.parametrize(
    "words",
    [
        "Maya, meet Dan. Dan runs Acme.",
        "Hi Dan,\n\nI'd like to introduce you to Maya, who builds kilns.",
        "Dan, I'm cc'ing Maya, she knows.",
        "Hello Dan,\nlet me introduce Maya Okafor to you.",
        "You two should talk.",
        "Let me put you two in touch.",
        "I have copied Maya on this, Dan.",
        "Dan, this is Maya's field. Will copy Maya also.",
        "By copy of this note to Maya, we'll go on.",
        "Maya <> Dan, as promised.",
        "Liebe Maya, ich möchte dir Dan vorstellen.",
        "Dan, je te présente Maya.",
        "Dan, te presento a Maya.",
    ],
)
def test_two_recipients_are_introduced(words: str) -> None:
    assert introductions(words, author=ME, recipients=[MAYA, DAN]) == (PAIR,)


@pytest.mark.parametrize(
    "words",
    [
        "Let me introduce myself. I work with Dan.",
        "Nice to meet you, Dan and Maya.",
        "We introduce the new tariff on Monday, Dan.",
        "Dan will introduce them to the board.",
        "Dan, can you send a copy of the letter to Maya?",
        "Shall we meet on Tuesday, Maya? Dan can come.",
        "Without the introduction by Dan this could not have happened.",
        "Maya and Dan, the report is attached.",
    ],
)
def test_other_words_introduce_nobody(words: str) -> None:
    assert introductions(words, author=ME, recipients=[MAYA, DAN]) == ()


def test_nobody_is_introduced_where_the_other_side_is_unclear() -> None:
    others = [(f"email:p{n}@example.com", f"Person{n} Ash") for n in range(4)]
    assert introductions("I am copying Maya on this.", author=ME, recipients=[MAYA, *others]) == ()


def test_an_announcement_to_many_introduces_nobody() -> None:
    many = [(f"email:p{n}@example.com", f"Person{n} Ash") for n in range(20)]
    assert introductions("Maya, meet Dan.", author=ME, recipients=[MAYA, DAN, *many]) == ()


def test_the_author_is_never_introduced() -> None:
    assert introductions("Dan, I'd like to introduce you to Maya.", author=MAYA[0], recipients=[MAYA, DAN]) == ()


def test_an_address_alone_names_its_owner() -> None:
    assert introductions("Dan, meet Eva.", author=ME, recipients=[DAN, EVA]) == ((DAN[0], EVA[0]),)
