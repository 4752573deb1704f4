"""AUC, NDCG@10 and average precision: by hand, by law, and as scikit-learn has them."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from weakties.proof import metrics

LISTS = st.lists(st.tuples(st.integers(0, 6), st.booleans()), min_size=5, max_size=30)


def one_ego(scores: Sequence[float], came: Sequence[bool]) -> metrics.PerEgo:
    return metrics.per_ego(np.zeros(len(scores), dtype=np.int64), np.array(scores, float), np.array(came))


def test_by_hand() -> None:
    # Order: + - + - -; of six pairs of + and - five are right.
    found = one_ego([5, 4, 3, 2, 1], [True, False, True, False, False])
    assert found.auc[0] == pytest.approx(5 / 6)
    assert found.ndcg[0] == pytest.approx((1 + 1 / 2) / (1 + 1 / math.log2(3)))
    assert found.ap[0] == pytest.approx((1 + 2 / 3) / 2)


def test_who_is_level_shares_the_places() -> None:
    # One + and one - share places 1 and 2; another + and two - share 3 to 5.
    found = one_ego([2, 2, 1, 1, 1], [True, False, True, False, False])
    places = [1 / math.log2(r + 1) for r in range(1, 6)]
    assert found.auc[0] == pytest.approx((0.5 + 2 + 0 + 0.5 * 2) / 6)
    assert found.ndcg[0] == pytest.approx((sum(places[:2]) / 2 + sum(places[2:]) / 3) / (places[0] + places[1]))
    assert found.ap[0] == pytest.approx((1 / 2 + 2 / 5) / 2)


def test_only_the_first_ten_places_count() -> None:
    scores = list(range(12, 0, -1))
    assert one_ego(scores, [False] * 10 + [True, True]).ndcg[0] == 0
    assert one_ego(scores, [False] * 9 + [True] + [False] * 2).ndcg[0] == pytest.approx(1 / math.log2(11))


def test_graded_gains() -> None:
    ego = np.zeros(5, dtype=np.int64)
    found = metrics.per_ego(ego, np.array([5.0, 4, 3, 2, 1]), np.array([0.0, 3, 0, 15, 0]))
    best = 15 + 3 / math.log2(3)
    assert found.ndcg[0] == pytest.approx((3 / math.log2(3) + 15 / math.log2(5)) / best)


def test_each_ego_by_itself_and_only_those_that_can_be_measured() -> None:
    ego = np.array([3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 7, 7, 9, 9, 9, 9, 9])
    came = np.array([1, 1, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 1, 1, 1, 1, 1], bool)
    scores = np.array([1, 9, 2, 8, 3, 7, 4, 6, 5, 5, 1, 0, 1, 2, 3, 4, 5], float)
    found = metrics.per_ego(ego, scores, came)
    assert found.ego.tolist() == [1, 3]
    assert found.auc.tolist() == pytest.approx([5 / 6, 0])


def test_differences_below_a_billionth_are_none() -> None:
    assert one_ego([1.0, 1 + 1e-12, 0, 0, 0], [True, False, False, False, False]).auc[0] == pytest.approx(3.5 / 4)
    assert one_ego([1 + 1e-7, 1.0, 0, 0, 0], [True, False, False, False, False]).auc[0] == 1


def test_nothing_to_measure_is_nothing() -> None:
    assert all(math.isnan(x) for x in one_ego([1, 2], [True, False]).means())
    assert len(metrics.per_ego(np.zeros(0, np.int64), np.zeros(0), np.zeros(0, bool)).ego) == 0


@given(LISTS)
def test_law_the_negated_score_has_the_other_area(rows: list[tuple[int, bool]]) -> None:
    scores, came = [float(s) for s, _ in rows], [y for _, y in rows]
    assume(any(came) and not all(came))
    turned = one_ego([-s for s in scores], came)
    assert one_ego(scores, came).auc[0] == pytest.approx(1 - turned.auc[0])


@given(LISTS, st.randoms(use_true_random=False))
def test_law_the_order_of_the_rows_does_not_matter(rows: list[tuple[int, bool]], random: object) -> None:
    assume(any(y for _, y in rows) and not all(y for _, y in rows))
    shuffled = rows.copy()
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    a, b = (one_ego([float(s) for s, _ in r], [y for _, y in r]) for r in (rows, shuffled))
    assert a.means() == pytest.approx(b.means())


@given(st.lists(st.booleans(), min_size=5, max_size=30))
def test_law_perfect_and_constant_scores(came: list[bool]) -> None:
    assume(any(came) and not all(came))
    assert one_ego([float(y) for y in came], came).means() == pytest.approx((1, 1, 1))
    constant = one_ego([4.0] * len(came), came)
    assert constant.auc[0] == 0.5
    assert constant.ap[0] == pytest.approx(sum(came) / len(came))


@given(LISTS)
def test_law_as_scikit_learn_has_it(rows: list[tuple[int, bool]]) -> None:
    sklearn = pytest.importorskip("sklearn.metrics")
    scores, came = [float(s) for s, _ in rows], [y for _, y in rows]
    assume(any(came) and not all(came))
    found = one_ego(scores, came)
    assert found.auc[0] == pytest.approx(sklearn.roc_auc_score(came, scores))
    assert found.ap[0] == pytest.approx(sklearn.average_precision_score(came, scores))
    assert found.ndcg[0] == pytest.approx(sklearn.ndcg_score([came], [scores], k=10))


def test_shared_places_are_what_random_jitter_gives_on_average() -> None:
    rng = np.random.default_rng(3)
    scores, came = rng.integers(0, 4, 40).astype(float), rng.random(40) < 0.3
    jittered = [one_ego((scores + 1e-6 * rng.random(40)).tolist(), came.tolist()) for _ in range(2000)]
    found = one_ego(scores.tolist(), came.tolist())
    assert found.auc[0] == pytest.approx(np.mean([j.auc[0] for j in jittered]), abs=0.005)
    assert found.ndcg[0] == pytest.approx(np.mean([j.ndcg[0] for j in jittered]), abs=0.01)
