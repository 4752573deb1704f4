"""What was measured on public sets, as the page of the documentation tells it; shipped, so that a program can show it too.

`published.json` is written from `docs/explanation/how-good-is-the-score.md` by `scripts/write_published.py`, and a test holds the two
together: there is one place where the figures are written by whoever measured them.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from importlib import resources
from typing import Any

import msgspec

BEGIN, END = "<!-- measured: python -m bench.page -->", "<!-- end of what was measured -->"
_FILE = "published.json"


@dataclass(frozen=True, slots=True)
class Table:
    """A table. head: of its columns, the first of which is empty or names what the rows are; rows: cells as text."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Question:
    """A question with its tables."""

    title: str
    tables: tuple[Table, ...]


@dataclass(frozen=True, slots=True)
class Published:
    """All of it. on: machine and versions, in a line."""

    on: str
    questions: tuple[Question, ...]


def published() -> Published:
    """Return what was measured."""
    return msgspec.json.decode((resources.files("weakties.proof") / _FILE).read_bytes(), type=Published)


def of_page(text: str) -> Published:
    """Return what stands between the two marks of the documentation's page."""
    measured = text.partition(BEGIN)[2].partition(END)[0]
    lead, *parts = re.split(r"^### ", measured, flags=re.M)
    return Published(" ".join(lead.split()), tuple(_question(part) for part in parts))


def as_json(found: Published) -> dict[str, Any]:
    """Return what the file holds."""
    return asdict(found)


def _question(part: str) -> Question:
    title, _, body = part.partition("\n")
    blocks = re.findall(r"(?:^\|.*\n)+", body + "\n", flags=re.M)
    return Question(title.strip(), tuple(_table(block) for block in blocks))


def _table(block: str) -> Table:
    head, _, *rows = [tuple(_bare(cell) for cell in line.strip().strip("|").split("|")) for line in block.splitlines()]
    return Table(head, tuple(rows))


def _bare(cell: str) -> str:
    return cell.strip().replace("**", "").replace("`", "")
