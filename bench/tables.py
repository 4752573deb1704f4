"""Tables of measurements: printed as aligned Markdown, written as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

Cell = str | int | float | None


@dataclass(slots=True)
class Table:
    """A table. columns: name -> how its numbers are written (`,.2f`, `,d`), empty for text; notes: lines below it."""

    title: str
    columns: dict[str, str]
    rows: list[tuple[Cell, ...]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, *cells: Cell) -> None:
        """Add a row, one cell per column; None where there is nothing to say."""
        if len(cells) != len(self.columns):
            raise ValueError(f"{self.title}: {len(cells)} cells for {len(self.columns)} columns")
        self.rows.append(cells)

    def markdown(self) -> str:
        """Return the table as it is printed, numbers to the right."""
        formats = list(self.columns.values())
        lines = [
            list(self.columns),
            *([_written(c, f) for c, f in zip(row, formats, strict=True)] for row in self.rows),
        ]
        widths = [max(3, *(len(line[i]) for line in lines)) for i in range(len(formats))]
        head, *body = [_line(line, widths, formats) for line in lines]
        rule = "|" + "|".join("-" * (w + 1) + (":" if f else "-") for w, f in zip(widths, formats, strict=True)) + "|"
        text = "\n".join([f"## {self.title}", "", head, rule, *body])
        return text + "".join(f"\n\n{note}" for note in self.notes)

    def as_json(self) -> dict[str, Any]:
        """Return the table with its numbers unrounded."""
        rows = [dict(zip(self.columns, row, strict=True)) for row in self.rows]
        return {"title": self.title, "rows": rows, "notes": self.notes}


def _written(cell: Cell, how: str) -> str:
    if cell is None:
        return ""
    return cell if isinstance(cell, str) else format(cell, how)


def _line(cells: Sequence[str], widths: Sequence[int], formats: Sequence[str]) -> str:
    padded = [c.rjust(w) if f else c.ljust(w) for c, w, f in zip(cells, widths, formats, strict=True)]
    return f"| {' | '.join(padded)} |"
