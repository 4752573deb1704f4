"""Header fields, encoded words, addresses and dates as mail really writes them."""

from __future__ import annotations

import pytest

from weakties.sources.addresses import mailboxes
from weakties.sources.dates import parse_date, sent_at
from weakties.sources.headers import (
    decode_bytes,
    decode_words,
    is_reply,
    message_ids,
    parameter,
    parse_headers,
    subject_text,
    thread_subject,
)

NOON = 990_792_000  # 2001-05-25 12:00:00 UTC


def test_fields_are_unfolded_and_kept_in_order() -> None:
    headers, body = parse_headers(b"To: a@x.org,\r\n\tb@x.org\r\nReceived: one\r\nRECEIVED: two\r\n\r\nHello")
    assert headers.first("to") == "a@x.org, b@x.org"
    assert headers.all("received") == ["one", "two"]
    assert body == len(b"To: a@x.org,\r\n\tb@x.org\r\nReceived: one\r\nRECEIVED: two\r\n\r\n")


def test_an_envelope_line_before_the_fields_is_no_field() -> None:
    headers, _ = parse_headers(b"From ana@example.com Fri May 25 12:00:00 2001\nFrom: Ana <ana@example.com>\n\nHi")
    assert list(headers) == ["from"]


@pytest.mark.parametrize(
    ("raw", "body"), [(b"A: b\n\nc\r\n\r\n", b"c\r\n\r\n"), (b"A: b\n\r\n\nc\n\n", b"\nc\n\n"), (b"A: b", b"")]
)
def test_the_first_empty_line_ends_the_fields_however_lines_end(raw: bytes, body: bytes) -> None:
    assert raw[parse_headers(raw)[1] :] == body


def test_a_message_without_fields_is_all_body() -> None:
    raw = b"From ana@example.com Fri May 25 12:00:00 2001\n\nTo: nobody\n"
    headers, body = parse_headers(raw)
    assert (list(headers), raw[body:]) == ([], b"To: nobody\n")


def test_a_line_that_is_no_field_is_passed_over() -> None:
    headers, _ = parse_headers(b"From: a@x.org\nnonsense here\nTo: b@x.org\n\n")
    assert list(headers) == ["from", "to"]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"Subject: caf\xc3\xa9\n\n", "café"),
        (b"Subject: caf\xe9\n\n", "café"),
        (b"Content-Type: text/plain; charset=koi8-r\nSubject: \xf0\xd2\xc9\xd7\xc5\xd4\n\n", "Привет"),
        (b"Content-Type: text/plain; charset=klingon\nSubject: caf\xe9\n\n", "café"),
    ],
)
def test_raw_bytes_in_a_header_are_utf8_then_as_declared_then_windows_1252(raw: bytes, expected: str) -> None:
    assert parse_headers(raw)[0].first("subject") == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("=?utf-8?Q?Caf=C3=A9_Lopez?=", "Café Lopez"),
        ("=?utf-8?Q?Caf=C3?= =?utf-8?Q?=A9?=", "Café"),
        ("=?UTF-8?B?Q2Fmw6k=?=", "Café"),
        ("=?UTF-8?B?Q2Fmw6k?= today", "Café today"),
        ("=?iso-8859-1?Q?Caf=E9?=", "Café"),
        ("=?iso-8859-1?Q?Caf=C3=A9?=", "Café"),
        ("=?klingon?Q?Caf=E9?=", "Café"),
        ("=?utf-8*fr?Q?Caf=C3=A9?=", "Café"),
        ("=?ISO-2022-JP?B?GyRCJDMkcxsoQg==?=", "こん"),
        ("=?gb2312?B?xOO6ww==?=", "你好"),
        ("=?utf-8?Q?a?==?utf-8?Q?b?=", "ab"),
        ("=?utf-8?Q?raw blank?=", "raw blank"),
        ("=?utf-8?Q?half", "=?utf-8?Q?half"),
        ("=?punycode?Q?a?=", "a"),
        ("=?utf-7?Q?+2AA-?=", "?"),
    ],
)
def test_encoded_words_are_read_even_if_broken(value: str, expected: str) -> None:
    assert decode_words(value) == expected


