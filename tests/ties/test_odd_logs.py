"""Logs that nobody has in mind, from mailbox to answer: numbers keep their bounds, reasons explain them, and nothing counts before
its day."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from weakties.about import Why
from weakties.answers import Suggestion
from weakties.config import Settings
from weakties.facts.days import day_number
from weakties.reading import Reading
from weakties.ties import answering, learning
from weakties.ties.kinds import KINDS, MOTIONS
from weakties.ties.reasons import Reason
from weakties.workspace import Workspace, open_workspace

ME = "Mona Lantern <me@me.example>"
ANA = "Ana Lopez <ana@glass.example>"
BEN = "Ben Okafor <ben@lidar.example>"
CLEO = "Cleo Brandt <cleo@prism.example>"

# Their reasons are told in log-odds; those of the other numbers in the number's own unit.
_LOG_ODDS = ("strength", "alive", "answer")
# A sentence says a number or nothing: what no number can be is not one, and no time runs backwards.
_SENTENCE = re.compile(r"[A-Z0-9].*\.", re.DOTALL)
_NO_NUMBER = re.compile(r"\b(nan|inf|None|null)\b|(?<![\w.])-\d")


@dataclass(frozen=True)
class Letter:
    """One message. more: further header lines."""

    day: date
    sender: str
    to: str
    subject: str = "Lenses"
    words: str = "The lenses are here."
    more: str = ""


def to_and_fro(other: str, first: date, *, times: int, every: int) -> list[Letter]:
    """Return letters between the owner and somebody, the owner's first. every: days between two of them."""
    days = [first + timedelta(days=n * every) for n in range(times)]
    return [Letter(day, *((other, ME) if n % 2 else (ME, other)), subject=f"Lens {n}") for n, day in enumerate(days)]


def mailbox(path: Path, letters: Iterable[Letter]) -> Path:
    """Write an mbox, a second between letters of one day."""
    with path.open("w", encoding="utf-8") as file:
        for number, letter in enumerate(letters):
            at = datetime.combine(letter.day, time(8), UTC) + timedelta(seconds=number % 40_000)
            file.write(
                f"From nobody {at:%a %b %d %H:%M:%S %Y}\nMessage-ID: <{path.stem}.{number}@log.example>\n"
                f"Date: {format_datetime(at)}\nFrom: {letter.sender}\nTo: {letter.to}\nSubject: {letter.subject}\n"
                f"{letter.more}\n{letter.words}\n\n"
            )
    return path


@pytest.fixture
def of(tmp_path: Path) -> Callable[..., Workspace]:
    """Write letters into a mailbox and import it into a new home. me: the owner's addresses, if she says them."""

    def imported(letters: Sequence[Letter], me: tuple[str, ...] = ("me@me.example",)) -> Workspace:
        space = open_workspace(tmp_path / "home", settings=Settings(me=me))
        (record,) = space.import_(mailbox(tmp_path / "log.mbox", letters))
        assert record.counts["events"].new == len(letters)
        return space

    return imported


Of = Callable[..., Workspace]


@dataclass(frozen=True)
class Asked:
    """What was answered as of a day, once all of it was found sane. whys: of the first people of the list, by name."""

    view: Reading
    people: list[dict[str, Any]]
    today: list[Suggestion]
    whys: dict[str, Why]

    @property
    def names(self) -> list[str]:
        return [row["name"] for row in self.people]

    @property
    def named_today(self) -> list[str]:
        return [suggestion.person.name for suggestion in self.today]

    def row(self, name: str) -> dict[str, Any]:
        (found,) = [row for row in self.people if row["name"] == name]
        return found

    def text(self, name: str, number: str, what: str) -> str:
        """Return the sentence of one reason of a person's number."""
        (found,) = [r.text for r in self.whys[name].reasons[number] if r.what == what]
        return found


def ask(space: Workspace, day: date, *, opened: int = 8) -> Asked:
    """Ask who there is, whom today names and why, and hold every answer against what any log must give.

    opened: of so many people every number is opened.
    """
    view = space.read(day)
    people = space.people(view=view)
    for row in people:
        is_sane(row, day)
    whys = {}
    for row in people[:opened]:
        whys[row["name"]] = why = space.why(row["handle"], view=view)
        is_explained(why, view)
    today = space.today(view=view)
    known = {row["id"]: row for row in people}
    for suggestion in today:
        assert not suggestion.person.machine
        assert 0 < suggestion.worth <= 2
        assert suggestion.numbers["alive"] == known[suggestion.person.id]["alive"]
        assert math.fsum(r.weight for r in suggestion.reasons) == pytest.approx(suggestion.worth)
        are_sentences([suggestion.headline, *(r.text for r in suggestion.reasons)])
    assert sum(suggestion.minutes for suggestion in today) <= space.settings.minutes
    return Asked(view, people, today, whys)


