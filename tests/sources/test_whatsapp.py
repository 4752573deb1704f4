"""WhatsApp exports: dates in any order and language, who the owner is, what is no message, ids that last."""

from __future__ import annotations

import json
import zipfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from weakties.facts.model import Event, Extract
from weakties.sources import ReadOptions
from weakties.sources.whatsapp import WhatsAppSource
from weakties.sources.whatsapp_lines import Dates, day, parse
from weakties.testing import source_errors

ME = "owner:me"
SOURCE = WhatsAppSource()


def read(path: Path) -> list[Extract]:
    return list(SOURCE.read(path, ReadOptions(keep_text=True, region="DE")))


def events(extracts: list[Extract]) -> list[Event]:
    return [event for extract in extracts for event in extract.events]


def chat(folder: Path, text: str, name: str = "_chat.txt") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def when(event: Event) -> str:
    return datetime.fromtimestamp(event.at, UTC).strftime("%Y-%m-%d %H:%M:%S")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("8/8/19, 1:25\u202fPM - A: Hi", (8, 8, 19, 13 * 3600 + 25 * 60, "A", "Hi")),
        ("2023-12-20, 5:46 p.m. - F: ok", (2023, 12, 20, 17 * 3600 + 46 * 60, "F", "ok")),
        ("28/3/2025, 9:29 p.\xa0m. - u: a: b", (28, 3, 2025, 21 * 3600 + 29 * 60, "u", "a: b")),
        ("[07.03.26, 21:22:39] Chris: Hey", (7, 3, 26, 21 * 3600 + 22 * 60 + 39, "Chris", "Hey")),
        ("\u200e[7/3/26, 12:00:05 AM] Chris: \u200eaudio omitted", (7, 3, 26, 5, "Chris", "\u200eaudio omitted")),
        ("20-12-2023 17.46 - F: ok", (20, 12, 2023, 17 * 3600 + 46 * 60, "F", "ok")),
        ("20/12/2023 à 17:46 - F: ok", (20, 12, 2023, 17 * 3600 + 46 * 60, "F", "ok")),
        ("20.12.2023 klo 17.46 - F: ok", (20, 12, 2023, 17 * 3600 + 46 * 60, "F", "ok")),
    ],
)
def test_lines_of_many_telephones(line: str, said: tuple[object, ...]) -> None:
    found = parse(line)
    assert found is not None
    assert (*found.numbers, found.second, found.sender, found.body) == said


@pytest.mark.parametrize(
    "line",
    ["", "hello", "12/12/2023", "[1] see below", "12:30 - lunch", "1/2/3", "[12/12/23 10:00 no end", "12/12/23, 77:10 - A: b", "٥"],
)  # fmt: skip
def test_what_begins_no_message(line: str) -> None:
    assert parse(line) is None


@pytest.mark.parametrize(
    "line",
    [
        '20/06/20, 00:08 - +12 345 578 created group "Trip: Rome"',
        "20/06/20, 00:08 - Ana changed the subject to “a: b”",
        "20/06/20, 00:08 - Ana left",
        "20/06/20, 00:08 - Messages are end-to-end encrypted: https://faq.whatsapp.com",
        "20/06/20, 00:08 - " + "x" * 150 + ": b",
    ],
)
def test_what_whatsapp_says_has_no_sender(line: str) -> None:
    found = parse(line)
    assert found is not None
    assert found.sender == ""


