"""The conditional logit: weights that can be worked out by hand, and limits of sign."""

from __future__ import annotations

import numpy as np
import pytest

from weakties.proof import choice
from weakties.proof.choice import Choices


def pairs(times: int, right: int) -> Choices:
    """Return cases of two candidates, one of which has one more of the only feature; it is chosen in so many of the cases."""
    values = np.tile([[1.0], [0.0]], (times, 1))
    came = np.ravel([[i < right, i >= right] for i in range(times)])
    return Choices(values, np.repeat(np.arange(times), 2), came)


def test_three_of_four_is_a_weight_of_the_logarithm_of_three() -> None:
    found = pairs(100, 75)
    free = (np.array([-np.inf]), np.array([np.inf]))
    weights = choice.fit(found.values, found.case, found.came, np.full(100, 1e4), limits=free)
    assert weights[0] == pytest.approx(np.log(3), abs=1e-3)


def test_a_weight_of_the_wrong_sign_is_none() -> None:
    assert choice.fitted([pairs(100, 75)], {"more": -1}).signals["more"][2] == 0
    assert choice.fitted([pairs(100, 75)], {"more": 1}).signals["more"][2] > 0


def test_a_large_log_does_not_drown_a_small_one() -> None:
    """A hundred times the cases with the opposite lesson: ten times the weight."""
    table = [choice.fitted([pairs(400, 400), pairs(4, wrong)], {"more": 0}).signals["more"][2] for wrong in (4, 0)]
    assert table[0] > table[1] > 0
    worth = choice.fitted([pairs(400, 0), pairs(4, 4), pairs(4, 4)], {"more": 0}).signals["more"][2]
    assert worth < 0


def test_chances_of_a_case_add_up_to_one() -> None:
    case = np.array([0, 0, 1, 1, 1])
    found = choice.chances(np.array([0.0, np.log(3), 800.0, 800.0, -800.0]), case)
    assert found == pytest.approx([0.25, 0.75, 0.5, 0.5, 0.0])


def test_a_log_without_cases_teaches_nothing() -> None:
    nothing = Choices(np.zeros((0, 1)), np.zeros(0, np.int64), np.zeros(0, bool))
    both = [pairs(40, 30), nothing]
    assert choice.fitted(both, {"more": 1}) == choice.fitted(both[:1], {"more": 1})


def test_each_of_several_chosen_is_one_against_all() -> None:
    """Of two alike and one without the feature: both alike, so that w grows, or one of each."""
    values, case, free = np.array([[1.0], [1], [0]]), np.zeros(3, np.int64), (np.array([-np.inf]), np.array([np.inf]))
    both = choice.fit(values, case, np.array([True, True, False]), np.array([1e4]), limits=free)
    mixed = choice.fit(values, case, np.array([True, False, True]), np.array([1e4]), limits=free)
    assert both[0] > 5
    # SUM over the chosen of the feature is 1; expected is 2 * 2 e^w / (2 e^w + 1): equal at e^w = 1/2.
    assert mixed[0] == pytest.approx(np.log(0.5), abs=1e-3)
