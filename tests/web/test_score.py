"""The proof page shows what was measured on the owner's own log and on public sets, and help leads everywhere."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from scripts.write_published import FILE, text

from weakties.proof.published import of_page, published
from weakties.testing import World
from weakties.web.chrome import PLACES
from weakties.web.draw.calibration import calibration
from weakties.workspace import open_workspace

from .conftest import AS_OF, Site

# Enough people and years for cut-offs, and to learn from.
LIVELY = "\n".join(
    f'{year}-{month:02d}-{1 + n % 27:02d}  {who} <-> me  email x{1 + (n * month) % 4} every {3 + n}d "Lenses"'
    for year in (2023, 2024, 2025)
    for month in range(1, 13)
    for n, who in enumerate(("ana", "bea", "carla", "dan", "eva", "finn", "gus", "hana", "ida", "jon", "kai", "lea"))
    if (n + month + year) % (2 + n % 5) == 0
)


def test_what_is_shipped_is_what_the_page_of_the_docs_says() -> None:
    assert FILE.read_text(encoding="utf-8") == text()
    first = published().questions[0]
    assert first.title == "Whom will I be in touch with?"
    assert first.tables[0].rows[0][0] == "weakties"
    assert all(len(row) == len(table.head) for q in published().questions for table in q.tables for row in table.rows)


def test_a_page_without_marks_says_nothing() -> None:
    assert of_page("# How good?\n").questions == ()


def test_nothing_measured_is_said_with_a_way_to_do_it(site: Site) -> None:
    page = site.text("/score")
    assert "Nobody has measured yet" in page
    assert "logistic_24" in page


def test_a_measurement_is_kept_and_shown_with_its_day(told: Callable[..., World], serving: Callable[..., Site]) -> None:
    site = serving(told(LIVELY, as_of=AS_OF).workspace)
    where = site.post("/score/measure", {"task": "persistence"}).headers["Location"]
    site.served.jobs.settle()
    (job,) = site.served.jobs.all()
    assert job.state == "done", job.said
    assert "It is done." in site.text(where)
    page = site.text("/score")
    assert "as of 1 March 2026" in page
    assert "weakties" in page
    kept = site.space.measured("persistence")
    assert kept is not None
    assert kept["said"][0] in page
    assert {row[0] for row in kept["cells"]} >= {"weakties", "recency", "frequency"}
    # Whoever imports more has other facts, of which nobody has measured.
    site.space.add_person("Nora New")
    site.space.refresh()
    assert site.space.measured("persistence") is None


def test_too_little_to_measure_is_told(site: Site) -> None:
    where = site.post("/score/measure", {"task": "introducer"}).headers["Location"]
    site.served.jobs.settle()
    (job,) = site.served.jobs.all()
    assert job.state in ("failed", "done")
    assert site.get(where).status_code == 200
    assert site.post("/score/measure", {"task": "luck"}).status_code == 400


def test_the_plot_says_what_is_to_be_seen() -> None:
    drawn = calibration(
        [
            {"pairs": 10, "said": 0.2, "came": 0.3, "low": 0.1, "high": 0.25},
            {"pairs": 5, "said": 1, "came": 1, "low": 1, "high": 1},
        ]
    )
    assert drawn is not None
    assert drawn.text.startswith("In 1 of 2 groups")
    assert drawn.points[1].x == drawn.one
    assert calibration([]) is None


def test_help_leads_to_every_page_also_in_an_empty_home(
    site: Site, serving: Callable[..., Site], tmp_path: Path
) -> None:
    page = site.get("/help").content.decode()
    assert all(f'href="{place.path}"' in page for place in PLACES)
    empty = serving(open_workspace(tmp_path / "empty"), as_of=None)
    assert empty.get("/help").status_code == 200
    assert empty.get("/score").status_code == 200
    assert empty.get("/settings").status_code == 200
    assert json.loads(FILE.read_text())["on"]