def is_sane(row: dict[str, Any], day: date) -> None:
    for number in ("strength", "alive", "alive_after", "value"):
        assert math.isfinite(row[number]), (number, row)
        assert 0 <= row[number] <= 1, (number, row)
    assert row["alive_after"] >= row["alive"]
    assert row["kind"] in KINDS
    assert row["motion"] in MOTIONS
    if row["last_day"] is None:
        assert (row["kind"], row["motion"], row["strength"], row["alive"]) == ("seen", "", 0, 0)
        assert row["answer"] is None
    else:
        assert 0 < row["answer"] < 1
        assert row["kind"] != "seen"
        assert row["motion"]
        assert 0 < row["strength"] < 1
        assert 0 < row["alive"] < 1
        assert row["first_day"] <= row["last_day"] <= day_number(day)
        assert row["silence"] == day_number(day) - row["last_day"]


def is_explained(why: Why, view: Reading) -> None:
    """Every number has its sentences; their weights are the number, or its log-odds; no fact behind them is of a later day."""
    assert why.tie is not None
    assert why.rhythm is not None
    assert set(why.numbers) <= set(why.reasons)
    assert set(_LOG_ODDS) <= set(why.reasons)
    ever = why.tie["last_day"] is not None
    for number, reasons in why.reasons.items():
        are_sentences([r.text for r in reasons])
        total = math.fsum(r.weight for r in reasons)
        value: Any = why.numbers.get(number, why.tie.get(number))
        if number not in _LOG_ODDS:
            assert total == pytest.approx(value), number
        elif ever:
            assert total == pytest.approx(math.log(value / (1 - value)), abs=1e-6), number
        else:
            assert not value, number
        in_its_day(reasons, view)
    are_sentences([why.rhythm.text])
    assert why.rhythm.overdue_days >= 0
    assert why.rhythm.surprise is None or 0 < why.rhythm.surprise <= 1
    years = [year for year, _, _ in why.years]
    assert all(year <= view.as_of.year for year in years)


def are_sentences(texts: Sequence[str]) -> None:
    assert texts
    for text in texts:
        assert _SENTENCE.fullmatch(text), text
        assert not _NO_NUMBER.search(text), text


def in_its_day(reasons: Iterable[Reason], view: Reading) -> None:
    evidence = sorted({event for reason in reasons for event in reason.evidence})
    query = "SELECT count(*), max(day) FROM moments WHERE event IN (SELECT unnest($1::VARCHAR[]))"
    found, newest = view.connection.execute(query, [evidence]).fetchall()[0]
    assert found == len(evidence)
    assert newest is None or newest <= view.as_of_day


@pytest.mark.parametrize(("sender", "to"), [(ANA, ME), (ME, ANA)])
def test_a_log_of_one_message(of: Of, sender: str, to: str) -> None:
    day = date(2026, 3, 2)
    space = of([Letter(day, sender, to)])
    assert ask(space, day - timedelta(days=1)).people == []
    then, long_after = ask(space, day), ask(space, date(2066, 3, 2))
    for asked in (then, long_after):
        assert (asked.names, asked.named_today) == (["Ana Lopez"], [])
        assert asked.row("Ana Lopez")["kind"] == "one-sided"
        assert asked.row("Ana Lopez")["strength"] < 0.2
        assert asked.whys["Ana Lopez"].rhythm.usual_gap is None  # type: ignore[union-attr]
        assert "one day" in asked.text("Ana Lopez", "alive", "rhythm")
    assert then.text("Ana Lopez", "alive", "history") == "In touch on 1 day, the first today."
    assert long_after.text("Ana Lopez", "alive", "history") == "In touch on 1 day, the first 40 years ago."
    assert long_after.row("Ana Lopez")["alive"] < then.row("Ana Lopez")["alive"] < 0.5


def test_one_message_does_not_tell_whose_it_is(of: Of) -> None:
    day = date(2026, 3, 2)
    space = of([Letter(day, ANA, f"{ME}, {BEN}")], me=())
    view = space.read(day)
    (owner,) = space.owners(view=view)
    assert (owner["person"], "--me" in owner["reason"]) == ("", True)
    assert {(row["kind"], row["strength"], row["alive"]) for row in space.people(view=view)} == {("seen", 0, 0)}
    assert space.today(view=view) == []