@settings(deadline=None)
@given(
    st.sampled_from(["dmy", "mdy", "ymd"]),
    st.dates(date(2010, 1, 1), date(2030, 1, 1)),
    st.lists(st.integers(0, 9), min_size=40, max_size=80),
    st.booleans(),
)
def test_the_order_of_dates_is_found_from_the_whole_file(
    order: str, first: date, steps: list[int], short: bool
) -> None:
    on, days = first, []
    for step in [*steps, 40]:
        on += timedelta(days=step)
        days.append(on)
    shape = {"d": "{0.day}", "m": "{0.month}", "y": "{1:02d}" if short and order != "ymd" else "{0.year}"}
    pattern = "/".join(shape[part] for part in order) + ", 10:00 - A: b"
    lines = [parse(pattern.format(on, on.year % 100)) for on in days]
    dates = Dates()
    for line in lines:
        assert line is not None
        dates.see(line)
    wrong = [
        line for line, on in zip(lines, days, strict=True) if line and day(line.numbers, dates.order()) != _number(on)
    ]
    # Where every day reads well in both orders, the file does not tell.
    assert not wrong or all(on.day <= 12 for on in days)


def _number(on: date) -> int:
    return (on - date(1970, 1, 1)).days


def test_americans_are_known_by_their_clock_where_the_dates_do_not_tell(tmp_path: Path) -> None:
    there = chat(tmp_path / "a", "3/4/26, 1:25 PM - Ana: hi\n")
    here = chat(tmp_path / "b", "3/4/26, 13:25 - Ana: hi\n")
    assert [when(e) for e in events(read(there)) + events(read(here))] == ["2026-03-04 13:25:00", "2026-04-03 13:25:00"]


def test_a_zip_as_the_telephone_shares_it(tmp_path: Path) -> None:
    path = tmp_path / "WhatsApp Chat - Ana Lopez.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("00000012-PHOTO.jpg", b"\xff\xd8\xff")
        archive.writestr("_chat.txt", "[13/01/26, 10:00:00] Ana Lopez: hi\n[13/01/26, 10:00:01] Maya: hi\n")
    said = read(path)
    assert source_errors(SOURCE, path) == []
    assert [[p.handle for p in e.participations] for e in said] == [
        ["name:Ana Lopez@whatsapp", ME],
        [ME, "name:Ana Lopez@whatsapp"],
    ]
    assert [card.handles for e in said for card in e.cards] == [("name:Maya@whatsapp",)]


def test_who_never_answered_is_known_by_the_title(tmp_path: Path) -> None:
    path = chat(tmp_path, "13/01/26, 10:00 - Maya: anybody there?\n", "WhatsApp Chat mit Ana Lopez.txt")
    assert [p.handle for p in read(path)[0].participations] == [ME, "name:Ana Lopez@whatsapp"]


def test_two_who_write_in_a_group_do_not_make_one_of_them_the_owner(tmp_path: Path) -> None:
    text = '13/01/26, 09:00 - Ana created group "Ana"\n13/01/26, 10:00 - Ana: a\n13/01/26, 10:00 - Ben: b\n'
    said = read(chat(tmp_path, text, "WhatsApp Chat with Ana.txt"))
    assert {p.handle for e in said for p in e.participations} == {"name:Ana@whatsapp", "name:Ben@whatsapp"}
    assert {e.subject for e in events(said)} == {"Ana"}


def test_on_an_iphone_a_group_says_itself_what_whatsapp_says(tmp_path: Path) -> None:
    text = (
        "[13/01/26, 09:00:00] Book Club: \u200eMessages and calls are end-to-end encrypted.\n"
        "[13/01/26, 09:00:01] Ana: \u200eAna created this group\n"
        "[13/01/26, 09:00:02] Book Club: \u200eBen was added\n"
        "[13/01/26, 10:00:00] Ana: a\n[13/01/26, 10:00:00] Ben: \u200esticker omitted\n[14/01/26, 10:00:00] Ana: c\n"
    )
    said = read(chat(tmp_path, text))
    assert [(e.subject, e.text, e.group_size) for e in events(said)] == [
        ("Book Club", "a", 1),
        ("Book Club", "", 1),
        ("Book Club", "c", 1),
    ]
    assert {p.handle for e in said for p in e.participations} == {"name:Ana@whatsapp", "name:Ben@whatsapp"}


