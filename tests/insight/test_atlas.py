"""The network as a graph of other programs, and as files that these read back."""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import networkx
import pytest

from weakties import atlas, intake
from weakties.config import Settings
from weakties.errors import UsageError
from weakties.facts.migrations import open_home
from weakties.sources.vcard import VcardSource
from weakties.testing import World, handle
from weakties.workspace import Workspace

Tell = Callable[..., World]
TEXT = """
2026-01-01  me <-> ana@acme               email x4
2026-01-10  ana@acme -> me, greta@glass    email x3
2026-01-11  greta@glass -> ana@acme, me    email
2026-01-12  ben -> me, ana@acme, dan      email
2026-01-14  news@shop -> me               newsletter x4
"""


@pytest.fixture
def small(told: Tell) -> World:
    return told(TEXT, as_of=date(2026, 2, 1))


def named(drawn: networkx.Graph) -> dict[str, str]:
    """Return the id of each name."""
    return {said["name"]: node for node, said in drawn.nodes(data=True)}


def test_nodes_are_people_and_edges_say_how_they_are_known(small: World) -> None:
    drawn = small.workspace.graph(as_of=small.as_of)
    ids = named(drawn)
    assert set(ids) == {"Me", "Ana", "Ben", "Greta", "Dan"}
    assert ids["Me"] == "me"
    ana = drawn.nodes[ids["Ana"]]
    assert (ana["organisation"], ana["kind"]) == ("acme.example", "new")
    tie = small.between("me", "ana@acme")
    assert (ana["strength"], ana["alive"]) == (round(tie.strength, 6), round(tie.alive, 6))
    # Dan is on a message of Ben's; whether they know each other is inferred, that Ana and Greta do is seen.
    assert drawn.edges[ids["Ana"], ids["Greta"]]["how"] == "seen"
    assert drawn.edges[ids["Ana"], ids["Greta"]]["confidence"] == 1.0
    assert (drawn.edges[ids["Ana"], ids["Greta"]]["first"], drawn.edges[ids["Ana"], ids["Greta"]]["last"]) == (
        "2026-01-10",
        "2026-01-12",
    )
    assert drawn.edges[ids["Ana"], ids["Dan"]]["how"] == "inferred"
    assert 0 < drawn.edges[ids["Ana"], ids["Dan"]]["confidence"] < 1
    mine = {drawn.nodes[node]["name"] for node in drawn["me"]}
    assert mine == {"Ana", "Ben", "Greta"}
    assert {drawn.edges["me", node]["how"] for node in drawn["me"]} == {"mine"}
    assert all(0 < said["weight"] <= 1 for _, _, said in drawn.edges(data=True))


def test_what_is_only_inferred_can_be_left_out(small: World) -> None:
    every, sure = (small.workspace.graph(as_of=small.as_of, sure=wish) for wish in (False, True))
    assert set(sure.edges) == {pair for pair in every.edges if every.edges[pair]["how"] != "inferred"}
    assert set(sure) == set(every)
    assert len(sure.edges) < len(every.edges)


def test_hidden_people_and_machines_are_in_no_graph(small: World) -> None:
    small.workspace.decide("hide", handle("greta@glass"))
    assert set(named(small.workspace.graph(as_of=small.as_of))) == {"Me", "Ana", "Ben", "Dan"}


def test_under_invented_names_the_graph_is_the_same_but_for_them(small: World) -> None:
    space = small.workspace
    shown, masked = (space.graph(view=space.read(small.as_of, incognito=hide)) for hide in (False, True))
    assert (len(shown), len(shown.edges)) == (len(masked), len(masked.edges))
    said = f"{masked.nodes(data=True)} {masked.edges(data=True)}".casefold()
    assert not any(name in said for name in ("'ana", "'ben", "greta", "'dan", "acme", "glass"))
    assert not set(shown) & set(masked) - {"me"}


@pytest.mark.parametrize("ending", ["gexf", "graphml"])
def test_a_file_reads_back_as_the_same_network(small: World, tmp_path: Path, ending: str) -> None:
    file = tmp_path / f"net.{ending}"
    written = small.workspace.write_map(file, as_of=small.as_of)
    drawn = small.workspace.graph(as_of=small.as_of)
    back = getattr(networkx, f"read_{ending}")(file)
    assert (written.files, written.people, written.ties) == ((file,), len(drawn), len(drawn.edges))
    assert {frozenset(pair) for pair in back.edges} == {frozenset(pair) for pair in drawn.edges}
    for node, said in drawn.nodes(data=True):
        assert back.nodes[node]["label"] == said["name"]
        assert {name: back.nodes[node][name] for name in said} == said
    for a, b, said in drawn.edges(data=True):
        assert {name: back.edges[a, b][name] for name in said} == said
    assert file.stat().st_mode & 0o077 == 0
    before = file.read_bytes()
    small.workspace.write_map(file, as_of=small.as_of, force=True)
    assert file.read_bytes() == before


@pytest.mark.parametrize(("target", "names"), [("net.csv", "net-{}.csv"), ("net", "net/{}.csv")])
def test_two_tables_hold_people_and_ties(small: World, tmp_path: Path, target: str, names: str) -> None:
    written = small.workspace.write_map(tmp_path / target, as_of=small.as_of)
    assert written.files == tuple(tmp_path / names.format(what) for what in ("nodes", "edges"))
    nodes, edges = (list(csv.DictReader(file.read_text("utf-8").splitlines())) for file in written.files)
    drawn = small.workspace.graph(as_of=small.as_of)
    assert {row["Id"]: row["Label"] for row in nodes} == dict(drawn.nodes(data="name"))
    assert {frozenset((r["Source"], r["Target"])): (r["how"], float(r["Weight"])) for r in edges} == {
        frozenset((a, b)): (said["how"], said["weight"]) for a, b, said in drawn.edges(data=True)
    }
    assert {row["Type"] for row in edges} == {"Undirected"}


