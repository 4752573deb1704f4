"""Facebook and Instagram: letters put right, whose account it is, calls, accounts that are gone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from weakties.facts.model import Extract
from weakties.sources import ReadOptions
from weakties.sources.meta import FacebookSource, InstagramSource, _right
from weakties.testing import source_errors

ME = "owner:me"
FACEBOOK, INSTAGRAM = FacebookSource(), InstagramSource()
AT = 1_767_603_600_000


def read(path: Path, source: FacebookSource | InstagramSource = FACEBOOK) -> list[Extract]:
    return list(source.read(path, ReadOptions(keep_text=True)))


def write(path: Path, value: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value), encoding="utf-8")
    return path


def said(who: object, text: object = "hi", at: object = AT, **more: object) -> dict[str, Any]:
    return {"sender_name": who, "timestamp_ms": at, "content": text} | more


def thread(people: list[str], title: str, place: str, *messages: object) -> dict[str, Any]:
    return {
        "participants": [{"name": name} for name in people],
        "messages": list(messages),
        "title": title,
        "thread_path": place,
    }


def people(extracts: list[Extract]) -> list[list[str]]:
    return [[p.handle for p in extract.participations] for extract in extracts]


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\x00")))
def test_letters_that_were_taken_for_others_are_put_right(text: str) -> None:
    assert _right(text.encode("utf-8").decode("latin-1")) == text


@pytest.mark.parametrize("text", ["Zoë", "日本", "", "plain", "🤓", "é日"])
def test_what_is_right_already_stays(text: str) -> None:
    assert _right(text) == text


def test_the_owner_is_opposite_the_title(tmp_path: Path) -> None:
    folder = tmp_path / "inbox"
    write(folder / "ana_1" / "message_1.json", thread(["Ana", "Maya"], "Ana", "inbox/ana_1", said("Maya"), said("Ana")))
    assert people(read(folder)) == [[ME, "name:Ana@facebook"], ["name:Ana@facebook", ME]]


def test_the_owner_is_who_is_everywhere(tmp_path: Path) -> None:
    write(tmp_path / "a" / "message_1.json", thread(["Ana", "Ben", "Maya"], "Choir", "inbox/a", said("Ana")))
    write(tmp_path / "b" / "message_1.json", thread(["Ana", "Carla", "Maya"], "Club", "inbox/b", said("Maya")))
    write(tmp_path / "c" / "message_1.json", thread(["Carla", "Dan", "Maya"], "Trip", "inbox/c", said("Dan")))
    assert [parts.count(ME) for parts in people(read(tmp_path))] == [1, 1, 1]


def test_the_profile_says_whose_account_it_is(tmp_path: Path) -> None:
    write(tmp_path / "a" / "message_1.json", thread(["Ana", "Maya", "Ben"], "Choir", "inbox/a", said("Maya")))
    write(tmp_path / "profile_information.json", {"profile_v2": {"name": {"full_name": "Maya"}}})
    found = read(tmp_path)
    assert people(found)[0][0] == ME
    assert found[1].cards[0].handles == ("name:Maya@facebook",)


def test_the_files_of_one_conversation_belong_together(tmp_path: Path) -> None:
    for number in (1, 2):
        write(
            tmp_path / "inbox" / "a_1" / f"message_{number}.json",
            thread(["Ana", "Maya"], "Ana", "inbox/a_1", said("Ana", str(number))),
        )
    assert len({x.events[0].thread for x in read(tmp_path)}) == 1


def test_accounts_that_are_gone_are_not_one_person(tmp_path: Path) -> None:
    for place in ("x_1", "y_2"):
        path = tmp_path / place / "message_1.json"
        write(path, thread(["Facebook user", "Maya"], "Facebook user", f"inbox/{place}", said("Facebook user")))
    assert len({parts[0] for parts in people(read(tmp_path))}) == 2


def test_a_message_keeps_its_id_when_its_conversation_is_moved_and_goes_on(tmp_path: Path) -> None:
    before = write(tmp_path / "a" / "message_1.json", thread(["Ana", "Maya"], "Ana", "inbox/a_1", said("Ana")))
    late = thread(["Ana", "Maya"], "Ana", "archived_threads/a_1", said("Maya", "later", AT + 9_000), said("Ana"))
    after = write(tmp_path / "b" / "message_1.json", late)
    assert read(before)[0].events[0].id == read(after)[1].events[0].id


def test_each_network_reads_its_own(tmp_path: Path) -> None:
    one = write(
        tmp_path / "your_instagram_activity" / "messages" / "inbox" / "a" / "message_1.json",
        thread(["A", "B"], "A", "inbox/a", said("A")),
    )
    two = write(
        tmp_path / "your_facebook_activity" / "messages" / "inbox" / "a" / "message_1.json",
        thread(["A", "B"], "A", "inbox/a", said("A")),
    )
    assert [x.events[0].origin.file for x in read(tmp_path, INSTAGRAM)] == [str(one.relative_to(tmp_path))]
    assert [x.events[0].origin.file for x in read(tmp_path)] == [str(two.relative_to(tmp_path))]
    assert not FACEBOOK.identify(write(tmp_path / "z" / "result.json", {"messages": [{"date_unixtime": "1"}]}))


def test_the_export_for_looking_at_is_told_apart(tmp_path: Path) -> None:
    page = tmp_path / "your_instagram_activity" / "messages" / "inbox" / "a" / "message_1.html"
    page.parent.mkdir(parents=True)
    page.write_text("<html><head></head></html>", encoding="utf-8")
    assert source_errors(INSTAGRAM, tmp_path) == []
    assert "JSON" in read(tmp_path, INSTAGRAM)[0].rejected[0].reason


def test_every_record_is_counted(tmp_path: Path) -> None:
    rows = [said("Ana"), 5, said(None), said("Ana", at="x"), said("Ana", call_duration=5), said("Ana", ["no text"])]
    found = read(write(tmp_path / "message_1.json", thread(["Ana"], "Ana", "inbox/a", *rows)))
    assert [(len(x.events), len(x.rejected)) for x in found] == [(1, 0), (0, 1), (0, 1), (0, 1), (1, 0), (1, 0)]
    friends = read(
        write(
            tmp_path / "f" / "your_friends.json", {"friends_v2": [{"name": "Ana", "timestamp": 1_500_000_000}, 5, {}]}
        )
    )
    assert [(len(x.links), len(x.rejected)) for x in friends] == [(1, 0), (0, 1), (0, 1)]


@settings(deadline=None, max_examples=150)
@given(st.binary(max_size=300), st.integers(0, 300))
def test_any_bytes_can_be_read(tmp_path_factory: pytest.TempPathFactory, tail: bytes, cut: int) -> None:
    whole = json.dumps(thread(["Ana", "Maya"], "Ana", "inbox/a", said("Ana"), said("Maya"))).encode()
    path = tmp_path_factory.mktemp("any") / "message_1.json"
    path.write_bytes(whole[:cut] + tail)
    for extract in read(path):
        assert len(extract.events) + len(extract.rejected) == 1


def test_the_public_sample_says_what_is_written_beside_it(data: Path) -> None:
    folder = data / "formats" / "instagram"
    wanted = [(m["author"], m["message"]) for m in json.loads((folder / "target.json").read_text("utf-8"))]
    assert source_errors(INSTAGRAM, folder / "test_export.json") == []
    found = read(folder / "test_export.json", INSTAGRAM)
    assert [(x.participations[0].name, x.events[0].text) for x in found] == wanted
