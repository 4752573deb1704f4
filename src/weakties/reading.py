"""One day's view of everything: a connection on which the derived tables, the ties and their values are named.

Made once per question from a build, the user's decisions and `as_of`; reads only. What the user decided of people who have
moved to another id meanwhile still finds them, because decisions speak of handles.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from weakties import daybook
from weakties.config import Settings
from weakties.daybook import Page
from weakties.facts.days import date_of, day_number
from weakties.facts.decisions import Decision
from weakties.facts.engine import add_facts, connect, quoted
from weakties.facts.home import Home
from weakties.facts.ledger import Import
from weakties.facts.model import NO_TIME
from weakties.incognito import mask
from weakties.insight import outcomes, overlooked, value
from weakties.network import knows, mutual
from weakties.refresh import TABLES, Build
from weakties.taught import Taught
from weakties.ties import answering, learning, scored
from weakties.ties.scored import Said
from weakties.wishes import Wishes, wishes_of


@dataclass(frozen=True, slots=True)
class Reading:
    """A day's view. connection: with every table of `refresh.TABLES`, `ties`, `near`, `embedded`, `valued` and the facts; shared:
    the owners who share their ledgers with this one; page: where what was worked out for it is kept, None where it is not;
    ground: names all that who knows whom follows from besides the build, so a word with somebody leaves it as it is; unseen: the
    people whom its tables leave out, whatever was decided since."""

    connection: duckdb.DuckDBPyConnection
    build: Build
    owner: str
    as_of: date
    wishes: Wishes
    masked_with: str = ""
    shared: frozenset[str] = frozenset()
    page: Page | None = None
    ground: str = ""
    unseen: frozenset[str] = frozenset()

    @property
    def owners(self) -> list[str]:
        """Whose ledgers there are."""
        return [name for (name,) in self.connection.execute("SELECT owner FROM owners ORDER BY owner").fetchall()]

    @property
    def mine(self) -> list[str]:
        """Who the owner is among the people, by id; nobody where no address of hers is known."""
        query = "SELECT person FROM owners WHERE owner = $1 AND person <> ''"
        return [person for (person,) in self.connection.execute(query, [self.owner]).fetchall()]

    @property
    def newest(self) -> date | None:
        """The day of the newest fact of this owner, None without any; facts after today do not count."""
        query = "SELECT max(day) FROM moments WHERE owner = $owner AND day <= $day"
        newest = self.connection.execute(query, {"owner": self.owner, "day": self.as_of_day}).fetchall()[0][0]
        return None if newest is None else date_of(newest)

    @property
    def as_of_day(self) -> int:
        """Days since 1970."""
        return day_number(self.as_of)


_IMPORTED = """
    CREATE TABLE imported AS
    SELECT unnest($1::STRUCT("import" VARCHAR, source VARCHAR, "at" BIGINT, owner VARCHAR)[], recursive := true)
