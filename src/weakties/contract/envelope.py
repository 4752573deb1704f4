"""What stands around the rows of every answer: the day, the question, the formula that was in force, how many there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from weakties.contract.values import rounded

if TYPE_CHECKING:
    from weakties.reading import Reading


def envelope(
    question: str, view: Reading, rows: Sequence[Mapping[str, Any]], total: int | None = None, **more: Any
) -> dict[str, Any]:
    """Return an answer, ready to be written as JSON: the same facts and the same day give the same.

    rows: those that are shown; total: how many there are, if more than these; more: what else belongs to the answer.
    """
    return dated(question, view.as_of, rows, total, **more)


def dated(
    question: str, as_of: date, rows: Sequence[Mapping[str, Any]], total: int | None = None, **more: Any
) -> dict[str, Any]:
    """Return an answer likewise where no view was read, only something as of a day."""
    # The formula comes with the engine of the scores, which --help does without.
    from weakties.ties.scored import FORMULA

    said = {"as_of": as_of.isoformat(), "question": question, "formula": FORMULA, **more}
    whole: dict[str, Any] = rounded({**said, "rows": list(rows), "total": len(rows) if total is None else total})
    return whole


def failure(message: str, hint: str, code: int) -> dict[str, Any]:
    """Return what is answered instead where something went wrong. code: the exit code of the program."""
    return {"error": message, "hint": hint, "code": code}
