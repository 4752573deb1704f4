"""Who two steps away is likely to come into touch: graphs small enough to walk by hand."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from weakties.network import likely
from weakties.proof.features import Floats, Whole
from weakties.ties.regression import Weights


def graph(ties: Sequence[tuple[int, int, float]], people: int) -> tuple[Whole, Whole, Floats]:
    """Return ties (a, b, weight) as compressed sparse rows."""
    both = sorted([(a, b, w) for a, b, w in ties] + [(b, a, w) for a, b, w in ties])
    owner, other, weight = (np.array(column) for column in zip(*both, strict=True))
    starts = np.concatenate([[0], np.cumsum(np.bincount(owner, minlength=people))])
    return starts, other, weight.astype(np.float64)


# 0 knows 1 and 2, who both know 3; 2 knows 4, who knows 5; 1 and 2 know each other.
TIES = [(0, 1, 4.0), (0, 2, 1.0), (1, 3, 9.0), (2, 3, 0.25), (2, 4, 4.0), (4, 5, 1.0), (1, 2, 1.0)]


def test_two_steps_are_contacts_of_contacts_and_nobody_nearer() -> None:
    who, common, paths = likely.two_steps(*graph(TIES, 7), 0)
    assert (who.tolist(), common.tolist()) == ([3, 4], [2, 1])
    assert paths == pytest.approx([np.sqrt(36) / 3 + np.sqrt(0.25) / 4, np.sqrt(4) / 4])


def test_who_knows_nobody_has_nobody_two_steps_away() -> None:
    who, common, paths = likely.two_steps(*graph(TIES, 7), 6)
    assert (len(who), len(common), len(paths)) == (0, 0, 0)


def test_the_walk_on_two_people_by_hand() -> None:
    """Of 0 and 1 alone: after each step .15 + .85 of what was at the other, and at the other .85 of what was here."""
    starts, other, _ = graph([(0, 1, 1.0)], 2)
    here, there = 1.0, 0.0
    for _ in range(likely.ROUNDS):
        here, there = 0.15 + 0.85 * there, 0.85 * here
    assert likely.walk(starts, other, 0) == pytest.approx([here, there])
    assert here == pytest.approx(1 / 1.85, abs=0.08)


def test_the_walk_is_somewhere_and_favours_who_is_reached_by_more_ways() -> None:
    starts, other, _ = graph(TIES, 7)
    place = likely.walk(starts, other, 0)
    assert place.sum() == pytest.approx(1)
    assert place[3] > place[4] > place[5] > place[6] == 0


def test_features_by_hand() -> None:
    known = {"paths": [0.499], "walk": [0.01], "degree": [5], "silent": [19], "beside": [0.4]}
    found = likely.features({name: np.array(v, np.float64) for name, v in known.items()})
    assert found == pytest.approx(np.log([[0.5, 0.01, 5, 20, 0.5]]))


def test_reasons_and_the_level_add_up_to_the_score() -> None:
    weights = Weights(-3.0, dict.fromkeys(likely.RISES, (1.0, 2.0, 0.5)))
    found = np.array([[1.0, 3, 1, 1, 1], [0.0, 0, 0, 0, 0]])
    parts = likely.contributions(found, weights)
    assert parts.tolist() == [[0, 0.5, 0, 0, 0], [-0.25] * 5]
    assert likely.scores(found, weights).tolist() == [-2.5, -4.25]


def test_shipped_weights_have_their_signs() -> None:
    signs = {name: np.sign(w) for name, (_, _, w) in likely.shipped().signals.items()}
    assert signs == {"paths": 1, "walk": 1, "degree": -1, "silent": -1, "beside": 1}
