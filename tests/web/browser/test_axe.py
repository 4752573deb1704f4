"""Every page, in both themes, is without a finding of axe-core; on a telephone none is too wide, and none squeezes its words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.web.browser.conftest import Live

from weakties.web.chrome import PLACES
from weakties.workspace import Workspace


def pages(space: Workspace) -> list[str]:
    """Return every kind of page there is."""
    person = f"/people/{space.find('Þórdís Hvannberg').person}"
    fact = space.timeline(person.rpartition("/")[2], view=space.read())[1][0]["id"]
    circle = space.circles()[0].id
    more = (
        person, f"{person}/timeline", f"/facts?id={fact}", "/people/add", "/people?q=zzz", "/people?col=handle&col=tags", "/more",
        "/people/nobody-at-all", "/help", f"/circles/{circle}", "/introductions?q=Norrhamn", "/robustness",
    )  # fmt: skip
    return [place.path for place in PLACES] + list(more)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_page_has_a_finding(live: Callable[..., Live], demo: Workspace, axe: Path, theme: str) -> None:
    site = live(demo, theme=theme)
    found = []
    for path in pages(demo):
        site.go(path)
        found += [f"{path}: {finding}" for finding in site.axe()]
    # A page that tells of an error is an error to the browser too.
    site.odd[:] = [said for said in site.odd if "404" not in said]
    assert not found, "\n".join(found)


# Paragraphs in sight that stand in a column of a word or two.
SQUEEZED = """[...document.querySelectorAll("p, dd, figcaption")]
    .filter((each) => each.checkVisibility() && each.innerText.length > 50 && each.clientWidth > 1 && each.clientWidth < 110)
    .map((each) => each.innerText.slice(0, 60))"""


def test_no_page_is_wider_than_a_telephone_nor_squeezes_its_words(live: Callable[..., Live], demo: Workspace) -> None:
    site = live(demo, width=390)
    wide, squeezed = {}, {}
    for path in pages(demo):
        site.go(path)
        if (width := site.page.evaluate("document.documentElement.scrollWidth")) > 390:
            wide[path] = width
        if words := site.page.evaluate(SQUEEZED):
            squeezed[path] = words[:3]
    site.odd[:] = [said for said in site.odd if "404" not in said]
    assert wide == {}
    assert squeezed == {}


def test_the_way_in_and_the_first_page_have_no_finding(live: Callable[..., Live], empty: Workspace, axe: Path) -> None:
    site = live(empty, as_of=None)
    assert site.page.url.endswith("/welcome")
    assert site.axe() == []
    site.page.context.clear_cookies()
    site.go("/")
    assert site.heading() == "This page opens by a link."
    assert site.axe() == []
    site.odd[:] = [said for said in site.odd if "403" not in said]
