"""What the server draws: names that have room, whatever they are, and circles that are named once."""

from __future__ import annotations

from itertools import pairwise

import pytest

from weakties.answers import Person
from weakties.panorama import Band, Disc
from weakties.web.draw.ego import MOST, WIDTH, Near, ego
from weakties.web.draw.labels import clipped, width
from weakties.web.draw.overview import overview

_LONG = "Wolfeschlegelsteinhausenbergerdorff Maximiliana von und zu Niederwimmeringen"
_NAMES = (_LONG, "佐伯 陽子" * 6, "ليان الزهراني", "M" * 60, "i", "")


def near(many: int) -> list[Near]:
    """Return people whom both know, of three circles and of none."""
    people = (Person(f"p{n}", _NAMES[n % len(_NAMES)], ()) for n in range(many))
    return [Near(each, n % 14, n % 4 - 1, _LONG) for n, each in enumerate(people)]


@pytest.mark.parametrize("many", [1, 3, 8, 60])
def test_names_stand_in_rows_that_do_not_meet_and_stay_in_the_drawing(many: int) -> None:
    drawn = ego(_LONG, {"strength": 0.4}, near(many))
    rows = [spot.y for spot in drawn.spots]
    # Letters are 20 high on a telephone.
    assert all(low - high >= 25 for high, low in pairwise(rows))
    assert rows[-1] + 20 <= drawn.height
    assert all(drawn.others + 16 + width(spot.shown, 20) <= drawn.left + drawn.wide for spot in drawn.spots)
    assert 20 + 40 + width(drawn.name, 25) <= WIDTH
    for patch in drawn.patches:
        own = [spot.y for spot in drawn.spots if spot.near.circle == patch.circle]
        assert patch.y < min(own) <= max(own) < patch.y + patch.height
    assert drawn.more == max(0, many - MOST)


def test_berry_is_for_a_word_that_is_due() -> None:
    assert not ego("Ana", {}, near(3)).due
    assert ego("Ana", {}, near(3), due=True).due


def test_how_many_both_know_is_told_though_fewer_are_drawn() -> None:
    drawn = ego("Ana", {}, near(8), known=48)
    assert "48 people whom both know" in drawn.text
    assert drawn.more == 40


def test_a_name_is_cut_where_its_room_ends() -> None:
    assert clipped("Ana", 20, 200) == "Ana"
    cut = clipped(_LONG, 20, 200)
    assert cut.endswith("…")
    assert width(cut, 20) <= 200
    assert width("佐伯", 20) > width("ab", 20)


def test_no_name_of_a_circle_lies_over_another_or_outside() -> None:
    discs = [Disc(n, f"c{n}", f"{_NAMES[n % 4]} {n}", 90 - n, (n % 6) / 4, (n // 6) / 4, 0.1) for n in range(36)]
    drawn = overview(discs, [Band(0, 1, 3, 2.0), Band(2, 3, 1, 0.01)])
    assert drawn is not None
    named = [spot for spot in drawn.spots if spot.shown]
    assert len(named) > 3
    boxes = [(spot.x - width(spot.shown, 15) / 2, spot.x + width(spot.shown, 15) / 2, spot.y) for spot in named]
    for place, (left, right, y) in enumerate(boxes):
        assert 0 <= left < right <= drawn.width
        for other_left, other_right, other_y in boxes[:place]:
            assert right <= other_left or left >= other_right or abs(y - other_y) >= 15
    assert [line[4] for line in drawn.lines] == [4, 1]


def test_without_circles_there_is_no_drawing() -> None:
    assert overview([], []) is None
