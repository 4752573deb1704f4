"""Introductions, circles, connectors, organisations, who is within reach, overlooked, and what hangs on one person."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.web.conftest import Site

from weakties.testing import World
from weakties.workspace import open_workspace

AS_OF = date(2026, 3, 1)
# A choir of four, a firm of four; Gil is in both, and leads to Zoe at Acme, to whom nobody else does.
WORLD = """
2025-06-01  ana -> bea, col, me         email x6 every 9d "Choir"
2025-06-02  bea -> ana, dov, me         email x6 every 9d "Choir"
2025-06-03  col -> dov, bea, me         email x6 every 9d "Choir"
2025-06-01  eli@firm -> fay@firm, hal@firm, me    email x6 every 9d "Offer"
2025-06-02  fay@firm -> eli@firm, iva@firm, me    email x6 every 9d "Offer"
2025-06-03  hal@firm -> iva@firm, fay@firm, me    email x6 every 9d "Offer"
2025-06-04  gil <-> me                  email x9 every 9d
2025-06-05  gil -> ana, bea, me         email x4 every 9d "Choir"
2025-06-06  gil -> fay@firm, hal@firm, me    email x4 every 9d "Offer"
2025-06-07  me -> ana, bea, col         email x3 every 9d "Choir"
2025-06-08  me -> eli@firm, fay@firm, hal@firm    email x3 every 9d "Offer"
2025-09-01  gil -> zoe@acme, me         email x3 every 9d "Lenses"
"""
HOSTILE = '"><img src=x onerror=alert(1)><script>alert(1)</script>'
PAGES = (
    "/introductions",
    "/between",
    "/circles",
    "/connectors",
    "/organisations",
    "/loose",
    "/overlooked",
    "/robustness",
    "/robustness/found",
)
LISTS = ("circles", "connectors", "organisations", "loose", "overlooked", "robustness")
Serving = Callable[..., Site]


@pytest.fixture
def worlds(told: Callable[..., World], serving: Serving) -> Site:
    return serving(told(WORLD, as_of=AS_OF).workspace, as_of=AS_OF)


def _text(site: Site, path: str) -> str:
    """Return what is to be read on a page, with its stops where they stand."""
    return re.sub(r" ([.,;:”])", r"\1", site.text(path)).replace("“ ", "“")


def _circle(site: Site) -> dict[str, Any]:
    rows: list[dict[str, Any]] = site.get("/circles.json").json()["rows"]
    return next(row for row in rows if row["name"] == "Choir")


# Introductions.


def test_a_way_is_drawn_weighed_and_drafted(worlds: Site) -> None:
    page = worlds.get("/introductions?q=zoe&for=A+question+of+lenses.").content.decode()
    text = _text(worlds, "/introductions?q=zoe&for=A+question+of+lenses.")
    assert "One way to Zoe." in text
    assert "You ask Gil, who brings you and Zoe together." in text
    assert "would you introduce me to Zoe" in text
    assert "A question of lenses." in text
    assert "Open in mail" in text
    assert 'href="mailto:gil@' in page
    # Everything that is drawn stands in the table too, and what was weighed opens.
    assert page.count('class="ln ') >= 2
    assert 'id="why-1"' in page


def test_whom_one_knows_needs_no_introduction(worlds: Site) -> None:
    text = _text(worlds, "/introductions?q=ana&as=person")
    assert "You know Ana yourself." in text
    assert "Open in mail" not in text


def test_an_organisation_is_taken_as_its_people(worlds: Site) -> None:
    text = _text(worlds, "/introductions?q=firm&as=organisation")
    assert "ways to people at firm.example." in text
    assert "4 people" in text


def test_a_name_that_fits_several_offers_them(told: Callable[..., World], serving: Serving) -> None:
    site = serving(
        told("2025-06-01  ana@one <-> me  email x5\n2025-06-01  ana@two <-> me  email x5", as_of=AS_OF).workspace
    )
    page = site.get("/introductions?q=ana").content.decode()
    assert "people go by that name" in page
    links = re.findall(r'href="(/introductions\?as=person&amp;q=[^"]+)"', page)
    assert len(links) == 2
    assert "You know Ana" in _text(site, links[0].replace("&amp;", "&"))


def test_who_is_unknown_is_told_with_what_would_help(worlds: Site) -> None:
    text = _text(worlds, "/introductions?q=nobodyatall")
    assert "Nobody here answers to" in text
    assert "Add a source" in text


def test_no_way_is_told_with_what_would_help(told: Callable[..., World], serving: Serving) -> None:
    space = told("2025-06-01  ana <-> me  email x5", as_of=AS_OF).workspace
    space.add_person("Far Away", handle="far@away.example")
    text = _text(serving(space), "/introductions?q=Far+Away&hops=2")
    assert "No way to Far Away yet." in text
    assert "Look one tie further" in text


def test_a_list_of_targets_is_answered_in_one_table(worlds: Site) -> None:
    answer = worlds.post("/introductions/targets", {"targets": "zoe\n\nana\nnobodyatall\nzoe\n"})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "3 targets, and whom to ask." in page
    assert "you know them" in page
    assert "Nobody and nothing here answers to" in page


def test_a_list_comes_as_a_file_and_goes_as_one(worlds: Site) -> None:
    file = io.BytesIO(b"note,target\nx,zoe\ny,ana\n")
    file.name = "list.csv"
    answer = worlds.post("/introductions/targets", {"file": file, "form": "csv"})
    assert answer["Content-Type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    assert [(row["asked"], row["target"], row["hops"]) for row in rows] == [("zoe", "Zoe", "Gil"), ("ana", "Ana", "")]


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"targets": " \n "}, "The list is empty."),
        ({"targets": "\n".join(f"name {n}" for n in range(201))}, "The list names 201 targets."),
    ],
)
def test_a_list_that_is_none_is_told(worlds: Site, sent: dict[str, str], said: str) -> None:
    answer = worlds.post("/introductions/targets", sent)
    assert answer.status_code == 400
    assert said in answer.content.decode()


def test_a_file_that_is_no_text_is_told(worlds: Site) -> None:
    file = io.BytesIO(b"\xff\xfe\x00\x01")
    file.name = "../../etc/passwd"
    answer = worlds.post("/introductions/targets", {"file": file})
    assert answer.status_code == 400
    assert "no CSV in UTF-8" in answer.content.decode()


def test_chains_between_two_people(worlds: Site) -> None:
    assert "between you and Zoe" in _text(worlds, "/between?a=me&b=zoe")
    assert "No chain leads from you to Zoe." in _text(worlds, "/between?a=me&b=zoe&hops=1")
    assert "are one person" in _text(worlds, "/between?a=ana&b=ana")
    assert "Nobody here answers to" in _text(worlds, "/between?a=me&b=nobodyatall")
    rows = worlds.get("/between.json?a=me&b=zoe").json()["rows"]
    assert [p["name"] for p in rows[0]["people"]] == ["", "Gil", "Zoe"]


# Circles.


def test_circles_are_listed_and_one_is_seen_from_inside(worlds: Site) -> None:
    assert "Your people live in two circles" in _text(worlds, "/circles")
    circle = _circle(worlds)
    page = worlds.get(f"/circles/{circle['id']}").content.decode()
    for name in ("Ana", "Bea", "Col", "Dov"):
        assert name in page
    assert 'class="net inner"' in page
    assert page.count('<circle class="node"') + page.count('<circle class="hollow"') >= 4
    assert "firm.example" in page


def test_a_circle_is_renamed_and_that_is_taken_back(worlds: Site) -> None:
    circle = _circle(worlds)
    answer = worlds.post(f"/circles/{circle['id']}/rename", {"name": "  The   altos ", "back": "/circles"})
    assert (answer.status_code, answer["Location"]) == (302, "/circles")
    page = worlds.get("/circles").content.decode()
    assert "Choir is called The altos." in page
    assert "The altos" in {row["name"] for row in worlds.get("/circles.json").json()["rows"]}
    numbers = re.search(r'name="numbers" value="(\d+)"', page)
    assert numbers is not None
    worlds.post("/undo", {"numbers": numbers[1], "back": "/circles"})
    assert "Choir" in {row["name"] for row in worlds.get("/circles.json").json()["rows"]}


def test_two_circles_are_made_one(worlds: Site) -> None:
    one, other = (row["id"] for row in worlds.get("/circles.json").json()["rows"])
    assert worlds.post("/circles/merge", {"one": one, "other": other}).status_code == 302
    assert worlds.get("/circles.json").json()["total"] == 1
    again = worlds.post("/circles/merge", {"one": one, "other": one})
    assert again.status_code in (400, 404)


def test_a_circle_that_is_none_is_told(worlds: Site) -> None:
    assert worlds.get("/circles/nothing").status_code == 404
    assert worlds.post("/circles/nothing/rename", {"name": "x"}).status_code == 404
    assert worlds.post(f"/circles/{_circle(worlds)['id']}/rename", {"name": "  "}).status_code == 400


def test_the_navigation_counts_circles_once_they_are_known(worlds: Site) -> None:
    def counted() -> bool:
        return bool(re.search(r'href="/circles"[^>]*>.*?Circles<b>2</b>', worlds.get("/").content.decode(), re.S))

    assert not counted()
    worlds.get("/circles")
    assert counted()


# Connectors, organisations, within reach.


def test_connectors_open_their_reasons(demo_site: Site) -> None:
    page = demo_site.get("/connectors").content.decode()
    assert "brings people together most" in page
    assert 'popovertarget="c-1"' in page
    assert 'id="c-1"' in page
    assert "You, year by year" in page
    assert "Effective size" in page
    a, b = re.search(r"/connectors/introduce\?a=([^&]+)&amp;b=([^\"]+)\"", page).groups()  # type: ignore[union-attr]
    both = demo_site.get(f"/connectors/introduce?a={a}&b={b}").content.decode()
    assert both.count("may I introduce you to") == 2
    assert both.count("mailto:") == 2
    assert demo_site.get(f"/connectors/introduce?a={a}&b={a}").status_code == 400
    assert demo_site.get("/connectors/introduce").status_code in (400, 404)


def test_an_organisation_is_found_by_the_name_that_a_person_shows(demo_site: Site) -> None:
    told = demo_site.get("/people.json").json()["rows"]
    names = sorted({row["organisation"] for row in told if row["organisation"]})
    assert len(names) > 30
    for name in names:
        answer = demo_site.client.get("/organisations/" + name.replace("/", "%2F").replace("?", "%3F"))
        assert answer.status_code == 200, name


def test_an_organisation_has_its_people_and_the_best_way_in(worlds: Site) -> None:
    text = _text(worlds, "/organisations/firm.example")
    assert "is your best way into firm.example." in text
    assert "There now 4" in text
    assert "Over the years" in text
    rows = worlds.get("/organisation.json?name=firm.example").json()
    assert len(rows["rows"]) == 4
    assert "Gil could bring you into acme.example." in _text(worlds, "/organisations/acme.example")


def test_organisations_are_filtered_and_ordered(worlds: Site) -> None:
    def names(query: str) -> list[str]:
        return [row["name"] for row in worlds.get(f"/organisations.json?{query}").json()["rows"]]

    assert names("")[0] == "firm.example"
    assert names("sort=name") == sorted(names("")) != names("")
    assert names("q=ACM") == ["acme.example"]
    assert "acme.example" not in names("show=touch")
    assert "acme.example" in names("show=none")
    assert set(names("show=none")).isdisjoint(names("show=touch"))
    assert "No organisation fits that." in _text(worlds, "/organisations?q=zzz")


def test_words_that_fit_several_organisations_lead_to_the_list(worlds: Site) -> None:
    answer = worlds.get("/organisations/example")
    assert (answer.status_code, answer["Location"]) == (302, "/organisations?q=example")
    assert worlds.get("/organisations/nothing-like-it").status_code == 404


def test_who_is_within_reach_stands_with_through_whom(worlds: Site) -> None:
    text = _text(worlds, "/loose")
    assert "are one introduction away." in text
    assert "Through Gil." in text
    assert "“Lenses”" in text
    assert "1 person within reach fits that." in _text(worlds, "/loose?org=acme")
    assert "Nobody within reach fits that." in _text(worlds, "/loose?org=nowhere")
    link = f"/introductions?q={worlds.id_of('zoe')}&as=person"
    assert link.replace("&", "&amp;") in worlds.get("/loose").content.decode()
    # Where it leads, the box says what somebody would type, not an id.
    there = worlds.get(link).content.decode()
    assert re.search(r'<input type="search" id="q" name="q" value="zoe@[^"]+"', there)
    assert f'value="{worlds.id_of("zoe")}"' not in there


# Overlooked.


def test_the_overlooked_are_settled_and_set_aside(demo_home: Path, tmp_path: Path, serving: Serving) -> None:
    import shutil

    shutil.copytree(demo_home, tmp_path / "home")
    site = serving(open_workspace(tmp_path / "home"), as_of=date(2026, 3, 3))
    first = site.get("/overlooked.json").json()["rows"][0]["person"]
    page = site.get("/overlooked").content.decode()
    assert f'action="/people/{first["id"]}/decide/touch"' in page
    assert "Close in private, on no business network" in page
    # Sentences write days as pages do: the others stand in what machines read.
    told = [paragraph for paragraph in page.split("<p>") if "It began at work on " in paragraph]
    assert told
    assert not [paragraph for paragraph in told if re.search(r"began at work on \d{4}-", paragraph)]
    done = site.post(f"/people/{first['id']}/decide/touch", {"channel": "call", "back": "/overlooked"})
    assert done["Location"] == "/overlooked"
    after = site.get("/overlooked").content.decode()
    assert f'action="/people/{first["id"]}/decide/touch"' not in after
    assert "spoken to within the month" in after


def test_only_a_group_that_there_is_is_shown_alone(demo_site: Site) -> None:
    text = _text(demo_site, "/overlooked?group=fell-out")
    assert "All groups" in text
    assert "Close in private, on no" not in text
    assert "Close in private, on no" in _text(demo_site, "/overlooked?group=nothing")


# Robustness.


def test_what_hangs_on_whom_comes_after_the_page(worlds: Site) -> None:
    page = worlds.get("/robustness").content.decode()
    assert 'hx-get="/robustness/found"' in page
    assert "<noscript>" in page
    part = worlds.get("/robustness/found", HTTP_HX_REQUEST="true").content.decode()
    assert "<html" not in part
    assert "lose the way to 1 person" in part
    # What was worked out once is there at once.
    assert "lose the way to 1 person" in worlds.get("/robustness").content.decode()
    one = _text(worlds, f"/robustness?whole=1&who={worlds.id_of('gil')}")
    assert "Zoe" in one


# All of them.


@pytest.mark.parametrize("name", LISTS)
def test_each_list_is_the_same_as_json_and_as_csv(worlds: Site, name: str) -> None:
    told = worlds.get(f"/{name}.json").json()
    assert set(told) >= {"as_of", "question", "formula", "rows", "total"}
    answer = worlds.get(f"/{name}.csv")
    assert answer["Content-Disposition"].startswith("attachment")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    assert len(rows) == told["total"] == len(told["rows"])


@pytest.mark.parametrize("path", PAGES)
def test_an_almost_empty_home_says_what_fills_each_page(
    told: Callable[..., World], serving: Serving, path: str
) -> None:
    space = told("2025-06-01  ana <-> me  email x2", as_of=AS_OF).workspace
    assert serving(space).get(path).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/introductions?q=",
        "/between?a=me&b=",
        "/organisations?q=",
        "/loose?topic=",
        "/loose?q=",
        "/robustness?whole=1&who=",
    ],
)
def test_what_is_asked_for_is_written_as_text(worlds: Site, path: str) -> None:
    from urllib.parse import quote

    for text in (HOSTILE, "\x00", "x" * 5_000, "‮gnp"):
        answer = worlds.get(path + quote(text))
        assert answer.status_code in (200, 404)
        assert "<img src=x" not in answer.content.decode()
        assert "<script>alert" not in answer.content.decode()


def test_a_hostile_name_of_a_circle_is_text_everywhere(worlds: Site) -> None:
    circle = _circle(worlds)
    worlds.post(f"/circles/{circle['id']}/rename", {"name": HOSTILE})
    for path in ("/circles", f"/circles/{circle['id']}", "/people", "/introductions?q=zoe"):
        page = worlds.get(path).content.decode()
        assert "<img src=x" not in page
        assert "<script>alert" not in page


@pytest.mark.parametrize(
    "odd", ["page=99999", "page=x", "sort=nothing", "hops=99", "way=7", "as=nothing", "show=nothing"]
)
def test_an_address_that_nobody_meant_still_answers(worlds: Site, odd: str) -> None:
    for path in ("/introductions?q=zoe&", "/organisations?", "/loose?", "/between?a=me&b=zoe&"):
        assert worlds.get(path + odd).status_code == 200


def test_under_invented_names_nobody_is_named_and_nothing_decided(demo_home: Path, serving: Serving) -> None:
    site = serving(open_workspace(demo_home), as_of=date(2026, 3, 3), incognito=True)
    for path in PAGES:
        text = site.text(path) if path != "/robustness/found" else site.get(path).content.decode()
        for name in ("Kwesi", "Marchetti", "Tallvik", "Radulescu", "tallvik.example"):
            assert name not in text, (path, name)
    shown = site.get("/loose.json").json()["rows"][0]["person"]
    page = site.get(f"/introductions?q={shown['id']}&as=person").content.decode()
    assert shown["name"] in page
    assert "would you introduce me" not in page
    circle = site.get("/circles.json").json()["rows"][0]["id"]
    page = site.get(f"/circles/{circle}").content.decode()
    assert "/rename" not in page
    assert site.post(f"/circles/{circle}/rename", {"name": "x"}).status_code == 400
    assert site.post("/circles/merge", {"one": circle, "other": circle}).status_code == 400
    assert site.get("/connectors/introduce?a=x&b=y").status_code == 400
    assert "decide/touch" not in site.get("/overlooked").content.decode()


def test_a_chain_between_namesakes_offers_them_on_either_side(told: Callable[..., World], serving: Serving) -> None:
    world = "2025-06-01  ana@one <-> me  email x5\n2025-06-01  ana@two <-> me  email x5"
    site = serving(told(world, as_of=AS_OF).workspace)
    for path, end in (("/between?a=me&b=ana", ""), ("/between?a=ana&b=me", "&amp;b=me")):
        links = re.findall(r'href="(/between\?a=[^"]*)" data-row', site.get(path).content.decode())
        assert len(links) == 2
        assert all(link.endswith(end) for link in links)
        assert "between" in _text(site, links[0].replace("&amp;", "&"))


def test_who_is_hidden_is_gone_with_the_next_page(demo_home: Path, tmp_path: Path, serving: Serving) -> None:
    import shutil

    from weakties.web.served import Served, serve
    from weakties.workspace.at_hand import AtHand

    shutil.copytree(demo_home, tmp_path / "home")
    space = open_workspace(tmp_path / "home")
    site = serving(space, as_of=date(2026, 3, 3))
    # What is counted anew is not waited for.
    hand = AtHand(space, patience=0)
    serve(Served(space, hand, date(2026, 3, 3)))
    who = space.find("kwesi.adomboilunde@tallvik.example").person
    pages = ["/circles", "/connectors", "/organisations", "/organisations/tallvik", "/loose", "/overlooked"]
    pages += ["/introductions?q=buyer", "/robustness/found", "/connectors.json", "/organisation.json?name=tallvik"]
    pages += [f"/circles/{row['id']}" for row in site.get("/circles.json").json()["rows"][:2]]
    before = {path for path in pages if who in site.get(path).content.decode()}
    assert len(before) >= 5
    site.post(f"/people/{who}/decide/hide", {"back": "/people"})
    site.get("/people")
    assert {path for path in pages if who in site.get(path).content.decode()} == set()
    hand.close()


@pytest.mark.parametrize(
    "query", ["q=a", "org=skerry", "topic=group", "title=manager", "q=a&sort=worth", "org=film&sort=likely"]
)
def test_a_part_of_those_within_reach_is_who_is_asked_for_alone(
    demo_site: Site, monkeypatch: pytest.MonkeyPatch, query: str
) -> None:
    from weakties.web.pages import loose

    chosen = demo_site.get(f"/loose.json?{query}").json()["rows"]
    # With a limit so low nobody is chosen from what is known: all is walked again.
    monkeypatch.setattr(loose, "MOST", 0)
    assert demo_site.get(f"/loose.json?{query}").json()["rows"] == chosen
