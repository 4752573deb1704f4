"""Tables of anybody's making become events, or say what to type."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from weakties.errors import SourceError
from weakties.facts.engine import connect
from weakties.proof import events
from weakties.proof.events import Table

Rows = list[tuple[str, str, int, int, str]]
Read = Callable[..., tuple[Table, Rows]]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def reading(text: str | bytes, name: str = "mail.csv", not_after: int | None = None) -> tuple[Table, Rows]:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        connection = connect()
        found = events.read(connection, path, not_after=not_after)
        return found, connection.execute("SELECT src, dst, t, g, channel FROM events ORDER BY t, src, dst").fetchall()

    return reading


def test_the_columns_of_the_contract(read: Read) -> None:
    found, rows = read(
        "time,sender,recipient,group,channel\n2026-01-05 09:12,Ana,ben,3,Email\n1970-01-02T00:00:00+01:00,ben,ana,,\n"
    )
    assert rows == [("ben", "ana", 82_800, 1, "message"), ("ana", "ben", 1_767_604_320, 3, "email")]
    assert found.said() == [
        "Read 2 rows as time = time, sender = sender, recipient = recipient, group = group, channel = channel: 2 events."
    ]


def test_several_recipients_in_a_cell(read: Read) -> None:
    text = "from\tto\tdate\na@x.example\tB <b@x.example>; c@x.example\t100\na@x.example\tb@x.example,A@x.example\t200\n"
    _, rows = read(text, "mail.tsv")
    assert [row[:4] for row in rows] == [
        ("a@x.example", "b@x.example", 100, 2),
        ("a@x.example", "c@x.example", 100, 2),
        ("a@x.example", "b@x.example", 200, 1),
    ]


def test_a_comma_parts_people_only_where_its_pieces_are_people(read: Read) -> None:
    _, rows = read('time,sender,recipient\n1,"Doe, Jane","Roe, Jim"\n2,"Roe, Jim","Doe, Jane"\n')
    assert [row[:2] for row in rows] == [("doe, jane", "roe, jim"), ("roe, jim", "doe, jane")]
    _, rows = read('time,sender,recipient\n1,ana,"ben,eva"\n2,ben,ana\n3,eva,ana\n')
    assert len(rows) == 4


def test_copies_are_recipients(read: Read) -> None:
    _, rows = read("ts;from;to;cc;bcc\n5;ana;ben;eva;\n6;ana;;;zoe\n")
    assert [row[:4] for row in rows] == [("ana", "ben", 5, 2), ("ana", "eva", 5, 2), ("ana", "zoe", 6, 1)]


def test_rows_with_one_sender_and_time_are_one_message(read: Read) -> None:
    _, rows = read("time,sender,recipient\n7,1,2\n7,1,3\n7,1,1\n8,1,2\n")
    assert [row[:4] for row in rows] == [("1", "2", 7, 2), ("1", "3", 7, 2), ("1", "2", 8, 1)]


@pytest.mark.parametrize("delimiter", [" ", ",", "\t", ";"])
def test_numbers_without_a_header(read: Read, delimiter: str) -> None:
    lines = ["# a remark", "12 7 100", "7 12 205", "12 9 333", "9 7 400"]
    found, rows = read("\n".join(lines).replace(" ", delimiter), "net.txt")
    assert [row[:3] for row in rows] == [("12", "7", 100), ("7", "12", 205), ("12", "9", 333), ("9", "7", 400)]
    assert "time = column 3, sender = column 1, recipient = column 2" in found.said()[0]


def test_the_time_may_stand_first_without_a_header(read: Read) -> None:
    _, rows = read("1300000000,4,5\n1300000100,5,4\n1300000900,4,6\n")
    assert rows[0][:3] == ("4", "5", 1_300_000_000)


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("1262454010", 1_262_454_010),
        ("1262454010.75", 1_262_454_010),
        ("1262454010500", 1_262_454_010),
        ("1262454010500000", 1_262_454_010),
        ("2010-01-02T17:40:10Z", 1_262_454_010),
        ("2010-01-02 17:40:10", 1_262_454_010),
        ("2010-01-02T18:40:10+01:00", 1_262_454_010),
        ("2 Jan 2010 17:40", 1_262_454_000),
        ("01/02/2010 17:40", 1_262_454_000),
        ("20100102", 1_262_390_400),
    ],
)
def test_times_in_many_writings(read: Read, written: str, seconds: int) -> None:
    _, rows = read(f"time,sender,recipient\n{written},ana,ben\n")
    assert rows[0][2] == seconds


def test_one_day_above_twelve_tells_how_all_are_written(read: Read) -> None:
    _, rows = read("date,from,to\n03/04/2010,ana,ben\n28/04/2010,ana,ben\n")
    assert [row[2] for row in rows] == [1_270_252_800, 1_272_412_800]


def test_columns_of_other_languages_and_longer_names(read: Read) -> None:
    found, rows = read("Datum;Absender;Empfänger;Betreff\n2026-01-05;ana;ben;Hallo\n")
    assert rows[0][:2] == ("ana", "ben")
    assert "time = Datum, sender = Absender, recipient = Empfänger" in found.said()[0]
    _, rows = read("user_id,time_stamp,duration,dest_user_id_if_known\n3,2008-10-03 03:47:31,47,8\n")
    assert rows[0][:2] == ("3", "8")


def test_columns_are_told_by_what_stands_in_them(read: Read) -> None:
    _, rows = read("x,y,z,w\nhello,ana,ben,2026-01-05\nthere,ben,ana,2026-01-06\nonce,ana,eva,2026-01-08\n")
    assert [row[:2] for row in rows] == [("ana", "ben"), ("ben", "ana"), ("ana", "eva")]


def test_what_is_left_out_is_counted(read: Read) -> None:
    found, rows = read(
        "time,sender,recipient\n5,ana,ben\nnever,ana,ben\n6,,ben\n7,ana,\n8,ana,Ana\n900,ana,ben\n9,ana,ben,what,else\n",
        not_after=100,
    )
    assert len(rows) == 1
    assert found.rows == 7
    assert found.rejected == {
        "without a possible time": 1,
        "without a sender": 1,
        "without a recipient": 1,
        "to oneself": 1,
        "in the future": 1,
        "with another number of columns": 1,
    }
    assert found.rows == sum(found.rejected.values()) + len(rows)


def test_packed_with_or_without_the_name_of_it(read: Read) -> None:
    packed = gzip.compress(b"time,sender,recipient\n5,ana,ben\n")
    assert len(read(packed, "mail.csv.gz")[1]) == len(read(packed, "mail.csv")[1]) == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"", "is empty"),
        (b"# only a remark\n", "is empty"),
        (b"a,b\n1,2\n", "no table of at least three columns"),
        (b"From ana\nHello you\n", "no table of at least three columns"),
        (b"\x00\x01\x02", "is no text"),
        (b"\x1f\x8bnonsense", "cannot be read"),
        (b"name,city,age\nana,Rome,33\nben,Oslo,44\n", "No column of mail.csv tells the time"),
        (b"time,sender,recipient\n", "holds no event"),
        (b"time,sender,recipient\n5,ana,ana\n", "1 to oneself"),
    ],
)
def test_what_is_no_event_table_says_what_to_type(read: Read, text: bytes, said: str) -> None:
    with pytest.raises(SourceError, match=said) as caught:
        read(text)
    assert caught.value.hint
