"""Phones: who wrote, whose numbers, machines, what is damaged, memory."""

from __future__ import annotations

import io
import tracemalloc
from pathlib import Path
from xml.etree import ElementTree
from xml.sax.saxutils import quoteattr

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from weakties.facts.model import Extract
from weakties.sources import ReadOptions, phone_xml
from weakties.sources.phone import BROKEN, CUT, NO_NUMBER, REFUSED, PhoneSource
from weakties.sources.phone_xml import DAMAGED, elements, value
from weakties.testing import source_errors

ME = "owner:me"
ANA, BEN, OWN = "+14165550100", "+14165550101", "+14165550199"
SOURCE = PhoneSource()
AT = 1_767_603_600_000


def read(path: Path, *, region: str = "") -> list[Extract]:
    return list(SOURCE.read(path, ReadOptions(keep_text=True, region=region)))


def tag(name: str, **attributes: object) -> str:
    return f"<{name} " + " ".join(f"{key}={quoteattr(str(said))}" for key, said in attributes.items()) + " />\n"


def sms(body: object = "hi", *, at: object = AT, kind: object = 1, address: object = ANA, **more: object) -> str:
    return tag("sms", address=address, date=at, type=kind, body=body, **more)


def mms(*, box: int, address: str, sender: str, to: tuple[str, ...] = (), at: int = AT, data: str = "") -> str:
    addresses = tag("addr", address=sender, type=137) + "".join(tag("addr", address=one, type=151) for one in to)
    parts = tag("part", ct="image/jpeg", data=data) + tag("part", ct="text/plain", text="hello")
    begin = f'<mms date="{at}" msg_box="{box}" address="{address}">'
    return f"{begin}<parts>{parts}</parts><addrs>{addresses}</addrs></mms>\n"


def write(folder: Path, *records: str, root: str = "smses", name: str = "sms.xml") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    text = f"<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>\n<{root} count=\"1\">\n"
    (folder / name).write_text(text + "".join(records) + f"</{root}>\n", encoding="utf-8")
    return folder / name


def people(extracts: list[Extract]) -> list[list[str]]:
    return [[p.handle for p in extract.participations] for extract in extracts]


def reasons(extracts: list[Extract]) -> list[str]:
    return [r.reason for extract in extracts for r in extract.rejected]


def test_a_local_number_belongs_to_the_region(tmp_path: Path) -> None:
    path = write(tmp_path, sms(address="(416) 555-0100"))
    assert people(read(path, region="CA")) == [["phone:+14165550100", ME]]
    assert people(read(path)) == [["tel:4165550100", ME]]


@pytest.mark.parametrize(
    ("address", "bulk"),
    [("72975", "bot"), ("HARBOUR", "bot"), ("x@rbm.goog", "bot"), ("ana@post.example", ""), (ANA, "")],
)
def test_services_are_machines(tmp_path: Path, address: str, bulk: str) -> None:
    got, sent = read(write(tmp_path, sms(address=address), sms(address=address, kind=2, at=AT + 60_000)))
    assert (got.events[0].bulk, sent.events[0].bulk) == (bulk, "")


def test_saved_names_become_one_card_for_each_number(tmp_path: Path) -> None:
    saved = [
        sms(contact_name="Ana"),
        sms(at=AT + 1000, contact_name="Ana"),
        sms(address=BEN, contact_name="(Unknown)"),
        sms(address="+442079460018", contact_name="+44 20 7946 0018"),
    ]
    write(tmp_path, *saved)
    write(tmp_path, tag("call", number=ANA, date=AT, type=1, contact_name="Ana"), root="calls", name="calls.xml")
    cards = [(card.handle, card.name, card.event) for extract in read(tmp_path) for card in extract.cards]
    assert cards == [("phone:+14165550100", "Ana", "")]