def test_a_log_of_one_day(of: Of) -> None:
    day = date(2026, 3, 2)
    letters = [*to_and_fro(ANA, day, times=40, every=0), Letter(day, BEN, ME), Letter(day, BEN, f"{ME}, {CLEO}")]
    space = of(letters)
    assert ask(space, day - timedelta(days=1)).people == []
    then, later = ask(space, day), ask(space, day + timedelta(days=20))
    for asked in (then, later):
        kinds = {row["name"]: (row["kind"], row["active_days"]) for row in asked.people}
        assert kinds == {"Ana Lopez": ("new", 1), "Ben Okafor": ("one-sided", 1), "Cleo Brandt": ("seen", 0)}
        ana = asked.whys["Ana Lopez"]
        assert (ana.rhythm.usual_gap, ana.rhythm.overdue_days) == (None, 0)  # type: ignore[union-attr]
        assert "one day" in asked.text("Ana Lopez", "alive", "rhythm")
        assert "0.0 years" in asked.text("Ana Lopez", "strength", "time")
    # Who was in touch today needs no word; of those who were, only one with whom letters went both ways.
    assert then.named_today == []
    assert later.named_today == ["Ana Lopez"]
    assert later.row("Ana Lopez")["alive"] < then.row("Ana Lopez")["alive"]


def test_a_log_of_one_person(of: Of) -> None:
    last = date(2025, 7, 1)
    space = of(to_and_fro(ANA, last - timedelta(days=99 * 12), times=100, every=12))
    usual, overdue = ask(space, last + timedelta(days=5)), ask(space, last + timedelta(days=29))
    assert usual.names == overdue.names == ["Ana Lopez"]
    assert (usual.row("Ana Lopez")["kind"], usual.named_today) == ("strong", [])
    assert overdue.named_today == ["Ana Lopez"]
    rhythm = overdue.whys["Ana Lopez"].rhythm
    assert rhythm is not None
    # 29 days of silence, 5 more than twice the usual 12.
    assert (rhythm.usual_gap, rhythm.surprise, rhythm.overdue_days) == (12, 1 / 100, 5)
    assert "1 of the 1" in usual.text("Ana Lopez", "alive", "you")
    assert usual.whys["Ana Lopez"].mutual == ()
    assert usual.row("Ana Lopez")["alive"] > overdue.row("Ana Lopez")["alive"]


_WORDS = ("lens", "prism", "mirror", "grating", "fibre", "beam", "etalon", "cavity", "slit", "screen")


def army(first: date) -> list[Letter]:
    """Return what 300 programs write daily for a month: each sort of them shows in another way what it is."""
    found = []
    for n in range(300):
        sender, more = (
            (f"Ava{n} Moss <ava.moss{n}@shop{n}.example>", "List-Unsubscribe: <https://shop.example/u>\n"),
            (f"no-reply@bank{n}.example", ""),
            (f"Status <builds{n}@ci{n}.example>", "Auto-Submitted: auto-generated\n"),
            (f"Daily{n} <newsletter@daily{n}.example>", ""),
            (f"Ida{n} Moss <ida.moss{n}@plant{n}.example>", ""),
        )[n % 5]
        for day in range(30):
            # The last sort shows itself by nothing but saying the same again and again.
            subject = f"Report {day}" if n % 5 == 4 else f"A {_WORDS[day % 10]} for the {_WORDS[day // 10 + n % 7]}"
            found.append(Letter(first + timedelta(days=day), sender, ME, subject=subject, more=more))
    return found


def test_an_army_of_programs_leaves_two_people(of: Of) -> None:
    first = date(2026, 1, 1)
    people = [*to_and_fro(ANA, date(2025, 10, 1), times=9, every=10), *to_and_fro(BEN, first, times=4, every=3)]
    # Nobody answers who writes in ever other words under a full name: no program for sure, and nobody for today.
    void = [
        Letter(first + timedelta(days=n), f"Kofi{n % 9} Marsh <kofi{n % 9}@void.example>", ME, subject=f"{'xyz'[n % 3] * n}!")
        for n in range(30)
    ]  # fmt: skip
    space = of([*army(first), *people, *void])
    asked = ask(space, date(2026, 3, 20))
    assert set(asked.names[:2]) == {"Ana Lopez", "Ben Okafor"}
    assert all(name.endswith("Marsh") for name in asked.names[2:])
    assert set(asked.named_today) == {"Ana Lopez", "Ben Okafor"}
    assert "of the 11 you" in asked.text("Ana Lopez", "alive", "you")
    machines = space.people(view=asked.view, automated=True)
    assert len(machines) == 300
    are_sentences([row["machine"] for row in machines])


