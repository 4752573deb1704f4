"""Two spellings of one name have one key; what names no single person in full has none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weakties.identity import names


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("Fleming, Rosalee", "Rosalee Fleming"),
        ("Fleming, Rosalee J.", "rosalee fleming"),
        ("Dr. Rosalee Fleming (Corp)", "Rosalee Fleming"),
        ("José García", "Jose Garcia"),
        ("Müller, Jörg", "Jorg Muller"),
        ("Søren Ærø", "Soren Aero"),
        ("van der Berg, Jan", "Jan van der Berg"),
        ("Ken Whitcombe", "Kenneth Whitcombe"),
        ("Hans Quillfeld", "Johannes Quillfeld"),
        ("Jürgen Mühlental", "Juergen Muehlental"),
        ("Paco Solveira", "Francisco Solveira"),
        ("山田太郎", "山田太郎"),
        ("Ana  Lopez", "LOPEZ, ANA"),
        ("Peter Quill, PhD", "Peter Quill"),
        ("Ana Lopez ❤️", "Ana Lopez"),
    ],
)
def test_one_name_in_two_spellings(one: str, two: str) -> None:
    first, second = names.parse(one), names.parse(two)
    assert first is not None
    assert second is not None
    assert first.key == second.key


@pytest.mark.parametrize(
    "written",
    ["Ana", "Ana ❤️ 🇨🇦", "", "ana@example.com", "Sales Department", "Acme Inc", "John & Jane Doe", "All Staff Europe", "Room 319 B",
     "A. B.", "The Pulse", "x" * 150],
)  # fmt: skip
def test_what_names_no_single_person_in_full(written: str) -> None:
    assert names.parse(written) is None


def test_generations_are_told_apart_from_names() -> None:
    senior, junior = names.parse("John Quill Sr."), names.parse("Quill, John, Jr.")
    assert senior is not None
    assert junior is not None
    assert senior.key == junior.key
    assert (senior.generation, junior.generation) == ("sr", "jr")


def test_middle_initials_agree_when_one_is_missing() -> None:
    a, b, c = names.parse("Ana M. Lopez"), names.parse("Ana Lopez"), names.parse("Ana K. Lopez")
    assert a is not None
    assert b is not None
    assert c is not None
    assert names.initials_agree(a, b)
    assert not names.initials_agree(a, c)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Fleming, Rosalee", "Rosalee Fleming"),
        ("ROSALEE FLEMING", "Rosalee Fleming"),
        ("Rosalee Fleming (Corp)", "Rosalee Fleming"),
        ("rosalee", "rosalee"),
        ("山田太郎", "山田太郎"),
    ],
)
def test_how_a_name_is_shown(written: str, shown: str) -> None:
    assert names.display(written) == shown


def test_an_address_may_spell_a_name() -> None:
    spelt = names.from_local_part("rosalee.fleming+shop")
    assert spelt is not None
    assert spelt.key == "fleming rosalee"
    assert names.from_local_part("rfleming") is None
    assert names.from_local_part("agent.007") is None


@given(st.text(max_size=120))
def test_law_no_text_is_too_odd(text: str) -> None:
    parsed = names.parse(text)
    names.display(text)
    names.from_local_part(text)
    if parsed is not None:
        assert parsed.key
        assert parsed.shown


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("Дмитрий Соловьёв", "Dmitry Solovyov"),
        ("Dmitri Solovjov", "Dmitry Solovyov"),
        ("Ксения Филатова", "Xenia Filatova"),
        ("Γιώργος Παππάς", "Giorgos Pappas"),
        ("王芳", "Fang Wang"),
        ("Wang Fang", "Fang Wang"),
    ],
)
def test_one_name_in_two_scripts_sounds_alike(one: str, two: str) -> None:
    first, second = names.parse(one), names.parse(two)
    assert first is not None
    assert second is not None
    assert first.sound == second.sound


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("Dmitry Solovyov", "Dmitry Sokolov"),
        ("Ana Lopez", "Eva Lopez"),
        ("Wang Fang", "Wang Feng"),
        ("Ivan Petrov", "Iva Petrova"),
    ],
)
def test_two_names_do_not_sound_alike(one: str, two: str) -> None:
    first, second = names.parse(one), names.parse(two)
    assert first is not None
    assert second is not None
    assert first.sound != second.sound


@given(st.text(max_size=60))
def test_law_the_sound_of_any_name_can_be_told(written: str) -> None:
    name = names.parse(written)
    assert name is None or isinstance(name.sound, str)
