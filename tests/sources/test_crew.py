"""Reading on all cores gives the same results in the same order, also when a helper dies."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from weakties.sources import ReadOptions, crew
from weakties.sources.crew import Crew
from weakties.sources.mail import MailSource

MESSAGE = (
    "From ana@example.com Fri May 25 12:00:00 2001\nFrom: ana@example.com\nTo: p{n}@example.com\nMessage-ID: <{n}@x>\n"
)
MESSAGE += "Date: Fri, 25 May 2001 12:00:00 +0000\nSubject: Number {n}\n\nCould you send me number {n}?\n\n"


def doubled(batch: list[int]) -> list[int]:
    """Return twice each number; kill whoever is asked to double 13."""
    if 13 in batch and os.environ.get("IN_A_HELPER"):
        os.kill(os.getpid(), signal.SIGKILL)
    print("a reader that prints must not disturb the answers")
    return [2 * n for n in batch]


def process(_: int) -> int:
    """Return who does the work."""
    return os.getpid()


def test_the_work_is_done_by_helpers() -> None:
    with Crew(process, helpers=2) as hands:
        assert os.getpid() not in set(hands.map(range(40)))


@pytest.mark.parametrize("helpers", [0, 2, 3])
def test_results_come_in_the_order_of_the_batches(helpers: int) -> None:
    with Crew(doubled, helpers=helpers) as hands:
        assert list(hands.map([[n, n + 1] for n in range(40, 90)])) == [[2 * n, 2 * n + 2] for n in range(40, 90)]


def test_a_helper_that_dies_costs_no_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IN_A_HELPER", "1")
    with Crew(doubled, helpers=2) as hands:
        monkeypatch.delenv("IN_A_HELPER")
        assert list(hands.map([[n] for n in range(30)])) == [[2 * n] for n in range(30)]


def test_where_no_helper_can_be_started_the_work_is_done_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", "/nowhere/python")
    with Crew(doubled, helpers=2) as hands:
        assert list(hands.map([[n] for n in range(9)])) == [[2 * n] for n in range(9)]


def test_an_error_of_the_function_is_told(tmp_path: Path) -> None:
    with Crew(len, helpers=0) as hands, pytest.raises(TypeError):
        list(hands.map([3]))  # type: ignore[list-item]


def test_a_mailbox_read_by_many_is_the_mailbox_read_by_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "many.mbox"
    path.write_text("".join(MESSAGE.format(n=n) for n in range(700)), encoding="utf-8")
    found = []
    for many in (1, 2):
        monkeypatch.setattr(crew, "cores", lambda many=many: many)
        found.append(list(MailSource().read(path, ReadOptions())))
    assert found[0] == found[1]
    assert len(found[0]) == 700