def test_ten_thousand_equal_gaps(of: Of) -> None:
    last = date(2025, 5, 1)
    space = of(to_and_fro(ANA, last - timedelta(days=9_999), times=10_000, every=1))
    usual, later = ask(space, last + timedelta(days=1)), ask(space, last + timedelta(days=30))
    row = usual.row("Ana Lopez")
    assert (row["kind"], row["motion"], row["active_days"], row["gaps"]) == ("strong", "steady", 10_000, 9_999)
    assert 0.95 < later.row("Ana Lopez")["alive"] < row["alive"] < 1
    # As long as today's silence were all gaps; a month, none.
    assert "9,999 gaps" in usual.text("Ana Lopez", "alive", "rhythm")
    assert "9,999 were as long" in usual.text("Ana Lopez", "alive", "rhythm")
    assert " 0 were as long" in later.text("Ana Lopez", "alive", "rhythm")
    rhythms = [asked.whys["Ana Lopez"].rhythm for asked in (usual, later)]
    assert [(r.usual_gap, r.surprise, r.overdue_days) for r in rhythms if r] == [(1, 1, 0), (1, 1 / 10_000, 28)]
    assert rhythms[0]
    assert "ordinary" in rhythms[0].text
    assert rhythms[1]
    assert "broken off" in rhythms[1].text
    assert (usual.named_today, later.named_today) == ([], ["Ana Lopez"])


MARSH = [f"Person{n} Marsh <p{n}@fen{n}.example>" for n in range(36)]