def test_numbers_that_are_not_saved_are_telephone_handles(tmp_path: Path) -> None:
    path = chat(
        tmp_path,
        "13/01/26, 10:00 - \u202a+49 171 1234567\u202c: a\n13/01/26, 10:00 - Ana: b\n13/01/26, 10:01 - Ben: c\n",
    )
    assert read(path)[0].participations[0].handle == "phone:+491711234567"


def test_the_same_messages_in_next_months_export_keep_their_ids(tmp_path: Path) -> None:
    lines = [
        f"{1 + n // 9:02d}/02/26, 10:{n:02d} - {'Ana' if n % 3 else 'Maya'}: {'ok' if n % 2 else n}" for n in range(60)
    ]
    lines.insert(5, lines[4])
    before = events(read(chat(tmp_path / "a", "\n".join(lines[:40]), "WhatsApp Chat with Ana.txt")))
    # Only the newest messages are exported, so the first are gone by then.
    after = events(read(chat(tmp_path / "b", "\n".join(lines[10:]), "WhatsApp Chat with Ana (1).txt")))
    assert len(before) == 40
    assert [e.id for e in before[10:]] == [e.id for e in after[:30]]
    assert len({e.id for e in [*before, *after]}) == 61


def test_every_message_is_an_event_or_rejected(tmp_path: Path) -> None:
    text = "stray\n13/01/26, 10:00 - Ana: a\nb\n31/02/26, 10:00 - Ana: no day\n13/01/26, 10:02 - Ben: \n13/01/26, 10:03 - Ben left\n"
    said = read(chat(tmp_path, text))
    assert [(len(e.events), len(e.rejected)) for e in said] == [(0, 1), (1, 0), (0, 1), (1, 0)]
    assert [r.origin.at for e in said for r in e.rejected] == [1, 4]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("server.txt", "2026-01-05 17:46:00 - INFO: started\n2026-01-05 17:46:01 - INFO: done\n"),
        ("server.txt", "[2026-01-05 17:46:00] ERROR: no such file\n"),
        ("chat.md", "[2026-01-05, 17:46] Ana: hello\n"),
        ("notes.txt", "Dear Ana,\n13/01/26, 10:00 - Ana: as you wrote\n"),
        ("list.txt", "1. a\n2. b\n"),
        ("empty.txt", ""),
        ("scores.csv", "01/02/2026 10:00 - a: b"),
    ],
)
def test_what_is_not_ours(tmp_path: Path, name: str, text: str) -> None:
    assert not SOURCE.identify(chat(tmp_path, text, name))


@settings(deadline=None, max_examples=150)
@given(st.binary(max_size=400), st.sampled_from([b"", b"[13/01/26, 10:00:00] Ana: ", b"13/01/26, 10:00 - Ana: hi\n"]))
def test_any_bytes_can_be_read(tmp_path_factory: pytest.TempPathFactory, tail: bytes, head: bytes) -> None:
    path = tmp_path_factory.mktemp("any") / "_chat.txt"
    path.write_bytes(head + tail)
    SOURCE.identify(path)
    for extract in read(path):
        assert len(extract.events) + len(extract.rejected) == 1


def test_public_samples_say_what_is_written_beside_them(data: Path) -> None:
    folder = data / "formats" / "whatsapp"
    expected = json.loads((folder / "target.json").read_text(encoding="utf-8"))
    wanted = [(m["timestamp"].replace("T", " "), m["author"], m["message"].strip()) for m in reversed(expected)]
    samples = sorted(folder.glob("*.txt"))
    assert len(samples) == 5
    for sample in samples:
        said = read(sample)
        assert source_errors(SOURCE, sample) == []
        found = [(when(e.events[0]), e.participations[0].name, e.events[0].text.replace("\n", " ")) for e in said]
        # One line, `John Doe:.`, is no message to those who wrote the expectations.
        assert [message for message in found if message[2] != "."] == wanted
        assert len(found) == len(wanted) + 1
