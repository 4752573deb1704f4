"""The demo world holds what it promises: the same bytes for a seed, honest mail, and a truth that the mail bears out."""

from __future__ import annotations

import email
import gzip
import hashlib
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime
from pathlib import Path
from typing import Any

import pytest

from weakties.demo.grammar import Grammar
from weakties.demo.words import FILES, sentences
from weakties.demo.world import COMPANY, TAKEOUT, WORK, World, write_world

OWNER = {"ylva.marchetti@freemail.example", "ylva.marchetti@tallvik.example", "ylva@halden.example"}
DAY = 86_400


@dataclass(frozen=True)
class Read:
    """A message as the standard library reads it back."""

    box: str
    message: Message
    id: str
    at: int
    author: str
    to: tuple[str, ...]
    parent: str


@pytest.fixture(scope="session")
def people(told: Any) -> dict[str, Any]:
    return {person["id"]: person for person in told["people"]}


def raw_messages(folder: Path) -> Iterator[tuple[str, bytes]]:
    for name in (TAKEOUT, COMPANY):
        data = (folder / name).read_bytes()
        data = gzip.decompress(data) if name.endswith(".gz") else data
        assert data.startswith(b"From ")
        for piece in re.split(rb"(?:\A|(?<=\r\n\r\n))From [^\r]+\r\n", data)[1:]:
            yield name, piece
    for path in sorted((folder / WORK).rglob("*S=*")):
        yield WORK, path.read_bytes()


@pytest.fixture(scope="session")
def mails(world: World) -> list[Read]:
    out = []
    for box, raw in raw_messages(world.folder):
        message = email.message_from_bytes(raw)
        to = getaddresses([str(value) for name in ("to", "cc") for value in message.get_all(name, [])])
        own_id = str(message["message-id"]).strip("<> ")
        at = int(parsedate_to_datetime(str(message["date"])).timestamp())
        author = getaddresses([str(message["from"])])[0][1]
        parent = str(message.get("in-reply-to", "")).strip("<> ")
        out.append(Read(box, message, own_id, at, author, tuple(address for _, address in to), parent))
    return out


@pytest.fixture(scope="session")
def by_id(mails: list[Read]) -> dict[str, Read]:
    return {mail.id: mail for mail in mails}


def plain_text(mail: Read, kind: str = "text/plain") -> str:
    """Return the first part of a kind as text, empty where the message has none."""
    for part in mail.message.walk():
        if part.get_content_type() == kind:
            data = part.get_payload(decode=True)
            assert isinstance(data, bytes)
            return data.decode(part.get_content_charset() or "utf-8").replace("\r\n", "\n")
    return ""


def own_words(mail: Read) -> str:
    """Return what the author added: no quotation, no signature."""
    text = plain_text(mail).replace(" \n", " ").split("________")[0].split("\n-- ")[0].split("\n--\n")[0]
    text = re.split(r"\n[^\n]*<[^>\n]+@[^>\n]+>[^\n]*:\s*\n", text)[0]
    return "\n".join(line for line in text.splitlines() if not line.startswith(">"))


def is_automatic(mail: Read) -> bool:
    return mail.message.get("auto-submitted") is not None


def digest(folder: Path) -> str:
    sums = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            sums.update(str(path.relative_to(folder)).encode() + path.read_bytes())
    return sums.hexdigest()


@pytest.mark.slow
def test_same_seed_gives_same_bytes_and_another_seed_gives_others(world: World, tmp_path: Path) -> None:
    again, other = tmp_path / "again", tmp_path / "other"
    write_world(again)
    write_world(other, seed=8)
    assert digest(again) == digest(world.folder)
    assert digest(other) != digest(world.folder)


@pytest.mark.slow
@pytest.mark.parametrize(("seed", "end"), [(1, date(2026, 3, 3)), (5, date(2027, 8, 20))])
def test_other_seeds_and_days_make_a_world_too(tmp_path: Path, seed: int, end: date) -> None:
    made = write_world(tmp_path, seed=seed, end=end)
    told = json.loads(made.truth.read_text(encoding="utf-8"))
    assert told["as_of"] == end.isoformat()
    assert len(told["introductions"]) >= 35


