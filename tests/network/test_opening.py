"""Which common contact would open the door."""

from __future__ import annotations

import numpy as np
import pytest

from weakties.network import opening
from weakties.ties.regression import Weights

KNOWN: dict[str, list[float]] = {
    "last_x": [3, 40], "last_y": [7, 2], "strength_x": [0.5, 2.0], "strength_y": [0.25, 0.0], "degree": [10, 0], "silent": [0, 1],
    "introduced": [4, 0], "joint": [9, opening.NEVER_DAYS], "beside": [0, 3],
}  # fmt: skip


def known(**changed: float) -> dict[str, np.ndarray[tuple[int], np.dtype[np.float64]]]:
    return {name: np.array([changed.get(name, values[0]), values[1]], np.float64) for name, values in KNOWN.items()}


def test_features_by_hand() -> None:
    found = opening.features(known())
    expected = [
        [np.log(4), np.log(0.251), np.log(0.501), np.log(10), 0, np.log(5), np.log(10), 0],
        [np.log(3), np.log(0.001), np.log(2.001), 0, np.log(2), 0, np.log(3651), np.log(4)],
    ]
    assert found == pytest.approx(np.array(expected))


def test_reasons_add_up_to_the_score() -> None:
    weights = Weights(0.0, {name: (1.0, 2.0, float(sign)) for name, sign in opening.RISES.items()})
    found = opening.features(known())
    parts = opening.contributions(found, weights)
    assert parts.shape == (2, len(opening.RISES))
    assert parts[0, 0] == pytest.approx(-(np.log(4) - 1) / 2)
    assert opening.scores(found, weights) == pytest.approx(parts.sum(axis=1))


@pytest.mark.parametrize(
    ("number", "value", "better"),
    [
        ("last_x", 5, False),
        ("strength_y", 0.4, True),
        ("degree", 50, False),
        ("introduced", 9, True),
        ("joint", 2, True),
    ],
)
def test_more_of_it_moves_the_score_one_way(number: str, value: float, *, better: bool) -> None:
    weights = opening.shipped()
    before, after = (opening.scores(opening.features(k), weights)[0] for k in (known(), known(**{number: value})))
    assert bool(after > before) is better


def test_no_shipped_weight_speaks_against_its_sign() -> None:
    assert all(w * opening.RISES[name] > 0 for name, (_, _, w) in opening.shipped().signals.items())


def test_chances_of_all_candidates_are_one() -> None:
    assert opening.chances(np.array([0.0, np.log(3), -np.inf])) == pytest.approx([0.25, 0.75, 0])
    assert len(opening.chances(np.zeros(0))) == 0
