"""All methods on one log and one task: the same candidates, the same cut-offs, the same labels, and what each was worth.

A method that cannot learn at some cut-off is left out of the comparison, and why is said.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import duckdb
import numpy as np

from weakties.errors import WeaktiesError
from weakties.proof import bootstrap, calibration, metrics, protocol
from weakties.proof.bootstrap import Asked, Difference
from weakties.proof.calibration import Reliability
from weakties.proof.features import Floats, Whole
from weakties.proof.log import DAY
from weakties.proof.methods import CannotLearn, Method, Scores
from weakties.proof.metrics import PerEgo
from weakties.proof.models import MODELS
from weakties.proof.product import NAME, Weakties
from weakties.proof.protocol import Task, Trial
from weakties.proof.single import MUTUAL, SINGLE

# Chances are held against this one's: what can be learned from one's own mail without any knowledge of the field.
REFERENCE = "logistic_24"
METHODS: tuple[Method, ...] = (Weakties(), *SINGLE, MUTUAL, *MODELS)


@dataclass(frozen=True, slots=True)
class Measured:
    """What one method was worth: means over egos, then over cut-offs. ap_pooled: over all pairs of a cut-off.

    both_wrote: AUC and NDCG@10 of the same scores where only contact in both directions counts. brier, skill (against
    REFERENCE), reliability: None for scores that say no chance. better: ours less this method's, by number.
    """

    method: Method
    auc: float
    ndcg: float
    ap: float
    ap_pooled: float
    both_wrote: tuple[float, float]
    brier: float | None
    skill: float | None
    reliability: Reliability | None
    better: dict[str, Difference] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What came out. cuts: seconds; pairs, egos, base: means over the cut-offs of candidates, of egos that could be measured,
    and of the share in touch; drawn: what the intervals were drawn from (`egos` or `contacts`); left_out: (method, why).
    """

    dataset: str
    task: Task
    cuts: tuple[int, ...]
    pairs: float
    egos: float
    base: float
    drawn: str
    methods: tuple[Measured, ...]
    left_out: tuple[tuple[str, str], ...]

    def of(self, name: str) -> Measured:
        """Return what one method was worth."""
        return next(m for m in self.methods if m.method.name == name)


@dataclass
class _Run:
    """What a method said, cut-off by cut-off."""

    method: Method
    scores: list[Scores] = field(default_factory=list)
    per_ego: list[PerEgo] = field(default_factory=list)
    both: list[PerEgo] = field(default_factory=list)


def compare(
    connection: duckdb.DuckDBPyConnection,
    task: Task,
    *,
    dataset: str,
    methods: Sequence[Method] = METHODS,
    until: int | None = None,
    seed: int = 0,
    resamples: int = bootstrap.RESAMPLES,
    told: Callable[[str], None] = lambda _: None,
) -> Comparison:
    """Measure methods on the log of a connection (`log.make`). Raises WeaktiesError where nothing can be measured.

    until: the end of the log in seconds, if not its last event; told: hears what is being done.
    """
    runs = {m.name: _Run(m) for m in methods}
    asked: list[Asked] = []
    cuts: list[int] = []
    left_out: dict[str, str] = {}
    for trial in protocol.trials(connection, task, until=until):
        known = trial.asked
        pairs = known.past.pairs
        if not len(metrics.per_ego(pairs.ego, np.zeros(len(pairs.ego)), known.contact).ego):
            continue
        told(f"cut-off {len(cuts) + 1} of {len(task.quantiles)}: {len(pairs.ego):,} pairs")
        cuts.append(known.past.cut)
        asked.append(Asked(pairs.ego, pairs.alter, known.contact))
        for name, run in list(runs.items()):
            try:
                _ask(run, trial)
            except CannotLearn as error:
                left_out[name] = str(error)
                del runs[name]
    if not cuts:
        raise _too_little(connection, task)
    told("how sure the differences are")
    return _judged(dataset, task, cuts, asked, list(runs.values()), tuple(left_out.items()), seed, resamples)


def _ask(run: _Run, trial: Trial) -> None:
    known = trial.asked
    found = run.method.learn(trial.taught)(known.past)
    run.scores.append(found)
    run.per_ego.append(metrics.per_ego(known.past.pairs.ego, found.order, known.contact))
    run.both.append(metrics.per_ego(known.past.pairs.ego, found.order, known.both_wrote))


