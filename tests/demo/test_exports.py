"""The exports beside mail: each is read by its source to the last record, and the truth file tells what stands in them."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from scripts.measure_demo import truly

from weakties.demo.world import World
from weakties.workspace import Workspace

Lived = tuple[Workspace, dict[str, Any]]
# Beginnings of numbers kept for fiction: Ofcom's and PTS's, of Bundesnetzagentur, and 555-01xx of North America.
RESERVED = re.compile(
    r"\+447700900\d{3}|\+44207946\d{4}|\+4670174(?:06)\d{2}|\+463139006\d{2}|\+464062804\d{2}|\+468465004\d{2}"
    r"|\+493023125\d{3}|\+1(?:416|585|206|250)55501\d{2}"
)
SOURCES = {
    "contacts-2024.vcf": "vcard", "contacts.vcf": "vcard", "linkedin-2024": "linkedin", "linkedin.zip": "linkedin",
    "calendar.ics": "calendar", "whatsapp": "whatsapp", "result.json": "telegram", "facebook.zip": "facebook",
    "instagram.zip": "instagram", "twitter.zip": "x", "google-contacts.csv": "contacts", "outlook-contacts.csv": "contacts",
    "lunches.csv": "table", "halden-slack.zip": "slack",
}  # fmt: skip


@pytest.fixture(scope="session")
def read(lived: Lived) -> dict[str, dict[str, int]]:
    """What each export brought, by its name without the day in it."""
    return {
        re.sub(r"-\d+(?=\.xml)", "", Path(r.path).name): {kind: c.read for kind, c in r.counts.items()}
        for r in lived[0].imports()
    }


@pytest.fixture(scope="session")
def texts(world: World) -> dict[str, str]:
    """Every text beside mail, archives opened."""
    found: dict[str, str] = {}
    for path in sorted(world.folder.rglob("*")):
        if not path.is_file() or "mail" in path.relative_to(world.folder).parts or path == world.truth:
            continue
        if path.suffix == ".zip":
            with zipfile.ZipFile(path) as archive:
                found |= {f"{path.name}!{name}": archive.read(name).decode() for name in archive.namelist()}
        else:
            found[str(path.relative_to(world.folder))] = path.read_bytes().decode()
    return found


def table(text: str) -> list[dict[str, str]]:
    """Return the rows of a CSV file, below the notes of LinkedIn's connections."""
    begins = text.find("First Name,") if text.startswith("Notes") else 0
    return list(csv.DictReader(io.StringIO(text[begins:])))


def test_each_export_is_read_by_its_source_and_nothing_is_rejected(lived: Lived) -> None:
    found = {Path(r.path).name: r for r in lived[0].imports()}
    assert {name: found[name].source for name in SOURCES} == SOURCES
    assert sum(r.source == "phone" for r in found.values()) == 2
    assert not [(name, c) for name, r in found.items() for c in r.counts.values() if c.rejected]


def test_every_record_of_every_file_came_in(read: dict[str, dict[str, int]], texts: dict[str, str]) -> None:
    phone = {name[:3]: text for name, text in texts.items() if name.endswith(".xml")}
    telegram = json.loads(texts["telegram/result.json"])
    chats = "\n".join(text for name, text in texts.items() if name.startswith("whatsapp"))
    said = [line for line in chats.splitlines() if re.match(r"\[[^]]+\] [^\u200e]+: [^\u200e]", line)]
    assert read["contacts.vcf"]["cards"] == texts["contacts.vcf"].count("BEGIN:VCARD")
    assert read["contacts-2024.vcf"]["cards"] == texts["contacts-2024.vcf"].count("BEGIN:VCARD")
    assert read["sms.xml"]["events"] == phone["sms"].count("<sms ")
    assert read["calls.xml"]["events"] == phone["cal"].count("<call ")
    assert read["result.json"]["events"] == sum(len(chat["messages"]) for chat in telegram["chats"]["list"])
    assert read["whatsapp"]["events"] == len(said)
    assert read["linkedin.zip"]["events"] == len(table(texts["linkedin.zip!messages.csv"]))
    assert read["google-contacts.csv"]["cards"] == len(table(texts["google-contacts.csv"]))
    assert read["outlook-contacts.csv"]["cards"] == len(table(texts["outlook-contacts.csv"]))
    assert read["lunches.csv"]["events"] == len(table(texts["lunches.csv"]))
    connections = table(texts["linkedin-2024/Connections.csv"])
    assert read["linkedin-2024"]["links"] == sum(bool(row["URL"]) for row in connections)


