"""The baselines: as published, and as scikit-learn fits them."""

from __future__ import annotations

import builtins
import math
from typing import Any

import numpy as np
import pytest
from tests.proof.conftest import DAY, Event, log_of

from weakties.proof import models, protocol, single
from weakties.proof.methods import CannotLearn
from weakties.proof.protocol import Trial

TASK = protocol.persistence(30)


@pytest.fixture(scope="module")
def trial(events: list[Event]) -> Trial:
    return protocol.trial(log_of(events), 200 * DAY, TASK)


@pytest.mark.parametrize("seed", range(4))
def test_the_logistic_regression_is_that_of_scikit_learn(seed: int) -> None:
    linear = pytest.importorskip("sklearn.linear_model")
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(300, 5)) * [1, 10, 0.1, 1, 0] + [0, 5, 0, 100, 7]
    labels = rng.random(300) < 1 / (1 + np.exp(-values[:, 0] - 0.2 * values[:, 1]))
    weights = rng.uniform(0.2, 2, 300)
    found = models.fit(values, labels, c=0.3, row_weights=weights)
    z = (values - found.mean) / found.scale
    model = linear.LogisticRegression(C=0.3, tol=1e-10, max_iter=2000).fit(z, labels, sample_weight=weights)
    assert found.weights == pytest.approx(model.coef_[0], abs=1e-5)
    assert found.intercept == pytest.approx(model.intercept_[0], abs=1e-5)
    assert found.weights[4] == 0


def test_it_holds_where_one_feature_tells_all() -> None:
    values = np.linspace(-1, 1, 40)[:, None]
    found = models.fit(values, values[:, 0] > 0)
    assert 0 < found.weights[0] < 20
    assert np.all((found.log_odds(values) > 0) == (values[:, 0] > 0))


@pytest.mark.parametrize("labels", [[True] * 9, [False] * 9, []])
def test_one_outcome_teaches_nothing(labels: list[bool]) -> None:
    with pytest.raises(CannotLearn):
        models.fit(np.ones((len(labels), 2)), np.array(labels, bool))


def test_every_method_says_so_where_there_is_nothing_to_learn_from() -> None:
    for method in (*models.MODELS, *(m for m in single.SINGLE if isinstance(m, single.Searched))):
        with pytest.raises(CannotLearn):
            method.learn([])


def test_boosting_is_left_out_where_it_is_not_installed(trial: Trial, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *args: Any) -> Any:
        if name.startswith("sklearn"):
            raise ImportError(name)
        return real(name, *args)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(CannotLearn, match="scikit-learn is not installed"):
        models.MODELS[-1].learn(trial.taught)


def test_single_scores_are_their_formulas(trial: Trial) -> None:
    past = trial.asked.past
    methods = {m.name: m.learn(trial.taught)(past) for m in single.SINGLE}
    row = 17
    value = {
        name: past.pairs.column(name)[row] for name in ("frequency", "recency", "active_days", "sent", "gap_ratio")
    }
    assert methods["frequency"].order[row] == value["frequency"]
    assert methods["recency"].order[row] == -value["recency"]
    assert methods["gap_ratio"].order[row] == -value["gap_ratio"]
    odds = -1.433 + 0.956 * math.log1p(value["active_days"]) - 0.575 * math.log1p(value["recency"])
    odds += 0.164 * math.log1p(value["frequency"]) + 0.068 * math.log1p(value["sent"])
    assert methods["four_numbers"].order[row] == pytest.approx(odds)
    chance = methods["four_numbers"].chance
    assert chance is not None
    assert chance[row] == pytest.approx(1 / (1 + math.exp(-odds)))


def test_interactions_rank_by_hand() -> None:
    connection = log_of([("ana", "ben", 6, 1), ("ben", "ana", 13, 4)])
    pairs = protocol.known_at(connection, 20 * DAY, TASK).past.pairs
    ana = 0 if pairs.column("sent")[0] == pairs.column("received")[0] == 1 else 1
    assert single.rank(pairs, 7)[ana] == pytest.approx(5 / 4 + 1 / 2)
    assert single.rank(pairs, 7)[1 - ana] == pytest.approx(1 / 4 + 5 / 2)
    assert single.shared_rank(pairs, 7)[0] == pytest.approx(1 / 4 + 1 / 8)


def test_the_half_life_is_searched_a_horizon_earlier() -> None:
    """Five wrote every day of a long past, five others three times just now; the next month hears only from the latter."""
    old = [("ana", f"old{n}", 200.0 + day + n / 100, 1) for n in range(5) for day in range(60)]
    new = [("ana", f"new{n}", 290.0 + k + n / 100, 1) for n in range(5) for k in range(3)]
    later = [("ana", f"new{n}", 320.0 + n, 1) for n in range(5)]
    known = protocol.known_at(log_of([*old, *new, *later], egos=["ana"]), 300 * DAY, TASK)
    recent = single.Searched("ir", "", single.rank).half_life([known])
    assert recent <= 14
    later = [("ana", f"old{n}", 320.0 + n, 1) for n in range(5)]
    known = protocol.known_at(log_of([*old, *new, *later], egos=["ana"]), 300 * DAY, TASK)
    assert single.Searched("ir", "", single.rank).half_life([known]) > recent