HOSTILE = "=HYPERLINK(1)\x0b\x01 Ana \ufffe<b>&\u2028"


@pytest.fixture
def hostile(tmp_path: Path) -> Workspace:
    """One person whose name and organisation hold what XML forbids and what a spreadsheet would run."""
    space = Workspace(open_home(tmp_path / "home"), Settings(me=("me@me.example",)))
    file = tmp_path / "book.vcf"
    card = f"BEGIN:VCARD\nVERSION:3.0\nFN:{HOSTILE}\nEMAIL:ana@ana.example\nORG:A\x02cme \x1b[31m\nEND:VCARD\n"
    file.write_text(card, encoding="utf-8", newline="\n")
    intake.take_in(space.home, intake.Request(file, "me", 1_767_225_600), [VcardSource()])
    return space


def test_characters_that_xml_forbids_break_no_file(hostile: Workspace, tmp_path: Path) -> None:
    for ending in ("gexf", "graphml"):
        file = tmp_path / f"net.{ending}"
        hostile.write_map(file, as_of=date(2026, 2, 1))
        back = getattr(networkx, f"read_{ending}")(file)
        (ana,) = (said for node, said in back.nodes(data=True) if node != "me")
        assert ana["name"] == "=HYPERLINK(1) Ana <b>&"
        assert "\x1b" not in ana["organisation"]
    hostile.write_map(tmp_path / "net.csv", as_of=date(2026, 2, 1))
    assert "'=HYPERLINK(1) Ana <b>&" in (tmp_path / "net-nodes.csv").read_text(encoding="utf-8")


def test_telephone_numbers_and_numbers_are_no_formulas(tmp_path: Path) -> None:
    drawn = networkx.Graph()
    for number, name in enumerate(("+49 151 5550-100", "-1", "@ana", "+cmd|' /C calc'!A0")):
        drawn.add_node(str(number), **dict.fromkeys(atlas.TEXTS, "") | {"name": name})
    atlas.write(drawn, tmp_path / "net.csv", as_of=date(2026, 1, 1))
    lines = (tmp_path / "net-nodes.csv").read_text("utf-8").splitlines()
    assert [row["Label"] for row in csv.DictReader(lines)] == ["+49 151 5550-100", "-1", "'@ana", "'+cmd|' /C calc'!A0"]


def test_nothing_is_replaced_unasked_and_other_endings_are_refused(small: World, tmp_path: Path) -> None:
    write, there = small.workspace.write_map, tmp_path / "net-edges.csv"
    there.write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match=r"net-edges\.csv is there already") as refused:
        write(tmp_path / "net.csv", as_of=small.as_of)
    assert "--force" in refused.value.hint
    assert (there.read_text(encoding="utf-8"), (tmp_path / "net-nodes.csv").exists()) == ("mine", False)
    for name, said in (("net.xlsx", "no format"), ("no/net.gexf", "no folder")):
        with pytest.raises(UsageError, match=said):
            write(tmp_path / name, as_of=small.as_of)
    with pytest.raises(UsageError, match="no place for a map"):
        write(small.workspace.home.path / "net.gexf", as_of=small.as_of)
    write(tmp_path / "net.csv", as_of=small.as_of, force=True)
    assert there.read_text(encoding="utf-8").startswith("Source,")


def test_of_two_files_both_are_written_or_none(small: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(atlas, "_write_edges", full)
    for target in ("net.csv", "folder"):
        with pytest.raises(UsageError, match="No space left on device; nothing of it was kept"):
            small.workspace.write_map(tmp_path / target, as_of=small.as_of)
    left = {path.name for path in tmp_path.iterdir()}
    assert not {name for name in left if "net" in name or "folder" in name or name.endswith(".part")}


def test_an_empty_home_is_a_map_of_me_alone(tmp_path: Path) -> None:
    space = Workspace(open_home(tmp_path / "home"), Settings())
    drawn = space.graph(as_of=date(2026, 1, 1))
    assert (list(drawn.nodes(data="kind")), list(drawn.edges)) == ([("me", "me")], [])
    space.write_map(tmp_path / "net.gexf", as_of=date(2026, 1, 1))
    assert list(networkx.read_gexf(tmp_path / "net.gexf")) == ["me"]


def test_without_igraph_it_is_said_how_to_get_it(small: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "igraph", None)
    with pytest.raises(UsageError, match="igraph is not installed") as refused:
        small.workspace.graph("igraph", as_of=small.as_of)
    assert refused.value.hint == "pip install igraph"
    with pytest.raises(UsageError, match="no graph of the kind 'dot'"):
        small.workspace.graph("dot", as_of=small.as_of)  # type: ignore[arg-type]


def test_an_igraph_has_the_same_people_and_ties(small: World) -> None:
    pytest.importorskip("igraph")
    drawn, made = (small.workspace.graph(kind, as_of=small.as_of) for kind in ("networkx", "igraph"))
    assert made.vs["id"] == list(drawn)
    assert made.vs["name"] == [name for _, name in drawn.nodes(data="name")]
    assert {frozenset((made.vs[e.source]["id"], made.vs[e.target]["id"])): e["weight"] for e in made.es} == {
        frozenset((a, b)): weight for a, b, weight in drawn.edges(data="weight")
    }
