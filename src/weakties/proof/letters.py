"""Messages as a whole, in order: who wrote to whom at once. What only pairs are made of (`log`) does not tell.

A message here has a sender, recipients and a time; rows of a table with one sender and one time are one message.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import duckdb
import numpy as np

from weakties.proof.features import Whole

# Messages to more people than this are circulars: they put nobody in touch.
MOST_RECIPIENTS = 20

_PEOPLE = """
    CREATE OR REPLACE TABLE writers AS
    SELECT (row_number() OVER (ORDER BY md5(name), name) - 1)::INTEGER AS person, name
    FROM (SELECT src::VARCHAR AS name FROM letters UNION SELECT dst::VARCHAR FROM letters) WHERE name IS NOT NULL
"""
_ROWS = """
    WITH numbered AS (
        SELECT l.letter, l.t::BIGINT AS t, s.person AS src, d.person AS dst
        FROM letters l JOIN writers s ON s.name = l.src::VARCHAR JOIN writers d ON d.name = l.dst::VARCHAR
        WHERE l.src::VARCHAR <> l.dst::VARCHAR
    ),
    small AS (SELECT letter FROM numbered GROUP BY letter HAVING count(DISTINCT dst) <= $most)
    SELECT DISTINCT t, dense_rank() OVER (ORDER BY t, letter, src) AS place, src, dst FROM numbered SEMI JOIN small USING (letter)
    ORDER BY place, dst
"""
# Rows with one sender and one time are one message.
_OF_EVENTS = """
    CREATE OR REPLACE TABLE letters AS
    SELECT dense_rank() OVER (ORDER BY t, src::VARCHAR) AS letter, src, dst, t FROM events
"""


@dataclass(frozen=True, slots=True)
class Letters:
    """Messages in the order of time. at: (m,) seconds; sender: (m,); recipient: all recipients, those of message i from
    starts[i] to starts[i + 1]. People are numbers of `writers`.
    """

    at: Whole
    sender: Whole
    starts: Whole
    recipient: Whole

    def __iter__(self) -> Iterator[tuple[int, int, list[int]]]:
        """Yield time, sender and recipients of each."""
        recipients, starts = self.recipient.tolist(), self.starts.tolist()
        for i, (at, sender) in enumerate(zip(self.at.tolist(), self.sender.tolist(), strict=True)):
            yield at, sender, recipients[starts[i] : starts[i + 1]]


def only(letters: Letters, numbers: Whole) -> Letters:
    """Return some of the messages, by their numbers, as if there were no others."""
    size = np.diff(letters.starts)[numbers]
    starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(size)])
    entries = np.repeat(letters.starts[numbers] - starts[:-1], size) + np.arange(starts[-1])
    return Letters(letters.at[numbers], letters.sender[numbers], starts, letters.recipient[entries])


def by_person(letters: Letters) -> Iterator[tuple[int, Whole]]:
    """Yield each person with the numbers of the messages on which they stood."""
    number = np.arange(len(letters.at))
    who = np.concatenate([letters.sender, letters.recipient])
    which = np.concatenate([number, np.repeat(number, np.diff(letters.starts))])
    order = np.lexsort((which, who))
    who, which = who[order], which[order]
    for part in np.split(np.arange(len(who)), np.flatnonzero(np.diff(who)) + 1):
        if len(part):
            yield int(who[part[0]]), which[part]


def of_events(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `letters(letter, src, dst, t)` from the table `events`."""
    connection.execute(_OF_EVENTS)


def read(connection: duckdb.DuckDBPyConnection) -> Letters:
    """Return the messages of the table `letters(letter, src, dst, t)` to at most twenty, and make `writers(person, name)`."""
    connection.execute(_PEOPLE)
    found = connection.execute(_ROWS, {"most": MOST_RECIPIENTS}).fetchnumpy()
    place = found["place"].astype(np.int64)
    first = np.flatnonzero(np.diff(place, prepend=0))
    whole = {name: found[name].astype(np.int64) for name in ("t", "src", "dst")}
    return Letters(whole["t"][first], whole["src"][first], np.append(first, len(place)), whole["dst"])