def test_the_owner_is_who_sends_what_was_sent(tmp_path: Path) -> None:
    group = f"{OWN}~{ANA}~{BEN}"
    said = read(
        write(
            tmp_path,
            mms(box=1, address=group, sender=ANA, to=(OWN, BEN)),
            mms(box=2, address=group, sender=OWN, to=(ANA, BEN)),
        )
    )
    assert people(said) == [[f"phone:{ANA}", ME, f"phone:{BEN}"], [ME, f"phone:{ANA}", f"phone:{BEN}"]]
    assert said[0].events[0].thread == said[1].events[0].thread
    assert [(c.handle, c.handles) for x in said for c in x.cards] == [(ME, (f"phone:{OWN}",))]


def test_a_number_that_writes_to_the_owner_is_not_hers(tmp_path: Path) -> None:
    """Some phones put the other's number where the sender of a sent message stands."""
    received = mms(box=1, address=ANA, sender=ANA)
    said = read(write(tmp_path, mms(box=2, address=ANA, sender=ANA), received))
    assert people(said) == [[ME, f"phone:{ANA}"], [f"phone:{ANA}", ME]]
    assert [x.cards for x in said] == [[], []]


def test_what_was_not_sent_is_a_draft(tmp_path: Path) -> None:
    said = read(write(tmp_path, *(sms(kind=kind, at=AT + kind * 1000) for kind in range(1, 7))))
    assert [x.events[0].folder for x in said] == ["inbox", "sent", "draft", "sent", "draft", "sent"]


def test_calls_and_messages_of_a_number_are_two_conversations(tmp_path: Path) -> None:
    write(tmp_path, sms())
    write(tmp_path, tag("call", number=ANA, date=AT, type=2, duration=9), root="calls", name="calls.xml")
    call, message = read(tmp_path)
    assert (call.events[0].channel, call.events[0].duration, message.events[0].channel) == ("call", 9, "sms")
    assert call.events[0].thread != message.events[0].thread


@pytest.mark.parametrize("number", ["", "-1", "-2", "Unknown", "null", "Private number"])
def test_a_withheld_number_is_told(tmp_path: Path, number: str) -> None:
    said = read(write(tmp_path, tag("call", number=number, date=AT, type=1, duration=3), root="calls"))
    assert reasons(said) == [NO_NUMBER]


def test_the_same_backup_a_month_later_says_the_same_of_what_was_there(tmp_path: Path) -> None:
    first = [sms("ok"), sms("ok"), sms("yes", kind=2), mms(box=1, address=f"{ANA}~{BEN}", sender=BEN)]
    before = read(write(tmp_path / "a", *first))
    after = read(write(tmp_path / "b", sms("new", at=AT - 5000), *first, mms(box=2, address=ANA, sender=OWN)))
    ids = [e.id for x in before for e in x.events]
    assert len(set(ids)) == 4
    assert ids == [e.id for x in after[1:5] for e in x.events]


def test_a_document_type_is_refused(tmp_path: Path) -> None:
    bomb = '<?xml version="1.0"?><!DOCTYPE smses [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><smses count="1">'
    path = tmp_path / "sms.xml"
    path.write_text(f"{bomb}{sms('&b;')}</smses>", encoding="utf-8")
    assert SOURCE.identify(path)
    assert reasons(read(path)) == [REFUSED]


@pytest.mark.parametrize(
    "text",
    [
        "<html><body><sms/></body></html>",
        "<calls xmlns='urn:x'><item/></calls>",
        "<rss><channel/></rss>",
        '<?xml version="1.0"?><smsesx count="1">',
        "smses",
        "",
    ],
)
def test_what_is_not_ours(tmp_path: Path, text: str) -> None:
    (tmp_path / "sms.xml").write_text(text, encoding="utf-8")
    assert not SOURCE.identify(tmp_path / "sms.xml")


def test_an_empty_backup_says_nothing(tmp_path: Path) -> None:
    path = tmp_path / "sms.xml"
    path.write_text('<?xml version="1.0"?><smses count="0" />', encoding="utf-8")
    assert source_errors(SOURCE, path) == []
    assert read(path) == []


