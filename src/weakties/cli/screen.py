"""How an answer looks on a terminal, in a pipe and in a log. What others wrote is shown, never obeyed.

A subject or a name comes from whoever wrote the mail. It is never taken for markup, and what would steer the terminal
or turn the direction of writing round is blanked before it is printed. Loaded only by what prints: it costs rich.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from typing import Any

from rich import box
from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table
from rich.text import Text

from weakties.cli.plain import one_line, plain

# Characters to a line where nobody says how wide the page is.
_WIDTH = 120
_NARROWEST = 20


class Screen(Console):
    """Standard output. Text is cleaned, and a reader who has had enough is told from a failure."""

    def __init__(self) -> None:
        super().__init__(highlight=False, markup=False, emoji=False, width=_width())

    def print(self, *objects: Any, **how: Any) -> None:
        """Print, cleaned."""
        super().print(*map(cleaned, objects), **how)

    def on_broken_pipe(self) -> None:
        """Let the program end as it ends for every reader who has had enough."""
        raise BrokenPipeError


class Columns(Table):
    """A table in the look of the house: no boxes, one rule under the head; one line per row where columns may be short."""

    def __init__(self, *columns: str, right: Iterable[str] = (), short: Iterable[str] = ()) -> None:
        super().__init__(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="dim")
        self._short = [column in set(short) for column in columns]
        for column in columns:
            whole = any(self._short) and column not in set(short)
            justify = "right" if column in set(right) else "left"
            self.add_column(column, justify=justify, overflow="fold", no_wrap=whole)  # type: ignore[arg-type]

    def add_row(self, *cells: Any, **how: Any) -> None:
        """Add a row, each cell cleaned and on one line, cut with an ellipsis where its column may be short."""
        shown = [
            Text(one_line(cell), no_wrap=True, overflow="ellipsis") if short else one_line(cell)
            for cell, short in zip(cells, self._short, strict=True)
        ]
        super().add_row(*shown, **how)


def cleaned(thing: Any) -> Any:
    """Return text without what steers a terminal; tables clean themselves."""
    if isinstance(thing, str):
        return plain(thing)
    if isinstance(thing, Text):
        thing.plain = plain(thing.plain)
    return thing


class Indented:
    """A text whose every line keeps its indent, without blanks at the end."""

    def __init__(self, thing: str | Text, columns: int) -> None:
        self._text = cleaned(Text(thing) if isinstance(thing, str) else thing)
        self._columns = columns

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the lines, each behind its indent."""
        for line in self._text.wrap(console, max(1, options.max_width - self._columns)):
            line.rstrip()
            yield Text(" " * self._columns) + line


def _width() -> int | None:
    columns = os.environ.get("COLUMNS", "")
    if columns.isdecimal() and len(columns) < 5:
        return max(_NARROWEST, int(columns))
    return None if sys.stdout.isatty() else _WIDTH
