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


@pytest.mark.parametrize(
    ("written", "region", "handle"),
    [
        ("+1 (416) 555-0100", "", "phone:+14165550100"),
        ("0049 171 1234567", "", "phone:+491711234567"),
        ("0171 1234567", "DE", "phone:+491711234567"),
        ("0171 1234567", "de", "phone:+491711234567"),
        ("(212) 736-5000", "US", "phone:+12127365000"),
        ("+49 30 901820 ext. 5", "", "phone:+4930901820"),
        # Without a country nobody can say which number it is; as dialled it may still be told apart.
        ("030 1234567", "", "tel:0301234567"),
        ("555-0100", "US", "tel:5550100"),
        ("12345", "", None),
        ("", "", None),
        ("Anna", "DE", None),
        ("1" * 200, "DE", None),
    ],
)
def test_a_number_as_written_has_one_form(written: str, region: str, handle: str | None) -> None:
    assert handles.number(written, region) == handle


@pytest.mark.parametrize(
    ("address", "handle"),
    [
        ("https://www.linkedin.com/in/Ana-Lopez/?locale=en", "linkedin:in/ana-lopez"),
        ("linkedin.com/in/j%C3%B6rg-m", "linkedin:in/jörg-m"),
        ("https://x.com/ana", "x:ana"),
        ("https://twitter.com/Ana/status/1", "x:ana"),
        ("https://www.facebook.com/profile.php?id=100", "facebook:100"),
        ("https://t.me/ana_k", "telegram:ana_k"),
        ("https://notx.com/ana", None),
        ("https://example.com/in/ana", None),
        ("", None),
    ],
)
def test_a_profile_has_one_form(address: str, handle: str | None) -> None:
    assert handles.profile(address) == handle


def test_what_a_user_types_is_read_as_what_it_is() -> None:
    assert handles.parse("+1 416 555 0100") == "phone:+14165550100"
    assert handles.parse("https://www.linkedin.com/in/ana/") == "linkedin:in/ana"
    assert handles.parse("name:Ana Lopez@whatsapp") == "name:Ana Lopez@whatsapp"
    assert handles.parse("Ana Lopez") is None


@given(st.text(max_size=80), st.sampled_from(["", "DE", "US", "ZZ", "xx"]))
def test_law_any_text_is_a_number_or_none(written: str, region: str) -> None:
    found = handles.number(written, region)
    assert found is None or found.startswith(("phone:+", "tel:"))


@given(st.text(max_size=200))
def test_law_any_text_is_a_profile_or_none(written: str) -> None:
    for text in (written, f"https://linkedin.com/in/{written}"):
        found = handles.profile(text)
        assert found is None or (found.partition(":")[2] and not any(c.isspace() for c in found))
