"""The fitted baselines: logistic regression on 4, 24 and 28 features, and gradient boosting on all 28.

The logistic is the one of scikit-learn with C = 1: features standardised on the rows taught, the objective is
|w|^2/2 + C * sum of log losses, the intercept free; solved by Newton's method. Boosting is scikit-learn's own and is left out
where that is not installed: the product does not depend on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from weakties.proof.features import NAMES, OF_OTHERS, Flags, Floats, seen_by_models
from weakties.proof.methods import CannotLearn, Method, Scorer, Scores
from weakties.proof.protocol import Known, Past, together
from weakties.proof.single import FOUR

_MOST_STEPS = 200
_SMALL_ENOUGH = 1e-10


@dataclass(frozen=True, slots=True)
class Fit:
    """A logistic regression. mean, scale, weights: (k,), of standardised features; log-odds = intercept + weights z."""

    mean: Floats
    scale: Floats
    weights: Floats
    intercept: float

    def log_odds(self, values: Floats) -> Floats:
        """Return the log-odds of rows, (n, k) -> (n,)."""
        found: Floats = self.intercept + ((values - self.mean) / self.scale) @ self.weights
        return found


def fit(values: Floats, labels: Flags, *, c: float = 1.0, row_weights: Floats | None = None) -> Fit:
    """Fit a logistic regression. values: (n, k); labels: (n,); row_weights: (n,) or 1 each. Raises CannotLearn.

    c: the larger, the less the weights are held back, as in scikit-learn.
    """
    if not labels.any() or labels.all():
        raise CannotLearn("all earlier outcomes are the same" if len(labels) else "no earlier outcomes")
    mean, spread = values.mean(axis=0), values.std(axis=0)
    scale = np.where(spread > 1e-12 * np.maximum(np.abs(mean), 1), spread, 1.0)
    z = np.column_stack([(values - mean) / scale, np.ones(len(values))])
    rows = c * (np.ones(len(values)) if row_weights is None else row_weights)
    held = np.append(np.ones(values.shape[1]), 0.0)
    found = _newton(z, labels.astype(np.float64), rows, held)
    return Fit(mean, scale, found[:-1], float(found[-1]))


def _newton(z: Floats, labels: Floats, rows: Floats, held: Floats) -> Floats:
    weights = np.zeros(z.shape[1])
    loss = _loss(z, labels, rows, held, weights)
    for _ in range(_MOST_STEPS):
        chance = chances(z @ weights)
        slope = z.T @ (rows * (chance - labels)) + held * weights
        curve = (z * (rows * chance * (1 - chance))[:, None]).T @ z + np.diag(held + 1e-12)
        step = np.linalg.solve(curve, slope)
        size = 1.0
        # Half as far until it is no step back: far from the optimum a whole one may be.
        while (new := _loss(z, labels, rows, held, weights - size * step)) > loss and size > _SMALL_ENOUGH:
            size /= 2
        weights, before, loss = weights - size * step, loss, min(new, loss)
        if before - loss <= _SMALL_ENOUGH * max(abs(loss), 1):
            break
    return weights


def _loss(z: Floats, labels: Floats, rows: Floats, held: Floats, weights: Floats) -> float:
    odds = z @ weights
    return float(rows @ (np.logaddexp(0, odds) - labels * odds) + (held * weights) @ weights / 2)


def chances(odds: Floats) -> Floats:
    """Return the logistic function of log-odds."""
    found: Floats = 1 / (1 + np.exp(-np.clip(odds, -700, 700)))
    return found


@dataclass(frozen=True, slots=True)
class Logistic:
    """Logistic regression on some of the 28 features."""

    name: str
    text: str
    columns: tuple[str, ...]
    others: bool = False

    def learn(self, taught: Sequence[Known]) -> Scorer:
        """Fit to the pairs and labels of all snapshots. Raises CannotLearn."""
        places = [NAMES.index(name) for name in self.columns]
        values, labels = _taught(taught)
        found = fit(values[:, places], labels)

        def score(past: Past) -> Scores:
            odds = found.log_odds(seen_by_models(past.pairs.values)[:, places])
            return Scores(odds, chances(odds))

        return score


@dataclass(frozen=True, slots=True)
class Boosted:
    """Histogram gradient boosting, with the published settings."""

    name: str
    text: str
    others: bool = True

    def learn(self, taught: Sequence[Known]) -> Scorer:
        """Fit to the pairs and labels of all snapshots. Raises CannotLearn, also where scikit-learn is not installed."""
        try:
            from sklearn.ensemble import HistGradientBoostingClassifier
            from threadpoolctl import threadpool_limits
        except ImportError as error:
            raise CannotLearn("scikit-learn is not installed") from error
        values, labels = _taught(taught)
        if not labels.any() or labels.all():
            raise CannotLearn("all earlier outcomes are the same")
        settings = {"max_iter": 150, "learning_rate": 0.05, "max_leaf_nodes": 15, "min_samples_leaf": 60}
        model = HistGradientBoostingClassifier(**settings, l2_regularization=1.0, random_state=0)
        # Its threads wait for one another by spinning: on a busy machine many times as slow as one.
        with threadpool_limits(limits=1):
            model.fit(values, labels)

        def score(past: Past) -> Scores:
            seen = seen_by_models(past.pairs.values)
            if not len(seen):
                return Scores(np.zeros(0), np.zeros(0))
            with threadpool_limits(limits=1):
                return Scores(model.decision_function(seen), model.predict_proba(seen)[:, 1])

        return score


def _taught(taught: Sequence[Known]) -> tuple[Floats, Flags]:
    if not taught:
        raise CannotLearn("the log does not reach back one horizon before the first cut-off")
    return together(taught)


VISIBLE = tuple(name for name in NAMES if name not in OF_OTHERS)
MODELS: tuple[Method, ...] = (
    Logistic("logistic_4", "logistic regression, 4 features", FOUR),
    Logistic("logistic_24", "logistic regression, 24 features of one's own mail", VISIBLE),
    Logistic("logistic_28", "logistic regression, 28 features, others' traffic too", NAMES, others=True),
    Boosted("gbm_28", "gradient boosting, 28 features, others' traffic too"),
)