def _judged(
    dataset: str,
    task: Task,
    cuts: list[int],
    asked: list[Asked],
    runs: list[_Run],
    left_out: tuple[tuple[str, str], ...],
    seed: int,
    resamples: int,
) -> Comparison:
    shared = _shared_luck(asked)
    reference = next((_brier(r, asked) for r in runs if r.method.name == REFERENCE), None)
    measured = [_measured(run, asked, shared, reference, seed) for run in runs]
    few = len(np.unique(np.concatenate([p.ego for p in runs[0].per_ego]))) < bootstrap.FEW_EGOS
    measured = _held_against_ours(measured, runs, asked, seed, resamples, few=few)
    return Comparison(
        dataset,
        task,
        tuple(cuts),
        float(np.mean([len(a.ego) for a in asked])),
        float(np.mean([len(p.ego) for p in runs[0].per_ego])),
        float(np.mean([a.came.mean() for a in asked])),
        "contacts" if few else "egos",
        tuple(measured),
        left_out,
    )


def _measured(run: _Run, asked: list[Asked], shared: Whole, reference: float | None, seed: int) -> Measured:
    auc, ndcg, ap = _over_cuts([p.means() for p in run.per_ego])
    both = _over_cuts([p.means() for p in run.both])
    everybody = [
        metrics.per_ego(np.zeros(len(a.ego), dtype=np.int64), s.order, a.came)
        for a, s in zip(asked, run.scores, strict=True)
    ]
    pooled = _over_cuts([p.means() for p in everybody])[2]
    brier = _brier(run, asked)
    if brier is None:
        return Measured(run.method, auc, ndcg, ap, pooled, (both[0], both[1]), None, None, None)
    skill = None if reference is None or reference <= 0 else 1 - brier / reference
    chance = np.concatenate([s.chance for s in run.scores if s.chance is not None])
    found = calibration.reliability(chance, np.concatenate([a.came for a in asked]), shared, seed=seed)
    return Measured(run.method, auc, ndcg, ap, pooled, (both[0], both[1]), brier, skill, found)


def _brier(run: _Run, asked: list[Asked]) -> float | None:
    found = [
        calibration.brier(s.chance, a.came) for s, a in zip(run.scores, asked, strict=True) if s.chance is not None
    ]
    return float(np.mean(found)) if found else None


def _held_against_ours(
    measured: list[Measured], runs: list[_Run], asked: list[Asked], seed: int, resamples: int, *, few: bool
) -> list[Measured]:
    if all(m.method.name != NAME for m in measured):
        return measured

    def draw(run: _Run) -> dict[str, Floats]:
        if few:
            return bootstrap.by_contact(asked, [s.order for s in run.scores], seed=seed, resamples=resamples)
        return bootstrap.by_ego(run.per_ego, seed=seed, resamples=resamples)

    ours = next(m for m in measured if m.method.name == NAME)
    drawn = draw(next(r for r in runs if r.method.name == NAME))
    for one, run in zip(measured, runs, strict=True):
        if one is ours:
            continue
        theirs = draw(run)
        one.better["auc"] = bootstrap.spread(ours.auc - one.auc, drawn["auc"] - theirs["auc"])
        one.better["ndcg_at_10"] = bootstrap.spread(ours.ndcg - one.ndcg, drawn["ndcg_at_10"] - theirs["ndcg_at_10"])
    return measured


def _shared_luck(asked: list[Asked]) -> Whole:
    """Return a number for each row of all cut-offs, the same for the two directions of a pair at the same one."""
    most = int(max(max(a.ego.max(initial=0), a.alter.max(initial=0)) for a in asked)) + 1
    keys = [np.minimum(a.ego, a.alter) * most + np.maximum(a.ego, a.alter) for a in asked]
    return np.concatenate([k + n * most * most for n, k in enumerate(keys)])


def _over_cuts(means: Sequence[tuple[float, ...]]) -> tuple[float, ...]:
    """Return the means over the cut-offs that have any; nan without."""
    rows = np.array(means)
    there = ~np.isnan(rows)
    count = there.sum(axis=0)
    found = np.where(count > 0, np.where(there, rows, 0).sum(axis=0) / np.maximum(count, 1), np.nan)
    return tuple(float(x) for x in found)


def _too_little(connection: duckdb.DuckDBPyConnection, task: Task) -> WeaktiesError:
    count, first, last = connection.execute("SELECT count(*), min(t), max(t) FROM log").fetchall()[0]
    if not count:
        return WeaktiesError(
            "There is no message between two people to measure anything on.",
            hint="weakties import PATH brings mail in; a table needs columns time, sender, recipient.",
        )
    span = (last - first) // DAY
    said = (
        f"{count:,} messages over {span:,} days are too little to measure {task.name} at {task.horizon_days} days: at every "
        f"cut-off there must be somebody with {metrics.FEWEST_CANDIDATES} contacts, some of them heard from within "
        f"{task.horizon_days} days and some not."
    )
    shorter = max(1, int(span) // 10)
    hint = f"--horizon {shorter} asks about fewer days." if shorter < task.horizon_days else "A longer log may do."
    return WeaktiesError(said, hint=hint)
