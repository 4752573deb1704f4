"""Messages as facts. Every message here is invented; the counts on real mail are skipped where the data is absent."""

from __future__ import annotations

import base64
import gzip
import os
from collections import Counter
from pathlib import Path

import pytest

from weakties.errors import SourceError, UnknownFormat
from weakties.facts.model import Event, Extract, Origin, event_id
from weakties.sources import ReadOptions, Source
from weakties.sources.mail import NO_AUTHOR, NO_DATE, MailSource, extract_message
from weakties.sources.parties import LIST_SIZE

DATE = "Date: Fri, 25 May 2001 12:00:00 +0000"
NOON = 990_792_000
HERE = Origin("inbox.mbox", 42)
DATA = Path(os.environ.get("WEAKTIES_DATA") or Path(__file__).parents[3] / "shared" / "data")


def read(*fields: str, body: str = "", folder: str = "", keep_text: bool = False) -> Extract:
    raw = "\n".join((*fields, "", body)).encode()
    return extract_message(raw, HERE, folder=folder, options=ReadOptions(keep_text=keep_text))


def event(*fields: str, body: str = "", folder: str = "") -> Event:
    (found, *_) = read("From: Ana <ana@example.com>", DATE, *fields, body=body, folder=folder).events
    return found


def roles(*fields: str) -> list[tuple[str, str, str]]:
    extract = read(DATE, *fields)
    return [(part.role, part.handle, part.name) for part in extract.participations]


def reason(*fields: str, folder: str = "") -> str:
    extract = read(*fields, folder=folder)
    assert not extract.events
    (rejected,) = extract.rejected
    assert rejected.origin == HERE
    return rejected.reason


# One message


def test_the_mail_source_keeps_the_contract() -> None:
    assert isinstance(MailSource(), Source)


def test_a_message_is_an_event_with_its_people() -> None:
    extract = read(
        "Message-ID: <1@example.com>",
        "From: Ana Lopez <Ana@Example.com>",
        "To: Bob <bob@example.com>, bob@example.com",
        "Cc: carla@example.com",
        "Sender: office@example.com",
        "Reply-To: ana@example.com",
        "Delivered-To: me@example.com",
        "Subject: =?utf-8?Q?Caf=C3=A9?=",
        DATE,
    )
    (happened,) = extract.events
    assert (happened.id, happened.at, happened.channel) == (
        event_id("email", f"1@example.com {NOON} email:ana@example.com"),
        NOON,
        "email",
    )
    assert (happened.subject, happened.group_size, happened.origin, happened.text) == ("Café", 2, HERE, "")
    assert [(part.role, part.handle, part.name) for part in extract.participations] == [
        ("from", "email:ana@example.com", "Ana Lopez"),
        ("sender", "email:office@example.com", ""),
        ("to", "email:bob@example.com", "Bob"),
        ("cc", "email:carla@example.com", ""),
        ("delivered", "email:me@example.com", ""),
    ]
    assert {part.event for part in extract.participations} == {happened.id}


def test_a_message_without_an_id_has_its_fingerprint() -> None:
    happened = event("To: bob@example.com", "Subject: Lunch")
    assert happened.id == happened.fingerprint


def test_two_routes_of_one_message_share_the_fingerprint() -> None:
    one = event("Message-ID: <1@a>", "To: bob@example.com", "Subject: Lunch", "Delivered-To: bob@example.com")
    two = event("Message-ID: <2@b>", "To: <BOB@example.com>", "Subject:  lunch")
    assert one.id != two.id
    assert one.fingerprint == two.fingerprint


def test_a_blind_copy_that_repeats_the_copy_is_nobody_new() -> None:
    assert roles("From: ana@example.com", "Cc: bob@example.com", "Bcc: bob@example.com, carla@example.com")[1:] == [
        ("cc", "email:bob@example.com", ""),
        ("bcc", "email:carla@example.com", ""),
    ]


def test_exchange_fields_give_names_to_addresses_position_by_position() -> None:
    assert roles(
        "From: ana@example.com",
        "To: bob@example.com, carla@example.com",
        "X-From: Lopez, Ana",
        "X-To: Stone, Bob </O=ACME/OU=EU/CN=RECIPIENTS/CN=BSTONE>, Carla Diaz/Sales/Acme@ACME",
    ) == [
        ("from", "email:ana@example.com", "Lopez, Ana"),
        ("to", "email:bob@example.com", "Stone, Bob"),
        ("to", "email:carla@example.com", "Carla Diaz"),
    ]


