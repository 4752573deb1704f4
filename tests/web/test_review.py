"""Review asks who is who, takes each answer as a decision, and lets it be taken back."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from weakties.insight.doubtful import Doubt
from weakties.testing import World

from .conftest import AS_OF, Site, plain

# Two addresses of one name that never meet; a shop that writes alone and is written to.
DOUBTS = """
2025-01-05  ana <-> me            email x12 every 14d "Lenses"
2025-02-02  me -> newsletter      email x2 every 9d "A question"
2025-02-01  newsletter -> me      email x8 every 9d "Offers"
"""


@pytest.fixture
def demo(demo_site: Site) -> Site:
    return demo_site


def keys(page: str) -> list[str]:
    return re.findall(r'name="q" value="([0-9a-f]{16})"', page)


def test_nobody_in_doubt_is_said(site: Site) -> None:
    assert "Nobody is in doubt." in site.text("/review")


def test_both_sides_are_shown_with_what_speaks_for_it(demo: Site) -> None:
    page = demo.get("/review").content.decode()
    pairs = demo.space.review()
    assert pairs, "the demo world has probable merges"
    words = plain(page)
    assert pairs[0]["reasons"].split("\n")[0] in words
    assert "Not the same" in words
    (first, *_) = keys(page)
    compared = demo.text(f"/review/compare?q={first}")
    assert "What speaks for one person, and what against." in compared


def test_a_question_that_nobody_asks_is_told(demo: Site) -> None:
    assert demo.get("/review/compare?q=0000").status_code == 400
    assert demo.post("/review/decide", {"merge": ""}).status_code == 400
    assert demo.post("/review/robot", {"who": "nobody", "say": "human"}).status_code == 404
    assert demo.post("/review/robot", {"say": "maybe"}).status_code == 400


def test_an_answer_is_a_decision_and_the_question_goes(
    told: Callable[..., World], serving: Callable[..., Site], demo_home: object, tmp_path: object
) -> None:
    import shutil
    from pathlib import Path

    from weakties.cli.demo import END
    from weakties.workspace import open_workspace

    home = Path(str(tmp_path)) / "home"
    shutil.copytree(str(demo_home), home)
    site = serving(open_workspace(home), as_of=END)
    first, second, *_ = keys(site.get("/review").content.decode())
    site.post("/review/decide", {"later": first})
    page = site.get("/review").content.decode()
    assert first not in page
    assert "1 question put off" in plain(page)
    site.post("/review/anew")
    before = len(site.space.decisions())
    site.post("/review/decide", {"split": "", "q": [first, second]})
    made = site.space.decisions()[before:]
    assert {d.kind for d in made} == {"split"}
    assert len(made) >= 2
    page = site.get("/review").content.decode()
    assert first not in page
    assert second not in page
    site.post("/undo", {"numbers": " ".join(str(d.id) for d in made)})
    assert first in site.get("/review").content.decode()


def test_a_machine_that_was_written_to_is_doubtful_until_decided(
    told: Callable[..., World], serving: Callable[..., Site]
) -> None:
    site = serving(told(DOUBTS, as_of=AS_OF).workspace)
    doubts = site.space.doubtful()
    assert [type(d) for d in doubts] == [Doubt]
    (doubt,) = doubts
    assert "newsletter" in doubt.speaks_for
    page = site.text("/review")
    assert doubt.against in page
    site.post("/review/robot", {"who": doubt.person, "say": "human"})
    assert site.space.decisions()[-1].kind == "human"
    assert "No machine that you wrote to" in site.text("/review")


def test_nothing_is_decided_under_invented_names(demo: Site) -> None:
    demo.served.incognito = True
    page = demo.get("/review").content.decode()
    assert 'name="merge"' not in page
    assert demo.post("/review/decide", {"merge": "x"}).status_code == 400
    # Nor is a place in a real file told.
    news = demo.get("/api/v1/news").json()["rows"]
    assert news
    assert not any(row["place"] for row in news)
