"""Address books as facts. Every card here is invented; the cards of real programs are skipped where the data is absent."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from weakties.facts.model import NO_TIME, Card, Extract
from weakties.sources import ReadOptions, Source
from weakties.sources.contentlines import CUT_OFF, TOO_LONG
from weakties.sources.vcard import VcardSource
from weakties.testing import source_errors

DATA = Path(os.environ.get("WEAKTIES_DATA") or Path(__file__).parents[3] / "shared" / "data")
GOLDEN = Path(__file__).parent / "golden" / "vcard"


def read(path: Path, content: bytes, region: str = "") -> list[Extract]:
    file = path / "book.vcf"
    file.write_bytes(content)
    return list(VcardSource().read(file, ReadOptions(region=region)))


def of(path: Path, *lines: str, version: str = "3.0", region: str = "") -> Extract:
    text = "\r\n".join(("BEGIN:VCARD", f"VERSION:{version}", *lines, "END:VCARD", ""))
    (extract,) = read(path, text.encode(), region)
    return extract


def card(path: Path, *lines: str, version: str = "3.0", region: str = "") -> Card:
    (found,) = of(path, *lines, version=version, region=region).cards
    return found


def test_the_source_keeps_the_contract() -> None:
    assert isinstance(VcardSource(), Source)
    for sample in sorted(GOLDEN.glob("*/export.vcf")):
        assert source_errors(VcardSource(), sample) == []


@pytest.mark.parametrize(
    ("content", "ours"),
    [
        (b"BEGIN:VCARD\r\nVERSION:3.0", True),
        (b"\xef\xbb\xbfbegin:vcard\n", True),
        ("\ufeffBEGIN:VCARD\r\n".encode("utf-16-le"), True),
        (b"\n\n BEGIN : VCARD \n", True),
        (b"BEGIN:VCALENDAR\n", False),
        (b"BEGIN:VCARDS\n", False),
        (b"Dear Ana,\n\nBEGIN:VCARD\n", False),
        (b"", False),
    ],
)
def test_a_book_is_known_by_its_beginning(tmp_path: Path, content: bytes, ours: bool) -> None:
    (tmp_path / "anything.txt").write_bytes(content)
    assert VcardSource().identify(tmp_path / "anything.txt") is ours


@pytest.mark.parametrize(
    ("line", "birthday"),
    [
        ("BDAY:1980-03-22", "1980-03-22"),
        ("BDAY:19800322", "1980-03-22"),
        ("BDAY:1980-03-22T23:00:00Z", "1980-03-22"),
        ("BDAY;VALUE=date:--0322", "--03-22"),
        ("BDAY:--02-29", "--02-29"),
        ("BDAY;X-APPLE-OMIT-YEAR=1604:1604-03-22", "--03-22"),
        ("BDAY;X-APPLE-OMIT-YEAR=1904:1904-03-22", "--03-22"),
        ("BDAY:0001-03-22", "--03-22"),
        ("BDAY:1980-03", ""),
        ("BDAY:1981-02-29", ""),
        ("BDAY;VALUE=text:circa 1800", ""),
        ("BDAY:" + "9" * 5_000, ""),
    ],
)
def test_a_birthday_may_lack_its_year(tmp_path: Path, line: str, birthday: str) -> None:
    assert card(tmp_path, "FN:Ana Lopez", line).birthday == birthday


def test_the_preferred_address_goes_before_the_others(tmp_path: Path) -> None:
    found = card(
        tmp_path, "FN:Ana Lopez", "EMAIL:old@ana.example", "EMAIL;TYPE=HOME,PREF:new@ana.example", "TEL:+14165550100"
    )
    assert (found.handle, found.handles) == ("email:new@ana.example", ("email:old@ana.example", "phone:+14165550100"))


def test_numbers_are_of_the_country_where_they_were_written_down(tmp_path: Path) -> None:
    assert card(tmp_path, "FN:Jo", "TEL:030 901820").handle == "tel:030901820"
    assert card(tmp_path, "FN:Jo", "TEL:030 901820", region="DE").handle == "phone:+4930901820"


def test_a_number_that_rings_elsewhere_is_not_hers(tmp_path: Path) -> None:
    lines = ("TEL;TYPE=WORK,FAX:+14165550101", "TEL;TYPE=PAGER:+14165550102", "TEL;TYPE=MAIN:+14165550103")
    label = ("item1.TEL:+14165550104", "item1.X-ABLabel:_$!<AssistantPhone>!$_")
    house = "TEL;VALUE=uri:tel:+1-416-555-0105;ext=7"
    assert card(tmp_path, "FN:Ana Lopez", *lines, *label, house).handle == "name:Ana Lopez@vcard"


@pytest.mark.parametrize(
    ("line", "handle"),
    [
        ("URL:https\\://www.linkedin.com/in/ana-lopez/", "linkedin:in/ana-lopez"),
        ("URL:https://www.linkedin.com/company/acme", None),
        ("URL:https://ana.example/blog", None),
        ("X-SOCIALPROFILE;type=twitter;x-user=anal:x-apple:anal", "x:anal"),
        ("X-SOCIALPROFILE;type=facebook:http://www.facebook.com/pages/acme", None),
        ("X-SOCIALPROFILE;type=flickr:x-apple:ana", None),
        ("X-TWITTER:@anal", "x:anal"),
        ("IMPP;X-SERVICE-TYPE=GoogleTalk:xmpp:ana@mail.example", "email:ana@mail.example"),
        ("IMPP;X-SERVICE-TYPE=WhatsApp:x-apple:+1 416 555 0100", "phone:+14165550100"),
        ("IMPP;X-SERVICE-TYPE=Skype:skype:ana.lopez", None),
        ("IMPP:xmpp:ana@jabber.example", None),
        ("X-TELEGRAM:../../etc", None),
    ],
)
def test_profiles_and_messengers_by_which_somebody_is_known(tmp_path: Path, line: str, handle: str | None) -> None:
    assert card(tmp_path, "FN:Ana Lopez", line).handle == (handle or "name:Ana Lopez@vcard")


@pytest.mark.parametrize(
    ("lines", "name"),
    [
        (("FN:Ana Lopez", "N:Lopez;Ana"), "Ana Lopez"),
        (("FN:Lopez\\, Ana", "N:Lopez;Ana"), "Ana Lopez"),
        (("N:Lopez;Ana;María;Dr.;",), "Ana Lopez"),
        (("FN:a@ana.example", "N:;;;;"), ""),
        (("FN:+1 416 555 0100", "N:;+1 416 555 0100;;;"), ""),
        (("FN:Acme", "ORG:Acme", "N:;;;;"), ""),
        (("NICKNAME:Annie",), "Annie"),
        (("FN:", "N:Lopez;Ana"), "Ana Lopez"),
        ((), ""),
    ],
)
def test_a_name_is_what_a_person_is_called(tmp_path: Path, lines: tuple[str, ...], name: str) -> None:
    assert card(tmp_path, *lines, "EMAIL:a@ana.example").name == name


def test_family_and_manager_are_links(tmp_path: Path) -> None:
    """The manager is whom she reports to, the assistant reports to her, a friend is neither."""
    extract = of(
        tmp_path,
        "FN:Ana Lopez",
        "EMAIL:ana@ana.example",
        "RELATED;TYPE=spouse;VALUE=text:Ben Kay",
        "RELATED;TYPE=child:mailto:cleo@kay.example",
        "RELATED;TYPE=parent:urn:uuid:1234",
        "item1.X-ABRELATEDNAMES:Dan Ode",
        "item1.X-ABLabel:_$!<Manager>!$_",
        "X-MS-ASSISTANT:Eva Roth",
        "item2.X-ABRELATEDNAMES:Fay",
        "item2.X-ABLabel:_$!<Friend>!$_",
        "item3.X-ABRELATEDNAMES:Guy",
        "item3.X-ABLabel:Business Partner",
        "item4.X-ABRELATEDNAMES:ana@ana.example",
        "item4.X-ABLabel:_$!<Mother>!$_",
        "REV:2026-01-05T09:00:00Z",
        version="4.0",
    )
    assert {(x.kind, x.a, x.b, x.at) for x in extract.links} == {
        ("family", "email:ana@ana.example", "name:Ben Kay@vcard", 1_767_603_600),
        ("family", "email:ana@ana.example", "email:cleo@kay.example", 1_767_603_600),
        ("reports-to", "email:ana@ana.example", "name:Dan Ode@vcard", 1_767_603_600),
        ("reports-to", "name:Eva Roth@vcard", "email:ana@ana.example", 1_767_603_600),
    }


@pytest.mark.parametrize(
    "lines",
    [
        ("KIND:org", "FN:Acme", "EMAIL:info@acme.example"),
        ("X-ADDRESSBOOKSERVER-KIND:group", "FN:Choir"),
        ("X-ABShowAs:COMPANY", "N:;;;;", "FN:Acme", "ORG:Acme", "TEL:+14165550100"),
        ("ORG:Acme", "FN:Acme"),
    ],
)
def test_an_organisation_is_no_person(tmp_path: Path, lines: tuple[str, ...]) -> None:
    text = "\n".join(("BEGIN:VCARD", *lines, "END:VCARD"))
    assert read(tmp_path, text.encode()) == []


def test_a_person_shown_by_her_company_is_a_person(tmp_path: Path) -> None:
    found = card(tmp_path, "X-ABShowAs:COMPANY", "N:Lopez;Ana", "FN:Acme", "ORG:Acme", "EMAIL:ana@acme.example")
    assert (found.name, found.organisation) == ("Ana Lopez", "Acme")


def test_soft_line_breaks_and_character_sets_of_version_2(tmp_path: Path) -> None:
    book = (
        b"BEGIN:VCARD\nVERSION:2.1\nN;CHARSET=SHIFT_JIS:" + "山田;花子".encode("shift_jis") + b"\n"
        b"ORG;ENCODING=QUOTED-PRINTABLE;CHARSET=ISO-8859-1:Stra=\n=DFen=\nbau\n"
        b"NOTE;ENCODING=QUOTED-PRINTABLE:a note=\nTEL:+14165550100=\n\nTITLE:Lead\nEND:VCARD\n"
    )
    (extract,) = read(tmp_path, book)
    (found,) = extract.cards
    assert (found.name, found.organisation, found.title) == ("花子 山田", "Straßenbau", "Lead")
    assert found.handle == "name:花子 山田@vcard"


def test_a_soft_line_break_does_not_swallow_the_end(tmp_path: Path) -> None:
    book = b"BEGIN:VCARD\nVERSION:2.1\nFN;ENCODING=QUOTED-PRINTABLE:Ana=\nEND:VCARD\nBEGIN:VCARD\nFN:Ben\nEND:VCARD\n"
    assert [e.cards[0].name for e in read(tmp_path, book)] == ["Ana", "Ben"]


@pytest.mark.parametrize(
    ("encoding", "end"), [("utf-16", "\r\n"), ("utf-16-be", "\n"), ("utf-8-sig", "\r"), ("cp1252", "\n")]
)
def test_every_encoding_and_end_of_line(tmp_path: Path, encoding: str, end: str) -> None:
    lines = ("BEGIN:VCARD", "VERSION:3.0", "FN:Zoë Grün", "END:VCARD", "BEGIN:VCARD", "FN:Ana", "END:VCARD", "")
    book = end.join(lines).encode(encoding)
    first, second = read(tmp_path, book)
    assert (first.cards[0].name, second.cards[0].name) == ("Zoë Grün", "Ana")
    # Where the record stands can be found again in the bytes of the file.
    at = second.cards[0].origin.at
    plain = {"utf-16": "utf-16-le", "utf-8-sig": "utf-8"}.get(encoding, encoding)
    assert book[at:].decode(plain).startswith("BEGIN:VCARD")


def test_a_card_in_a_card_is_passed_over(tmp_path: Path) -> None:
    extract = of(
        tmp_path,
        "FN:Ana",
        "AGENT:",
        "BEGIN:VCARD",
        "FN:Ben",
        "EMAIL:b@ben.example",
        "END:VCARD",
        "EMAIL:a@ana.example",
        version="2.1",
    )
    assert [(c.name, c.handle) for c in extract.cards] == [("Ana", "email:a@ana.example")]


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    nobody = b"BEGIN:VCARD\nVERSION:3.0\nEND:VCARD\n"
    endless = b"BEGIN:VCARD\n" + b"TEL:%s\n" % (b"1" * 1_000) * 1_100 + b"END:VCARD\n"
    (a,), (b,), (c,) = (e.rejected for e in read(tmp_path, nobody + endless + b"BEGIN:VCARD\nFN:Ana\nEMAIL:a@ana.ex"))
    assert (a.kind, a.origin.at) == ("cards", 0)
    assert a.reason.startswith("the card has no name")
    assert (b.reason, b.origin.at) == (TOO_LONG, len(nobody))
    assert (c.reason, c.origin.at) == (CUT_OFF, len(nobody + endless))


def test_pictures_are_never_held(tmp_path: Path) -> None:
    """A picture in one line of 40 MB, and one folded over a million lines, beside limits of 64 KiB a line and 1 MiB a card."""
    picture = b"PHOTO;ENCODING=b:" + b"A" * 40_000_000 + b"\n" + b"PHOTO;ENCODING=b:A\n" + b" AAAAAAAA\n" * 1_000_000
    book = b"BEGIN:VCARD\n" + picture + b"FN:Ana\nEND:VCARD\nBEGIN:VCARD\nFN:Ben\nEND:VCARD\n"
    ana, ben = read(tmp_path, book)
    assert (ana.cards[0].name, ben.cards[0].name) == ("Ana", "Ben")
    assert ben.cards[0].origin.at == book.rindex(b"BEGIN")


def test_a_book_exported_again_says_the_same_of_whom_it_knew(tmp_path: Path) -> None:
    """Another order of lines, another picture and a new card change nothing for the old one."""
    old = b"BEGIN:VCARD\nVERSION:3.0\nFN:Ana\nEMAIL:a@ana.example\nTEL:+14165550100\nEND:VCARD\n"
    new = b"BEGIN:VCARD\nVERSION:3.0\nPHOTO:x\nTEL:+14165550100\nEMAIL:a@ana.example\nFN:Ana\nEND:VCARD\n"
    (before,) = read(tmp_path, old)
    after = read(tmp_path, new + b"BEGIN:VCARD\nFN:Ben\nEND:VCARD\n")
    assert after[0] == before
    assert len(after) == 2


def pieces() -> st.SearchStrategy[bytes]:
    samples = [p.read_bytes() for p in sorted(GOLDEN.glob("*/export.vcf"))]
    lines = sorted({line for sample in samples for line in sample.split(b"\n")})
    return st.lists(st.one_of(st.sampled_from(lines), st.binary(max_size=40)), max_size=40).map(b"\n".join)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pieces())
def test_any_lines_are_read(tmp_path: Path, content: bytes) -> None:
    for extract in read(tmp_path, b"BEGIN:VCARD\n" + content):
        assert bool(extract.cards) != bool(extract.rejected)
        for found in extract.cards:
            assert found.handle
            assert found.handle not in found.handles
            assert found.at == NO_TIME or 31_536_000 <= found.at < 4_102_444_800 + 65_000


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(["person", "company", "nobody"]), max_size=30))
def test_counts_add_up(tmp_path: Path, kinds: list[str]) -> None:
    inside = {"person": "FN:Ana", "company": "KIND:org", "nobody": "NOTE:x"}
    book = "".join(f"BEGIN:VCARD\nVERSION:4.0\n{inside[kind]}\nEND:VCARD\n" for kind in kinds)
    found = read(tmp_path, book.encode())
    counted = Counter(kinds)
    assert sum(len(e.cards) for e in found) == counted["person"]
    assert sum(len(e.rejected) for e in found) == counted["nobody"]


def real() -> Iterator[Path]:
    yield from sorted((DATA / "formats" / "vcard").glob("*.vcf"))


@pytest.mark.skipif(not any(real()), reason="the address books of real programs are not on this machine")
def test_address_books_of_real_programs() -> None:
    cards = 0
    for path in real():
        assert source_errors(VcardSource(), path) == []
        found = list(VcardSource().read(path, ReadOptions(region="US")))
        assert not any(e.rejected for e in found)
        assert len(found) == path.read_bytes().upper().count(b"BEGIN:VCARD")
        cards += len(found)
        assert all(c.handle.startswith(("email:", "phone:", "tel:")) for e in found for c in e.cards)
    assert cards == 26