def test_exchange_fields_name_people_where_the_address_is_absent() -> None:
    assert roles("From: ana@example.com", "X-From: Ana", "X-To: Stone, Bob </O=ACME/CN=BSTONE>")[1:] == [
        ("to", "exchange:/o=acme/cn=bstone", "Stone, Bob")
    ]


def test_a_message_to_a_list_alone_is_for_many() -> None:
    fields = ("List-Post: <mailto:team@lists.example.com>", "To: team@lists.example.com")
    assert event(*fields).group_size == LIST_SIZE
    assert event(*fields, "Cc: bob@example.com").group_size == 2
    assert roles("From: ana@example.com", *fields)[-1] == ("list", "email:team@lists.example.com", "")


def test_a_list_without_address_is_known_by_its_id() -> None:
    assert (
        roles("From: ana@example.com", "List-Id: News of Acme <News.acme.example>")[-1][1] == "list:news.acme.example"
    )


def test_the_author_behind_a_list_that_rewrites_from() -> None:
    munged = ("From: Ana Lopez via Team <team@lists.example.com>", "List-Post: <mailto:team@lists.example.com>")
    assert roles(*munged, "Reply-To: Ana <ana@example.com>")[0] == ("from", "email:ana@example.com", "Ana")
    assert roles(*munged, "X-Original-From: ana@example.com")[0] == ("from", "email:ana@example.com", "Ana Lopez")
    assert roles(*munged)[0] == ("from", "name:Ana Lopez@mail", "Ana Lopez")


# What is not an event


def test_what_is_no_message_says_why() -> None:
    assert reason("To: bob@example.com", DATE) == NO_AUTHOR
    assert reason("From: ana@example.com", "Date: Fri, 25 May 2001 25:00:00 +0000") == NO_DATE


def test_drafts_and_spam_are_kept_as_said_and_marked() -> None:
    assert read("From: ana@example.com", DATE, folder="draft").events[0].folder == "draft"
    assert read("From: ana@example.com", DATE, "X-Gmail-Labels: =?UTF-8?Q?Brouillons?=").events[0].folder == "draft"
    assert read("From: ana@example.com", DATE, "X-Gmail-Labels: Spam,Unread").events[0].bulk == "spam"
    assert read("From: ana@example.com", DATE, "Precedence: bulk", folder="spam").events[0].bulk == "bulk spam"


def test_labels_and_fields_say_the_folder_before_the_place_does() -> None:
    assert event(folder="sent").folder == "sent"
    assert event("X-Gmail-Labels: Inbox,Opened", folder="archive").folder == "inbox"
    assert event(r"X-Folder: \Lopez, Ana\Sent Items").folder == "sent"
    assert event("X-Gmail-Labels: Trash").folder == "trash"
    assert event("X-Mozilla-Status: 0009", folder="inbox").folder == "trash"


# Conversations


def test_a_thread_is_named_by_its_first_message() -> None:
    root = event("Message-ID: <1@a>", "Subject: Lunch")
    by_references = event("Message-ID: <3@a>", "References: <1@a> <2@a>", "In-Reply-To: <2@a>", "Subject: Re: Lunch")
    by_reply = event("Message-ID: <2@a>", "In-Reply-To: <1@a>", "Subject: Re: Lunch")
    assert root.thread == by_references.thread == by_reply.thread


def test_the_route_does_not_change_the_thread() -> None:
    assert event("Message-ID: <1@a>", "X-GM-THRID: 15").thread == event("Message-ID: <1@a>").thread


def test_without_threading_fields_a_telling_subject_names_the_thread() -> None:
    archive = (r"X-Folder: \Ana\Inbox", "X-Origin: ANA")
    first = event("Message-ID: <1@a>", "To: bob@example.com", "Subject: Contract with Acme", *archive)
    reply = event("Message-ID: <2@a>", "To: carla@example.com", "Subject: RE: Contract with Acme", *archive)
    assert first.thread == reply.thread


def test_a_common_subject_joins_the_same_people_only() -> None:
    lunch = [
        event(f"Message-ID: <{who}@a>", f"To: {who}@example.com", "Subject: Re: Lunch") for who in ("bob", "carla")
    ]
    assert lunch[0].thread != lunch[1].thread
    assert lunch[0].thread == event("Message-ID: <x@a>", "To: bob@example.com", "Subject: RE: lunch").thread


