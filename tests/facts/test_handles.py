"""One address has one normal form; what is no address is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weakties.facts import handles


@pytest.mark.parametrize(
    ("written", "handle"),
    [
        ("Ana@Example.COM", "email:ana@example.com"),
        (" <ana@example.com> ", "email:ana@example.com"),
        ("'ana@example.com'", "email:ana@example.com"),
        ("ana@example.com.", "email:ana@example.com"),
        ("ana@xn--bcher-kva.example", "email:ana@bücher.example"),
        ("josé@example.com", "email:josé@example.com"),
        ("ana", None),
        ("ana@", None),
        ("@example.com", None),
        ("a b@example.com", None),
        ("ana@b@example.com", None),
        ("", None),
        ("x" * 400 + "@example.com", None),
    ],
)
def test_mail_addresses(written: str, handle: str | None) -> None:
    assert handles.email(written) == handle


def test_exchange_names_are_lower_case_and_whole() -> None:
    assert handles.exchange("</O=ACME/OU=EU/CN=RECIPIENTS/CN=ANA>") == "exchange:/o=acme/ou=eu/cn=recipients/cn=ana"
    assert handles.exchange("/O=ACME") is None


def test_phones_need_their_country() -> None:
    assert handles.phone("+1 (416) 555-0100") == "phone:+14165550100"
    assert handles.phone("416 555 0100") is None


def test_bare_names_say_where_they_stand() -> None:
    assert handles.bare_name("  Ana   Lopez ", "mail") == "name:Ana Lopez@mail"
    assert handles.bare_name(" '' ", "mail") is None


def test_what_a_user_types() -> None:
    assert handles.parse("ana@example.com") == "email:ana@example.com"
    assert handles.parse("email:ANA@example.com") == "email:ana@example.com"
    assert handles.parse("name:Ana Lopez@hand") == "name:Ana Lopez@hand"
    assert handles.parse("Ana Lopez") is None


@given(st.text(max_size=60))
def test_law_the_normal_form_is_its_own_normal_form(text: str) -> None:
    for make in (handles.email, handles.exchange, handles.phone):
        handle = make(text)
        if handle is not None:
            assert make(handles.value(handle)) == handle
            assert "\n" not in handle
    cleaned = handles.clean_name(text)
    assert handles.clean_name(cleaned) == cleaned


def test_a_name_that_is_cut_off_ends_like_a_name() -> None:
    name = handles.clean_name("x" * 198 + " 'Ana")
    assert name == "x" * 198
    assert handles.clean_name(name) == name
