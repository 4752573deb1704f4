"""What signal-export writes: JSON before text, groups and two people, calls."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from weakties.facts.model import Event, Extract
from weakties.sources import ReadOptions
from weakties.sources.signal_text import SignalSource
from weakties.sources.whatsapp import WhatsAppSource
from weakties.testing import source_errors

ME = "owner:me"
SOURCE = SignalSource()


def read(path: Path) -> list[Extract]:
    return list(SOURCE.read(path, ReadOptions(keep_text=True)))


def events(extracts: list[Extract]) -> list[Event]:
    return [event for extract in extracts for event in extract.events]


def export(folder: Path, chat: str, *messages: tuple[str, str, str]) -> Path:
    (folder / chat).mkdir(parents=True)
    lines = [json.dumps({"date": at, "sender": who, "body": body, "quote": ""}) for at, who, body in messages]
    (folder / chat / "data.json").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def test_of_two_files_of_one_chat_the_exact_one_is_read(tmp_path: Path) -> None:
    folder = export(tmp_path / "out", "Ana", ("2026-01-05T15:04:07.5", "Ana", "hi"))
    (folder / "Ana" / "chat.md").write_text("[2026-01-05 15:04:07] Ana: hi\n\n", encoding="utf-8")
    assert [e.origin.file for e in events(read(folder))] == ["Ana/data.json"]
    (folder / "Ana" / "data.json").unlink()
    assert [e.origin.file for e in events(read(folder))] == ["Ana/chat.md"]


def test_the_same_message_has_one_id_in_both(tmp_path: Path) -> None:
    exact = export(tmp_path / "a", "Ana", ("2026-01-05T15:04:07", "Ana", "hi  "))
    written = tmp_path / "b" / "Ana"
    written.mkdir(parents=True)
    (written / "chat.md").write_text("[2026-01-05 15:04:07] Ana: hi  \n\n", encoding="utf-8")
    assert [e.id for e in events(read(exact))] == [e.id for e in events(read(tmp_path / "b"))]


def test_who_is_in_a_chat(tmp_path: Path) -> None:
    at = "2026-01-05T15:04:07"
    folder = export(tmp_path / "out", "Ana", (at, "Me", "hi"))
    export(folder, "Climbing", (at, "Ana", "a"), (at, "Ben", "b"))
    export(folder, "Book club", (at, "Me", "a"), (at, "Ben", "b"))
    export(folder, "Note to Self", (at, "Me", "milk"))
    people = {e.events[0].origin.file: {p.handle for p in e.participations} for e in read(folder)}
    ana, ben = "name:Ana@signal", "name:Ben@signal"
    assert people == {
        "Ana/data.json": {ME, ana},
        "Climbing/data.json": {ana, ben},
        "Book club/data.json": {ME, ben},
        "Note to Self/data.json": {ME},
    }
    assert {e.subject for e in events(read(folder))} == {"", "Climbing", "Book club"}


@pytest.mark.parametrize(
    ("body", "seconds", "where"),
    [
        ("Outgoing voice call (accepted, 2m 5s)", 125, ""),
        ("Incoming video call (accepted, 9s)", 9, ""),
        ("Missed voice call", 0, "missed"),
        ("Outgoing voice call (unanswered)", 0, "missed"),
        ("Incoming voice call (declined)", 0, "declined"),
        ("Incoming call", 0, ""),
    ],
)
def test_calls(tmp_path: Path, body: str, seconds: int, where: str) -> None:
    (event,) = events(read(export(tmp_path / "out", "Ana", ("2026-01-05T15:04:07", "Ana", body))))
    assert (event.channel, event.duration, event.folder) == ("call", seconds, where)


def test_every_line_is_an_event_or_rejected(tmp_path: Path) -> None:
    folder = export(tmp_path / "out", "Ana", ("2026-01-05T15:04:07", "Ana", "hi"))
    with (folder / "Ana" / "data.json").open("a", encoding="utf-8") as file:
        file.write('{"date": "2026\n' + "[" * 100_000 + '\n{"date": "0001-01-01T00:00:00", "sender": "Ana"}\n\n')
    said = read(folder)
    assert [len(e.events) for e in said] == [1, 0, 0, 0]
    assert [r.origin.at for e in said for r in e.rejected] == [2, 3, 4]


def test_half_a_character_in_a_name_can_be_kept(tmp_path: Path) -> None:
    (said,) = read(export(tmp_path / "out", "Ana", ("2026-01-05T15:04:07", "A\ud83d", "hi")))
    assert said.participations[0].handle == "name:A\ufffd@signal"


def test_ours_and_not_whatsapps(tmp_path: Path) -> None:
    path = tmp_path / "chat.md"
    path.write_text("[2026-01-05 15:04:07] Me: hi\n", encoding="utf-8")
    assert SOURCE.identify(path)
    assert not WhatsAppSource().identify(path)
    other = tmp_path / "_chat.txt"
    other.write_text("[2026-01-05, 15:04:07] Ana: hi\n", encoding="utf-8")
    assert not SOURCE.identify(other)
    assert WhatsAppSource().identify(other)


@settings(deadline=None, max_examples=150)
@given(
    st.binary(max_size=300),
    st.sampled_from([b"[2026-01-05, 15:04] Me: ", b'{"date": "2026-01-05T15:04:07", "sender": "Me", "body": "']),
)
def test_any_bytes_can_be_read(tmp_path_factory: pytest.TempPathFactory, tail: bytes, head: bytes) -> None:
    path = tmp_path_factory.mktemp("any") / "chat.md"
    path.write_bytes(head + tail)
    SOURCE.identify(path)
    for extract in read(path):
        assert len(extract.events) + len(extract.rejected) == 1


def test_the_public_sample_says_what_is_written_beside_it(data: Path) -> None:
    folder = data / "formats" / "signal"
    wanted = [(m["author"], m["message"]) for m in json.loads((folder / "target.json").read_text(encoding="utf-8"))]
    said = read(folder / "test_export.txt")
    assert source_errors(SOURCE, folder / "test_export.txt") == []
    assert sorted((e.participations[0].name, e.events[0].text.replace("\n", " ")) for e in said) == sorted(wanted)