def test_damage_costs_the_record_in_which_it_is(tmp_path: Path) -> None:
    path = write(tmp_path, sms("one"), sms("two", at=AT + 1000), sms("three", at=AT + 2000))
    whole = path.read_text(encoding="utf-8")
    path.write_text(whole.replace('body="two"', 'body="two'), encoding="utf-8")
    assert [[e.text for e in x.events] or reasons([x]) for x in read(path)] == [["one"], [BROKEN], ["three"]]
    path.write_text(whole.replace("</smses>", ""), encoding="utf-8")
    assert reasons(read(path)) == [CUT]


def test_a_photo_of_any_size_is_not_held(tmp_path: Path) -> None:
    size = 16_000_000
    path = write(tmp_path, mms(box=1, address=ANA, sender=ANA, data="A" * size), sms("after"))
    tracemalloc.start()
    said = read(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [e.text for x in said for e in x.events] == ["hello", "after"]
    assert peak < size / 4


def test_a_body_of_any_length_is_shortened(tmp_path: Path) -> None:
    said = read(write(tmp_path, sms("b" * 1_000_000, kind=2), sms("after")))
    assert [(len(e.text), e.folder) for x in said for e in x.events] == [(100_000, "sent"), (5, "inbox")]


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=60), st.booleans())
def test_words_come_out_as_they_went_in(words: str, halves: bool) -> None:
    references = [
        f"&#{0xD7C0 + (ord(c) >> 10)};&#{0xDC00 + (ord(c) & 0x3FF)};" if ord(c) > 0xFFFF else f"&#x{ord(c):x};"
        for c in words
    ]
    written = "".join(references) if halves else quoteattr(words)[1:-1]
    meant = value(written).encode("utf-16", "surrogatepass").decode("utf-16")
    assert meant == ("" if words == "null" and not halves else words)


@settings(deadline=None)
@given(st.lists(st.text(alphabet="ab<>&'\" \n\tü🎻", max_size=12), max_size=12), st.integers(1, 40))
def test_tags_are_those_that_a_parser_finds_wherever_the_file_is_cut_in_pieces(bodies: list[str], size: int) -> None:
    document = "<?xml version='1.0'?><!-- <sms> -->\n<smses>" + "".join(map(sms, bodies)) + "</smses>"
    wanted = [e.attrib["body"] for e in ElementTree.fromstring(document)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(phone_xml, "_CHUNK", size)
        found = list(elements(io.StringIO(document)))
    assert [e.name for e in found] == ["smses", *["sms"] * len(bodies), "/smses"]
    assert [value(e.attributes()["body"]).replace("\t", " ").replace("\n", " ") for e in found if e.name == "sms"] == [
        body.replace("\t", " ").replace("\n", " ") for body in wanted
    ]


@settings(deadline=None, max_examples=150)
@given(st.binary(max_size=200), st.integers(0, 900), st.integers(0, 900))
def test_any_bytes_can_be_read_and_records_are_counted(
    tmp_path_factory: pytest.TempPathFactory, middle: bytes, cut: int, on: int
) -> None:
    path = write(tmp_path_factory.mktemp("any"), sms("one"), mms(box=1, address=f"{ANA}~{BEN}", sender=BEN), sms("two"))
    whole = path.read_bytes()
    path.write_bytes(whole[:cut] + middle + whole[on:])
    said = read(path)
    assert all(len(x.events) + len(x.rejected) == 1 for x in said)
    if SOURCE.identify(path) and REFUSED not in reasons(said):
        begun = [
            e for e in elements(io.StringIO(path.read_text("utf-8", "replace"))) if e.name in ("sms", "mms", "call")
        ]
        assert len(said) >= len(begun)


def test_what_is_no_tag_is_told_once() -> None:
    assert [e.name for e in elements(io.StringIO("<a/>" + "<" * 50 + "x"))].count(DAMAGED) > 0


def test_garbage_becomes_one_rejected_record(tmp_path: Path) -> None:
    assert reasons(read(write(tmp_path, "<<<< >>> 5 < 6 & < 7\n" * 100, sms()))) == [BROKEN]