def test_a_declared_multi_byte_character_set_goes_before_utf8() -> None:
    """The two characters of this word look like UTF-8 when they are written in GBK."""
    assert decode_bytes("联通".encode("gbk"), "gb2312") == "联通"
    # Names that Python knows and that are of no character set.
    for packing in ("uu", "hex", "zlib", "rot13"):
        assert decode_bytes(b"plain", packing) == "plain"


def test_rfc_2231_pieces_of_a_parameter_are_joined() -> None:
    assert parameter('multipart/mixed; boundary="a;b"; x=1', "boundary") == "a;b"
    assert parameter("text/plain; name*0*=utf-8''caf%C3; name*1*=%A9", "name") == "café"
    assert parameter("text/plain; charset=utf-8", "boundary") == ""


def test_message_ids_come_without_brackets() -> None:
    assert message_ids("<a@x> (was: b) <c@y>") == ["a@x", "c@y"]
    assert message_ids("a@x") == ["a@x"]
    assert message_ids("your message of Friday") == []


def test_a_subject_is_one_line_of_bounded_length() -> None:
    assert subject_text("a\tb\x00c") == "a b c"
    assert subject_text("a\x1b[2Jb\x9b31mc") == "a [2Jb 31mc"
    assert len(subject_text("x" * 100_000)) == 1_000


@pytest.mark.parametrize(
    "subject",
    [
        "Re: Lunch",
        "RE: re: lunch",
        "AW: WG: Lunch",
        "Re[2]: lunch",
        "[team] Re: Lunch",
        "Re: [team] Fwd: LUNCH",
        "Sv:Lunch",
    ],
)
def test_reply_marks_and_list_tags_do_not_part_a_thread(subject: str) -> None:
    assert thread_subject(subject) == "lunch"