def test_counts_are_in_range(world: World, told: Any) -> None:
    assert 12_000 <= world.counts["messages"] <= 20_000
    assert 380 <= world.counts["people"] <= 450
    assert all(path.exists() for path in world.files)
    assert len(told["machines"]) >= 60
    assert sum(machine["messages"] for machine in told["machines"]) > 3_000
    kinds = Counter(person["kind"] for person in told["people"])
    assert kinds["dormant"] >= 60
    assert kinds["close"] >= 6
    assert len({world for person in told["people"] for world in person["worlds"]}) >= 8
    assert len(told["job_changes"]) >= 25
    assert len(told["doors"]) == 8


def test_every_message_is_read_without_a_defect(mails: list[Read]) -> None:
    for mail in mails:
        assert mail.id
        assert mail.author
        assert mail.to
        assert mail.message["subject"] is not None
        assert not [defect for part in mail.message.walk() for defect in part.defects], mail.id
        assert (plain_text(mail) or plain_text(mail, "text/html")).strip(), mail.id


def test_all_addresses_are_reserved_ones(mails: list[Read]) -> None:
    domains = {address.rpartition("@")[2] for mail in mails for address in (mail.author, *mail.to)}
    assert all(domain.endswith(".example") for domain in domains)
    text = "\n".join(str(mail.message["message-id"]) for mail in mails)
    assert set(re.findall(r"@[^>\s]+", text)) == {
        one for one in re.findall(r"@[^>\s]+", text) if one.endswith(".example")
    }


def test_each_box_holds_what_was_sent_from_or_to_its_address(mails: list[Read]) -> None:
    mine = {TAKEOUT: "freemail", WORK: "tallvik", COMPANY: "halden"}
    for mail in mails:
        if not mail.message.get("list-post"):
            assert {one for one in (mail.author, *mail.to) if one in OWNER and mine[mail.box] in one}, mail.id
    assert all(mail.message.get("x-gmail-labels") for mail in mails if mail.box == TAKEOUT)


def test_some_messages_lie_in_two_boxes(mails: list[Read]) -> None:
    boxes = defaultdict(set)
    for mail in mails:
        boxes[mail.id].add(mail.box)
    assert sum(len(found) > 1 for found in boxes.values()) >= 20
    assert max(Counter((mail.id, mail.box) for mail in mails).values()) == 1


def test_nothing_happens_on_the_last_day(mails: list[Read], told: Any) -> None:
    end = datetime.fromisoformat(told["as_of"]).replace(tzinfo=UTC).timestamp()
    assert max(mail.at for mail in mails) < end
    assert min(mail.at for mail in mails) > end - 8.1 * 365 * DAY


def test_answers_follow_what_they_answer(mails: list[Read], by_id: dict[str, Read]) -> None:
    answers = [mail for mail in mails if mail.parent]
    assert len(answers) > 5_000
    for mail in answers:
        assert by_id[mail.parent].at < mail.at
        assert f"<{mail.parent}>" in str(mail.message["references"]) or is_automatic(mail)


def test_introductions_bring_both_together(told: Any, people: dict[str, Any], by_id: dict[str, Read]) -> None:
    me = {"addresses": sorted(OWNER)}
    assert len(told["introductions"]) >= 30
    through = [one for one in told["introductions"] if "me" in one["between"] and one["took"]]
    assert len(through) >= 20
    for one in told["introductions"]:
        mail = by_id[one["message"]]
        assert mail.author in people.get(one["by"], me)["addresses"]
        for who in one["between"]:
            assert set(mail.to) & set(people.get(who, me)["addresses"])


def test_people_met_through_somebody_are_first_seen_in_the_introduction(told: Any, people: dict[str, Any]) -> None:
    for one in told["introductions"]:
        stranger = people.get(one["between"][0])
        if stranger and stranger["met"]["through"] == one["by"]:
            assert stranger["first_seen"] == one["on"]
            assert (stranger["from_owner"] + stranger["to_owner"] > 0) == one["took"]


