"""Under invented names: nothing real is told by any page or answer, nothing real is taken, and nothing is decided."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from tests.web.conftest import Site
from tests.web.test_api import READS

from weakties.workspace import Workspace

# What nobody asks by GET of the home: the way in, the files of the page, whether it is alive.
_APART = re.compile(r"(static/|api/|enter|sign-in|sign-out|manifest|alive|present|welcome)")
_QUERIES = {
    "facts": "?id={fact}", "people.csv": "?col=tags&col=handle&col=organisation", "people": "?col=tags&col=handle", "jump": "?q=a",
    "introductions": "?q={other}&as=person", "between": "?a={who}&b={other}", "introductions.json": "?q={other}",
    "between.json": "?a={who}&b={other}", "introductions.csv": "?q={other}", "between.csv": "?a={who}&b={other}",
    "connectors/introduce": "?a={who}&b={other}",
}  # fmt: skip
_ASKED = {"/introductions": "?target={other}", "/between": "?a={who}&b={other}"}


@pytest.fixture
def told(space: Workspace) -> Workspace:
    """The small world of somebody who tagged, noted and kept a view."""
    ana, bea = space.find("ana").handle, space.find("bea").handle
    space.decide("tag", ana, tag="Lopezfamily")
    space.decide("note", ana, text="Bertassecret")
    space.decide("relation", bea, relation="friend")
    space.decide("touch", bea, on="2026-02-01", channel="call")
    return space


@pytest.fixture
def site(told: Workspace, serving: Callable[..., Site]) -> Site:
    from weakties.web.models import SavedView

    site = serving(told, incognito=True)
    SavedView.objects.create(owner="me", name="Opticians", query="tag=Lopezfamily")
    return site


def _secrets(space: Workspace) -> re.Pattern[str]:
    """Match whatever must not be told: names, addresses, ids, words, tags, files."""
    view = space.read()
    known = space.people(view=view)
    handles = [h for own in space.handles([row["person"] for row in known], view=view).values() for h in own]
    words = {"Ana", "Bea", "Carla", "Lenses", "Choir", "contract", "Lopezfamily", "Bertassecret", "Opticians"}
    words |= {row["person"] for row in known} | {h.partition(":")[2] for h in handles}
    words |= {h.partition("@")[2] for h in handles} | {record.path for record in space.imports()}
    words |= {record.id for record in space.imports()}
    return re.compile(
        r"\b(" + "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True) if word) + r")\b"
    )


def _addresses(site: Site) -> Iterator[str]:
    """Yield every address that can be got, with everything that it may be asked filled in."""
    from weakties.web.urls import urlpatterns

    rows = site.get("/people.json?sort=name").json()["rows"]
    who, other = rows[0]["person"]["id"], rows[1]["person"]["id"]
    fact = site.get(f"/api/v1/people/{who}/timeline").json()["rows"][0]["id"]
    circles = site.get("/circles.json").json()["rows"]
    parts = {
        "who": who,
        "which": circles[0]["id"] if circles else "none",
        "kind": "mail",
        "name": "none",
        "organisation": "none",
    }
    for pattern in urlpatterns:
        route = str(pattern.pattern)
        if not _APART.match(route):
            path = re.sub(r"<\w+:(\w+)>", lambda found: parts.get(found[1], "none"), route)
            yield "/" + path + _QUERIES.get(path, "").format(who=who, other=other, fact=fact)
    for one in READS:
        path = one.path.format(person=who, organisation="none")
        yield f"/api/v1{path}{_ASKED.get(one.path, '').format(who=who, other=other)}"


def test_nothing_real_is_told(site: Site) -> None:
    secret, asked = _secrets(site.space), 0
    for address in _addresses(site):
        answer = site.get(address)
        assert answer.status_code < 500, address
        text = answer.getvalue().decode(errors="replace")
        assert not (found := secret.search(text)), (address, found)
        asked += answer.status_code == 200
    assert asked > 50


def test_no_address_leads_to_an_invented_name(site: Site) -> None:
    """Anybody can make the id of somebody from an address."""
    real = {name: site.space.find(name).person for name in ("ana", "carla")}
    other = site.get("/people.json?sort=name").json()["rows"][1]["person"]["id"]
    names = {row["name"] for row in site.get("/jump?q=a").json()["rows"]}
    for text in (real["ana"], real["ana"].upper(), "ana@ana.example"):
        for address in (
            f"/introductions?q={text}&as=person", f"/introductions?q={text}", f"/introductions.json?q={text}",
            f"/between?a=me&b={text}",
            f"/between?a={text}&b={other}", f"/between.json?a=me&b={text}", f"/people/{text}", f"/people/{text}/timeline",
            f"/map/person/{text}", f"/api/v1/introductions?target={text}", f"/api/v1/between?a=me&b={text}", f"/api/v1/people/{text}",
        ):  # fmt: skip
            answer = site.get(address, HTTP_HX_REQUEST="true")
            assert not any(name in answer.content.decode() for name in names), address
            assert answer.status_code == 404 or "Nobody here" in answer.content.decode(), address
    # What is shown is taken, by the page and by programs alike.
    for address in (
        f"/introductions?q={other}&as=person",
        f"/api/v1/introductions?target={other}",
        f"/api/v1/between?a=me&b={other}",
    ):
        assert site.get(address).status_code == 200, address
    same = site.get(f"/between?a={other}&b={other}")
    assert "are one person" in same.content.decode()


def test_of_several_who_fit_none_is_told_by_a_real_id(site: Site) -> None:
    """All invented addresses are alike in part, so one word fits everybody."""
    real = {
        person
        for (person,) in site.space.read(site.served.day).connection.execute("SELECT person FROM people").fetchall()
    }
    for address in ("/introductions.json?q=masked&as=person", "/between.json?a=masked&b=me"):
        answer = site.get(address)
        assert answer.status_code == 300, address
        told = answer.content.decode()
        assert "Whom do you mean?" in told
        assert not any(person in told for person in real), address


def test_nothing_is_decided(site: Site) -> None:
    from weakties.web.models import SavedView

    who = site.get("/people.json").json()["rows"][0]["person"]["id"]
    before = site.space.decisions()
    number = str(before[-1].id)
    for path, said in (
        ("/undo", {"numbers": number}), ("/people/save", {"name": "Mine"}), ("/people/save", {"remove": "Opticians"}),
        ("/people/bulk", {"who": [who], "action": "hide"}), ("/people/add", {"name": "Dara"}), (f"/people/{who}/decide/hide", {}),
        ("/review/decide", {"merge": "x"}), ("/review/robot", {"who": who, "say": "human"}), ("/settings/change", {"minutes": "5"}),
        ("/settings/tokens/make", {"name": "x"}), ("/sources/me", {"address": "a@b.example"}), ("/circles/merge", {}),
    ):  # fmt: skip
        assert site.post(path, said).status_code == 400, path
    said = site.client.delete(f"/api/v1/decisions/{number}")
    assert said.status_code == 400
    assert "invented names" in said.json()["error"]
    assert site.space.decisions() == before
    assert [view.name for view in SavedView.objects.all()] == ["Opticians"]
    # Who looks may choose how it looks.
    assert site.post("/settings/theme", {"theme": "dark"}).status_code == 302
    page = site.get(f"/people/{who}").content.decode() + site.get("/").content.decode()
    assert "/decide/" not in page
    assert 'action="/undo"' not in page
    assert 'action="/people/bulk"' not in site.get("/people").content.decode()