def test_the_truth_knows_whose_each_handle_is(lived: Lived) -> None:
    """Every handle that it tells is in the ledger, and whoever is no machine in the ledger is told of."""
    space, told = lived
    view = space.read(date.fromisoformat(told["as_of"]))
    found = {h for (h,) in view.connection.execute("SELECT handle FROM handles").fetchall()}
    known = set(truly(told)) | {row["handle"] for row in told["shared"]} | set(told["services"])
    assert known <= found
    machines = {f"email:{machine['address']}" for machine in told["machines"]} | {f"email:{told['list']['address']}"}
    lists = {h for h in found if h.startswith("list:") or "-bounces@" in h}
    assert found - lists <= known | machines


def test_no_number_and_no_address_could_be_anybodys(texts: dict[str, str]) -> None:
    everything = "\n".join(texts.values()).replace("\r\n ", "")
    numbers = {re.sub(r"[ \u202c]", "", n) for n in re.findall(r"\+\d[\d ]{8,}", everything)}
    assert len(numbers) > 100
    assert not [number for number in numbers if not RESERVED.fullmatch(number)]
    domains = set(re.findall(r"@([\w.-]+\.\w+)", everything))
    assert all(domain.endswith(".example") for domain in domains)
    profiles = set(re.findall(r"(?:linkedin\.com/in|instagram\.com)/([\w.%-]+)", everything))
    assert all(re.search(r"[-.]ex\d*$", profile) for profile in profiles)


def test_close_people_are_on_the_telephone_and_many_on_no_network(told: dict[str, Any]) -> None:
    close = [person for person in told["people"] if person["kind"] in {"close", "family"}]
    assert all(any(h.startswith("phone:") for h in person["handles"]) for person in close)
    assert sum(not person["on_business_networks"] for person in close) >= len(close) // 2
    nadia = next(person for person in close if person["id"] == "p-nadia-castellani-bjork")
    assert not [h for h in nadia["handles"] if h.startswith("linkedin:")]


def test_some_connections_never_wrote(told: dict[str, Any], lived: Lived) -> None:
    silent = [person for person in told["elsewhere"] if person["kind"] == "declared"]
    assert len(silent) >= 25
    view = lived[0].read(date.fromisoformat(told["as_of"]))
    wrote = {h for (h,) in view.connection.execute("SELECT DISTINCT handle FROM participations").fetchall()}
    profiles = {h for person in silent for h in person["handles"] if h.startswith("linkedin:")}
    assert len(profiles - wrote) == len(profiles)


def test_posts_differ_between_the_two_exports_of_the_network(told: dict[str, Any], texts: dict[str, str]) -> None:
    older = {row["URL"]: row["Company"] for row in table(texts["linkedin-2024/Connections.csv"])}
    newer = {row["URL"]: row["Company"] for row in table(texts["linkedin.zip!Connections.csv"])}
    moved = {url for url, company in older.items() if url and newer[url] != company}
    told_of = {row["person"] for row in told["news"] if row["source"] == "linkedin" and row["kind"] == "new job"}
    everybody = [*told["people"], *told["elsewhere"]]
    slugs = {
        h.partition("/")[2] for p in everybody if p["id"] in told_of for h in p["handles"] if h.startswith("linkedin:")
    }
    assert {url.rpartition("/")[2] for url in moved} == slugs
    assert len(moved) >= 5


def test_namesakes_share_a_name_and_no_handle(told: dict[str, Any]) -> None:
    everybody = {person["id"]: person for person in [*told["people"], *told["elsewhere"]]}
    assert len(told["namesakes"]) >= 5
    for row in told["namesakes"]:
        one, other = (everybody[who] for who in row["people"])
        assert set(one["handles"]).isdisjoint(other["handles"])
        assert other["name"] == row["name"]


def test_the_line_at_home_stands_on_the_cards_of_two(told: dict[str, Any], texts: dict[str, str]) -> None:
    (line,) = told["shared"]
    cards = texts["contacts.vcf"].replace("\r\n ", "").replace(" ", "").split("END:VCARD")
    assert sum(line["handle"].removeprefix("phone:") in card for card in cards) == 2
    assert len(line["people"]) == 2


