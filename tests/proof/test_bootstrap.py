"""How sure a difference is: resamples by hand, of egos and of contacts."""

from __future__ import annotations

import numpy as np
import pytest

from weakties.proof import bootstrap, metrics
from weakties.proof.bootstrap import Asked
from weakties.proof.metrics import PerEgo


def per_ego(auc: list[float], egos: list[int] | None = None) -> PerEgo:
    values = np.array(auc)
    return PerEgo(np.array(egos or range(len(auc))), values, values / 2, values)


def test_the_interval_is_that_of_the_mean_of_differences() -> None:
    rng = np.random.default_rng(0)
    theirs = rng.uniform(0.6, 0.8, 400)
    gain = rng.normal(0.02, 0.1, 400)
    ours, other = bootstrap.by_ego([per_ego(list(theirs + gain))]), bootstrap.by_ego([per_ego(list(theirs))])
    found = bootstrap.spread(float(gain.mean()), ours["auc"] - other["auc"])
    error = gain.std() / 20
    assert found.low == pytest.approx(gain.mean() - 1.96 * error, abs=0.15 * error)
    assert found.high == pytest.approx(gain.mean() + 1.96 * error, abs=0.15 * error)
    assert found.sure
    half = bootstrap.spread(float(gain.mean()) / 2, ours["ndcg_at_10"] - other["ndcg_at_10"])
    assert half.low == pytest.approx(found.low / 2)


def test_cut_offs_count_alike_however_many_egos_they_have() -> None:
    """Two cut-offs, one with both egos, one with the second alone: a resample is the mean of their means."""
    found = bootstrap.by_ego([per_ego([0.0, 1.0]), per_ego([0.5], [1])], resamples=500)["auc"]
    # Twice the first: 0 and nothing; one of each: .5 and .5; twice the second: 1 and .5.
    assert set(np.round(found, 6)) == {0.0, 0.5, 0.75}


def test_the_same_seed_draws_the_same(events: object) -> None:
    one, again = (bootstrap.by_ego([per_ego([0.1, 0.5, 0.9])], seed=4)["auc"] for _ in range(2))
    assert np.array_equal(one, again)
    assert not np.array_equal(one, bootstrap.by_ego([per_ego([0.1, 0.5, 0.9])], seed=5)["auc"])


def test_one_ego_draws_contacts_and_cut_offs() -> None:
    rng = np.random.default_rng(2)
    ego, alter = np.zeros(60, np.int64), np.arange(60)
    asked = [Asked(ego, alter, rng.random(60) < 0.4) for _ in range(3)]
    scores = [rng.random(60) + 0.3 * a.came for a in asked]
    drawn = bootstrap.by_contact(asked, scores, resamples=400)
    measured = np.mean([metrics.per_ego(a.ego, s, a.came).auc[0] for a, s in zip(asked, scores, strict=True)])
    assert np.nanmean(drawn["auc"]) == pytest.approx(measured, abs=0.01)
    assert 0.005 < np.nanstd(drawn["auc"]) < 0.1
    assert np.nanmin(drawn["ndcg_at_10"]) >= 0
    assert np.nanmax(drawn["ndcg_at_10"]) <= 1 + 1e-9


def test_a_contact_drawn_once_each_is_the_list_as_it_is() -> None:
    rng = np.random.default_rng(1)
    level, came = rng.integers(0, 5, 40), rng.random(40) < 0.5
    auc, ndcg = bootstrap._weighted(level, came, np.ones((2, 40)))
    found = metrics.per_ego(np.zeros(40, np.int64), level.astype(float), came)
    assert auc == pytest.approx(np.repeat(found.auc, 2))
    assert ndcg == pytest.approx(np.repeat(found.ndcg, 2))
    twice = metrics.per_ego(np.zeros(80, np.int64), np.repeat(level, 2).astype(float), np.repeat(came, 2))
    auc, ndcg = bootstrap._weighted(level, came, np.full((1, 40), 2.0))
    assert (auc[0], ndcg[0]) == pytest.approx((twice.auc[0], twice.ndcg[0]))


def test_nothing_drawn_is_nothing_said() -> None:
    found = bootstrap.spread(0.1, np.array([np.nan, np.nan]))
    assert np.isnan(found.low)
    assert not found.sure


def test_groups_are_drawn_whole() -> None:
    """Two groups, one of three rows: of each draw of two groups the mean is that of their rows."""
    group, values = np.array([7, 7, 7, 9]), np.array([[1.0, 0], [1, 0], [1, 0], [0, 1]])
    found = bootstrap.by_group(group, values, resamples=200)
    assert found.shape == (200, 2)
    assert set(np.unique(found[:, 0])) == {0.0, 0.75, 1.0}
    assert found.sum(axis=1) == pytest.approx(np.ones(200))
    assert np.array_equal(found, bootstrap.by_group(group, values, resamples=200))