def test_contact_days_are_those_of_the_mail(mails: list[Read], people: dict[str, Any]) -> None:
    whose: dict[str, set[str]] = defaultdict(set)
    for person in people.values():
        for address in person["addresses"]:
            whose[address].add(person["id"])
    assert all(len(owners) == 1 for owners in whose.values())
    last: dict[str, int] = {}
    for mail in mails:
        if is_automatic(mail) or mail.message.get("list-post"):
            continue
        if mail.author in OWNER:
            others = {who for address in mail.to for who in whose.get(address, ())}
        else:
            others = whose.get(mail.author, set()) if OWNER & set(mail.to) else set()
        for who in others:
            last[who] = max(last.get(who, 0), mail.at)
    for person in people.values():
        day = datetime.fromtimestamp(last[person["id"]], UTC).date().isoformat() if person["id"] in last else None
        assert person["last_contact"] == day, person["id"]


def test_dormant_ties_were_ties_and_have_been_silent_for_two_years(told: Any, people: dict[str, Any]) -> None:
    end = date.fromisoformat(told["as_of"])
    dormant = [person for person in people.values() if person["kind"] == "dormant"]
    for person in dormant:
        assert (end - date.fromisoformat(person["last_seen"])).days >= 730
    assert sum(person["from_owner"] + person["to_owner"] >= 6 for person in dormant) >= 60
    for case in told["woken"]:
        silence = date.fromisoformat(case["on"]) - date.fromisoformat(case["silent_since"])
        assert silence.days >= 730


def test_rhythms_are_broken_or_kept_as_told(told: Any) -> None:
    assert len(told["overdue"]) >= 10
    assert all(2.5 < one["silent_days"] / one["rhythm_days"] < 8 for one in told["overdue"])
    assert all(one["silent_days"] / one["rhythm_days"] < 1.3 for one in told["on_time"])


def test_doors_are_the_only_way_to_their_worlds(told: Any, people: dict[str, Any], mails: list[Read]) -> None:
    for door in told["doors"]:
        hers = set(people[door["person"]]["addresses"])
        beyond = {address for who in door["beyond"] for address in people[who]["addresses"]}
        assert len(door["beyond"]) >= 8
        for mail in mails:
            there = {mail.author, *mail.to}
            if there & beyond:
                assert there & hers


def test_open_questions_are_exactly_those_told(told: Any, mails: list[Read], people: dict[str, Any]) -> None:
    """A question between the owner and one person, which nothing answers, is one of the planted ones."""
    known = {address for person in people.values() for address in person["addresses"]}
    answered = {mail.parent for mail in mails if not is_automatic(mail)}
    planted = {case["message"] for name in ("waiting_for_me", "i_wait_for") for case in told[name]}
    seen = set()
    for mail in mails:
        if is_automatic(mail) or mail.author not in known | OWNER or mail.id in answered or len(mail.to) > 3:
            continue
        if mail.message.get("list-post") or not set(mail.to) & (known | OWNER):
            continue
        own = own_words(mail)
        if "?" in own and not mail.parent:
            seen.add(mail.id)
    assert seen == planted
    assert len(told["waiting_for_me"]) >= 10
    assert len(told["i_wait_for"]) >= 8


def test_whoever_must_not_be_suggested_heard_from_the_owner_yesterday(told: Any, people: dict[str, Any]) -> None:
    yesterday = date.fromisoformat(told["as_of"]).toordinal() - 1
    assert len(told["never_suggest"]) >= 5
    for case in told["never_suggest"]:
        assert date.fromisoformat(people[case["person"]]["last_contact"]).toordinal() == yesterday


def test_identity_traps_are_in_the_mail(told: Any, mails: list[Read]) -> None:
    there = {address for mail in mails for address in (mail.author, *mail.to)}
    cases = {trap["case"] for trap in told["must_merge"]}
    assert {"married name", "two scripts", "plus-tags", "twin domains", "copies himself", "changed address"} <= cases
    for trap in told["must_merge"]:
        assert set(trap["addresses"]) <= there
        assert len(trap["addresses"]) > 1 or len(trap["names"]) > 1
    for trap in told["must_not_merge"]:
        first, second = trap["addresses"]
        assert first
        assert second
        assert not set(first) & set(second)