# Text


def body_of(*fields: str, body: str) -> str:
    extract = read("From: Ana <ana@example.com>", DATE, *fields, body=body, keep_text=True)
    return extract.events[0].text


MIXED = "Content-Type: multipart/mixed; boundary=b"
ALTERNATIVE = "Content-Type: multipart/alternative; boundary=b"


def test_text_is_kept_only_when_asked_for() -> None:
    assert event(body="Could we meet on Friday?").text == ""
    assert body_of(body="Could we meet on Friday?") == "Could we meet on Friday?"


def test_the_plain_part_is_read_unless_it_is_empty() -> None:
    plain = "--b\nContent-Type: text/plain\n\n%s\n--b\nContent-Type: text/html\n\n<p>Marked</p>\n--b--\n"
    assert body_of(ALTERNATIVE, body=plain % "Plain words") == "Plain words"
    assert body_of(ALTERNATIVE, body=plain % " ") == "Marked"


def test_attachments_are_passed_over() -> None:
    body = "--b\n\nHello Bob\n--b\nContent-Type: text/plain\nContent-Disposition: attachment\n\nsecret\n--b--\n"
    assert body_of(MIXED, body=body) == "Hello Bob"


def test_a_cut_or_missing_boundary_still_gives_the_text() -> None:
    assert body_of(MIXED, body="preamble\n--b\nContent-Type: text/plain\n\nHello Bob") == "Hello Bob"
    assert "Hello Bob" in body_of(MIXED, body="Hello Bob\n")
    assert (
        body_of("Content-Type: multipart/mixed", body="--b\nContent-Type: text/plain\n\nHello Bob\n--b--")
        == "Hello Bob"
    )


def test_transfer_encodings_even_broken_ones() -> None:
    encoded = base64.b64encode("Grüße an Bob".encode()).decode()
    utf8 = "Content-Type: text/plain; charset=utf-8"
    assert body_of(utf8, "Content-Transfer-Encoding: base64", body=encoded[:8] + "!" + encoded[8:]) == "Grüße an Bob"
    assert body_of(utf8, "Content-Transfer-Encoding: quoted-printable", body="Gr=C3=BC=\n=C3=9Fe =ZZ") == "Grüße =ZZ"


def test_encrypted_mail_has_no_text_but_is_an_event() -> None:
    assert body_of("Content-Type: multipart/encrypted; boundary=b", body="--b\n\nversion\n--b--") == ""
    assert body_of(body="Hello Bob\n\n-----BEGIN PGP MESSAGE-----\n\nabc\n-----END PGP MESSAGE-----") == "Hello Bob"


def test_a_signature_is_a_card_of_the_author_but_not_under_a_newsletter() -> None:
    signature = "-- \nAna Lopez\nHead of Research, Acme Ltd\n+1 416 555 0100\n"
    body = f"Hello Bob, shall we talk about the harbour?\n\nBest regards,\n{signature}"
    (card, *_) = read("From: Ana Lopez <ana@example.com>", DATE, "Message-ID: <1@a>", body=body).cards
    assert (card.handle, card.at, card.event) == (
        "email:ana@example.com",
        NOON,
        event_id("email", f"1@a {NOON} email:ana@example.com"),
    )
    assert not read("From: Ana Lopez <ana@example.com>", DATE, "List-Unsubscribe: <https://x>", body=body).cards


FORWARDED = """--b

See below.
--b
Content-Type: message/rfc822

From: Carla <carla@example.com>
To: ana@example.com
Date: Thu, 24 May 2001 12:00:00 +0000
Message-ID: <inner@a>

Hello Ana
--b--
"""


def test_a_message_carried_whole_is_an_event_of_its_own() -> None:
    extract = read("From: ana@example.com", DATE, MIXED, "Message-ID: <outer@a>", body=FORWARDED)
    outer, inner = extract.events
    assert outer.id == event_id("email", f"outer@a {NOON} email:ana@example.com")
    (author,) = [p.handle for p in extract.participations if p.event == inner.id and p.role == "from"]
    assert inner.id == event_id("email", f"inner@a {inner.at} {author}")
    assert {found.origin for found in extract.events} == {HERE}


def test_the_copy_in_a_bounce_is_no_event() -> None:
    report = "Content-Type: multipart/report; boundary=b"
    assert len(read("From: mailer-daemon@example.com", DATE, report, body=FORWARDED).events) == 1


