"""Telegram: who the owner is, machines and channels, calls, ids that last."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from weakties.facts.model import Extract
from weakties.sources import ReadOptions
from weakties.sources.telegram import TelegramSource
from weakties.testing import source_errors

ME = "owner:me"
SOURCE = TelegramSource()
AT = 1_767_603_600


def read(path: Path) -> list[Extract]:
    return list(SOURCE.read(path, ReadOptions(keep_text=True)))


def write(folder: Path, value: object) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "result.json"
    path.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
    return path


def message(number: int, who: object, text: object = "hi", **more: object) -> dict[str, Any]:
    return {
        "id": number,
        "type": "message",
        "date_unixtime": str(AT + number),
        "from": "X",
        "from_id": who,
        "text": text,
    } | more


def chat(kind: str, number: int, *messages: object, name: object = "Ana") -> dict[str, Any]:
    return {"name": name, "type": kind, "id": number, "messages": list(messages)}


def people(extracts: list[Extract]) -> list[list[str]]:
    return [[p.handle for p in extract.participations] for extract in extracts]


def test_in_one_chat_the_owner_is_who_is_not_the_other(tmp_path: Path) -> None:
    said = read(write(tmp_path, chat("personal_chat", 20, message(1, "user10"), message(2, "user20"))))
    assert people(said) == [[ME, "telegram:20"], ["telegram:20", ME]]
    assert [card.handles for extract in said for card in extract.cards] == [("telegram:10",)]


def test_in_a_group_alone_nobody_is_taken_for_the_owner(tmp_path: Path) -> None:
    said = read(write(tmp_path, chat("private_group", 5, message(1, "user10"), message(2, "user20"), name="Choir")))
    assert people(said) == [["telegram:10", "telegram:20"], ["telegram:20", "telegram:10"]]
    assert [e.subject for x in said for e in x.events] == ["Choir", "Choir"]


def test_channels_notes_to_oneself_and_service_messages_say_nothing(tmp_path: Path) -> None:
    chats = [
        chat("public_channel", 1, message(1, "channel1")),
        chat("saved_messages", 10, message(2, "user10")),
        chat("private_group", 3, message(3, "channel9"), {"type": "service", "action": "pin_message", "id": 4}),
    ]
    assert read(write(tmp_path, {"personal_information": {"user_id": 10}, "chats": {"list": chats}}))[1:] == []


def test_what_a_bot_writes_is_written_by_a_machine(tmp_path: Path) -> None:
    said = read(write(tmp_path, chat("bot_chat", 20, message(1, "user20"), message(2, "user10"))))
    assert [e.bulk for x in said for e in x.events] == ["bot", ""]


@pytest.mark.parametrize(
    ("reason", "seconds", "where"), [("hangup", 61, ""), ("missed", None, "missed"), ("busy", None, "declined")]
)
def test_calls(tmp_path: Path, reason: str, seconds: int | None, where: str) -> None:
    call = {"id": 1, "type": "service", "action": "phone_call", "actor": "Ana", "actor_id": "user20", "date_unixtime": AT,
            "discard_reason": reason, "duration_seconds": seconds}  # fmt: skip
    (said,) = read(write(tmp_path, chat("personal_chat", 20, call)))
    event = said.events[0]
    assert (event.channel, event.duration, event.folder) == ("call", seconds or 0, where)
    assert people([said]) == [["telegram:20", ME]]


def test_a_message_that_was_edited_keeps_its_id(tmp_path: Path) -> None:
    before = read(write(tmp_path / "a", chat("personal_chat", 20, message(7, "user20", "helo"))))
    after = read(
        write(
            tmp_path / "b",
            chat("personal_chat", 20, message(6, "user10"), message(7, "user20", ["hello"]), name="Anna"),
        )
    )
    assert before[0].events[0].id == after[1].events[0].id


def test_every_record_is_counted(tmp_path: Path) -> None:
    rows = [
        message(1, "user20"),
        5,
        None,
        message(2, None, **{"from": None}),
        message(3, "user20", date_unixtime="9" * 400),
    ]
    said = read(
        write(
            tmp_path,
            {"chats": {"list": [chat("personal_chat", 20, *rows), 7, chat("private_group", 1) | {"messages": 3}]}},
        )
    )
    assert [(len(x.events), len(x.rejected)) for x in said] == [(1, 0), *[(0, 1)] * 6]


def test_what_is_not_ours(tmp_path: Path) -> None:
    others: list[object] = [
        {"messages": [{"sender_name": "a", "timestamp_ms": 1}]},
        [],
        {},
        {"chats": {"list": []}},
        "x",
    ]
    for value in others:
        assert not SOURCE.identify(write(tmp_path, value))


@settings(deadline=None, max_examples=150)
@given(st.binary(max_size=300), st.integers(0, 400))
def test_any_bytes_can_be_read(tmp_path_factory: pytest.TempPathFactory, tail: bytes, cut: int) -> None:
    whole = json.dumps(chat("personal_chat", 20, message(1, "user10"), message(2, "user20"))).encode()
    path = tmp_path_factory.mktemp("any") / "result.json"
    path.write_bytes(whole[:cut] + tail)
    for extract in read(path):
        assert len(extract.events) + len(extract.rejected) == 1


def test_public_samples_say_what_is_written_beside_them(data: Path) -> None:
    folder = data / "formats" / "telegram"
    wanted = [
        (m["author"], m["message"].replace(" ", "")) for m in json.loads((folder / "target.json").read_text("utf-8"))
    ]
    for sample in sorted(folder.glob("test_*.json")):
        assert source_errors(SOURCE, sample) == []
        assert [(x.participations[0].name, x.events[0].text.replace(" ", "")) for x in read(sample)] == wanted
