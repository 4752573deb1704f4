from __future__ import annotations

import pytest

from weakties.sources.text import Signature, read_text


def signed(body: str, name: str = "Maya Okafor", address: str = "maya@northwind.example") -> Signature | None:
    return read_text(body, subject="", author=f"email:{address}", author_name=name, recipients=()).signature


def test_a_full_signature_below_the_mark() -> None:
    body = (
        "Hello\n\n-- \nMaya Okafor\nHead of Research, Northwind Labs\n12 Quay Street, Cork, Ireland\n"
        "Tel: +353 21 555 0100\nFax: +353 21 555 0199\nm.okafor@example.net\nlinkedin.com/in/maya-okafor\n"
    )
    assert signed(body) == Signature(
        name="Maya Okafor",
        title="Head of Research",
        organisation="Northwind Labs",
        location="12 Quay Street, Cork, Ireland",
        handles=("phone:+353215550100", "email:m.okafor@example.net", "linkedin:in/maya-okafor"),
    )


def test_a_signature_at_the_foot_without_a_mark_is_no_words() -> None:
    body = "The report is attached.\n\nThanks,\n\nMaya Okafor\nAccount Executive\nNorthwind Ltd\n555.010.1234\n"
    reading = read_text(body, subject="", author="email:maya@nw.example", author_name="Okafor, Maya", recipients=())
    assert reading.signature == Signature("Maya Okafor", "Account Executive", "Northwind Ltd", "", ("tel:5550101234",))
    assert reading.own_words == "The report is attached.\n\nThanks,"


def test_a_name_alone_at_the_foot_is_part_of_the_words() -> None:
    body = "See you.\n\nMaya"
    reading = read_text(body, subject="", author="email:maya@nw.example", author_name="Maya Okafor", recipients=())
    assert reading.signature is None
    assert reading.own_words == body


def test_the_domain_tells_the_organisation() -> None:
    found = signed("Hi\n-- \nMaya Okafor, Ph.D.\nChief Scientist, Northwind        http://northwind.example/\n")
    assert found is not None
    assert (found.name, found.title, found.organisation) == ("Maya Okafor", "Chief Scientist", "Northwind")


@pytest.mark.parametrize(
    "foot",
    [
        "2.20.1",
        "Cork Linux Users: talk@example.org\nhttp://example.org/mailman/listinfo/talk\nList maintainer: x@example.org",
        "Never send a boy to do a robot's job.\n  -- Dan Reyes, President of Acme Inc.",
        "Dan Reyes\nDirector\nAcme Inc.\n+1 416 555 0100",
    ],
)
def test_what_is_not_the_authors_is_not_the_authors_signature(foot: str) -> None:
    assert signed(f"Hello\n-- \n{foot}\n") is None


def test_a_quoted_signature_is_not_the_authors() -> None:
    body = "Fine.\n\nOn 5 May 2001, Dan wrote:\n> Lunch?\n> -- \n> Dan Reyes\n> Acme Inc.\n> +1 416 555 0100\n"
    assert signed(body) is None


def test_numbers_that_are_no_telephones_stay_out() -> None:
    found = signed("Hi\n-- \nMaya Okafor\nICQ 51192620\n2001-03-05\nBox 12345\n")
    assert found is not None
    assert found.handles == ()


def test_what_programs_and_broken_lines_leave_is_tidied() -> None:
    found = signed(
        "Hi\n-- \nMaya Okafor\nExecutive  Assistant to\nDan Reyes\nHouston, TX  77204-6283\n555.010.1234m.okafor@example.net\n"
    )
    assert found == Signature(
        "Maya Okafor", "Executive Assistant", "", "Houston, TX 77204-6283", ("email:m.okafor@example.net",)
    )


def test_profiles_have_one_normal_form() -> None:
    found = signed("Hi\n-- \nMaya Okafor\nhttps://github.com/MayaO | https://twitter.com/maya_o\n")
    assert found is not None
    assert found.handles == ("github:mayao", "x:maya_o")