def test_some_write_their_name_in_another_script_elsewhere(told: dict[str, Any], texts: dict[str, str]) -> None:
    """In the mail in Latin letters, in the chat in their own."""
    contacts = json.loads(texts["telegram/result.json"])["contacts"]["list"]
    called = {f"telegram:{row['user_id']}": f"{row['first_name']} {row['last_name']}" for row in contacts}
    latin = [p for p in told["people"] if all(name.isascii() for name in p["names"])]
    other = [called[h] for p in latin for h in p["handles"] if h in called and not called[h].isascii()]
    assert any("\u0400" <= letter <= "\u04ff" for name in other for letter in name)


def test_what_was_called_off_and_declined_is_there_and_meetings_are_to_come(
    lived: Lived, texts: dict[str, str]
) -> None:
    assert "STATUS:CANCELLED" in texts["calendar.ics"]
    assert "PARTSTAT=DECLINED" in texts["calendar.ics"].replace("\r\n ", "")
    assert "CUTYPE=ROOM" in texts["calendar.ics"]
    space, told = lived
    day = date.fromisoformat(told["as_of"])
    assert space.brief(as_of=day)
    assert len(space.brief(as_of=day, days=9)) > len(space.brief(as_of=day))
    assert not space.brief(as_of=day + timedelta(days=40))


def test_what_is_said_of_private_channels_stands_in_the_files(told: dict[str, Any], texts: dict[str, str]) -> None:
    people = {person["id"]: person for person in told["people"]}
    chats = {name: text for name, text in texts.items() if name.startswith("whatsapp")}
    for row in told["overlooked"]:
        person = people[row["person"]]
        assert not person["on_business_networks"]
        assert person["kind"] != "family"
        saved = {h[5:].rpartition("@")[0] for h in person["handles"] if h.endswith("@whatsapp")}
        if "whatsapp" in row["channels"]:
            lines = [
                line for text in chats.values() if "created group" not in text
                for line in text.splitlines() if re.match(r"\[[^]]+\] [^\u200e]+: [^\u200e]", line)
                and any(f"] {name}: " in text for name in saved)
            ]  # fmt: skip
            assert len(lines) == row["channels"]["whatsapp"]
        if "sms" in row["channels"]:
            numbers = {h[6:] for h in person["handles"] if h.startswith("phone:")}
            sms = next(text for name, text in texts.items() if name.startswith("sms"))
            assert sum(sms.count(f'<sms protocol="0" address="{n}"') for n in numbers) == row["channels"]["sms"]
    assert {row["person"] for row in told["overlooked"]} >= {"p-nadia-castellani-bjork"}


def test_every_vouch_stands_in_the_archive(told: dict[str, Any], texts: dict[str, str]) -> None:
    files = {
        ("endorsed", True): "Endorsement_Given_Info.csv", ("endorsed", False): "Endorsement_Received_Info.csv",
        ("recommended", True): "Recommendations_Given.csv", ("recommended", False): "Recommendations_Received.csv",
    }  # fmt: skip
    people = {person["id"]: person for person in [*told["people"], *told["elsewhere"]]}
    for (kind, given), name in files.items():
        rows = table(texts[f"linkedin.zip!{name}"])
        vouches = [v for v in told["vouches"] if v["kind"] == kind and (v["by"] == "me") == given]
        assert len(vouches) == len(rows) > 3
        if kind == "endorsed":
            side = "Endorsee" if given else "Endorser"
            urls = {(row[f"{side} Public Url"].rpartition("/")[2], row["Skill Name"]) for row in rows}
            slugs = {
                (h.rpartition("/")[2], v["skill"]) for v in vouches
                for h in people[v["for" if given else "by"]]["handles"] if h.startswith("linkedin:")
            }  # fmt: skip
            assert urls == slugs


def test_the_manager_stands_in_the_contacts_of_the_first_employer(told: dict[str, Any], lived: Lived) -> None:
    (manager,) = (row["person"] for row in told["fell_out"] if row["was"] == "manager")
    (named,) = (h for p in told["people"] if p["id"] == manager for h in p["handles"] if h.endswith("@contacts"))
    connection = lived[0].read(date.fromisoformat(told["as_of"])).connection
    mine = "SELECT handle FROM handles JOIN owners USING (person)"
    query = f"SELECT a FROM links WHERE kind = 'reports-to' AND b = $1 AND a IN ({mine})"
    assert connection.execute(query, [named]).fetchall() == [("email:ylva.marchetti@tallvik.example",)]