def test_a_word_that_begins_like_a_mark_is_none() -> None:
    assert thread_subject("Return: monday") == "return: monday"
    assert thread_subject("[announce]") == "[announce]"
    assert is_reply("Re: Lunch")
    assert is_reply("[team] AW: Lunch")
    assert not is_reply("Fwd: Lunch")
    assert not is_reply("Recipe")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Ana Lopez <Ana@Example.com>", [("email:ana@example.com", "Ana Lopez")]),
        ('"Lopez, Ana" <ana@x.org>, bob@x.org', [("email:ana@x.org", "Lopez, Ana"), ("email:bob@x.org", "")]),
        ("Lopez, Ana <ana@x.org>", [("email:ana@x.org", "Lopez, Ana")]),
        ("ana@x.org (Ana (the elder) Lopez)", [("email:ana@x.org", "Ana the elder Lopez")]),
        ("Team: ana@x.org, bob@x.org;", [("email:ana@x.org", ""), ("email:bob@x.org", "")]),
        ("undisclosed-recipients:;", []),
        ("<Undisclosed Recipients@x.org>", []),
        ("ana@x.org; bob@x.org", [("email:ana@x.org", ""), ("email:bob@x.org", "")]),
        ("fred", [("name:fred@mail", "fred")]),
        ("<>", []),
        ("Ana <ana. lopez@exam ple.com>", [("email:ana.lopez@example.com", "Ana")]),
        ("@", []),
        ("'ana@x.org' <ana@x.org>", [("email:ana@x.org", "")]),
        ("=?utf-8?Q?Lopez=2C_Ana?= <ana@x.org>", [("email:ana@x.org", "Lopez, Ana")]),
        ("=?utf-8?Q?Lopez,_Ana?= <ana@x.org>, b@x.org", [("email:ana@x.org", "Lopez, Ana"), ("email:b@x.org", "")]),
        ('"=?utf-8?Q?Ana_L=C3=B3pez?=" <ana@x.org>', [("email:ana@x.org", "Ana López")]),
        ("=?utf-8?Q?Ana_<ana@x.org>?=", [("email:ana@x.org", "Ana")]),
        ("ana at x.org (Ana Lopez)", [("email:ana@x.org", "Ana Lopez")]),
        ("Ana <mailto:ana@x.org>", [("email:ana@x.org", "Ana")]),
        (
            "Lopez, Ana </O=ACME/OU=EU/CN=RECIPIENTS/CN=ALOPEZ>",
            [("exchange:/o=acme/ou=eu/cn=recipients/cn=alopez", "Lopez, Ana")],
        ),
        ("/O=ACME/OU=EU/CN=RECIPIENTS/CN=ALOPEZ", [("exchange:/o=acme/ou=eu/cn=recipients/cn=alopez", "")]),
        ("Ana Lopez/Sales/Acme@ACME", [("name:Ana Lopez@mail", "Ana Lopez")]),
        ('"Ana Lopez @ ACME" <ana@x.org>', [("email:ana@x.org", "Ana Lopez")]),
        ('"ana@x.org@ACME" <ana@x.org>', [("email:ana@x.org", "")]),
        ('"@ACME"', []),
        ('"Ana" <ana@x.org>@ACME <IMCEANOTES-+22Ana+22@ACME.com>', [("email:ana@x.org", "Ana")]),
        ("IMCEAEX-_O=ACME_CN=ALOPEZ@acme.com", [("exchange:/o=acme/cn=alopez", "")]),
        ('"unterminated <ana@x.org>', [("email:ana@x.org", "unterminated")]),
        ("ana@x.org bob@x.org", [("email:ana@x.org", ""), ("email:bob@x.org", "")]),
    ],
)
def test_an_address_field_names_people(value: str, expected: list[tuple[str, str]]) -> None:
    assert mailboxes(value) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Fri, 25 May 2001 12:00:00 +0000",
        "Fri, 25 May 2001 05:00:00 -0700 (PDT)",
        "25 May 2001 08:00 EDT",
        "25 May 01 12:00:00",
        "25 May 101 12:00:00 GMT",
        "Fri May 25 12:00:00 2001",
        "Fri May 25 12:00:00 +0000 2001",
        "Fri, 25-May-2001 12:00:00 GMT",
        "2001-05-25T14:00:00+02:00",
        "Fri, 25 May 2001 12:00:00 +9900",
        "Fri, 25 May 0001 12:00:00 +0000",
        "Fri, 25 May 0101 12:00:00 +0000",
    ],
)
def test_one_moment_in_the_ways_that_mail_writes_it(text: str) -> None:
    assert parse_date(text) == NOON


@pytest.mark.parametrize(
    "text",
    [
        "", "yesterday", "Fri, 25 May 2001 25:00:00 +0000", "Sat, 31 Feb 2001 12:00:00 +0000", "25 Foo 2001 12:00:00",
        "Thu, 1 Jan 1970 00:00:00 +0000", "1 Jan 2100 00:00:00", "25 May 0000 12:00:00", "25 May 2001 12:61:00",
    ],
)  # fmt: skip
def test_an_impossible_date_is_none(text: str) -> None:
    assert parse_date(text) is None


def test_a_missing_date_is_taken_from_the_readers_own_server_then_from_the_envelope() -> None:
    received = ["from a by b; Fri, 25 May 2001 12:00:00 +0000", "from c by a; Thu, 24 May 2001 12:00:00 +0000"]
    assert sent_at(["nonsense"], received, "From a@x.org Sat May 26 12:00:00 2001") == NOON
    assert sent_at([], [], "From a@x.org Fri May 25 12:00:00 2001") == NOON


def test_the_envelope_of_a_conversion_says_nothing() -> None:
    assert sent_at([], [], "From MAILER-DAEMON Fri May 25 12:00:00 2001") is None
    assert sent_at([], [], "From - Fri May 25 12:00:00 2001") is None
