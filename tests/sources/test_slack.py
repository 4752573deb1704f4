"""Slack: for whom a message is, machines, profiles, channels that nobody lists."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from weakties.facts.model import NO_TIME, Extract
from weakties.sources import ReadOptions
from weakties.sources.chat import NO_AUTHOR, NO_DATE
from weakties.sources.slack import NO_MESSAGE, NO_PROFILE, SlackSource, _words
from weakties.testing import source_errors

SOURCE = SlackSource()
AT = 1_767_603_600
MANY = [f"U0X{number:02d}" for number in range(30)]


def read(path: Path) -> list[Extract]:
    return list(SOURCE.read(path, ReadOptions(keep_text=True)))


def write(path: Path, value: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value), encoding="utf-8")
    return path


def said(number: int, who: object, text: object = "hi", **more: object) -> dict[str, Any]:
    return {"type": "message", "user": who, "text": text, "ts": f"{AT + number}.{number:06d}"} | more


def room(folder: Path, name: str, members: list[str], *messages: object, kind: str = "channels") -> Path:
    write(folder / f"{kind}.json", [{"id": "D0ONE" if kind == "dms" else "C0ONE", "name": name, "members": members}])
    write(folder / name / "2026-01-05.json", list(messages))
    return folder


def people(extracts: list[Extract]) -> list[list[str]]:
    return [[p.handle.removeprefix("slack:") for p in x.participations] for x in extracts if not x.cards]


def reasons(extracts: list[Extract]) -> list[str]:
    return [r.reason for extract in extracts for r in extract.rejected]


def test_in_a_large_channel_a_message_is_for_those_it_mentions(tmp_path: Path) -> None:
    found = read(
        room(tmp_path, "general", MANY, said(1, "U0X00"), said(2, "U0X00", "<@U0X07> and <@U0X08|dan>, <@U0X00>"))
    )
    assert people(found) == [["U0X00"], ["U0X00", "U0X07", "U0X08"]]
    assert [(e.group_size, e.subject) for x in found for e in x.events] == [(29, "general")] * 2


def test_in_a_small_channel_it_is_for_everybody(tmp_path: Path) -> None:
    assert people(read(room(tmp_path, "choir", ["U0A", "U0B", "U0C"], said(1, "U0B")))) == [["U0B", "U0A", "U0C"]]


def test_in_a_thread_it_is_for_those_who_write_there(tmp_path: Path) -> None:
    top = f"{AT + 1}.000001"
    found = read(
        room(
            tmp_path,
            "general",
            MANY,
            said(1, "U0X01", thread_ts=top, reply_users=["U0X02", "U0X03"]),
            said(2, "U0X02", thread_ts=top, parent_user_id="U0X01"),
            said(3, "U0X09", thread_ts=top, parent_user_id="U0X01"),
            said(4, "U0X04"),
        )
    )
    assert [set(names[1:]) for names in people(found)] == [
        {"U0X02", "U0X03"},
        {"U0X01", "U0X03"},
        {"U0X01", "U0X02", "U0X03"},
        set(),
    ]
    threads = [e.thread for x in found for e in x.events]
    assert threads[0] == threads[1] == threads[2] != threads[3]


def test_direct_messages_are_one_conversation(tmp_path: Path) -> None:
    top = f"{AT + 1}.000001"
    found = read(room(tmp_path, "D0ONE", ["U0A", "U0B"], said(1, "U0A"), said(2, "U0B", thread_ts=top), kind="dms"))
    assert people(found) == [["U0A", "U0B"], ["U0B", "U0A"]]
    assert len({e.thread for x in found for e in x.events}) == 1
    assert [e.subject for x in found for e in x.events] == ["", ""]


@pytest.mark.parametrize(
    ("more", "bulk"),
    [
        ({}, ""),
        ({"user": "U0BOT"}, "bot"),
        ({"user": "USLACKBOT"}, "bot"),
        ({"user": None, "subtype": "bot_message", "bot_id": "B0ONE"}, "bot"),
        ({"user": None, "subtype": "bot_message", "username": "deployer"}, "bot"),
        ({"user": "U0A", "bot_id": "B0ONE", "bot_profile": {"name": "x"}}, ""),
        ({"user": "U0NOBODY", "bot_id": "B0ONE", "bot_profile": {"name": "x"}}, "bot"),
    ],
)
def test_machines(tmp_path: Path, more: dict[str, Any], bulk: str) -> None:
    write(
        tmp_path / "users.json",
        [{"id": "U0A", "profile": {}, "name": "ana"}, {"id": "U0BOT", "is_bot": True, "profile": {}}],
    )
    found = read(room(tmp_path, "a", [], said(1, "U0A") | more))
    assert [e.bulk for x in found for e in x.events] == [bulk]
    assert [c.handle for x in found for c in x.cards] == ["slack:U0A"]


@pytest.mark.parametrize(
    "kind", ["channel_join", "channel_leave", "channel_topic", "pinned_item", "tombstone", "bot_add"]
)
def test_what_slack_says_is_no_message(tmp_path: Path, kind: str) -> None:
    assert read(room(tmp_path, "a", [], said(1, "U0A", subtype=kind))) == []


def test_a_huddle_is_a_call(tmp_path: Path) -> None:
    huddle = said(1, "U0A", subtype="huddle_thread", room={"date_start": AT, "date_end": AT + 600})
    (found,) = read(room(tmp_path, "D0ONE", ["U0A", "U0B"], huddle, kind="dms"))
    assert [(e.channel, e.duration) for e in found.events] == [("call", 600)]


def test_a_profile_becomes_a_card(tmp_path: Path) -> None:
    profile = {
        "real_name": "Ana López",
        "display_name": "ana",
        "email": "Ana@Lopez.example",
        "phone": "+1 416 555 0100",
        "title": "Optics",
    }
    path = write(
        tmp_path / "users.json",
        [{"id": "W0ANA", "updated": AT, "profile": profile}, {"id": "U0B", "profile": {}, "name": "ben"}],
    )
    first, second = (card for x in read(path) for card in x.cards)
    assert (first.handle, first.name, first.handles, first.title, first.at) == (
        "slack:W0ANA", "Ana López", ("email:ana@lopez.example", "phone:+14165550100"), "Optics", AT,
    )  # fmt: skip
    assert (second.name, second.at) == ("ben", NO_TIME)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("<@U0A>, see <https://a.example/?x=1&amp;y|the page>", ", see the page"),
        ("<https://a.example> in <#C0ONE|choir> <#C0TWO|> <!here|@here>", "https://a.example in choir  "),
        ("1 &lt; 2 &amp;&amp; a > b <", "1 < 2 && a > b <"),
    ],
)
def test_marks_are_read(written: str, shown: str) -> None:
    assert _words(written) == shown


def test_two_workspaces_do_not_share_their_channels(tmp_path: Path) -> None:
    room(tmp_path / "one", "general", ["U0A", "U0B"], said(1, "U0A"))
    room(tmp_path / "two", "general", ["U0A", "U0C"], said(2, "U0A"))
    assert people(read(tmp_path)) == [["U0A", "U0B"], ["U0A", "U0C"]]


def test_a_zip_says_what_its_folder_says(tmp_path: Path) -> None:
    folder = room(tmp_path / "export", "general", ["U0A", "U0B"], said(1, "U0A"))
    with zipfile.ZipFile(tmp_path / "export.zip", "w") as archive:
        for file in sorted(folder.rglob("*.json")):
            archive.write(file, str(file.relative_to(folder)))
    ids = [[e.id for x in read(path) for e in x.events] for path in (folder, tmp_path / "export.zip", tmp_path)]
    assert ids[0] == ids[1]
    assert ids[2] == ids[0] * 2
    assert people(read(tmp_path / "export.zip")) == [["U0A", "U0B"]]


def test_a_channel_alone_is_read_too(tmp_path: Path) -> None:
    path = write(tmp_path / "choir" / "2026-01-05.json", [said(1, "U0A", user_profile={"real_name": "Ana"})])
    for where in (path, path.parent):
        (found,) = read(where)
        assert (found.events[0].subject, found.participations[0].name) == ("choir", "Ana")


def test_every_record_is_counted(tmp_path: Path) -> None:
    rows = [
        said(1, "U0A"),
        5,
        None,
        [],
        said(2, None),
        said(3, ["U0A"]),
        said(4, "U0A", ts="x"),
        said(5, "U0A", ts="9" * 400),
    ]
    found = read(room(tmp_path, "a", [], *rows))
    assert reasons(found) == [NO_MESSAGE] * 3 + [NO_AUTHOR] * 2 + [NO_DATE] * 2
    assert len(found) == len(rows)
    assert reasons(read(write(tmp_path / "x" / "users.json", [{"id": "U0A", "profile": {}}, 7]))) == [NO_PROFILE]


def test_edited_messages_keep_their_ids(tmp_path: Path) -> None:
    before = read(room(tmp_path / "a", "general", MANY, said(1, "U0X00"), said(2, "U0X01")))
    after = read(
        room(
            tmp_path / "b",
            "general",
            MANY[:9],
            said(1, "U0X00", "edited", edited={}),
            said(2, "U0X01"),
            said(3, "U0X02"),
        )
    )
    assert [e.id for x in after[:2] for e in x.events] == [e.id for x in before for e in x.events]


def test_what_is_not_ours(tmp_path: Path) -> None:
    others: list[tuple[str, object]] = [
        ("users.json", [{"id": 5, "profile": {}}]),
        ("users.json", {"id": "U0A", "profile": {}}),
        ("channels.json", [{"id": "C0A"}]),
        ("2026-01-05.json", [{"ts": 1}]),
        ("messages.json", [said(1, "U0A")]),
        ("integration_logs.json", [{"user_id": "U0A"}]),
    ]
    for name, value in others:
        assert not SOURCE.identify(write(tmp_path / name, value))


@settings(deadline=None, max_examples=150)
@given(st.binary(max_size=200), st.integers(0, 400))
def test_any_bytes_can_be_read(tmp_path_factory: pytest.TempPathFactory, tail: bytes, cut: int) -> None:
    path = tmp_path_factory.mktemp("any") / "general" / "2026-01-05.json"
    write(path, [said(1, "U0A"), said(2, "U0B", "<@U0A>")])
    path.write_bytes(path.read_bytes()[:cut] + tail)
    assert all(len(x.events) + len(x.rejected) == 1 for x in read(path))


def test_a_public_sample(data: Path) -> None:
    sample = data / "formats" / "slack" / "testarchive.zip"
    assert source_errors(SOURCE, sample) == []
    found = read(sample)
    wanted: list[dict[str, Any]] = []
    with zipfile.ZipFile(sample) as archive:
        for name in archive.namelist():
            if name.count("/") == 1 and name.endswith(".json"):
                wanted += json.loads(archive.read(name))
    wanted = [m for m in wanted if m.get("subtype") not in ("channel_join", "bot_add")]
    events = [e for x in found for e in x.events]
    assert (len(events), len(wanted)) == (147, 147)
    assert sorted(e.at for e in events) == sorted(int(m["ts"].split(".")[0]) for m in wanted)
    assert len([card for x in found for card in x.cards]) == 4
    assert reasons(found) == []
