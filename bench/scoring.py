"""What scoring costs beside the refresh that it stands on: the first question of a month and of a day, and `why`.

The first question of a month learns the weights of alive and of answers from the owner's own history and scores every tie; the
first of another day scores alone. Both against the refresh of the same invented home, as processes of their own.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.measure import environment, measured, seconds, weakties
from bench.refresh import invent
from bench.tables import Table
from weakties.config import Settings
from weakties.workspace import open_workspace

PARTICIPATIONS = 5_000_000
_TIMES, _PEOPLE = 7, 5


def tables(rounds: int, participations: int = PARTICIPATIONS) -> list[Table]:
    """Measure once per round what is long, and `why` of a few people as often as a median needs."""
    with TemporaryDirectory(prefix="weakties-bench-") as folder:
        space = open_workspace(Path(folder) / "home", settings=Settings())
        record = invent(space.home, participations)
        home = environment(WEAKTIES_HOME=space.home.path)
        table = Table(
            f"Scoring beside the refresh: {record.counts['events'].read:,} messages, about {participations:,} participations",
            {"work": "", "wall s": ".1f", "cpu s": ".1f", "peak MiB": ",.0f", "x refresh": ".2f"},
        )
        built = measured(weakties("refresh", "--anew"), home)
        table.add("weakties refresh", built.wall, built.cpu, built.memory, 1.0)
        day = space.read().newest or date.today()
        month = day
        for turn in range(rounds):
            month = month.replace(day=1) - timedelta(days=20)
            for what, asked in (("a month", month), ("a day", month - timedelta(days=1))):
                cost = measured(weakties("today", "--as-of", asked.isoformat()), home)
                name = f"weakties today, first of {what}, {turn + 1}"
                table.add(name, cost.wall, cost.cpu, cost.memory, cost.wall / built.wall)
        view = space.read(day)
        people = [str(row["person"]) for row in space.people(view=view, limit=_PEOPLE)]
        inside = Table("why inside a running process", {"person": "", "ms": ",.1f"})
        for place, person in enumerate(people, start=1):
            inside.add(f"{place}. by value", 1000 * seconds(partial(space.why, person, view=view), times=_TIMES))
        table.notes.append(
            "The process starts, reads and prints too. Of the question of a month: learning and scoring."
        )
        return [table, inside]