def known(day: date) -> list[Letter]:
    """Return letters of half a year up to a day, so many and so different that the formulas learn something of them."""
    first = day - timedelta(days=200)
    found = [
        Letter(day - timedelta(days=20), ME, ANA, "Prisms", words="Could you send me the prisms?"),
        *to_and_fro(ANA, first, times=8, every=20),
        *to_and_fro(BEN, first, times=11, every=15),
        *[Letter(first + timedelta(days=30 * n), CLEO, f"{ME}, {ANA}") for n in range(5)],
    ]
    for n, person in enumerate(MARSH):
        begun = first + timedelta(days=n)
        if n % 3 == 0:
            found += to_and_fro(person, begun, times=8, every=15 + n % 7)
            continue
        # A few quick letters, and then silence, or two words that nobody took up.
        found += to_and_fro(person, begun, times=3 + n // 4, every=1 + n % 5)
        if n % 3 == 1:
            found += [Letter(day - timedelta(days=back + n), ME, person) for back in (70, 50)]
    return found


def future(day: date) -> list[Letter]:
    """Return letters of wrong clocks, from the day after up to the last that mail may have."""
    far, last = date(2099, 6, 1), date(2099, 12, 31)
    zoe = "Zoe Field <zoe@glass.example>"
    return [
        Letter(day + timedelta(days=1), ANA, ME, "Re: Prisms", more="In-Reply-To: <log.0@log.example>\n"),
        Letter(day + timedelta(days=1), ME, BEN),
        *[Letter(day + timedelta(days=1), person, ME) for person in MARSH],
        Letter(far, CLEO, ME),
        Letter(far, ME, CLEO),
        Letter(far, zoe, f"{ME}, {ANA}, {BEN}, {CLEO}"),
        *[Letter(far + timedelta(days=n), ANA, f"{ME}, {BEN}") for n in range(60)],
        Letter(last, zoe, ME),
    ]


def test_a_date_in_the_future_changes_nothing_before_it_comes(of: Of, tmp_path: Path) -> None:
    day = date(2026, 5, 20)
    space = of(known(day))
    before = ask(space, day)
    assert before.named_today
    assert before.people[0]["alive_level"] != learning.shipped().level
    assert before.people[0]["answer_level"] != answering.shipped().level
    space.import_(mailbox(tmp_path / "wrong.mbox", future(day)))
    after = ask(space, day)
    for asked in (before, after):
        for row in asked.people:
            del row["events"]  # all there ever were: who is a machine does not depend on the day
        for name, why in asked.whys.items():
            asked.whys[name] = replace(why, handles=())  # with all that ever came from each
    assert after.people == before.people
    assert after.whys == before.whys
    assert after.today == before.today


def test_when_the_day_of_a_wrong_date_comes_nobody_else_wakes(of: Of) -> None:
    day, last = date(2026, 5, 20), date(2099, 12, 31)
    asked = ask(of([*known(day), *future(day)]), last)
    zoe, ben = asked.row("Zoe Field"), asked.row("Ben Okafor")
    assert (zoe["silence"], zoe["received"], ben["silence"]) == (0, 2, day_number(last) - day_number(day) - 1)
    silent = [row for row in asked.people if row["name"] not in ("Zoe Field", "Ana Lopez", "Cleo Brandt")]
    assert len(silent) == 37
    assert max(row["alive"] for row in silent) < 0.1 < zoe["alive"]
    assert {row["kind"] for row in silent} == {"dormant"}


def test_a_clock_that_stood_in_1971_makes_nobody_odd(of: Of) -> None:
    letters = [
        *to_and_fro(ANA, date(2025, 1, 1), times=30, every=12),
        Letter(date(1971, 1, 2), BEN, ME),
        Letter(date(1971, 1, 2), CLEO, ME),
        *to_and_fro(CLEO, date(2025, 6, 1), times=8, every=9),
    ]
    asked = ask(of(letters), date(2026, 1, 10))
    assert asked.row("Ben Okafor")["kind"] == "one-sided"
    assert asked.row("Ben Okafor")["alive"] < 0.1
    # One gap of half a century is no rhythm: the others say how often.
    rhythm = asked.whys["Cleo Brandt"].rhythm
    assert rhythm is not None
    assert rhythm.usual_gap == 9
    assert "55 years ago" in asked.text("Cleo Brandt", "alive", "history")
    assert asked.row("Ana Lopez")["alive"] > asked.row("Cleo Brandt")["alive"]


@pytest.mark.parametrize("sender", [ME, BEN])
def test_a_letter_to_two_thousand(of: Of, sender: str) -> None:
    day = date(2026, 2, 2)
    crowd = [f"guest{n}@hall{n % 40}.example" for n in range(1_998)]
    others = ", ".join([*crowd, ANA, *({ME, BEN} - {sender})])
    space = of([*to_and_fro(ANA, date(2025, 6, 1), times=10, every=20), Letter(day, sender, others, "The fair")])
    asked = ask(space, day + timedelta(days=30))
    assert len(asked.people) == 2_000
    assert (asked.names[0], asked.named_today) == ("Ana Lopez", ["Ana Lopez"])
    guests = [row for row in asked.people if row["name"] not in ("Ana Lopez", "Ben Okafor")]
    assert len(guests) == 1_998
    # To write to everybody is hardly to write to anybody; to be beside everybody is not to know them.
    assert {row["kind"] for row in guests} == {"one-sided" if sender == ME else "seen"}
    assert max(row["strength"] for row in guests) < 0.06
    assert max(row["alive"] for row in guests) < asked.row("Ana Lopez")["alive"]
    assert {(row["known"] or 0, row["mutual"] or 0) for row in asked.people} == {(0, 0)}
    assert asked.whys["Ana Lopez"].mutual == ()
    assert asked.text("Ana Lopez", "alive", "around").startswith("Never")


def test_an_owner_who_never_wrote(of: Of) -> None:
    first = date(2025, 1, 1)
    letters = [
        *[Letter(first + timedelta(days=3 * n), ANA, ME, f"A {_WORDS[n % 10]} for the {_WORDS[n // 10]}") for n in range(100)],
        *[Letter(first + timedelta(days=40 * n), BEN, f"{ME}, {CLEO}", f"My {_WORDS[n]}", words="Will you come?") for n in range(8)],
    ]  # fmt: skip
    space = of(letters)
    asked = ask(space, first + timedelta(days=300))
    assert {row["name"]: row["kind"] for row in asked.people} == {
        "Ana Lopez": "one-sided",
        "Ben Okafor": "one-sided",
        "Cleo Brandt": "seen",
    }
    # Of what nobody answers two letters count, however many there are.
    assert max(row["strength"] for row in asked.people) < 0.15
    assert {row["sent"] for row in asked.people} == {0}
    assert asked.text("Ana Lopez", "strength", "yours") == "You wrote nothing."
    assert "theirs" in asked.text("Ana Lopez", "alive", "turns")
    assert "you wrote" not in asked.text("Ana Lopez", "alive", "silence")
    # Nobody waits whom she let ask again and again, and nobody of them is named.
    assert asked.named_today == []
    assert space.waiting(view=asked.view) == []
