"""Who works where, from a domain; free mail says nothing of it."""

from __future__ import annotations

from weakties.identity import organisations


def test_a_registrable_domain_is_an_organisation() -> None:
    assert organisations.of_handle("email:ana@cs.oxbridge.ac.uk") == "oxbridge.ac.uk"
    assert organisations.of_handle("email:ana@mail.acme.example") == "acme.example"
    assert organisations.of_handle("exchange:/o=acme/ou=eu/cn=ana") == "acme"


def test_free_mail_and_people_without_mail_have_none() -> None:
    assert organisations.of_handle("email:ana@gmail.com") == ""
    assert organisations.of_handle("email:ana@yahoo.co.uk") == ""
    assert organisations.of_handle("name:Ana Lopez@mail") == ""
    assert organisations.of_handle("email:ana@club.example", ["club.example"]) == ""


def test_an_organisation_is_named_as_its_people_sign() -> None:
    assert organisations.display_name("acme.example", {"Acme Optics": 3, "ACME": 1, "": 9}) == "Acme Optics"


def test_a_few_cards_or_a_divided_house_rename_nothing() -> None:
    assert organisations.display_name("acme.example", {"Acme Optics": 2}) == "acme.example"
    assert organisations.display_name("acme.example", {"Sales": 4, "Research": 4}) == "acme.example"
