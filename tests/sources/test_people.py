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
        "Hi Maya and Dan,\n\nMaya, let me introduce you to Dan, who builds kilns.",
        "Maya, this is Dan (our potter). Dan, this is Maya.",
        "Hi Maya,\n\nYou asked for a potter. Dan is in copy.",
        "Hello both,\n\nMaya, you asked for a potter. My old colleague Dan (cc'd) is one.",
        "Maya, as promised, an introduction. I promised you an intro to Dan.",
        "This is to put Maya and Dan in touch.",
        "I wanted to connect Maya with Dan about the kiln.",
        "I'd like to introduce the two of you.",
        "You two know kilns. I'll let you two take it from here.",
        "Please meet\neach other: one has clay, the other the kiln.",
        "Hallo Maya, hallo Dan,\n\ndarf ich euch miteinander bekannt machen?",
        "Liebe Maya,\n\nich stelle dir hiermit Dan vor, er brennt Ton.",
        "Maya, du suchst einen Ofen. Dan steht in Kopie.",
        "Bonjour Maya,\n\nje te mets en relation avec Dan, qui a un four.",
        "Chère Maya, Dan est en copie.",
        "Hola Maya:\n\nte pongo en contacto con Dan.",
        "Maya y Dan, os pongo en contacto por lo del horno.",
        "Olá Maya, apresento-te o Dan, que tem um forno.",
        "Ciao Maya,\n\nvi metto in contatto: Dan ha il forno.",
        "Maya, ti presento Dan.",
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
        "Maya and Dan, I'm adding Dan's notes to the sheet.",
        "Maya will introduce you to the council, Dan.",
        "Dan, check with Maya and she will introduce you to the crew.",
        "Dan, this is Maya's kiln. This is a fine kiln.",
        "Please keep in contact with the council. Maya knows them, Dan too.",
        "Bitte nehmt Kontakt mit dem Amt auf, Maya und Dan.",
        "Maya, je te présente mes excuses.",
    ],
)
def test_other_words_introduce_nobody(words: str) -> None:
    assert introductions(words, author=ME, recipients=[MAYA, DAN]) == ()


def test_nobody_is_introduced_where_the_other_side_is_unclear() -> None:
    others = [(f"email:p{n}@example.com", f"Person{n} Ash") for n in range(4)]
    assert introductions("I am copying Maya on this.", author=ME, recipients=[MAYA, *others]) == ()


def test_whom_the_words_name_as_a_pair_are_introduced_alone() -> None:
    people = [MAYA, DAN, ("email:ruth@example.com", "Ruth Weiss")]
    assert introductions("Maya, let me introduce you to Dan.", author=ME, recipients=people) == (PAIR,)
    assert introductions("As promised.", author=ME, recipients=people, subject="Intro: Maya <> Dan") == (PAIR,)


def test_an_answer_introduces_nobody_by_its_subject() -> None:
    for subject in ("Re: Maya, meet Dan", "AW: Maya <> Dan", "Fwd: Introducing Maya"):
        assert introductions("Thank you!", author=ME, recipients=[MAYA, DAN], subject=subject) == ()
    assert introductions("As promised.", author=ME, recipients=[MAYA, DAN], subject="Maya, meet Dan") == (PAIR,)


def test_a_name_in_another_script_is_found_in_the_text_or_in_the_address() -> None:
    kenji = ("email:kenji.tanaka@example.org", "田中 健二")
    people = [MAYA, kenji]
    pair = ((kenji[0], MAYA[0]),)
    assert introductions("Maya, meet Kenji.", author=ME, recipients=people) == pair
    assert introductions("Mayaさん、田中さんをご紹介します。", author=ME, recipients=people) == pair
    assert introductions("Mayaさん、資料をご確認ください。", author=ME, recipients=people) == ()


def test_an_announcement_to_many_introduces_nobody() -> None:
    many = [(f"email:p{n}@example.com", f"Person{n} Ash") for n in range(20)]
    assert introductions("Maya, meet Dan.", author=ME, recipients=[MAYA, DAN, *many]) == ()


def test_the_author_is_never_introduced() -> None:
    assert introductions("Dan, I'd like to introduce you to Maya.", author=MAYA[0], recipients=[MAYA, DAN]) == ()


def test_an_address_alone_names_its_owner() -> None:
    assert introductions("Dan, meet Eva.", author=ME, recipients=[DAN, EVA]) == ((DAN[0], EVA[0]),)
