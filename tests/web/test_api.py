"""The interface for programs: the rows of the contract, tokens that may so much and no more, a description that is true."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest
from tests.web.conftest import AS_OF, Site

from weakties.insight.people import SORTS
from weakties.ties.scored import OVERRULED
from weakties.web.api import reads, writes
from weakties.web.api.answering import ROUTES
from weakties.web.api.openapi import described
from weakties.web.api.route import Route
from weakties.workspace import Workspace, sayings

DESCRIPTION = Path(__file__).resolve().parents[2] / "docs" / "reference" / "openapi.json"
# What has to be asked for, by the path of the route.
WANTED: Mapping[str, str] = {"/introductions": "?target=Norrhamn", "/between": "?a=me&b=%C3%9E%C3%B3rd%C3%ADs"}
PARTS: Mapping[str, str] = {"person": "Þórdís Hvannberg", "organisation": "Norrhamn Optics"}
READS = [route for route in ROUTES if route.method == "get"]


def token(scopes: str) -> dict[str, str]:
    from weakties.web.models import Token

    return {"HTTP_AUTHORIZATION": f"Bearer {Token.issue('a test', scopes)}"}


def address(route: Route) -> str:
    return f"/api/v1{route.path.format(**PARTS)}{WANTED.get(route.path, '')}"


@pytest.mark.parametrize("route", READS, ids=lambda route: route.path)
def test_what_is_answered_is_what_is_described(demo_site: Site, route: Route) -> None:
    answer = demo_site.get(address(route), **token("read"))
    assert answer.status_code == 200, answer.content
    said = answer.json()
    assert said["question"] == route.question
    assert said["as_of"] == "2026-03-03"
    rows = said["rows"]
    assert rows or route.path in ("/accounts", "/decisions")
    found = msgspec.convert(rows, list[route.row])  # type: ignore[name-defined]
    # Nothing is answered that is not described.
    assert msgspec.to_builtins(found) == rows
    _nothing_more(rows, route.row)
    for name, kind in (route.beside or {}).items():
        msgspec.convert(said[name], kind)


def _nothing_more(rows: list[Mapping[str, Any]], kind: Any) -> None:
    known = {name for each in kind.__mro__ for name in getattr(each, "__annotations__", {})} or set(
        kind.__annotations__
    )
    for row in rows:
        assert set(row) <= known | set(kind.__optional_keys__) | set(kind.__required_keys__)
        assert set(kind.__required_keys__) <= set(row)


ALIKE = (
    ("/people?limit=5", ("people", "--limit", "5")),
    ("/circles?limit=3", ("circles", "--limit", "3")),
    ("/today?minutes=30", ("today", "--minutes", "30")),
    ("/waiting?limit=4", ("waiting", "--limit", "4")),
    ("/overlooked?limit=4", ("overlooked", "--limit", "4")),
)


@pytest.mark.parametrize(("path", "words"), ALIKE)
def test_a_program_is_told_what_the_command_line_tells(
    demo_site: Site, path: str, words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    from weakties.cli.main import run

    assert run(["--home", str(demo_site.space.home.path), *words, "--json", "--as-of", "2026-03-03"]) == 0
    assert demo_site.get(f"/api/v1{path}", **token("read")).json() == json.loads(capsys.readouterr().out)


def test_the_description_is_the_one_that_is_committed() -> None:
    """After a change: .venv/bin/python scripts/write_reference.py"""
    assert json.loads(DESCRIPTION.read_text(encoding="utf-8")) == json.loads(msgspec.json.encode(described(ROUTES)))


def test_the_names_of_sorts_and_decisions_are_those_of_the_page() -> None:
    assert set(get_args(reads.Sort)) == set(SORTS)
    assert get_args(writes.Kind) == sayings.KINDS
    numbers = msgspec.json.schema(writes.ToDecide)["$defs"]["ToDecide"]["properties"]["number"]["enum"]
    assert set(numbers) == {"", *OVERRULED}


class TestTokens:
    def test_without_one_a_stranger_is_told_how_to_get_one(
        self, space: Workspace, serving: Callable[..., Site]
    ) -> None:
        site = serving(space, enter=False)
        answer = site.get("/api/v1/people")
        assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
        assert answer.json()["hint"]
        assert site.get("/api/v1/people", HTTP_AUTHORIZATION="Bearer wt_made-up").status_code == 401
        assert site.get("/api/v1/openapi.json").status_code == 200

    def test_a_browser_that_was_let_in_reads_but_does_not_write(self, site: Site) -> None:
        assert site.get("/api/v1/people").status_code == 200
        answer = site.client.post("/api/v1/people", b'{"name": "Dara"}', content_type="application/json")
        assert answer.status_code == 401
        assert not site.space.decisions()

    def test_a_token_may_what_its_scopes_say(self, site: Site) -> None:
        site.client.cookies.clear()
        sent = {"data": b'{"name": "Dara"}', "content_type": "application/json"}
        assert site.client.post("/api/v1/people", **sent, **token("read")).status_code == 403
        assert site.get("/api/v1/people", **token("write")).status_code == 403
        assert site.client.post("/api/v1/people", **sent, **token("write")).status_code == 201

    def test_the_secret_is_kept_nowhere_and_a_revoked_one_is_dead(self, site: Site) -> None:
        from weakties.web.models import Token

        site.client.cookies.clear()
        said = token("read")
        secret = said["HTTP_AUTHORIZATION"].removeprefix("Bearer ")
        assert secret not in str(list(Token.objects.values()))
        assert site.get("/api/v1/people", **said).status_code == 200
        assert Token.objects.get().used is not None
        Token.objects.all().delete()
        assert site.get("/api/v1/people", **said).status_code == 401


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/people?limit=0", 400), ("/people?limit=x", 400), ("/people?sort=none", 400), ("/people?nothing=1", 400),
        ("/people?as_of=yesterday", 400), ("/people/nobody-at-all", 404), ("/people/a", 409), ("/introductions", 400),
        ("/no-such", 404), ("/between?a=ana&b=ana", 400), ("/organisations/none-at-all", 404),
    ],
)  # fmt: skip
def test_what_cannot_be_answered_is_told_as_json(site: Site, path: str, status: int) -> None:
    answer = site.get(f"/api/v1{path}", **token("read"))
    assert answer.status_code == status, answer.content
    assert msgspec.convert(answer.json(), type=dict[str, Any])["error"]


def test_another_day_is_answered(site: Site) -> None:
    now, then = (site.get(f"/api/v1/people{day}", **token("read")).json() for day in ("", "?as_of=2025-08-01"))
    assert (now["total"], then["total"]) == (3, 2)
    assert now["as_of"] == AS_OF.isoformat()


def test_a_program_decides_and_takes_back(site: Site) -> None:
    may = token("read write")
    made = site.client.post(
        "/api/v1/people/ana/decisions", b'{"kind": "tag", "tag": "optics"}', content_type="application/json", **may
    )
    assert made.status_code == 201
    (row,) = made.json()["rows"]
    assert (row["kind"], row["value"]) == ("tag", {"tag": "optics"})
    assert site.get("/api/v1/people?tag=optics", **may).json()["total"] == 1
    assert site.client.delete(f"/api/v1/decisions/{row['id']}", **may).status_code == 200
    assert site.get("/api/v1/people?tag=optics", **may).json()["total"] == 0
    assert site.client.delete(f"/api/v1/decisions/{row['id']}", **may).status_code == 400


SENT = (
    b"", b"{", b"[]", b'{"kind": "burn"}', b'{"kind": "tag"}', b'{"kind": "note", "text": 5}', b"\xff\xfe",
    b'{"kind": "snooze", "days": 0}', b'{"kind": "touch", "on": "2031-01-01"}', b'{"kind": "relation", "relation": "mentor"}',
    b'{"kind": "overrule", "number": "value", "value": 0.9}', b'{"kind": "overrule", "number": "strength"}', b'{"kind": "cadence"}',
)  # fmt: skip


@pytest.mark.parametrize("sent", SENT)
def test_what_cannot_be_decided_is_told_as_json(site: Site, sent: bytes) -> None:
    answer = site.client.post("/api/v1/people/ana/decisions", sent, content_type="application/json", **token("write"))
    assert answer.status_code == 400
    assert answer.json()["error"]
    assert not site.space.decisions()


def test_a_merge_that_does_not_hold_says_so_and_what_gives_way(site: Site) -> None:
    def decide(kind: str, who: str, other: str) -> Any:
        sent = json.dumps({"kind": kind, "other": other})
        path = f"/api/v1/people/{who}/decisions"
        return site.client.post(path, sent, content_type="application/json", **may)

    may = token("read write")
    assert decide("merge", "ana", "bea@bea.example").json()["holds"] is True
    said = decide("split", "ana", "bea@bea.example").json()
    assert (said["holds"], [row["kind"] for row in said["gave_way"]]) == (True, ["merge"])
    assert decide("merge", "ana", "nobody@nowhere.example").status_code == 404
    assert len(site.space.decisions()) == 2


def test_somebody_is_added_whole_or_not_at_all(site: Site) -> None:
    may = token("write")

    def add(sent: bytes) -> int:
        return int(site.client.post("/api/v1/people", sent, content_type="application/json", **may).status_code)

    assert add(b'{"name": "Dara", "on": "2031-01-01", "note": "Knows lasers."}') == 400
    assert not site.space.decisions()
    assert add(b'{"name": "Dara", "on": "2026-02-01", "note": "Knows lasers."}') == 201
    assert [d.kind for d in site.space.decisions()] == ["person", "touch", "note"]


def test_an_empty_home_says_what_to_do(home: Any, serving: Callable[..., Site]) -> None:
    from weakties.config import Settings

    site = serving(Workspace(home, Settings()))
    answer = site.get("/api/v1/today")
    assert answer.status_code == 409
    assert "import" in answer.json()["hint"]
