"""The map: circles drawn by the server, the network as a stream, somebody beside it."""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
from tests.web.conftest import Site, plain

from weakties.panorama import HOW
from weakties.testing import World
from weakties.web.draw.columns import PLACE

_KINDS = {"i2": "<i2", "u2": "<u2", "u1": "u1"}
# Two circles of friends who write to each other, with me among them.
CIRCLES = "\n".join(
    f"2025-0{month}-{day:02d}  {a} -> {b}, me            email x3 every 9d"
    for month, names in ((1, ("ana", "bea", "cleo", "dan")), (3, ("eve", "fay", "gil", "hal")))
    for day, (a, b) in enumerate(((names[i], names[j]) for i in range(4) for j in range(i)), 1)
) + "\n".join(
    f"\n2025-06-{n + 1:02d}  {name} <-> me            email x4 every 5d" for n, name in enumerate(("ana", "eve", "hal"))
)


def frames(raw: bytes) -> list[dict[str, Any]]:
    """Read the frames of a stream as the browser does."""
    found, at = [], 0
    while at < len(raw):
        head, body = (int.from_bytes(raw[at + n : at + n + 4], "little") for n in (0, 4))
        said = json.loads(raw[at + 8 : at + 8 + head])
        begin = at + 8 + head
        for name, kind in said["columns"]:
            column = np.frombuffer(raw, _KINDS[kind], said["n"], begin)
            said[name] = column.tolist()
            begin += column.nbytes
        at += 8 + head + body
        assert begin == at
        found.append(said)
    return found


def streamed(site: Site, query: str = "") -> list[dict[str, Any]]:
    """Ask for the network."""
    answer = site.get(f"/map/data{query}")
    assert answer.status_code == 200
    return frames(b"".join(answer.streaming_content))


def told_of(parts: list[dict[str, Any]], what: str, column: str) -> list[Any]:
    """Return a column of all frames of a kind."""
    return [value for part in parts if part["what"] == what for value in part[column]]


def test_the_circles_are_drawn_named_and_listed_without_a_script(demo_site: Site) -> None:
    page = demo_site.get("/map").content.decode()
    drawing = re.search(r"<svg class=\"net overview\".*?</svg>", page, re.S)
    assert drawing is not None
    assert "Halden Sensing" in drawing[0]
    assert drawing[0].count('<circle class="hull') == page.count("data-circle=")
    table = plain(page).partition("The circles as a table")[2]
    assert "Tallvik Laboratory" in table
    assert "in 19 circles" in plain(page) or "circles, the largest" in plain(page)


def test_a_circle_is_listed_without_a_script(demo_site: Site) -> None:
    page = demo_site.get("/map").content.decode()
    link = re.search(r'href="(/map\?[^"#]*circle=[^"#]*)#focus"', page)
    assert link is not None
    focused = demo_site.get(link[1].replace("&amp;", "&")).content.decode()
    rows = re.search(r"<tbody data-focus-rows>(.*?)</tbody>", focused, re.S)
    assert rows is not None
    assert rows[1].count("<tr>") > 5


def test_places_are_finite_and_ties_lead_to_people_who_are_there(demo_site: Site) -> None:
    parts = streamed(demo_site, "?inferred=1")
    about = parts[0]
    assert (about["what"], parts[-1]["what"]) == ("about", "end")
    ids, names = told_of(parts, "people", "ids"), told_of(parts, "people", "names")
    assert len(ids) == len(names) == len(set(ids)) == about["people"] > 400
    x, y = (np.array(told_of(parts, "people", at)) / PLACE for at in ("x", "y"))
    left, right, low, high = about["bounds"]
    assert left - 1e-3 <= x.min() < x.max() <= right + 1e-3
    assert low - 1e-3 <= y.min() < y.max() <= high + 1e-3
    a, b = told_of(parts, "ties", "a"), told_of(parts, "ties", "b")
    assert len(a) == about["ties"] > 1000
    assert max(a + b) < len(ids)
    assert set(told_of(parts, "ties", "how")) == set(range(len(HOW)))
    own = np.array(told_of(parts, "people", "step"))
    assert (np.diff(own) >= 0).all(), "my contacts come first"
    for circle in about["circles"]:
        lives = np.array(told_of(parts, "people", "circle")) == circle["place"]
        assert (np.hypot(x[lives] - circle["x"], y[lives] - circle["y"]) <= circle["r"] + 1e-3).all()


def test_what_is_inferred_comes_only_where_it_is_asked_for(demo_site: Site) -> None:
    sure = told_of(streamed(demo_site), "ties", "how")
    assert HOW.index("inferred") not in sure
    assert len(sure) < len(told_of(streamed(demo_site, "?inferred=1"), "ties", "how"))


