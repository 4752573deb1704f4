"""The measuring on public sets: the weights of the other sets, rank correlation, strength from counts alone."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest
from bench.datasets import SETS, family
from tests.proof.conftest import company, log_of

from bench import declared, evaluate, friends, openings
from weakties.facts.engine import connect
from weakties.proof import protocol


def test_departments_are_one_family() -> None:
    assert {family(name) for name in SETS} == {
        "manufacturing-email",
        "email-eu-dept",
        "enron",
        "lists",
        "social-evolution",
    }


def test_every_set_has_the_published_task() -> None:
    for name in SETS:
        task = evaluate.task_of("persistence", name)
        assert task is not None
        assert task.horizon_days == (90 if name == "lists" else 30)
    assert evaluate.task_of("dormant", "social-evolution") is None
    lists = evaluate.task_of("dormant", "lists")
    assert lists is not None
    assert (lists.horizon_days, lists.silent_days) == (180, 180)


def test_each_set_weighs_the_same_in_the_four_weights() -> None:
    """A set of ten times the rows with the opposite lesson: with equal weight neither wins."""
    rng = np.random.default_rng(0)
    small = rng.normal(size=(400, 4))
    parts = [(small, small[:, 0] > 0), (np.tile(small, (10, 1)), np.tile(small[:, 0] <= 0, 10))]
    assert evaluate.fitted(parts).weights[0] == pytest.approx(0, abs=1e-6)


def test_weights_of_others_score_a_log() -> None:
    connection = log_of(company())
    known = protocol.known_at(connection, 200 * 86_400, protocol.persistence(20))
    method = evaluate.lodo(evaluate.fitted([(np.eye(4), np.array([True, False, False, True]))]))
    found = method.learn([])(known.past)
    assert method.name == "four_numbers_lodo"
    assert found.chance is not None
    assert found.order.shape == known.contact.shape
    assert np.all((found.chance > 0) & (found.chance < 1))


@pytest.mark.parametrize(
    ("score", "told", "expected"),
    [
        ([1, 2, 3], [10, 20, 30], 1.0),
        ([1, 2, 3], [3, 2, 1], -1.0),
        ([1, 2, 3, 4], [1, 2, 4, 3], 0.8),
        ([1, 1, 2], [1, 2, 3], math.sqrt(3) / 2),
    ],
)
def test_rank_correlation_by_hand(score: Sequence[float], told: Sequence[float], expected: float) -> None:
    ego = np.zeros(len(score), np.int64)
    egos, found = declared.spearman(ego, np.array(score, float), np.array(told, float))
    assert egos.tolist() == [0]
    assert found[0] == pytest.approx(expected)


def test_who_says_the_same_of_everybody_is_left_out() -> None:
    ego = np.array([0, 0, 1, 1])
    assert declared.spearman(ego, np.array([1.0, 2, 1, 2]), np.array([1.0, 1, 2, 1]))[0].tolist() == [1]


def test_strength_from_counts_alone_rises_with_what_goes_both_ways() -> None:
    ego, alter = np.zeros(4, np.int64), np.arange(1, 5)
    sent, got = np.array([0.0, 5, 10, 10]), np.array([0.0, 5, 0, 10])
    found = declared.counted(connect(), ego, alter, sent, got)
    assert found[0] == 0
    assert found[2] < found[1] < found[3]


def test_the_level_makes_chances_as_many_as_came() -> None:
    score, came, worth = np.array([0.0, 1, -1, 2]), np.array([True, False, False, True]), np.array([1.0, 1, 2, 0.5])
    found = friends.level(score, came, worth)
    assert worth @ (1 / (1 + np.exp(-(score + found)))) == pytest.approx(1.5, abs=1e-5)


def test_sets_without_letters_to_several_are_not_asked_about_strangers() -> None:
    assert (friends.report(["social-evolution"]), openings.report(["social-evolution"])) == (([], []), ([], []))


def test_an_unknown_set_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        evaluate.main(["no-such-set"])
    assert "there is no set 'no-such-set'" in capsys.readouterr().err
