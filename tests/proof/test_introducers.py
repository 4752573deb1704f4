"""Rules held against each other on cases that can be counted by hand."""

from __future__ import annotations

import numpy as np
import pytest
from tests.proof.test_openings import KNOWN, Letter, cases_of

from weakties.errors import WeaktiesError
from weakties.network import opening
from weakties.proof import choice, introducers, openings, protocol, ranking
from weakties.proof.openings import Cases

TASK = protocol.introducer(30)


def met(times: int) -> list[Letter]:
    """Return as many introductions by bea, each of a couple of its own, whom carl and dora know as well."""
    lines: list[Letter] = []
    for n in range(times):
        day = 100.0 * n
        both = (f"x{n}", f"y{n}")
        lines += [(day + i, who, one) for i, who in enumerate(("carl", "dora", "bea")) for one in both]
        lines += [(day + 5, "bea", " ".join(both)), (day + 6 + n, *both)]
    return lines


@pytest.fixture
def cases() -> Cases:
    return cases_of(met(4))[0]


def test_ranks_share_places() -> None:
    case, came = np.array([0, 0, 0, 0, 1, 1, 1]), np.array([0, 1, 0, 0, 0, 0, 1], bool)
    score = np.array([3.0, 2, 2, 1, 5, 5, 5])
    assert introducers.ranks(case, score, came).tolist() == [2.5, 2.0]


def test_every_rule_by_hand() -> None:
    found, people = cases_of([*KNOWN, (7, "bea", "xia"), (10, "bea", "xia yan"), (20, "yan", "xia")])
    (bea,) = np.flatnonzero(found.candidate == people["bea"])
    p, q = 0.5 ** (10 / 60) + 0.5 ** (3 / 60), 0.5 ** (9 / 60)
    expected = {
        "degree": 2,
        "min_count": 1,
        "min_strength": q,
        "geometric": np.sqrt(p * q),
        "sum": p + q,
        "geometric_degree": np.sqrt(p * q) / np.log(4),
        "recent_both": -9,
    }
    said = {rule.name: rule.score(found)[bea] for rule in introducers.RULES if rule.name != "random"}
    assert said == pytest.approx(expected)


def test_our_score_takes_whole_days() -> None:
    found, people = cases_of([*KNOWN, (10.4, "bea", "xia yan"), (20, "yan", "xia")])
    (bea,) = np.flatnonzero(found.candidate == people["bea"])
    row = dict(zip(opening.RISES, introducers.features(found)[bea], strict=True))
    assert row["newer"] == pytest.approx(np.log1p(9))
    assert row["weaker"] == pytest.approx(np.log(0.5 ** (10.4 / 60) + 1e-3))


def test_who_wrote_last_to_both_is_named_first(cases: Cases) -> None:
    found = introducers.compare(cases, TASK, dataset="log", resamples=50)
    assert (found.counts["cases"], found.counts["candidates"]) == (4, 3)
    assert found.of("recent_both").numbers["mrr"] == 1
    # Everybody has the same ties.
    assert found.of("min_count").numbers["mrr"] == 0.5
    assert found.of("min_count").numbers["hit_at_1"] == 0
    assert found.of("min_count").numbers["auc"] == 0.5
    assert found.of("weakties").numbers["mrr"] == 1
    better = found.of("min_count").better["mrr"]
    assert (better.value, better.low, better.high) == (0.5, 0.5, 0.5)


def test_what_is_said_of_it(cases: Cases) -> None:
    found = introducers.compare(cases, TASK, dataset="log", resamples=50)
    text = ranking.text(found)
    assert "log: introducer, in touch within 30 days; 4 possible introductions, 4 took, 4 cases" in text
    assert "recent_both are as good as weakties, as far as these pairs can tell." in text
    assert text.index("\nweakties ") < text.index("\nrandom ")
    row = ranking.rows(found)[0]
    assert {
        "dataset",
        "task",
        "horizon",
        "method",
        "auc",
        "ndcg_at_10",
        "ap",
        "brier",
        "ece",
        "ci",
        "beats",
    } <= row.keys()
    assert (row["method"], row["task"], row["horizon"], row["mrr"], row["brier"]) == (
        "weakties",
        "introducer",
        30,
        1,
        None,
    )
    assert ranking.summary(found)["cases"] == 4
    assert len(ranking.heading(found)) == len(ranking.cells(found)[0])


def test_the_later_half_begins_when_the_earlier_is_known() -> None:
    found, _ = cases_of(met(4))
    earlier, later = introducers.split(found)
    assert earlier.at.tolist() == found.at[:2].tolist()
    assert later.at.tolist() == found.at[2:].tolist()
    assert later.case.tolist() == [0, 0, 0, 1, 1, 1]
    assert later.came.sum() == 2
    close, _ = cases_of([*KNOWN, (10, "bea", "xia yan"), (12, "bea", "xia yan"), (20, "yan", "xia")])
    earlier, later = introducers.split(close)
    assert (len(earlier.at), len(later.at)) == (0, 1)


def test_weights_that_cases_teach_name_who_it_was() -> None:
    found, _ = cases_of(met(8))
    weights = choice.fitted([introducers.choices(found)], opening.RISES)
    said = introducers.compare(found, TASK, dataset="log", rules=(introducers.ours(weights),), resamples=10)
    assert said.of("weakties").numbers["hit_at_1"] == 1


def test_a_log_without_introductions_says_so() -> None:
    nothing, _ = cases_of(KNOWN)
    with pytest.raises(WeaktiesError, match="no introduction to measure anything on: of 0 messages"):
        introducers.compare(nothing, TASK, dataset="log")
    assert openings.FEWEST_CANDIDATES == 3
