"""Large exports of other kinds than mail: rows a second and memory, against the bare parse of the same file by the standard library.

The files are invented, as large as those that people really have: a telephone's messages of ten years with pictures, a
messenger's history, two hundred thousand contacts, a calendar of fifty thousand events. The peer parses and throws away. Reading
alone is measured, and the whole way into a new home: recognised, read, written, counted and committed.
"""

from __future__ import annotations

import csv
import io
import json
import random
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.etree import ElementTree

from bench.measure import Cost, environment, measured, median
from bench.tables import Table
from weakties.facts.home import create
from weakties.intake import Request, take_in
from weakties.sources import ReadOptions
from weakties.sources.crew import unhurried
from weakties.sources.registry import available

ROOT = Path(__file__).resolve().parent.parent
SEED = 11
_WORDS = (
    "lens",
    "mirror",
    "ferry",
    "market",
    "drawing",
    "could",
    "you",
    "send",
    "the",
    "offer",
    "for",
    "Monday",
    "thank",
    "train",
)
OURS, IMPORT, BARE = "weakties", "import", "standard library"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of large file. name: of the source; file: its name; rows: records; write: make it; bare: parse it and no more."""

    name: str
    file: str
    rows: int
    write: Callable[[Path, int], None]
    bare: Callable[[Path], int]


def _said(luck: random.Random) -> str:
    return " ".join(luck.choices(_WORDS, k=luck.randint(3, 14)))


def _person(number: int) -> tuple[str, str]:
    return f"Person{number % 211} Family{number}", f"+4917{10_000_000 + number}"


def _sms(path: Path, rows: int) -> None:
    luck = random.Random(SEED)
    # A picture of seventy kilobytes with every twentieth message: most of such a file is pictures.
    picture = "QUJD" * 18_000
    with path.open("w", encoding="utf-8") as file:
        file.write(
            f'<?xml version="1.0" encoding="UTF-8" standalone="yes" ?>\n<smses count="{rows}" backup_set="a" type="full">\n'
        )
        for n in range(rows):
            name, number = _person(int(luck.random() ** 3 * 800))
            at, kind = 1_400_000_000_000 + n * 900_000, luck.randint(1, 2)
            if n % 20:
                file.write(
                    f'<sms protocol="0" address="{number}" date="{at}" type="{kind}" subject="null" body="{_said(luck)}" '
                    f'read="1" status="-1" locked="0" contact_name="{name}" />\n'
                )
            else:
                addr = f'<addr address="{number}" type="{137 if kind == 1 else 151}" charset="106" />'
                file.write(
                    f'<mms date="{at}" msg_box="{kind}" address="{number}" m_type="{136 - 4 * kind}" contact_name="{name}" '
                    f'text_only="0"><parts><part seq="0" ct="image/jpeg" name="a.jpg" data="{picture}" />'
                    f'<part seq="0" ct="text/plain" text="{_said(luck)}" /></parts><addrs>{addr}</addrs></mms>\n'
                )
        file.write("</smses>\n")


def _bare_xml(path: Path) -> int:
    rows = 0
    for _, element in ElementTree.iterparse(path):
        if element.tag in ("sms", "mms"):
            rows += 1
        element.clear()
    return rows


def _telegram(path: Path, rows: int) -> None:
    luck = random.Random(SEED)
    with path.open("w", encoding="utf-8") as file:
        file.write('{"about": "x", "personal_information": {"user_id": 1, "first_name": "Mia"}, "chats": {"list": [')
        for chat in range(200):
            name = _person(chat)[0]
            file.write(
                ("," if chat else "")
                + f'{{"name": "{name}", "type": "personal_chat", "id": {100 + chat}, "messages": ['
            )
            for n in range(rows // 200):
                mine = luck.random() < 0.5
                who, number = ("Mia", 1) if mine else (name, 100 + chat)
                at = 1_400_000_000 + (chat * 7919 + n * 90_000) % 380_000_000
                said = {
                    "id": n, "type": "message", "date": "2020-01-01T00:00:00", "date_unixtime": str(at), "from": who,
                    "from_id": f"user{number}", "text": _said(luck), "text_entities": [{"type": "plain", "text": "x" * 150}],
                }  # fmt: skip
                file.write(("," if n else "") + json.dumps(said))
            file.write("]}")
        file.write("]}}")


def _bare_json(path: Path) -> int:
    return sum(len(chat["messages"]) for chat in json.loads(path.read_bytes())["chats"]["list"])


def _connections(path: Path, rows: int) -> None:
    luck = random.Random(SEED)
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(
            'Notes:\n"When exporting your connection data, you may notice that some of the email addresses are missing."\n\n'
        )
        writer = csv.writer(file)
        writer.writerow(["First Name", "Last Name", "URL", "Email Address", "Company", "Position", "Connected On"])
        for n in range(rows):
            given, family = f"Person{n % 211}", f"Family{n}"
            email = f"p{n}@firm{n % 900}.example" if luck.random() < 0.1 else ""
            place = f"Firm {n % 900} Ltd, {n % 7}"
            writer.writerow(
                [
                    given,
                    family,
                    f"https://www.linkedin.com/in/p-{n}",
                    email,
                    place,
                    "Head of Optics",
                    f"{1 + n % 28:02} Mar {2006 + n % 20}",
                ]
            )


def _google(path: Path, rows: int) -> None:
    luck = random.Random(SEED)
    columns = [
        "First Name",
        "Middle Name",
        "Last Name",
        "Organization Name",
        "Organization Title",
        "Birthday",
        "Labels",
    ]
    columns += ["E-mail 1 - Label", "E-mail 1 - Value", "Phone 1 - Label", "Phone 1 - Value"]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        for n in range(rows):
            phone = _person(n)[1] if luck.random() < 0.6 else ""
            writer.writerow(
                [
                    f"Person{n % 211}",
                    "",
                    f"Family{n}",
                    f"Firm {n % 900}",
                    "",
                    "",
                    "* myContacts",
                    "Work",
                    f"p{n}@x{n % 900}.example",
                    "",
                    phone,
                ]
            )


def _bare_csv(path: Path) -> int:
    with path.open(encoding="utf-8", newline="") as file:
        return sum(1 for _ in csv.reader(file))


def _calendar(path: Path, rows: int) -> None:
    luck = random.Random(SEED)
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//bench//EN\r\n")
        for n in range(rows):
            people = "".join(
                f"ATTENDEE;CN=Person {k};PARTSTAT=ACCEPTED:mailto:p{k}@firm.example\r\n"
                for k in luck.sample(range(900), luck.randint(1, 5))
            )
            file.write(
                f"BEGIN:VEVENT\r\nUID:{n}@bench.example\r\nDTSTAMP:20200101T000000Z\r\n"
                f"DTSTART:20{10 + n % 15:02}{1 + n % 12:02}{1 + n % 28:02}T{8 + n % 9:02}0000Z\r\nDURATION:PT45M\r\n"
                f"SUMMARY:{_said(luck)}\r\n"
                f"ORGANIZER;CN=Mia:mailto:mia@home.example\r\n{people}END:VEVENT\r\n"
            )
        file.write("END:VCALENDAR\r\n")


def _bare_lines(path: Path) -> int:
    """Unfold and split content lines: the standard library has no parser of calendars."""
    rows = 0
    unfolded = io.StringIO(path.read_text(encoding="utf-8").replace("\n ", ""))
    for line in unfolded:
        name, _, _ = line.partition(":")
        rows += name.partition(";")[0] == "UID"
    return rows


KINDS = (
    Kind("phone", "sms-20260101.xml", 280_000, _sms, _bare_xml),
    Kind("telegram", "result.json", 1_200_000, _telegram, _bare_json),
    Kind("linkedin", "Connections.csv", 200_000, _connections, _bare_csv),
    Kind("contacts", "contacts.csv", 200_000, _google, _bare_csv),
    Kind("calendar", "calendar.ics", 50_000, _calendar, _bare_lines),
)


def tables(rounds: int) -> list[Table]:
    """Measure each kind, by turns: ours, the import, the bare parse. rounds: how often; the median of each number counts."""
    table = Table(
        "Large exports",
        {"source": "", "MB": ",.0f", "rows": ",d", "wall s": ".1f", "cpu s": ".1f", "rows/cpu s": ",.0f", "bare cpu s": ".2f",
         "ratio to bare": ".2f", "import cpu s": ".1f", "read MiB": ",.0f", "import MiB": ",.0f", "bare MiB": ",.0f"},
    )  # fmt: skip
    with TemporaryDirectory(prefix="weakties-bench-") as folder:
        for kind in KINDS:
            path = Path(folder) / kind.file
            kind.write(path, kind.rows)
            costs: dict[str, list[Cost]] = {OURS: [], IMPORT: [], BARE: []}
            for _ in range(rounds):
                for who, told in costs.items():
                    command: list[str | Path] = [sys.executable, "-m", "bench.sources", who, kind.name, path]
                    told.append(measured(command, environment(PYTHONPATH=ROOT)))
            ours, whole, bare = (median(told) for told in costs.values())
            table.add(
                kind.name, path.stat().st_size / 1e6, kind.rows, ours.wall, ours.cpu, kind.rows / ours.cpu, bare.cpu,
                bare.cpu / ours.cpu, whole.cpu, ours.memory, whole.memory, bare.memory,
            )  # fmt: skip
            path.unlink()
    table.notes.append(
        "Whole processes, each on one core: where that is shared, processor time is what compares. The first columns are of reading "
        "alone, nothing written; `import`: recognised, read, written, counted and committed. "
        "A bare parse of a table or of JSON runs in C and makes no facts; the aim was half its speed."
    )
    return [table]


def main(words: list[str]) -> None:
    """Read a file in a process of its own. words: who reads, the source, the file."""
    who, name, file = words
    kind = next(k for k in KINDS if k.name == name)
    if who == BARE:
        kind.bare(Path(file))
        return
    unhurried()
    source = next(s for s in available()[0] if s.name == name)
    if who == OURS:
        rows = sum(1 for _ in source.read(Path(file), ReadOptions()))
    else:
        with TemporaryDirectory(prefix="weakties-bench-home-", dir=Path(file).parent) as folder:
            found = take_in(create(Path(folder)), Request(Path(file), "me", now=0), available()[0])
            rows = sum(counts.read for one in found for counts in one.counts.values())
    if rows < kind.rows:
        raise SystemExit(f"{rows:,} of {kind.rows:,} rows were read")


if __name__ == "__main__":
    main(sys.argv[1:])