def test_messages_are_not_opened_without_end() -> None:
    raw = f"From: ana@example.com\n{DATE}\n\nHello"
    for level in range(30):
        boundary = f"b{level}"
        raw = (
            f"From: ana@example.com\n{DATE}\nContent-Type: multipart/mixed; boundary={boundary}\n\n"
            f"--{boundary}\nContent-Type: message/rfc822\n\n{raw}\n--{boundary}--\n"
        )
    assert len(extract_message(raw.encode(), HERE, folder="", options=ReadOptions()).events) == 3


# Whole files


ONE = "From: ana@example.com\nTo: bob@example.com\nDate: Fri, 25 May 2001 12:00:00 +0000\n\nHello\n"


def extracts(path: Path) -> list[Extract]:
    return list(MailSource().read(path, ReadOptions()))


def test_the_folder_of_a_file_is_in_its_name(tmp_path: Path) -> None:
    for name in ("Sent.mbox/1.eml", "Drafts/2.eml", "cur/3.host:2,T"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(ONE)
    draft, sent, deleted = extracts(tmp_path)
    assert (sent.events[0].folder, sent.events[0].origin) == ("sent", Origin("Sent.mbox/1.eml", 0))
    assert draft.events[0].folder == "draft"
    assert deleted.events[0].folder == "trash"


def test_mail_is_identified_by_content(tmp_path: Path) -> None:
    (tmp_path / "letter").write_text(ONE)
    (tmp_path / "photo.eml").write_bytes(b"\x89PNG")
    (tmp_path / "packed").write_bytes(gzip.compress(ONE.encode()))
    source = MailSource()
    assert source.identify(tmp_path)
    assert source.identify(tmp_path / "letter")
    assert source.identify(tmp_path / "packed")
    assert not source.identify(tmp_path / "photo.eml")


def test_what_cannot_be_read_at_all_is_an_error_with_a_hint(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as absent:
        extracts(tmp_path / "absent.mbox")
    assert "ls -l" in absent.value.hint
    (tmp_path / "photo.png").write_bytes(b"\x89PNG")
    with pytest.raises(UnknownFormat) as foreign:
        extracts(tmp_path / "photo.png")
    assert "docs/how-to/mail.md" in foreign.value.hint
    (tmp_path / "empty.mbox").write_bytes(b"")
    assert extracts(tmp_path / "empty.mbox") == []


# Real mail


@pytest.mark.slow
@pytest.mark.parametrize(
    ("file", "messages", "distinct", "rejected"),
    [
        ("lists/kees-cook.mbox.gz", 6_161, 6_155, {}),
        ("lists/ksummit.lists.linux.dev/list.mbox.gz", 3_115, 3_112, {}),
        ("enron/arnold-j.mbox.tar.gz", 4_898, 4_898, {}),
        ("enron/lay-k.mbox.tar.gz", 5_937, 5_937, {}),
        ("enron/lokay-m.mbox.tar.gz", 5_567, 5_567, {}),
        ("spamassassin/messages.tar.gz", 6_046, 6_043, {NO_AUTHOR: 3}),
    ],
)
def test_real_mail_is_counted_to_the_message(file: str, messages: int, distinct: int, rejected: dict[str, int]) -> None:
    if not (DATA / file).exists():
        pytest.skip(f"{file} is absent: set WEAKTIES_DATA to the folder of the data sets")
    records = extracts(DATA / file)
    happened = [record.events[0] for record in records if record.events]
    assert len(records) == messages
    assert len({found.id for found in happened}) == distinct
    assert Counter(found.reason for record in records for found in record.rejected) == rejected


def test_another_message_under_the_same_message_id_is_another_event() -> None:
    """Broken mailers give many messages one id, and whoever got my letter could write under its id to make it vanish."""
    mine = read("From: ana@example.com", "To: mal@example.com", DATE, "Message-ID: <1@a>").events[0]
    forged = read("From: mal@example.com", "To: ana@example.com", DATE, "Message-ID: <1@a>").events[0]
    later = read("From: ana@example.com", DATE.replace("12:", "13:"), "Message-ID: <1@a>").events[0]
    copy = read("From: ana@example.com", "To: mal@example.com", DATE, "Message-ID: <1@a>", "X-Route: other").events[0]
    assert len({mine.id, forged.id, later.id}) == 3
    assert copy.id == mine.id
