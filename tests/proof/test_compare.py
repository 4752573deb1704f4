"""All methods on one log: what is said of them, and that odd logs get a sentence."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from xml.etree import ElementTree

import numpy as np
import pytest
from tests.proof.conftest import DAY, Event, company, log_of

from weakties.errors import WeaktiesError
from weakties.proof import compare, protocol, tables
from weakties.proof.calibration import Bin, Reliability
from weakties.proof.compare import METHODS, Comparison
from weakties.proof.methods import Fixed, Scores

PERSISTENCE, DORMANT = protocol.persistence(20), protocol.dormant(20)


@pytest.fixture(scope="module")
def found(events: list[Event]) -> Comparison:
    return compare.compare(log_of(events), PERSISTENCE, dataset="company", resamples=300)


def test_one_row_for_each_method_with_all_that_is_promised(found: Comparison) -> None:
    rows = tables.rows(found)
    assert {row["method"] for row in rows} == {m.name for m in METHODS} - dict(found.left_out).keys()
    assert {row["method"] for row in rows} >= {"weakties", "ir", "logistic_4", "logistic_24", "logistic_28"}
    promised = {"dataset", "task", "horizon", "method", "auc", "ndcg_at_10", "ap", "brier", "ece", "ci", "beats"}
    for row in rows:
        assert promised <= row.keys()
        assert 0 <= row["auc"] <= 1
        if row["method"] != "weakties":
            difference, low, high = row["ci"]["auc"]
            assert low <= difference <= high
            assert row["beats"]["auc"] == {"above": difference > 0, "sure": low > 0 or high < 0}
    json.dumps([rows, tables.summary(found)], allow_nan=False)


def test_the_same_log_gives_the_same_numbers(events: list[Event], found: Comparison) -> None:
    again = compare.compare(log_of(events[::-1]), PERSISTENCE, dataset="company", resamples=300)
    for one, other in zip(tables.rows(found), tables.rows(again), strict=True):
        for name in ("auc", "ndcg_at_10", "ap", "brier", "ece"):
            assert one[name] == pytest.approx(other[name], abs=1e-9)


def test_the_skill_is_against_the_logistic_of_ones_own_mail(found: Comparison) -> None:
    ours, reference = found.of("weakties"), found.of("logistic_24")
    assert ours.brier is not None
    assert reference.brier is not None
    assert ours.skill == pytest.approx(1 - ours.brier / reference.brier)
    assert reference.skill == 0
    assert found.of("recency").brier is None


def test_who_is_ahead_of_us_is_said(events: list[Event]) -> None:
    """A baseline that could not do better, and ours turned upside down."""
    worst = Fixed("weakties", "upside down", lambda past: Scores(past.pairs.column("recency")))
    best = Fixed("recency", "the right way up", lambda past: Scores(-past.pairs.column("recency")))
    turned = compare.compare(log_of(events), PERSISTENCE, dataset="company", methods=[worst, best], resamples=300)
    said = " ".join(tables.sentences(turned))
    assert "By AUC recency orders better than weakties, beyond chance." in said
    assert "By AUC weakties is ahead of 0 of 1 others beyond chance." in said
    text = tables.text(turned)
    assert text.count(" !") == 2
    straight = [Fixed("weakties", "", best.formula), Fixed("recency", "", worst.formula)]
    right = compare.compare(log_of(events), PERSISTENCE, dataset="company", methods=straight, resamples=300)
    assert "By AUC weakties is ahead of 1 of 1 others beyond chance." in tables.text(right)
    level = [Fixed("weakties", "", best.formula), Fixed("recency", "", best.formula)]
    same = compare.compare(log_of(events), PERSISTENCE, dataset="company", methods=level, resamples=300)
    assert "recency is as good as weakties, as far as these pairs can tell." in tables.text(same)


def test_one_person_is_drawn_by_contacts() -> None:
    connection = log_of(company(), egos=["p3"])
    one = compare.compare(connection, PERSISTENCE, dataset="p3", resamples=200)
    assert one.drawn == "contacts"
    assert one.egos == 1
    low, high = (one.of("frequency").better["auc"].low, one.of("frequency").better["auc"].high)
    assert low < high
    assert "drawn over contacts and cut-offs" in tables.text(one)


def test_dormant_ties(events: list[Event]) -> None:
    asleep = compare.compare(log_of(events), DORMANT, dataset="company", resamples=50)
    assert len(asleep.cuts) == 2
    assert "silent for 20 days or longer" in tables.head(asleep)


def test_what_cannot_learn_is_left_out_with_its_reason() -> None:
    events = company(people=40, days=110)
    short = compare.compare(log_of(events), protocol.persistence(50), dataset="short", resamples=50)
    assert dict(short.left_out)["logistic_24"] == "the log does not reach back one horizon before the first cut-off"
    assert "Left out ir, ir_shared, logistic_4" in tables.text(short)
    assert short.of("weakties").skill is None


LOGS: dict[str, Sequence[Event]] = {
    "one message": [("ana", "ben", 3, 1)],
    "one day": [("ana", f"p{n}", 3 + n / 100, 1) for n in range(50)],
    "one pair, ten thousand identical gaps": [("ana", "ben", n / 4, 1) for n in range(10_000)],
    "nothing but oneself": [("ana", "ana", n, 1) for n in range(9)],
    "nothing": [],
    "everybody on the same second": [("ana", f"p{n % 30}", 5, 1) for n in range(90)],
    "before 1970": [("ana", f"p{n}", -400 - n, 1) for n in range(30)],
    "all in touch all the time": [("ana", f"p{n % 9}", n / 9, 1) for n in range(2_000)],
}


@pytest.mark.parametrize("name", LOGS)
@pytest.mark.parametrize("task", [PERSISTENCE, DORMANT], ids=lambda t: t.name)
def test_a_log_that_shows_nothing_gets_a_sentence(name: str, task: protocol.Task) -> None:
    with pytest.raises(WeaktiesError, match=r"too little to measure|no message between two people") as caught:
        compare.compare(log_of(LOGS[name]), task, dataset=name)
    assert caught.value.hint


def test_identical_gaps_and_dates_far_ahead_are_bounded() -> None:
    """Eight bots write every hour, eight people fall silent one by one; one event is dated in the year 2255."""
    bots = [("me", f"bot{n % 8}", n / 24, 1) for n in range(24 * 100)]
    people = [(f"p{n}", "me", day + n / 100, 1) for n in range(8) for day in range(0, 15 * (n + 1), 3)]
    connection = log_of([*bots, *people, ("me", "bot1", 104_000, 1)], egos=["me"])
    found = compare.compare(connection, PERSISTENCE, dataset="bots", resamples=50)
    for row in tables.rows(found):
        assert 0 <= row["auc"] <= 1
        assert row["brier"] is None or 0 <= row["brier"] <= 1
    assert max(found.cuts) < 200 * DAY


CURVE = Reliability((Bin(10, 0.1, 0.0, 0.0, 0.3), Bin(10, 0.8, 0.9, 0.5, 1.0)), 0.1, (0.02, 0.15))


def test_the_plot_in_characters() -> None:
    assert tables.plot_text(CURVE, width=10).splitlines() == [
        "    pairs  said  came  0        1",
        "       10  0.10  0.00  xo--",
        "       10  0.80  0.90       ---ox-",
    ]


def test_the_drawing_is_whole_and_has_its_numbers_in_words() -> None:
    drawn = tables.plot_svg(CURVE, title="a < b & c")
    root = ElementTree.fromstring(drawn)
    space = "{http://www.w3.org/2000/svg}"
    assert root.findtext(f"{space}title") == "a < b & c"
    assert root.get("stroke") == "currentColor"
    points = root.findall(f"{space}circle")
    assert [p.findtext(f"{space}title") for p in points] == [
        "10 pairs: said 0.100, came 0.000, exact 0.000 to 0.300",
        "10 pairs: said 0.800, came 0.900, exact 0.500 to 1.000",
    ]
    assert float(points[0].get("cy") or 0) > float(points[1].get("cy") or 0)


def test_chances_of_others_are_within_bounds(found: Comparison, events: list[Event]) -> None:
    trial = protocol.trial(log_of(events), 200 * DAY, PERSISTENCE)
    for method in METHODS:
        if method.name in dict(found.left_out):
            continue
        chance = method.learn(trial.taught)(trial.asked.past).chance
        if chance is not None:
            assert np.all((chance >= 0) & (chance <= 1))
            assert not math.isnan(float(chance.sum()))
