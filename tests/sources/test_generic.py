"""Tables that nobody described: what is taken for people and interactions, what is left alone, that nothing is lost."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weakties.facts.model import Extract
from weakties.sources import ReadOptions
from weakties.sources.contacts import ContactsSource
from weakties.sources.crm import CrmSource
from weakties.sources.generic import GenericSource, Guess, guessed
from weakties.sources.linkedin import LinkedInSource
from weakties.testing import source_errors


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def said(path: Path, text: str) -> list[Extract]:
    return list(GenericSource().read(write(path, text), ReadOptions()))


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("Email", "people"),
        ("Name,Phone", "people"),
        ("Name,Company", "people"),
        ("Nom,Prénom,Société", "people"),
        ("Nachname;Vorname;Firma", "people"),
        ("Nome,Empresa,Cargo", "people"),
        ("姓名,手机", "people"),
        ("Date,With,Channel", "interactions"),
        ("From,To,Date,Subject", "interactions"),
        ("Von;An;Datum;Betreff", "interactions"),
    ],
)
def test_what_is_taken_for_what(tmp_path: Path, header: str, kind: str) -> None:
    row = ";".join("x" for _ in header.split(";")) if ";" in header else ",".join("x" for _ in header.split(","))
    path = write(tmp_path / "t.csv", f"{header}\n{row}\n")
    assert GenericSource().identify(path)
    assert [guess.kind for guess in guessed(path)] == [kind]


@pytest.mark.parametrize(
    "text",
    [
        "Name,Price\nRotor,3\n",
        "Name\nAna\n",
        "Date,From,To,Amount,Note\n2026-01-01,me,Ana,3,lunch\n",
        "From,To,Date\nToronto,Berlin,2026-01-01\n",
        "Dear all, email, phone\nand so on without any further comma\n",
        '{"name": "Ana", "email": "ana@lopez.example"}\n',
        "From: Ana\nTo: me\nDate: today\n\nName, email, phone\n",
        "First Name,Last Name,URL,Email Address,Company,Position,Connected On\nAna,Lopez,,,,,1 Jan 2020\n",
        "FullName,Date,Status\nAna Lopez,2020,Active\n",
        "First Name,Last Name,E-mail 1 - Label,E-mail 1 - Value\nAna,Lopez,,ana@lopez.example\n",
        "Extension,Number,Is_WhatsApp_Number\n,+14165550199,Yes\n",
    ],
)
def test_what_is_none_or_anothers_is_left_alone(tmp_path: Path, text: str) -> None:
    path = write(tmp_path / "t.csv", text)
    assert not GenericSource().identify(path)
    assert guessed(path) == []


def test_a_page_with_a_table_in_it_is_no_table(tmp_path: Path) -> None:
    path = write(tmp_path / "readme.md", "# People\n\n| Name | Email |\n|---|---|\n| Ana | ana@lopez.example |\n")
    assert not GenericSource().identify(path)


def test_the_guess_tells_every_column(tmp_path: Path) -> None:
    path = write(tmp_path / "t.csv", "Full Name,E-Mail (work),Notes\nAna,ana@lopez.example,private\n")
    assert guessed(path) == [Guess("", "people", {"Full Name": "name", "E-Mail (work)": "email"}, ("Notes",))]


def test_notes_of_people_are_in_no_fact(tmp_path: Path) -> None:
    extracts = said(tmp_path / "t.csv", "Name,Email,Notes\nAna,ana@lopez.example,secret remark\n")
    assert "secret" not in repr(extracts)


def test_two_calls_of_one_day_are_two_and_the_same_ones_a_month_later(tmp_path: Path) -> None:
    calls = "Date,With,Channel\n2026-01-05,Ana,call\n2026-01-05,Ben,call\n2026-01-05,Ana,call\n"
    before = [e.events[0].id for e in said(tmp_path / "a.csv", calls)]
    assert len(set(before)) == 3
    after = [e.events[0].id for e in said(tmp_path / "b.csv", calls + "2026-02-05,Ana,call\n")]
    assert after[:3] == before


def test_who_began_stands_in_the_direction(tmp_path: Path) -> None:
    rows = said(
        tmp_path / "t.csv", "Date,Contact,Type,Direction\n2026-01-05,Ana,call,incoming\n2026-01-06,Ana,call,outgoing\n"
    )
    assert [(p.role, p.handle) for e in rows for p in e.participations] == [
        ("from", "name:Ana@table"),
        ("to", "owner:me"),
        ("from", "owner:me"),
        ("to", "name:Ana@table"),
    ]


def test_exports_of_other_programs_are_left_alone(data: Path) -> None:
    sources = [GenericSource(), ContactsSource(), LinkedInSource(), CrmSource()]
    samples = [path for path in sorted((data / "formats").rglob("*")) if path.is_file()]
    assert len(samples) > 200
    assert [(path.name, s.name) for path in samples for s in sources if s.identify(path)] == []


def test_no_row_of_anothers_table_is_taken_for_a_header(tmp_path: Path) -> None:
    text = "First Name,Last Name,E-mail 1 - Value,Phone 1 - Value\nName,Company,Email,Phone\na,b,c,d\n"
    assert not GenericSource().identify(write(tmp_path / "t.csv", text))


HEADERS = ["Name,Email,Phone,Birthday", "From,To,Date,Channel,Subject", "Date,With,Type,Minutes"]
cell = st.text(max_size=10) | st.sampled_from(
    [
        "",
        "Ana",
        "me",
        "ana@lopez.example; me",
        "+14165550199",
        "2026-01-05",
        "1/2/2026",
        '"',
        "call",
        "9" * 300,
        "0001-01-01",
    ]
)


@given(header=st.sampled_from(HEADERS), rows=st.lists(st.lists(cell, min_size=1, max_size=6), max_size=8))
def test_every_row_that_holds_something_is_told_of_once(
    tmp_path_factory: pytest.TempPathFactory, header: str, rows: list[list[str]]
) -> None:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    # A first row as wide as the header shows that it is a table.
    writer.writerows([header.split(","), ["x"] * len(header.split(",")), *rows])
    path = tmp_path_factory.mktemp("rows") / "t.csv"
    path.write_bytes(out.getvalue().encode("utf-8", "surrogatepass"))
    text = path.read_text(encoding="utf-8", errors="replace")
    expected = [cells for cells in csv.reader(io.StringIO(text)) if any(cells)][1:]
    extracts = list(GenericSource().read(path, ReadOptions()))
    assert len(extracts) == len(expected)
    assert all(len(e.events) + len(e.cards) + len(e.rejected) == 1 for e in extracts)


@given(st.binary(max_size=400), st.sampled_from(HEADERS), st.sampled_from(["utf-8", "utf-16", "cp1252"]))
def test_no_bytes_break_it(tmp_path_factory: pytest.TempPathFactory, data: bytes, header: str, encoding: str) -> None:
    path = tmp_path_factory.mktemp("bytes") / "t.csv"
    path.write_bytes(f"{header}\n{header}\n".encode(encoding) + data)
    source = GenericSource()
    if source.identify(path):
        assert source_errors(source, path) == []
