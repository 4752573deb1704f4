"""Whether a chance means what it says, and how far luck alone takes one from it."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from weakties.proof import calibration


def test_brier_by_hand() -> None:
    assert calibration.brier(np.array([0.8, 0.3]), np.array([True, False])) == pytest.approx((0.04 + 0.09) / 2)
    assert math.isnan(calibration.brier(np.zeros(0), np.zeros(0, bool)))


def test_bins_and_error_by_hand() -> None:
    chance = np.repeat([0.1, 0.9], 50)
    came = np.concatenate([np.arange(50) < 10, np.arange(50) < 40])
    found = calibration.reliability(chance, came, np.arange(100))
    assert [b.pairs for b in found.bins] == [50, 50]
    assert [x for b in found.bins for x in (b.said, b.came)] == pytest.approx([0.1, 0.2, 0.9, 0.8])
    assert found.ece == pytest.approx(0.1)


def test_ten_bins_of_equal_mass() -> None:
    found = calibration.reliability(np.linspace(0, 1, 1000), np.zeros(1000, bool), np.arange(1000))
    assert [b.pairs for b in found.bins] == [100] * 10


def test_exact_chances_lie_within_the_band_and_exaggerated_ones_outside() -> None:
    rng = np.random.default_rng(5)
    inside = 0
    for _ in range(40):
        chance = rng.beta(1, 4, 1500)
        came = rng.random(1500) < chance
        inside += calibration.reliability(chance, came, np.arange(1500), draws=200).within
        assert not calibration.reliability(np.minimum(1.6 * chance, 1), came, np.arange(1500), draws=200).within
    assert inside >= 34


def test_two_directions_of_a_pair_share_their_luck() -> None:
    chance = np.full(400, 0.3)
    apart = calibration.reliability(chance, chance > 1, np.arange(400))
    shared = calibration.reliability(chance, chance > 1, np.arange(400) // 2)
    # Half as many draws: the root of two wider.
    ratio = (shared.bins[0].high - shared.bins[0].low) / (apart.bins[0].high - apart.bins[0].low)
    assert ratio == pytest.approx(math.sqrt(2), abs=0.25)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 8), st.booleans()), min_size=1, max_size=60), st.randoms(use_true_random=False)
)
def test_law_bins_do_not_depend_on_the_order_of_rows(rows: list[tuple[int, bool]], random: object) -> None:
    shuffled = rows.copy()
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    a, b = (
        calibration.reliability(
            np.array([s / 8 for s, _ in r]), np.array([y for _, y in r]), np.arange(len(r)), draws=20
        )
        for r in (rows, shuffled)
    )
    assert [x.pairs for x in a.bins] == [x.pairs for x in b.bins]
    assert [x.said for x in a.bins] == pytest.approx([x.said for x in b.bins])
    assert [x.came for x in a.bins] == pytest.approx([x.came for x in b.bins])
    assert a.ece == pytest.approx(b.ece)
    assert sum(x.pairs for x in a.bins) == len(rows)
    assert 0 <= a.ece <= 1


def test_without_pairs_nothing_is_said() -> None:
    found = calibration.reliability(np.zeros(0), np.zeros(0, bool), np.zeros(0, np.int64))
    assert found.bins == ()
    assert math.isnan(found.ece)
