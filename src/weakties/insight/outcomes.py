"""What came of whom: outcomes that the owner recorded, and what they teach of value.

Of each outcome it is asked who, of all ties of that time, it came through: a conditional logit (McFadden 1974) on the four parts of
value, held to the weights set by hand. So a few outcomes move little, and many say what makes somebody valuable to this owner.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import duckdb

from weakties.facts.days import date_of, day_number
from weakties.insight.value import WEIGHTS
from weakties.ties import regression

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

# How much likelier it is that something comes through a tie of value 1 than through one of value 0, as log-odds, to begin with.
SHARPNESS = 6.0
# How hard each weight is held, as a precision: ten outcomes of one mind find half of what there is to find.
HELD = 1.0
# Outcomes of so many months teach: each asks for the ties as they stood when it began.
MOST_MONTHS = 12
_DIGITS, _MOST_STEPS, _SMALL_ENOUGH = 4, 100, 1e-9


@dataclass(frozen=True, slots=True)
class Outcome:
    """Something that came through a person. day: days since 1970."""

    person: str
    day: int


@dataclass(frozen=True, slots=True)
class Choice:
    """The ties of a day and through which of them something came. parts: (n, 4), as `WEIGHTS` names them; chosen: which row."""

    parts: Floats
    chosen: int


def choices(connection: duckdb.DuckDBPyConnection, people: Sequence[str]) -> list[Choice]:
    """Return a choice for each of these people, from the ties as `valued` has them; who is no tie there is left out."""
    import numpy as np

    query = f"""
        SELECT v.person, {", ".join(f"v.{part}" for part in WEIGHTS)} FROM valued v JOIN ties t USING (person)
        JOIN people p USING (person) WHERE t.messages > 0 AND p.machine = '' ORDER BY v.person
    """  # noqa: S608  built from constants of ours
    found = connection.execute(query).fetchnumpy()
    parts = np.column_stack([np.asarray(found[part], dtype=np.float64) for part in WEIGHTS])
    place = {person: at for at, person in enumerate(found["person"].tolist())}
    return [Choice(parts, place[person]) for person in people if person in place]


def learned(made: Sequence[Choice]) -> dict[str, float]:
    """Return the weights of value that choices teach, by part; they add up to 1."""
    import numpy as np

    names = tuple(WEIGHTS)
    start = SHARPNESS * np.array([WEIGHTS[name] for name in names])
    none, endless = np.zeros(len(names)), np.full(len(names), np.inf)
    found = start.copy()
    for _ in range(_MOST_STEPS if made else 0):
        pull, curve = -HELD * (found - start), HELD * np.eye(len(names))
        for one in made:
            odds = one.parts @ found
            chance = np.exp(odds - odds.max())
            chance /= chance.sum()
            mean = chance @ one.parts
            pull += one.parts[one.chosen] - mean
            curve += (one.parts * chance[:, None]).T @ one.parts - np.outer(mean, mean)
        new = regression.within(curve, pull + curve @ found, found, none, endless)
        moved, found = np.abs(new - found).max(), new
        if moved < _SMALL_ENOUGH:
            break
    total = found.sum()
    if not total > 0:
        return dict(WEIGHTS)
    return {name: round(float(w), _DIGITS) for name, w in zip(names, found / total, strict=True)}


def by_month(outcomes: Sequence[Outcome]) -> dict[int, list[str]]:
    """Return through whom something came, by the first day of its month, of the newest months only."""
    months: dict[int, list[str]] = {}
    for outcome in outcomes:
        months.setdefault(day_number(date_of(outcome.day).replace(day=1)), []).append(outcome.person)
    return {day: sorted(months[day]) for day in sorted(months)[-MOST_MONTHS:]}
