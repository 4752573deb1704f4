"""Import, end to end: `weakties import` as a whole process into a new home, against the indexers of mail, by turns.

Everybody starts from nothing in every round. Writing the Maildir copy that the peers read is not timed; weakties reads
the packed export as it came, and once more the very Maildir of its peers.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.datasets import DATA
from bench.measure import Cost, environment, measured, median, weakties
from bench.peers import PEERS, Peer, messages, write_maildir
from bench.tables import Table
from weakties.facts import ledger
from weakties.facts.migrations import open_home

# The largest mailbox there is, and the three of one firm together.
LARGEST = (DATA / "lists" / "kees-cook.mbox.gz",)
THREE = tuple(DATA / "enron" / f"{name}.mbox.tar.gz" for name in ("arnold-j", "lay-k", "lokay-m"))
AIM = "mu"
# 3: finished, with rejected records.
IMPORTED = (0, 3)
_COLUMNS = {
    "program": "", "messages": ",d", "wall s": ".2f", "slowest s": ".2f", "cpu s": ".2f", "peak MiB": ",.0f", "messages/s": ",.0f",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Runner:
    """One of those that take turns. run: (new folder) -> cost; count: (that folder) -> messages in its index."""

    name: str
    run: Callable[[Path], Cost]
    count: Callable[[Path], int]


def missing(paths: Sequence[Path]) -> str:
    """Return one plain line where the data are not there, else nothing."""
    absent = next((p for p in paths if not p.exists()), None)
    return f"The data are not there ({absent.parent.name}/{absent.name}); set DATA to their folder." if absent else ""


def bring_in(paths: Sequence[Path], home: Path) -> Cost:
    """Import files into a new home with one command and return its cost."""
    return measured(weakties("import", *paths), environment(WEAKTIES_HOME=home), fine=IMPORTED)


def tables(rounds: int) -> list[Table]:
    """Measure both sets of mailboxes."""
    return [
        _race("Import of the largest mailbox", LARGEST, rounds),
        _race("Import of three mailboxes of one firm", THREE, rounds),
    ]


def _race(title: str, paths: Sequence[Path], rounds: int) -> Table:
    table = Table(title, dict(_COLUMNS))
    if line := missing(paths):
        table.notes.append(line)
        return table
    with TemporaryDirectory(prefix="weakties-bench-") as folder:
        maildir = Path(folder) / "maildir"
        number = write_maildir(maildir, messages(paths))
        runners = _runners(paths, maildir)
        costs, counts = _by_turns(runners, Path(folder), rounds)
    middle = {name: median(each) for name, each in costs.items()}
    for peer in (p.name for p in PEERS if p.name in costs):
        table.columns[f"{peer} x"] = ".1f"
    for runner in runners:
        cost = middle[runner.name]
        ratios = [middle[p.name].wall / cost.wall for p in PEERS if p.name in costs]
        slowest = max(c.wall for c in costs[runner.name])
        held = counts[runner.name]
        rate = held / cost.wall
        table.add(runner.name, held, cost.wall, slowest, cost.cpu, cost.memory, rate, *ratios)
    _remark(table, costs, counts, number, rounds)
    return table


def _runners(paths: Sequence[Path], maildir: Path) -> list[Runner]:
    ours = [
        Runner("weakties, the export", lambda work: bring_in(paths, work / "home"), _count),
        Runner("weakties, the Maildir", lambda work: bring_in([maildir], work / "home"), _count),
    ]
    return [*ours, *(_peer(p, maildir) for p in PEERS if not p.missing())]


def _peer(peer: Peer, maildir: Path) -> Runner:
    return Runner(peer.name, lambda work: peer.index(maildir, work), peer.count)


def _count(work: Path) -> int:
    return sum(i.counts["events"].read for i in ledger.imports(open_home(work / "home")))


def _by_turns(runners: Sequence[Runner], folder: Path, rounds: int) -> tuple[dict[str, list[Cost]], dict[str, int]]:
    """Let everybody run once a round; return the costs by name, and how many messages each has in the end."""
    costs: dict[str, list[Cost]] = {r.name: [] for r in runners}
    counts: dict[str, int] = {}
    for _ in range(rounds):
        for runner in runners:
            work = folder / "work"
            work.mkdir()
            costs[runner.name].append(runner.run(work))
            counts[runner.name] = runner.count(work)
            shutil.rmtree(work)
    return costs, counts


def _remark(table: Table, costs: dict[str, list[Cost]], counts: dict[str, int], number: int, rounds: int) -> None:
    same = all(n == number for n in counts.values())
    told = "as each program says of its own index" if same else "and not every index has as many: see the column"
    table.notes.append(f"Median of {rounds} rounds by turns; {number:,} messages in the Maildir, {told}.")
    if len(table.columns) > len(_COLUMNS):
        table.notes.append("A column `... x` says how many times as long that program took as the one of the row.")
    for peer in PEERS:
        if peer.name not in costs:
            table.notes.append(peer.missing())
            continue
        ours = costs["weakties, the export"]
        ratios = sorted(p.wall / w.wall for p, w in zip(costs[peer.name], ours, strict=True))
        aim = "; the aim is 4" if peer.name == AIM else ""
        table.notes.append(f"{peer.version()}: {ratios[0]:.1f} to {ratios[-1]:.1f} times our time by round{aim}.")