def test_my_contacts_alone_are_fewer(demo_site: Site) -> None:
    mine = streamed(demo_site, "?whom=mine")
    assert set(told_of(mine, "people", "step")) == {1}
    assert mine[0]["people"] < streamed(demo_site, "?whom=all")[0]["people"]


def test_the_stream_is_packed_and_small(demo_site: Site) -> None:
    answer = demo_site.get("/map/data", HTTP_ACCEPT_ENCODING="gzip")
    packed = b"".join(answer.streaming_content)
    assert answer["Content-Encoding"] == "gzip"
    assert frames(gzip.decompress(packed)) == streamed(demo_site)
    assert len(packed) < 40_000
    # The first frame can be read before the second came.
    first = next(iter(demo_site.get("/map/data", HTTP_ACCEPT_ENCODING="gzip").streaming_content))
    assert frames(zlib.decompressobj(31).decompress(first))[0]["what"] == "about"


def test_who_is_hidden_or_forgotten_is_neither_drawn_nor_named(
    told: Callable[..., World], serving: Callable[..., Site]
) -> None:
    site = serving(told(CIRCLES).workspace)
    assert {"Ana", "Bea", "Hal"} <= set(told_of(streamed(site), "people", "names"))
    ana = site.id_of("ana")
    site.post(f"/people/{ana}/decide/hide", {"back": "/map"})
    parts = streamed(site)
    assert "Ana" not in told_of(parts, "people", "names")
    assert ana not in told_of(parts, "people", "ids")
    assert "Bea" in told_of(parts, "people", "names")
    site.space.forget(site.space.to_forget("hal").marks)
    assert "Hal" not in told_of(streamed(site), "people", "names")
    assert "Hal" not in site.text("/map")


def test_under_invented_names_nothing_is_said_of_anybody(
    told: Callable[..., World], serving: Callable[..., Site]
) -> None:
    site = serving(told(CIRCLES).workspace, incognito=True)
    parts = streamed(site)
    names = told_of(parts, "people", "names")
    assert len(names) == 8
    assert not {"Ana", "Bea", "Eve"} & set(names)
    assert not set(told_of(parts, "people", "ids")) & {site.id_of("ana"), site.id_of("eve")}
    page = site.get("/map").content.decode()
    assert "Ana" not in page
    assert "ana.example" not in page
    card = site.get(f"/map/person/{told_of(parts, 'people', 'ids')[0]}", HTTP_HX_REQUEST="true")
    assert names[0] in card.content.decode()


def test_hostile_names_are_text(told: Callable[..., World], serving: Callable[..., Site]) -> None:
    space = told(CIRCLES).workspace
    hostile = '<script>alert(1)</script>"><img src=x>'
    made = space.add_person(hostile, handle="eve2@eve.example")
    space.decide("touch", made.handle, on="2026-02-01", channel="call")
    space.rename_circle(space.circles()[0].id, hostile)
    site = serving(space)
    page = site.get("/map").content.decode()
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "&lt;script&gt;" in page
    parts = streamed(site)
    assert hostile in [circle["name"] for circle in parts[0]["circles"]]
    # The stream is data: names are as they are, and the browser writes them as text.
    assert hostile in told_of(parts, "people", "names")
    who = told_of(parts, "people", "ids")[told_of(parts, "people", "names").index(hostile)]
    card = site.get(f"/map/person/{who}", HTTP_HX_REQUEST="true").content.decode()
    assert "<script>alert" not in card
    assert "&lt;script&gt;" in card


def test_the_card_tells_the_four_numbers_and_leads_to_the_person(demo_site: Site) -> None:
    who = told_of(streamed(demo_site), "people", "ids")[0]
    card = demo_site.get(f"/map/person/{who}", HTTP_HX_REQUEST="true")
    text = card.content.decode()
    assert all(word in text for word in ("Strength", "Alive", "Embedded", "Value"))
    assert f'href="/people/{who}"' in text
    assert "<html" not in text
    assert demo_site.get(f"/map/person/{who}")["Location"] == f"/people/{who}"
    assert demo_site.get("/map/person/nobody-here", HTTP_HX_REQUEST="true").status_code == 404


def test_wrong_words_in_the_address_are_told(demo_site: Site) -> None:
    for path, said in (
        ("/map?whom=foes", "not known"),
        ("/map?circle=none", "no such circle"),
        ("/map/data?whom=x", "not known"),
    ):
        answer = demo_site.get(path)
        assert answer.status_code == 400
        assert said in answer.content.decode()


def test_people_without_ties_make_a_map_that_says_so(site: Site) -> None:
    assert "no circle among them yet" in site.text("/map")
    assert "Carla" in told_of(streamed(site), "people", "names")