"""
# A card without a date says how things were when it was imported.
_DATED_CARDS = f"""
    CREATE OR REPLACE TEMP TABLE dated_cards AS
    SELECT c.*, coalesce(i.source, '') AS source, if(c."at" = {NO_TIME}, coalesce(i."at", 0), c."at") AS said_at,
        (said_at // 86400)::INTEGER AS day
    FROM cards c LEFT JOIN imported i ON i.import = c.import
"""  # noqa: S608  a constant of ours
# A link without a date holds from the day on which it was imported; whose import that was tells who may see it.
_DATED_LINKS = f"""
    CREATE OR REPLACE TEMP VIEW dated_links AS
    SELECT l.*, coalesce(i.owner, '') AS owner, (if(l."at" = {NO_TIME}, coalesce(i."at", 0), l."at") // 86400)::INTEGER AS day
    FROM links l LEFT JOIN imported i ON i.import = l.import
"""  # noqa: S608  a constant of ours

# What nearly every question asks for is read once.
_AT_HAND = ("handles", "organisations", "owners", "introductions")


def opened(
    build: Build, facts: Mapping[str, Sequence[Path]], imports: Iterable[Import] = ()
) -> duckdb.DuckDBPyConnection:
    """Return a connection with the facts and the derived tables of a build. imports: when what was imported, and whose it is."""
    connection = connect()
    add_facts(connection, facts)
    taken = [{"import": i.id, "source": i.source, "at": i.imported_at, "owner": i.owner} for i in imports]
    connection.execute(_IMPORTED, [taken])
    connection.execute(_DATED_CARDS)
    connection.execute(_DATED_LINKS)
    for table in TABLES:
        file = quoted(build.path / f"{table}.parquet")
        what = "TABLE" if table in _AT_HAND else "VIEW"
        connection.execute(
            f"CREATE {what} {table} AS SELECT * FROM read_parquet({file}, hive_partitioning = false)"  # noqa: S608  our own path
        )
    return connection


# What a day's page of the daybook holds, and by what it is ordered: all that is worked out for it.
_WORKED_OUT = dict.fromkeys(("people", "ties", "embedded", "valued"), "person")


def read(
    connection: duckdb.DuckDBPyConnection,
    build: Build,
    home: Home,
    *,
    owner: str,
    as_of: date,
    decisions: Iterable[Decision],
    settings: Settings,
    mask_with: str = "",
    keep: bool = True,
) -> Reading:
    """Score the ties of a day on an opened connection, or take them from the daybook.

    mask_with: the home's secret, if what names somebody is to be invented; empty if not. keep: whether the daybook keeps what is
    worked out.
    """
    made = list(decisions)
    wishes = wishes_of(connection, made, owner, as_of)
    day = day_number(as_of)
    said, by_hand = _said(wishes), _by_hand(made)
    undated = _undated(connection)
    page = page_of(connection, build, home, wishes, owner=owner, as_of=as_of, decisions=made, settings=settings)
    shared = frozenset(settings.shared)
    ground = json.dumps([owner, day, sorted(wishes.hidden), by_hand, undated])
    reading = Reading(
        connection,
        build,
        owner,
        as_of,
        wishes,
        mask_with,
        shared,
        None if mask_with or not keep else page,
        ground,
        wishes.hidden,
    )
    scored.name_days(connection, owner=owner, touches=said.touches)
    if not mask_with and daybook.open_page(connection, page, _WORKED_OUT):
        mutual.name_pairs(connection, owner=owner, as_of_day=day, hidden=wishes.hidden)
        return reading
    taught = Taught(build.path, home, owner, as_of)
    connection.execute("ALTER VIEW people RENAME TO everybody")
    work = _Day(connection, owner, said, by_hand, settings, taught)
    weights, came = taught.value(
        connection,
        wishes.outcomes,
        work.value_basis(undated, max(outcomes.by_month(wishes.outcomes), default=0)),
        work.value_on,
    )
    work.know(day)
    connection.execute("DROP VIEW everybody")
    if mask_with:
        overlooked.name_absent(connection)
        knows.name_mentioned(connection)
        mask(connection, mask_with)
        connection.execute(_DATED_CARDS)
        connection.execute(_DATED_LINKS)
    work.derive(day, weights, came)
    if keep and not mask_with and home.writable:
        daybook.keep(connection, page, _WORKED_OUT)
    return reading


def page_of(
    connection: duckdb.DuckDBPyConnection,
    build: Build,
    home: Home,
    wishes: Wishes,
    *,
    owner: str,
    as_of: date,
    decisions: Iterable[Decision],
    settings: Settings,
) -> Page:
    """Return the page of the daybook for a day: another one as soon as anything that its numbers follow from is another."""
    starts = [learning.shipped().as_json(), answering.shipped().as_json()]
    said, undated = _said(wishes).as_json(), _undated(connection)
    told = [[o.person, o.day] for o in wishes.outcomes]
    basis = [said, _by_hand(decisions), settings.horizon_days, settings.mutual_peak, undated, starts]
    return daybook.page(home, build.path, [owner, day_number(as_of), told, *basis])


def _said(wishes: Wishes) -> Said:
    return Said(wishes.hidden, wishes.touches, wishes.overruled, wishes.set_on)


def _undated(connection: duckdb.DuckDBPyConnection) -> list[object]:
    """Return when what was imported: what bears no date counts as of then."""
    return list(connection.execute('SELECT import, "at" FROM imported ORDER BY ALL').fetchall())


class _Day:
    """Works out the tables of a day, each from those before. taught: what was learned for the day that is asked."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        owner: str,
        said: Said,
        by_hand: Sequence[Mapping[str, Any]],
        settings: Settings,
        taught: Taught,
    ) -> None:
        self.connection, self.owner, self.said, self.by_hand, self.settings = connection, owner, said, by_hand, settings
        self.alive, self.answers = taught.alive(connection, settings.horizon_days), taught.answers(connection)

    def know(self, day: int) -> None:
        """Make `people`: what was known of everybody by a day, as titles and employers come and go."""
        self.connection.execute(_OF_THE_DAY, {"day": day, "by_hand": list(self.by_hand)})

    def derive(self, day: int, weights: Mapping[str, float], taught: int) -> None:
        """Make `ties`, `embedded` and `valued`. weights: of value, learned from so many outcomes."""
        connection, settings = self.connection, self.settings
        mutual.name_pairs(connection, owner=self.owner, as_of_day=day, hidden=self.said.hidden)
        scored.score(
            connection,
            as_of_day=day,
            said=self.said,
            weights=self.alive,
            answers=self.answers,
            horizon_days=settings.horizon_days,
        )
        self._value(day, weights, taught)

    def value_on(self, day: int) -> None:
        """Make `ties` and `valued` as of an earlier day, with strength alone and the weights set by hand."""
        self.know(day)
        connection, said = self.connection, self.said
        mutual.name_pairs(connection, owner=self.owner, as_of_day=day, hidden=said.hidden)
        formula = scored.corrected(connection, said, as_of_day=day, horizon_days=self.settings.horizon_days)
        scored.closeness(connection, as_of_day=day, said=said, formula=formula)
        self._value(day, value.WEIGHTS, 0)

    def value_basis(self, undated: Sequence[object], before: int) -> list[object]:
        """Return all that `value_on` follows from for days before that one, besides the build, as JSON can say it."""
        strengths = {p: v["strength"] for p, v in (self.said.overruled or {}).items() if "strength" in v}
        touches = [[t.person, t.day, t.channel] for t in self.said.touches if t.day < before]
        set_on = {person: day for person, day in (self.said.set_on or {}).items() if person in strengths}
        hidden = sorted(self.said.hidden)
        return [hidden, touches, strengths, set_on, self.by_hand, self.settings.mutual_peak, undated]

    def _value(self, day: int, weights: Mapping[str, float], taught: int) -> None:
        connection, peak = self.connection, self.settings.mutual_peak
        connection.execute("CREATE OR REPLACE TEMP TABLE pairs AS FROM near")
        mutual.derive(connection)
        value.derive(connection, owner=self.owner, as_of_day=day, mutual_peak=peak, weights=weights, taught=taught)
        connection.execute("DROP TABLE pairs")


# A title that decides: in it one of these words by itself.
_DECIDES = (
    "(^|[^a-z])(ceo|cto|cfo|coo|cio|chief|founder|co-founder|cofounder|owner|president|director|head|vp|vice president|partner|"
    "principal|chair|chairman|chairwoman|professor|dean|editor|managing|geschäftsführer|leiter|leiterin|directeur|directrice|"
    "fundador|gerente|diretor)([^a-z]|$)"
)
# What cards said of people by that day, the newest first; what the user said of somebody added by hand is a card too.
_OF_THE_DAY = f"""
    CREATE OR REPLACE TEMP TABLE people AS
    WITH said AS (
        SELECT h.person, c.said_at AS at, c.title, c.organisation, c.location FROM dated_cards c JOIN handles h USING (handle)
        WHERE c.day <= $day
        UNION ALL
        SELECT h.person, unnest.at, unnest.title, unnest.organisation, '' FROM unnest($by_hand::STRUCT(
            handle VARCHAR, "at" BIGINT, title VARCHAR, organisation VARCHAR)[]) JOIN handles h ON h.handle = unnest.handle
    ),
    carded AS (SELECT h.person, min(c.day) AS day FROM dated_cards c JOIN handles h USING (handle) GROUP BY h.person),
    newest AS (
        SELECT person, arg_max(title, ("at", title)) FILTER (WHERE title <> '') AS title,
            arg_max(organisation, ("at", organisation)) FILTER (WHERE organisation <> '') AS employer,
            arg_max(location, ("at", location)) FILTER (WHERE location <> '') AS location
        FROM said GROUP BY person
    )
    SELECT p.* REPLACE (
            -- Who is on cards without a date alone was known from the day on which they were imported.
            if(p.events = 0 AND p.first_day = 0, coalesce(c.day, 0), p.first_day)::INTEGER AS first_day,
            coalesce(n.title, '') AS title, coalesce(n.employer, '') AS employer,
            coalesce(n.location, '') AS location),
        regexp_matches(lower(coalesce(n.title, '')), '{_DECIDES}') AS decides
    FROM everybody p LEFT JOIN newest n USING (person) LEFT JOIN carded c USING (person)
"""  # noqa: S608  built from a constant of this module


def _by_hand(decisions: Iterable[Decision]) -> list[dict[str, Any]]:
    """Return what the user said of people whom she added."""
    return [
        {
            "handle": d.handle,
            "at": d.at,
            "title": d.value.get("title", ""),
            "organisation": d.value.get("organisation", ""),
        }
        for d in decisions
        if d.kind == "person"
    ]
