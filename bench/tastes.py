"""What outcomes teach of value, on drawn worlds: `python -m bench.tastes`.

No public set tells what came of whom. So owners are drawn to whom things come by a taste of their own: of 300 ties with drawn
parts of value, one is chosen with log-odds of six times the value by that taste. Told is where the chosen one stands among all (0
is first), for later outcomes, by the weights set by hand, by those learned, and by the taste itself.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from weakties.insight.outcomes import SHARPNESS, Choice, learned
from weakties.insight.value import WEIGHTS

Floats = NDArray[np.float64]
TASTES = {
    "as set by hand": tuple(WEIGHTS.values()),
    "weakness": (0.1, 0.1, 0.1, 0.7),
    "standing": (0.1, 0.7, 0.1, 0.1),
}
TAUGHT, OWNERS, ASKED, TIES = (1, 3, 10, 30), 40, 20, 300


def drawn(chance: np.random.Generator, taste: Floats, count: int) -> list[Choice]:
    """Return so many outcomes of an owner with that taste."""
    found = []
    for _ in range(count):
        reach = np.where(chance.random(TIES) < 0.7, 0.0, chance.beta(1, 4, TIES))
        parts = np.column_stack([reach, chance.beta(1.5, 3, TIES), chance.beta(5, 5, TIES), chance.beta(1, 3, TIES)])
        odds = np.exp(SHARPNESS * parts @ taste)
        found.append(Choice(parts, int(chance.choice(TIES, p=odds / odds.sum()))))
    return found


def place(made: list[Choice], weights: Floats) -> float:
    """Return where the chosen stand in the mean, 0 to 1."""
    return float(np.mean([(one.parts @ weights > one.parts[one.chosen] @ weights).mean() for one in made]))


def main() -> None:
    """Print the table."""
    print(f"{'taste':16}{'outcomes':>9}{'by hand':>9}{'learned':>9}{'taste':>9}")
    for name, of in TASTES.items():
        taste, hand = np.array(of), np.array(tuple(WEIGHTS.values()))
        for count in TAUGHT:
            chance = np.random.default_rng(count)
            places = []
            for _ in range(OWNERS):
                made = drawn(chance, taste, count + ASKED)
                known, later = made[:count], made[count:]
                by_outcomes = np.array(tuple(learned(known).values()))
                places.append([place(later, weights) for weights in (hand, by_outcomes, taste)])
            print(f"{name:16}{count:9}" + "".join(f"{mean:9.3f}" for mean in np.mean(places, axis=0)), flush=True)


if __name__ == "__main__":
    main()
