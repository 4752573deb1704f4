"""The archive of X: numbers for people, whose it is, groups."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from weakties.facts.model import Extract
from weakties.sources import ReadOptions
from weakties.sources.twitter import XSource
from weakties.testing import source_errors

ME = "owner:me"
SOURCE = XSource()
AT = "2026-01-05T10:00:00.000Z"


def read(path: Path) -> list[Extract]:
    return list(SOURCE.read(path, ReadOptions(keep_text=True)))


def write(folder: Path, name: str, value: object, file: str = "") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / (file or f"{name.replace('_', '-')}.js")
    path.write_text(f"window.YTD.{name}.part0 = {json.dumps(value)}", encoding="utf-8")
    return path


def message(number: str, who: object, text: object = "hi", at: object = AT) -> dict[str, Any]:
    return {"messageCreate": {"id": number, "senderId": who, "text": text, "createdAt": at}}


def talk(name: object, *messages: object) -> dict[str, Any]:
    return {"dmConversation": {"conversationId": name, "messages": list(messages)}}


def people(extracts: list[Extract]) -> list[list[str]]:
    return [[p.handle for p in extract.participations] for extract in extracts]


def test_the_account_says_whose_archive_it_is(tmp_path: Path) -> None:
    write(
        tmp_path, "account", [{"account": {"accountId": "1", "username": "Maya", "accountDisplayName": "Maya Stone"}}]
    )
    write(tmp_path, "direct_messages", [talk("1-2", message("9", "2"))])
    said = read(tmp_path)
    assert [(c.handle, c.name, c.handles) for c in said[0].cards] == [(ME, "Maya Stone", ("x:1", "x:maya"))]
    assert people(said[1:]) == [["x:2", ME]]


def test_without_it_the_owner_is_who_is_in_every_conversation(tmp_path: Path) -> None:
    one = write(tmp_path / "a", "direct_messages", [talk("1-2", message("9", "2"))])
    assert people(read(one)) == [["x:2", "x:1"]]
    two = write(tmp_path / "b", "direct_messages", [talk("1-2", message("9", "2")), talk("1-3", message("8", "1"))])
    assert people(read(two)) == [["x:2", ME], [ME, "x:3"]]


def test_of_a_group_all_who_were_ever_in_it_are_told(tmp_path: Path) -> None:
    joined = {"joinConversation": {"initiatingUserId": "2", "participantsSnapshot": ["1", "2", "3"], "createdAt": AT}}
    named = {"conversationNameUpdate": {"name": "Choir", "initiatingUserId": "2", "createdAt": AT}}
    path = write(tmp_path, "direct_messages_group", [talk("77", named, message("9", "2"), joined)])
    (said,) = read(path)
    assert sorted(people([said])[0]) == ["x:1", "x:2", "x:3"]
    assert (said.events[0].subject, said.events[0].group_size) == ("Choir", 2)


def test_a_message_keeps_its_id_when_the_archive_grows(tmp_path: Path) -> None:
    before = read(write(tmp_path / "a", "direct_messages", [talk("1-2", message("9", "2"))]))
    after = read(
        write(
            tmp_path / "b",
            "direct_messages",
            [talk("1-3", message("11", "3")), talk("1-2", message("12", "1"), message("9", "2"))],
        )
    )
    assert before[0].events[0].id == after[2].events[0].id


def test_every_record_is_counted(tmp_path: Path) -> None:
    rows = [
        message("1", "2"),
        5,
        {},
        None,
        {"messageCreate": 3},
        message("2", None),
        message("3", "2", at="x"),
        {"joinConversation": {}},
    ]
    said = read(
        write(tmp_path, "direct_messages", [talk("1-2", *rows), 4, {"dmConversation": 5}, talk("1-3") | {"x": 1}])
    )
    assert [(len(x.events), len(x.rejected)) for x in said] == [(1, 0), *[(0, 1)] * 8]


def test_what_is_not_ours(tmp_path: Path) -> None:
    assert not SOURCE.identify(write(tmp_path, "tweets", [{"tweet": {}}]))
    assert not SOURCE.identify(write(tmp_path, "direct_message_headers", []))


@settings(deadline=None, max_examples=150)
@given(st.binary(max_size=300), st.integers(20, 300))
def test_any_bytes_can_be_read(tmp_path_factory: pytest.TempPathFactory, tail: bytes, cut: int) -> None:
    folder = tmp_path_factory.mktemp("any")
    path = write(folder, "direct_messages", [talk("1-2", message("1", "2"), message("2", "1"))])
    path.write_bytes(path.read_bytes()[:cut] + tail)
    for extract in read(path):
        assert len(extract.events) + len(extract.rejected) == 1


def test_the_public_archive(data: Path) -> None:
    folder = data / "formats" / "twitter"
    assert source_errors(SOURCE, folder) == []
    said = read(folder)
    assert [(len(x.cards), len(x.links), len(x.rejected)) for x in said] == [(1, 0, 0), *[(0, 1, 0)] * 4]
