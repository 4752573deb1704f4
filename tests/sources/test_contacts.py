"""Address books as tables: which are known, what a row says, that nothing is lost and nothing breaks it."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weakties.facts.model import Card, Extract
from weakties.sources import ReadOptions
from weakties.sources.contacts import ContactsSource
from weakties.testing import source_errors

GOOGLE = "First Name,Middle Name,Last Name,Birthday,Organization Name,E-mail 1 - Label,E-mail 1 - Value,Phone 1 - Value"
OUTLOOK = "First Name,Last Name,Company,Job Title,Business Phone,E-mail Address,E-mail Type,E-mail 2 Address,Birthday"


def table(header: str, *rows: list[str]) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(header.split(","))
    writer.writerows(rows)
    return out.getvalue()


def said(path: Path, text: str, region: str = "") -> list[Extract]:
    path.write_text(text, encoding="utf-8")
    return list(ContactsSource().read(path, ReadOptions(region=region)))


def card(path: Path, text: str, region: str = "") -> Card:
    (extract,) = said(path, text, region)
    return extract.cards[0]


def test_several_values_of_a_cell_are_several_handles(tmp_path: Path) -> None:
    row = [
        "Ana",
        "",
        "Lopez",
        "",
        "",
        "Work ::: Home",
        "ana@lopez.example ::: ANA@home.example",
        "020 7946 0958 ::: +1 416 555 0199",
    ]
    found = card(tmp_path / "c.csv", table(GOOGLE, row), "GB")
    assert (found.handle, *found.handles) == (
        "email:ana@lopez.example",
        "email:ana@home.example",
        "phone:+442079460958",
        "phone:+14165550199",
    )


def test_a_birthday_in_figures_is_read_as_the_whole_column_is_written(tmp_path: Path) -> None:
    def born(*days: str) -> list[str]:
        rows = [[f"A{day}", "B", "", "", "", "", "SMTP", "", day] for day in days]
        return [e.cards[0].birthday for e in said(tmp_path / "c.csv", table(OUTLOOK, *rows))]

    assert born("4/7/1985", "5/6/1990") == ["1985-04-07", "1990-05-06"]
    assert born("4/7/1985", "28/2/1990") == ["1985-07-04", "1990-02-28"]
    assert born("0/0/00", "31/31/1990", "1604-02-29", "29.2.2023") == ["", "", "--02-29", ""]


def test_a_name_in_chinese_characters_has_the_family_first(tmp_path: Path) -> None:
    assert card(tmp_path / "c.csv", table(GOOGLE, ["伟", "", "李", "", "", "", "", ""])).name == "李伟"


@pytest.mark.parametrize(
    "header",
    [
        "First Name,Last Name,Email Address,Company,Position,Connected On",
        "Name,Email,Phone",
        "First Name,Last Name,E-mail Address",
        "Datum,Betrag,Empfänger",
    ],
)
def test_other_tables_are_left_to_others(tmp_path: Path, header: str) -> None:
    path = tmp_path / "c.csv"
    path.write_text(f"{header}\na,b,c\n", encoding="utf-8")
    assert not ContactsSource().identify(path)


def test_a_contact_keeps_its_handle_when_the_table_grows(tmp_path: Path) -> None:
    """A month later somebody stands before her, and Google has written a column more."""
    before = card(tmp_path / "a.csv", table(GOOGLE, ["Ana", "", "Lopez", "", "", "", "ana@lopez.example", ""]))
    rows = [
        ["Abe", "", "Moss", "", "", "", "abe@moss.example", "", ""],
        ["Ana", "", "Lopez", "", "", "", "ana@lopez.example", "", ""],
    ]
    after = said(tmp_path / "b.csv", table(f"{GOOGLE},Labels", *rows))[1].cards[0]
    assert (before.handle, before.name) == (after.handle, after.name)


cell = st.text(max_size=10) | st.sampled_from(
    ["", "Ana", "ana@lopez.example", "+14165550199", "1/2/1980", '"', ":::", "9" * 300]
)


@given(header=st.sampled_from([GOOGLE, OUTLOOK]), rows=st.lists(st.lists(cell, min_size=1, max_size=10), max_size=8))
def test_every_row_that_holds_something_is_a_card_or_rejected(
    tmp_path_factory: pytest.TempPathFactory, header: str, rows: list[list[str]]
) -> None:
    path = tmp_path_factory.mktemp("rows") / "c.csv"
    path.write_bytes(table(header, *rows).encode("utf-8", "surrogatepass"))
    text = path.read_text(encoding="utf-8", errors="replace")
    expected = [
        cells for cells in csv.reader(io.StringIO(text.replace("\r\n", "\n").replace("\r", "\n"))) if any(cells)
    ][1:]
    extracts = list(ContactsSource().read(path, ReadOptions()))
    assert len(extracts) == len(expected)
    assert all(len(e.cards) + len(e.rejected) == 1 for e in extracts)


@given(st.binary(max_size=400), st.sampled_from([GOOGLE, OUTLOOK]), st.sampled_from(["utf-8", "utf-16", "cp1252"]))
def test_no_bytes_break_it(tmp_path_factory: pytest.TempPathFactory, data: bytes, header: str, encoding: str) -> None:
    path = tmp_path_factory.mktemp("bytes") / "c.csv"
    path.write_bytes(f"{header}\n".encode(encoding) + data)
    source = ContactsSource()
    if source.identify(path):
        assert source_errors(source, path) == []