def test_honest_machines_say_so_and_sneaky_ones_do_not(told: Any, mails: list[Read]) -> None:
    says = {machine["address"]: machine["says_so"] for machine in told["machines"]}
    words = ("list-unsubscribe", "precedence", "auto-submitted", "list-id")
    for mail in mails:
        if mail.author in says:
            assert any(mail.message.get(word) for word in words) == says[mail.author], mail.author


def test_nobody_answers_a_machine(told: Any, mails: list[Read]) -> None:
    machines = {machine["address"] for machine in told["machines"]}
    assert not [mail for mail in mails if mail.author in OWNER and set(mail.to) & machines]


def test_few_sentences_repeat(mails: list[Read]) -> None:
    """Sentences of six words or more that stand in more than three messages are under five in a hundred."""
    heard: Counter[str] = Counter()
    for mail in {mail.id: mail for mail in mails}.values():
        heard.update(sentences(own_words(mail)))
    often = sum(count for count in heard.values() if count > 3)
    assert often / heard.total() < 0.05


def test_every_line_of_the_grammar_can_be_said() -> None:
    grammar = Grammar(FILES)
    assert len(grammar.topics) > 80
    for topic in grammar.topics.values():
        for line in topic.lines.get("C", []) + topic.lines.get("N", []):
            assert "?" not in line
            assert "？" not in line


def test_the_truth_of_the_network_names_only_people_of_the_world(told: Any, people: dict[str, Any]) -> None:
    named = {row["person"] for key in ("overlooked", "became_friends", "fell_out", "bridges") for row in told[key]}
    named |= {who for circle in told["circles"] for who in circle["members"]}
    named |= {stint["person"] for house in told["employers"] for stint in house["stints"]}
    assert named - {"me"} <= set(people)


def test_who_fell_out_wrote_at_tallvik_and_has_been_silent_since(told: Any, people: dict[str, Any]) -> None:
    (left,) = (job["until"] for job in told["owner"]["jobs"] if job["until"])
    assert sum(row["was"] == "manager" for row in told["fell_out"]) == 1
    assert len(told["fell_out"]) >= 15
    for row in told["fell_out"]:
        person = people[row["person"]]
        assert person["jobs"][0]["organisation"] == "Tallvik Laboratory"
        assert person["from_owner"] + person["to_owner"] == row["messages"] >= 6
        assert person["last_contact"] == row["last_contact"]
        assert abs((date.fromisoformat(row["last_contact"]) - date.fromisoformat(left)).days) <= 365


def test_business_that_became_friendship_moved_to_a_private_channel(told: Any, people: dict[str, Any]) -> None:
    assert len(told["became_friends"]) >= 4
    cases = {row["person"] for key in ("waiting_for_me", "i_wait_for", "never_suggest") for row in told[key]}
    for row in told["became_friends"]:
        assert row["mails_before"] > row["mails_after"]
        assert row["private"] > 3 * row["mails_after"]
        assert row["first_private"] >= row["moved_on"]
        assert people[row["person"]]["jobs"]
        assert row["person"] not in cases


def test_circles_are_worlds_whose_members_stand_together_and_bridges_lead_to_one(
    told: Any, people: dict[str, Any]
) -> None:
    circles = {row["circle"]: set(row["members"]) for row in told["circles"]}
    assert len(circles) >= 12
    assert all(len(members) >= 5 for members in circles.values())
    doors = {row["person"]: len(row["beyond"]) for row in told["doors"]}
    assert {row["person"]: row["reaches"] for row in told["bridges"]} == doors
    for row in told["bridges"]:
        assert row["person"] in circles[row["to"]]
    assert {people[who]["worlds"][0] for who in circles["choir"]} == {"choir"}


def test_employers_are_those_of_the_people(told: Any, people: dict[str, Any]) -> None:
    stints = {
        (stint["person"], house["organisation"], stint["since"])
        for house in told["employers"]
        for stint in house["stints"]
    }
    jobs = [(who, job) for who, person in people.items() for job in person["jobs"]]
    jobs += [("me", job) for job in told["owner"]["jobs"]]
    assert stints == {(who, job["organisation"], job["since"]) for who, job in jobs}
