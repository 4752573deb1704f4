"""People and one person: found, ordered, decided on."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from dataclasses import replace
from itertools import product

import pytest
from tests.web.conftest import Site

from weakties.errors import UnknownImport
from weakties.facts import decisions
from weakties.insight import directory, people, timeline
from weakties.workspace import Workspace


def test_everybody_is_listed_and_found_by_any_part(site: Site) -> None:
    assert "3 people you know." in site.text("/people")
    for query in ("an", "ANA@", "ána", "bea.example"):
        assert "person fits that." in site.text(f"/people?q={query}") or "people fit that." in site.text(
            f"/people?q={query}"
        )
    assert "Nobody fits that." in site.text("/people?q=zzz")


@pytest.mark.parametrize(
    "odd", ["kind=nothing", "sort=;drop", "page=99999", "page=-1", "page=x", "col=nothing", "q=%00", "q=" + "x" * 500]
)
def test_an_address_that_nobody_meant_still_answers(site: Site, odd: str) -> None:
    assert site.get(f"/people?{odd}").status_code == 200


def test_what_is_typed_brings_the_list_alone(site: Site) -> None:
    part = site.get("/people?q=bea", HTTP_HX_REQUEST="true", HTTP_HX_TARGET="found").content.decode()
    assert "<html" not in part
    assert 'id="found"' in part
    assert "1 person fits that." in part


def test_a_view_is_the_same_as_json_and_as_csv(site: Site) -> None:
    told = site.get("/people.json?sort=name").json()
    assert [row["person"]["name"] for row in told["rows"]] == ["Ana", "Bea", "Carla"]
    assert (told["question"], told["total"]) == ("people", 3)
    text = site.get("/people.csv?sort=name&col=strength&col=last").content.decode()
    head, first, *_ = csv.reader(io.StringIO(text))
    assert head == ["id", "name", "strength", "last"]
    assert (first[1], first[2]) == ("Ana", str(told["rows"][0]["strength"]))


def test_no_cell_is_a_formula_in_a_spreadsheet(site: Site) -> None:
    from weakties.web.pages.listed import safe

    assert [safe(v) for v in ("=1+1", "@x", "+49 30 1234", "-3", "Ana", 0.5)] == [
        "'=1+1",
        "'@x",
        "+49 30 1234",
        "-3",
        "Ana",
        0.5,
    ]


def test_what_stands_in_the_address_stands_in_what_leads_on(site: Site) -> None:
    page = site.get("/people?q=an&sort=name&col=sent&col=last&kind=").content.decode()
    assert "/people.csv?q=an&amp;sort=name&amp;col=sent&amp;col=last" in page
    assert "/people.csv?" + '"' in site.get("/people?sort=value").content.decode()


def test_a_view_is_kept_under_a_name_and_let_go(site: Site) -> None:
    site.post("/people/save", {"name": "Quiet ones", "query": "kind=weak&sort=overdue"})
    assert "Quiet ones" in site.text("/people")
    assert 'href="/people?kind=weak&amp;sort=overdue"' in site.get("/people").content.decode()
    assert site.post("/people/save", {"name": " ", "query": ""}).status_code == 400
    site.post("/people/save", {"remove": "Quiet ones"})
    assert "Quiet ones" not in site.text("/people")


def test_several_are_tagged_at_once_and_taken_back_at_once(site: Site) -> None:
    ids = [site.id_of(name) for name in ("ana", "bea")]
    site.post("/people/bulk", {"who": ids, "action": "tag", "said": "optics"})
    assert "1 person" not in site.text("/people?tag=optics")
    assert "2 people fit that." in site.text("/people?tag=optics")
    numbers = " ".join(str(d.id) for d in site.space.decisions())
    site.post("/undo", {"numbers": numbers})
    assert not site.space.decisions()


def test_what_is_taken_back_of_several_is_what_was_made_of_them(site: Site) -> None:
    ana, bea, carla = (site.space.find(name) for name in ("ana", "bea", "carla"))
    before = site.space.decide("tag", ana.handle, tag="optics")
    site.post("/people/bulk", {"who": [ana.person, bea.person], "action": "tag", "said": "optics"})
    made = site.space.decisions()[-1]
    between = site.space.decide("tag", carla.handle, tag="glass")
    (numbers,) = re.findall(r'name="numbers" value="([\d ]+)"', site.get("/people").content.decode())
    assert numbers == str(made.id)
    site.post("/undo", {"numbers": numbers})
    assert site.space.decisions() == [before, between]
    # Whatever is decided of somebody is kept under the oldest handle, however busy another is.
    site.post("/people/bulk", {"who": [ana.person, bea.person], "action": "merge"})
    one = site.id_of("ana")
    site.post("/people/bulk", {"who": [one], "action": "cadence", "said": "30"})
    assert site.space.decisions()[-1].handle == site.space.handle_of(one) == ana.handle


@pytest.mark.parametrize(
    ("action", "said"),
    [("tag", ""), ("cadence", "often"), ("cadence", "99999"), ("snooze", "-1"), ("merge", ""), ("burn", "x")],
)
def test_what_cannot_be_done_with_several_says_what_to_say(site: Site, action: str, said: str) -> None:
    answer = site.post("/people/bulk", {"who": [site.id_of("ana")], "action": action, "said": said})
    assert answer.status_code == 400
    assert not site.space.decisions()


def test_several_are_made_one(site: Site) -> None:
    site.post("/people/bulk", {"who": [site.id_of("ana"), site.id_of("bea")], "action": "merge"})
    assert "2 people you know." in site.text("/people")


def test_the_box_at_the_side_names_whom_a_few_letters_may_mean(site: Site) -> None:
    assert [row["name"] for row in site.get("/jump?q=be").json()["rows"]] == ["Bea"]
    assert site.get("/jump?q=").json()["rows"] == []
    site.space.decide("hide", site.space.find("bea").handle)
    assert site.get("/jump?q=be").json()["rows"] == []


def test_a_search_in_memory_answers_as_the_engine_does(demo_site: Site) -> None:
    view = demo_site.space.read(demo_site.served.as_of)
    found = directory.directory(view.connection, owner="me", as_of_day=view.as_of_day)
    compared = 0
    for query, sort, kind, machines in product(
        ["", "an", "ö", "@gr", "müller"], people.SORTS, ["", "weak"], [False, True]
    ):
        positions = found.found(directory.Wanted(query=query, kind=kind, automated=machines), sort=sort)
        asked = people.Wanted("me", view.as_of_day, query=query, kind=kind, automated=machines)
        rows = people.listed(view.connection, asked, sort=sort)
        assert [found.people[position] for position in positions] == [row["person"] for row in rows], (
            query,
            sort,
            kind,
        )
        for mine, theirs in zip(found.rows(positions[:20].tolist()), rows, strict=False):
            assert mine == {name: theirs[name] for name in mine} | {"last_day": mine["last_day"]}
        compared += len(rows)
    assert compared > 5_000


def test_a_person_shows_numbers_reasons_rhythm_and_facts(site: Site) -> None:
    text = site.text(f"/people/{site.id_of('ana')}")
    for word in ("Strength", "Alive", "Embedded", "Value", "Rhythm", "In common", "Bea", "ana@ana.example", "Lenses"):
        assert word in text, word


@pytest.mark.parametrize("who", ["ana", "ana@ana.example", "Ana"])
def test_a_person_is_found_by_name_and_address_too(site: Site, who: str) -> None:
    assert "ana@ana.example" in site.text(f"/people/{who}")


def test_whom_nobody_knows_and_who_might_be_two(site: Site) -> None:
    unknown = site.get("/people/nobody-at-all")
    assert unknown.status_code == 404
    assert "Nobody here answers to" in unknown.content.decode()
    several = site.get("/people/a")
    assert several.status_code == 300
    assert "Whom do you mean?" in several.content.decode()


def test_every_fact_leads_to_its_place(site: Site) -> None:
    ana = site.id_of("ana")
    fact = site.space.timeline(ana, view=site.space.read(site.served.as_of))[1][0]["id"]
    text = site.text(f"/facts?id={fact}")
    assert "1 fact" in text
    assert "world" in text
    assert "here no more" in site.text("/facts?id=never")


def test_a_number_is_overruled_and_the_computed_one_stays_beside(site: Site) -> None:
    ana = site.id_of("ana")
    site.post(f"/people/{ana}/decide/overrule", {"number": "strength", "value": "0,75", "back": f"/people/{ana}"})
    page = site.get(f"/people/{ana}").content.decode()
    assert "0.75<s>" in page.replace("\n", "")
    assert "by you, computed" in page
    for number, value in (("strength", "2"), ("strength", "x"), ("alive", "nan"), ("answer", "0.5"), ("", "")):
        assert site.post(f"/people/{ana}/decide/overrule", {"number": number, "value": value}).status_code == 400


@pytest.mark.parametrize(
    ("kind", "said", "shown"),
    [
        ("note", {"text": "Prefers a straight question."}, "Prefers a straight question."),
        ("tag", {"tag": "optics"}, "optics"),
        ("cadence", {"days": "56"}, "A word every 8 weeks."),
        ("relation", {"relation": "close-friend"}, "close-friend"),
        ("outcome", {"what": "a customer", "on": "2026-01-05"}, "a customer, on 5 January 2026."),
        ("touch", {"channel": "call", "on": "2026-02-01"}, "In touch on 1 February 2026, on the telephone."),
    ],
)
def test_what_is_said_of_somebody_stands_on_their_page_and_can_be_taken_back(
    site: Site, kind: str, said: dict[str, str], shown: str
) -> None:
    ana = site.id_of("ana")
    assert site.post(f"/people/{ana}/decide/{kind}", {**said, "back": f"/people/{ana}"}).status_code == 302
    assert shown in site.text(f"/people/{ana}")
    site.text(f"/people/{ana}")
    (made,) = site.space.decisions()
    site.post("/undo", {"numbers": str(made.id)})
    site.text("/people")
    assert shown not in site.text(f"/people/{ana}")


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("note", {"text": " "}), ("tag", {}), ("cadence", {"days": "x"}), ("cadence", {"days": "99999"}), ("touch", {"on": "soon"}),
        ("touch", {"on": "2027-01-01"}), ("touch", {"channel": "telepathy"}), ("snooze", {"days": "0"}), ("merge", {}),
        ("merge", {"other": "ana@ana.example"}), ("outcome", {}), ("burn", {}), ("outcome", {"what": "a job", "on": "2031-01-01"}),
        ("relation", {"relation": "mentor"}), ("tag", {"tag": "x" * 501}), ("overrule", {"number": "value", "value": "0.9"}),
    ],
)  # fmt: skip
def test_what_cannot_be_decided_is_told_in_a_sentence(site: Site, kind: str, said: dict[str, str]) -> None:
    answer = site.post(f"/people/{site.id_of('ana')}/decide/{kind}", said)
    assert answer.status_code == 400
    assert "<h1>" in answer.content.decode()
    assert not site.space.decisions()


def test_merge_and_split_by_hand(site: Site) -> None:
    ana = site.id_of("ana")
    site.post(f"/people/{ana}/decide/merge", {"other": "bea@bea.example"})
    assert "2 people you know." in site.text("/people")
    # Under the oldest handle decisions are kept: the others are split off it.
    offered = re.findall(r'<option value="(email:[^"]+)"', site.get(f"/people/{site.id_of('ana')}").content.decode())
    assert offered == ["email:bea@bea.example"]
    site.post(f"/people/{site.id_of('ana')}/decide/split", {"other": "bea@bea.example"})
    assert "3 people you know." in site.text("/people")


def test_somebody_met_off_line_is_added(site: Site) -> None:
    said = {"name": "Dara Quill", "met": "the fair", "on": "2026-02-27", "note": "Knows lasers."}
    assert site.post("/people/add", said).status_code == 302
    assert "Dara Quill" in site.text("/people?q=quill")
    assert "Knows lasers." in site.text("/people/Dara%20Quill")
    assert site.post("/people/add", {"name": ""}).status_code == 400
    before = site.space.decisions()
    for wrong in ({"on": "soon"}, {"on": "2031-01-01"}, {"handle": "no handle at all"}, {"note": "x" * 20_001}):
        assert site.post("/people/add", {"name": "Edda Quill", **wrong}).status_code == 400, wrong
    assert site.space.decisions() == before
    # A profile's handle holds a stroke, which no part of an address may.
    assert (
        site.post("/people/add", {"name": "Falk", "handle": "linkedin:in/falk"}).headers["Location"] == "/people?q=Falk"
    )


def test_what_is_said_of_oneself_or_of_nobody_is_refused(site: Site) -> None:
    me = str(site.space.owners()[0]["person"])
    for kind, said in (("hide", {}), ("note", {"text": "x"}), ("human", {}), ("touch", {})):
        answer = site.post(f"/people/{me}/decide/{kind}", said)
        assert answer.status_code == 400
        assert "is whose mail this is" in answer.content.decode()
    assert site.post("/people/bulk", {"who": [site.id_of("ana"), me], "action": "hide"}).status_code == 400
    ana = site.id_of("ana")
    for kind in ("merge", "split"):
        answer = site.post(f"/people/{ana}/decide/{kind}", {"other": "bea@bea.exampel"})
        assert answer.status_code == 404
        assert "bea@bea.example" in answer.content.decode()
    assert not site.space.decisions()


def test_what_gives_way_to_a_merge_or_a_split_is_told(site: Site) -> None:
    ana = site.id_of("ana")
    site.post(f"/people/{ana}/decide/merge", {"other": "bea@bea.example"})
    site.post(f"/people/{ana}/decide/merge", {"other": "carla@carla.example"})
    site.post(f"/people/{site.id_of('carla')}/decide/split", {"other": "bea@bea.example"})
    assert "ana@ana.example and bea@bea.example are one person does not hold any more." in site.text("/people")


def test_of_several_owners_each_sees_and_takes_back_her_own(site: Site) -> None:
    ana = site.space.find("ana").handle
    theirs = [
        decisions.decide(site.space.home, "note", ana, at=1, author="berta", value={"text": "Bertassecret"}),
        decisions.decide(site.space.home, "tag", ana, at=1, author="berta", value={"tag": "Bertastag"}),
        decisions.decide(
            site.space.home, "touch", ana, at=1, author="berta", value={"on": "2026-02-01", "channel": "call"}
        ),
    ]
    own = site.space.decide("note", ana, text="My own.")
    page = site.text(f"/people/{site.id_of('ana')}")
    assert "My own." in page
    said = page + site.text("/people?col=tags") + site.get("/api/v1/decisions").content.decode()
    said += site.get("/api/v1/people/ana").content.decode()
    assert "Bertas" not in said
    for number in (*(d.id for d in theirs), f"{own.id} {theirs[0].id}"):
        assert site.post("/undo", {"numbers": str(number)}).status_code == 400
    assert len(decisions.standing(site.space.home)) == 4
    # Who is who holds for all.
    split = decisions.decide(site.space.home, "split", ana, at=1, author="berta", other="email:bea@bea.example")
    assert site.post("/undo", {"numbers": str(split.id)}).status_code == 302
    # A fact that stands in another's ledger alone is not opened.
    view = site.space.read(site.served.as_of)
    fact = site.space.timeline(site.id_of("ana"), view=view)[1][0]["id"]
    assert timeline.facts(view.connection, [fact], owners=["me"])
    assert not timeline.facts(view.connection, [fact], owners=["berta"])


def test_of_several_owners_each_takes_back_her_own_imports_alone(
    space: Workspace, serving: Callable[..., Site]
) -> None:
    (mine,) = space.imports()
    other = serving(Workspace(space.home, space.settings, owner="berta"))
    assert other.get("/api/v1/imports").json()["rows"] == []
    assert mine.id not in other.get("/sources").content.decode()
    assert other.get(f"/sources/{mine.id}").status_code == 404
    for what in ("undo", "reread", "remove-original"):
        assert other.post(f"/sources/{mine.id}/{what}").status_code == 404
    assert space.imports() == [mine]
    # Whoever shares what she has lets others look at it, and at no more.
    shared = Workspace(space.home, replace(space.settings, shared=("me",)), owner="berta")
    assert [record.id for record in shared.known_imports()] == [mine.id]
    with pytest.raises(UnknownImport):
        shared.known_import(mine.id, own=True)


def test_a_form_leads_back_to_our_own_pages_only(site: Site) -> None:
    ana = site.id_of("ana")
    for back in ("https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"):
        answer = site.post(f"/people/{ana}/decide/tag", {"tag": "x", "back": back})
        assert answer.headers["Location"] == f"/people/{ana}"
