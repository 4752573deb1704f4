"""LinkedIn exports: what each file says, whose export it is, that nothing is lost and nothing breaks it."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weakties.facts.model import NO_TIME, Extract
from weakties.sources import ReadOptions
from weakties.sources.linkedin import LinkedInSource
from weakties.testing import source_errors

CONNECTIONS = "First Name,Last Name,URL,Email Address,Company,Position,Connected On"
MESSAGES = (
    "CONVERSATION ID,CONVERSATION TITLE,FROM,SENDER PROFILE URL,TO,RECIPIENT PROFILE URLS,DATE,SUBJECT,CONTENT,FOLDER"
)
INVITATIONS = "From,To,Sent At,Message,Direction,inviterProfileUrl,inviteeProfileUrl"
PROFILE = "First Name,Last Name,Maiden Name,Birth Date,Headline,Geo Location\nMaya,Okonkwo,,,Engineer,Toronto\n"
IN = "https://www.linkedin.com/in/"


def table(header: str, *rows: list[str]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header.split(","))
    writer.writerows(rows)
    return out.getvalue()


def write(folder: Path, **files: str) -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


def said(path: Path, **options: object) -> Extract:
    """Everything that an export says, in one extract."""
    whole = Extract()
    for extract in LinkedInSource().read(path, ReadOptions(**options)):  # type: ignore[arg-type]
        for name in Extract.__struct_fields__:
            getattr(whole, name).extend(getattr(extract, name))
    return whole


def message(author: str, to: str, content: str, date: str = "2026-03-01 10:00:00 UTC", talk: str = "2-a") -> list[str]:
    urls = ",".join(IN + name.strip().lower() for name in to.split(","))
    return [talk, "", author, IN + author.lower(), to, urls, date, "", content, "INBOX"]


def test_the_profile_whose_name_is_the_owners_is_the_owners_though_others_write_more(tmp_path: Path) -> None:
    rows = [message("Ana", "Okonkwo", f"No {n}", talk="2-a") for n in range(5)] + [
        message("Okonkwo", "Ben", "Hi", talk="2-b")
    ]
    profile = "First Name,Last Name,Maiden Name,Headline,Geo Location\nOkonkwo,,,Engineer,\n"
    whole = said(write(tmp_path / "x", messages=table(MESSAGES, *rows), Profile=profile))
    own = whole.cards[-1]
    assert (own.handle, own.handles) == ("owner:me", ("linkedin:in/okonkwo",))


def test_who_takes_part_in_everything_is_the_owner_where_no_profile_says_so(tmp_path: Path) -> None:
    rows = [message("Maya", other, "Hello", talk=other) for other in ("Ana", "Ben", "Cy", "Dan")]
    assert said(write(tmp_path / "x", messages=table(MESSAGES, *rows))).cards[-1].handles == ("linkedin:in/maya",)


def test_two_who_take_part_in_everything_leave_it_open_who_is_the_owner(tmp_path: Path) -> None:
    rows = [message("Maya", "Ana", f"No {n}") for n in range(9)]
    assert said(write(tmp_path / "x", messages=table(MESSAGES, *rows))).cards == []


def test_an_invitation_says_which_side_is_the_owner(tmp_path: Path) -> None:
    sent = ["Maya", "Eli", "1/29/26, 2:37 PM", "", "OUTGOING", IN + "maya", IN + "eli"]
    whole = said(write(tmp_path / "x", invitations=table(INVITATIONS, sent)), me="owner:maya")
    assert [(link.kind, link.a, link.b) for link in whole.links] == [("follows", "owner:maya", "linkedin:in/eli")]
    assert [(card.handle, card.handles) for card in whole.cards] == [("owner:maya", ("linkedin:in/maya",))]
    assert whole.events == []


def test_a_list_of_found_people_is_not_taken_for_the_owners_profile(tmp_path: Path) -> None:
    path = tmp_path / "found.csv"
    path.write_text(
        "firstName,lastName,headline,summary,industry,linkedinUrl\nAna,Lopez,CTO,,Ships,x\n", encoding="utf-8"
    )
    assert not LinkedInSource().identify(path)


def test_a_second_profile_is_told_and_changes_nobody(tmp_path: Path) -> None:
    whole = said(write(tmp_path / "x", Profile=PROFILE + "Ana,Lopez,,,CTO,Berlin\n"))
    assert [card.name for card in whole.cards] == ["Maya Okonkwo"]
    assert [r.origin.at for r in whole.rejected] == [3]


def test_a_person_who_left_is_another_one_in_each_conversation(tmp_path: Path) -> None:
    rows = [
        [talk, "", "LinkedIn Member", "", "Maya", IN + "maya", "2020-01-01 10:00:00 UTC", "", "Hi", ""]
        for talk in ("1", "2", "2")
    ]
    rows[2][6] = "2020-01-02 10:00:00 UTC"
    parts = said(write(tmp_path / "x", messages=table(MESSAGES, *rows))).participations
    assert len({p.handle for p in parts if p.role == "from"}) == 2


def test_the_same_message_has_the_same_id_a_month_later(tmp_path: Path) -> None:
    """By then Ana has married, her profile has a new address, and the export has more columns and line ends of Windows."""
    before = said(
        write(tmp_path / "a", messages=table(MESSAGES, message("Ana", "Maya", "Hi\nyou"), message("Maya", "Ana", "Hi")))
    )
    later = [
        [*message("Ben", "Maya", "New", "2026-04-01 10:00:00 UTC", "2-z"), "", "No"],
        [
            "2-a",
            "",
            "Ana Sand",
            IN + "ana-sand",
            "Maya",
            IN + "maya",
            "2026-03-01 10:00:00 UTC",
            "",
            "Hi\r\nyou",
            "INBOX",
            "",
            "No",
        ],
        [*message("Maya", "Ana", "Hi"), "", "No"],
    ]
    after = said(write(tmp_path / "b", messages=table(f"{MESSAGES},ATTACHMENTS,IS MESSAGE DRAFT", *later)))
    assert {e.id for e in before.events} < {e.id for e in after.events}


def test_names_with_commas_are_not_taken_apart_nor_given_to_the_wrong_profile(tmp_path: Path) -> None:
    row = message("Maya", "x", "Hi")
    row[4], row[5] = "Jane Doe, Ph.D., Ben Okafor", f"{IN}jane,{IN}ben"
    parts = said(write(tmp_path / "x", messages=table(MESSAGES, row))).participations
    assert [(p.handle, p.name) for p in parts[1:]] == [
        ("linkedin:in/jane", "Jane Doe, Ph.D."),
        ("linkedin:in/ben", "Ben Okafor"),
    ]
    row[4] = "Jane, Duchess of Somewhere, Ben Okafor"
    parts = said(write(tmp_path / "y", messages=table(MESSAGES, row))).participations
    assert [p.name for p in parts[1:]] == ["", ""]


def test_the_words_are_kept_only_if_they_are_asked_for(tmp_path: Path) -> None:
    path = write(tmp_path / "x", messages=table(MESSAGES, message("Ana", "Maya", "Secret words?")))
    assert said(path).events[0].text == ""
    assert said(path, keep_text=True).events[0].text == "Secret words?"
    assert said(path).events[0].asks


def test_a_quotation_mark_that_is_not_closed_is_told(tmp_path: Path) -> None:
    torn = table(CONNECTIONS, ["Ana", "Lopez", IN + "ana", "", "", "", "08 Feb 2026"])
    torn += f'Ben,Okafor,{IN}ben,,"Broken\n' + f"Cy,Tran,{IN}cy,,,,08 Feb 2026\n"
    whole = said(write(tmp_path / "x", connections=torn))
    assert [card.name for card in whole.cards] == ["Ana Lopez"]
    assert [r.origin.at for r in whole.rejected] == [3]
    assert "quotation mark" in whole.rejected[0].reason


def test_whether_a_recommendation_was_given_stands_in_the_name_of_the_file(tmp_path: Path) -> None:
    text = table(
        "First Name,Last Name,Company,Job Title,Text,Creation Date,Status",
        ["Ana", "Lopez", "", "", "x", "01/19/13, 12:10 AM", ""],
    )
    both = said(write(tmp_path / "x", Recommendations_Given=text, Recommendations_Received=text))
    assert [(link.a, link.b) for link in both.links] == [
        ("owner:me", "name:Ana Lopez@linkedin"),
        ("name:Ana Lopez@linkedin", "owner:me"),
    ]
    lost = said(write(tmp_path / "y", download=text))
    assert lost.links == []
    assert len(lost.rejected) == 1


def test_a_workbook_saved_from_connections_is_read(tmp_path: Path) -> None:
    from datetime import datetime

    from openpyxl import Workbook  # type: ignore[import-untyped]

    book = Workbook()
    sheet = book.active
    sheet.append(["Notes:"])
    sheet.append(["Some addresses are missing"])
    sheet.append([])
    sheet.append(CONNECTIONS.split(","))
    sheet.append(["Ana", "López", IN + "ana", "ana@lopez.example", "Acme", "CTO", datetime(2026, 2, 8)])
    book.save(tmp_path / "Connections.xlsx")
    whole = said(tmp_path)
    assert [(c.handle, c.name, c.connected_on, c.origin.at) for c in whole.cards] == [
        ("linkedin:in/ana", "Ana López", 1770508800, 5)
    ]
    with zipfile.ZipFile(tmp_path / "outer.zip", "w") as outer:
        outer.write(tmp_path / "Connections.xlsx", "in/Connections.xlsx")
    inside = said(tmp_path / "outer.zip")
    assert [c.handle for c in inside.cards] == ["linkedin:in/ana"]
    assert inside.rejected == []


cell = st.text(max_size=12) | st.sampled_from(
    [
        "",
        "Ana",
        IN + "ana",
        "ana@lopez.example",
        "2026-03-01 10:00:00 UTC",
        "08 Feb 2026",
        "OUTGOING",
        "9" * 400,
        '"',
        "a,b",
        "x\ny",
    ]
)


@given(
    header=st.sampled_from([CONNECTIONS, MESSAGES, INVITATIONS]), rows=st.lists(st.lists(cell, max_size=12), max_size=8)
)
def test_every_row_that_holds_something_is_told_of_once(
    tmp_path_factory: pytest.TempPathFactory, header: str, rows: list[list[str]]
) -> None:
    path = tmp_path_factory.mktemp("rows") / "export.csv"
    text = table(header, *rows).encode("utf-8", "surrogatepass")
    path.write_bytes(text)
    extracts = list(LinkedInSource().read(path, ReadOptions()))
    places = [(e.events or e.cards or e.rejected or e.links)[0].origin.at for e in extracts]
    own = [e for e in extracts if any(c.handle == "owner:me" for c in e.cards)]
    assert len(set(places)) >= len(extracts) - len(own)
    if not own:
        assert places == sorted(places)
    for extract in extracts:
        assert extract.events or extract.cards or extract.links or extract.rejected
        assert all(0 < e.at < 2**32 for e in extract.events)
        assert all(c.at == NO_TIME or 0 < c.at < 2**32 for c in extract.cards)


@given(
    st.binary(max_size=600),
    st.sampled_from([CONNECTIONS, MESSAGES, INVITATIONS, ""]),
    st.sampled_from(["utf-8", "utf-16", "cp1252"]),
)
def test_no_bytes_break_it(tmp_path_factory: pytest.TempPathFactory, data: bytes, header: str, encoding: str) -> None:
    path = tmp_path_factory.mktemp("bytes") / "export.csv"
    path.write_bytes(f"{header}\n".encode(encoding) + data)
    source = LinkedInSource()
    if source.identify(path):
        assert source_errors(source, path) == []
