"""An import is wholly there or wholly absent; twice adds nothing; undo restores; folding changes nothing."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from weakties import intake, refresh
from weakties.config import Settings
from weakties.errors import HomeError, NewerHome, SourceError, UnknownImport
from weakties.facts import ledger
from weakties.facts.counting import Counts
from weakties.facts.home import Home
from weakties.facts.ledger import Import
from weakties.facts.migrations import open_home
from weakties.facts.model import Event, Extract, Origin, Participation, Rejected, event_id, fingerprint
from weakties.facts.staging import Stage, Writer
from weakties.sources import ReadOptions
from weakties.testing import LedgerNotation

DAY = 86_400


def written(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def taken(home: Home, path: Path, *, owner: str = "me", now: int = 0) -> Import:
    return intake.take_in(home, intake.Request(path, owner, now), [LedgerNotation()])[0]


def derived_bytes(home: Home) -> dict[str, bytes]:
    build = refresh.ensure(home, Settings(me=("me@me.example",)), now=0)
    return {t: (build.path / f"{t}.parquet").read_bytes() for t in refresh.TABLES}


def test_counts_add_up_and_the_same_file_twice_adds_nothing(home: Home, tmp_path: Path) -> None:
    file = written(tmp_path / "a.ledger", "2026-01-05  ana -> me    email x3", "2026-01-06  me -> ben    email")
    first, second = taken(home, file), taken(home, file)
    assert first.counts["events"] == Counts(new=4, known=0, rejected=0)
    assert second.counts["events"] == Counts(new=0, known=4, rejected=0)
    assert second.id == first.id
    assert [i.id for i in ledger.imports(home)] == [first.id]


def test_what_another_file_brought_is_known_and_still_kept_as_said(home: Home, tmp_path: Path) -> None:
    one = written(tmp_path / "a.ledger", "2026-01-05  ana -> me    email x3")
    two = written(tmp_path / "b.ledger", "2026-01-05  ana -> me    email x3", "2026-02-01  me -> ana    email")
    first = taken(home, one)
    assert taken(home, two).counts["events"] == Counts(new=1, known=3, rejected=0)
    ledger.undo(home, first.id)
    assert sum(i.counts["events"].read for i in ledger.imports(home)) == 4


def test_a_dry_run_counts_and_keeps_nothing(home: Home, tmp_path: Path) -> None:
    file = written(tmp_path / "a.ledger", "2026-01-05  ana -> me    email x3")
    with ledger.rehearsal(home) as there:
        assert taken(there, file).counts["events"].new == 3
        assert [i.counts["events"].new for i in ledger.imports(there)] == [3]
    assert ledger.imports(home) == []
    assert [p.name for p in home.facts.iterdir()] == []


def test_a_rehearsal_knows_the_ledger_and_leaves_it_alone(home: Home, tmp_path: Path) -> None:
    """Undoing and folding inside of it touch nothing of the real one."""
    days = ("2026-01-05", "2026-01-06", "2026-01-07")
    records = [taken(home, written(tmp_path / f"{d}.ledger", f"{d}  ana -> me    email")) for d in days]
    before = {p: p.read_bytes() for p in home.facts.rglob("*") if p.is_file()}
    with ledger.rehearsal(home) as there:
        assert ledger.imports(there) == ledger.imports(home)
        assert ledger.compact(there, now=86_400 * 400) == 2
        ledger.undo(there, records[0].id)
        assert len(ledger.imports(there)) == 2
        assert len(ledger.imports(home)) == 3
    assert {p: p.read_bytes() for p in home.facts.rglob("*") if p.is_file()} == before


def test_any_order_of_imports_gives_the_same_derived_bytes(tmp_path: Path) -> None:
    files = [
        written(tmp_path / "a.ledger", "2026-01-05  ana -> me    email x3", "2026-01-09  me, ana, ben    meeting 30m"),
        written(tmp_path / "b.ledger", "2026-01-05  ana -> me    email x5", "2025-01-06  ana-lopez@home -> me   email"),
        written(tmp_path / "c.ledger", "2026-02-05  me <-> ben   email x9 every 3d"),
    ]
    found = []
    for number, order in enumerate(([0, 1, 2], [2, 0, 1], [1, 2, 0])):
        home = open_home(tmp_path / f"home-{number}")
        for index in order:
            taken(home, files[index], now=number * 1000 + index)
        found.append(derived_bytes(home))
    assert found[0] == found[1] == found[2]


def test_undo_restores_the_derived_bytes(home: Home, tmp_path: Path) -> None:
    taken(home, written(tmp_path / "a.ledger", "2026-01-05  ana -> me    email x3"))
    before = derived_bytes(home)
    second = taken(home, written(tmp_path / "b.ledger", "2026-03-05  ben -> me    email x3"))
    assert derived_bytes(home) != before
    ledger.undo(home, second.id)
    assert derived_bytes(home) == before


def test_folding_small_imports_changes_no_fact_and_each_can_still_be_undone(home: Home, tmp_path: Path) -> None:
    records = [
        taken(home, written(tmp_path / f"{n}.ledger", f"2026-01-0{n}  ana -> me    email"), now=n * DAY)
        for n in range(1, 6)
    ]
    before = derived_bytes(home)
    assert ledger.compact(home, now=40 * DAY) == 4
    assert derived_bytes(home) == before
    assert len(ledger.snapshot(home).folders) == 1
    ledger.undo(home, records[2].id)
    assert [i.id for i in ledger.imports(home)] == [r.id for r in records if r is not records[2]]
    assert ledger.compact(home, now=40 * DAY) == 0


def test_folding_leaves_todays_and_large_imports_alone(home: Home, tmp_path: Path) -> None:
    for n in (1, 2):
        taken(home, written(tmp_path / f"{n}.ledger", f"2026-01-0{n}  ana -> me    email x3"), now=9 * DAY + n)
    assert ledger.compact(home, now=9 * DAY + 100) == 0
    assert ledger.compact(home, now=20 * DAY, below=3) == 0


def test_undo_of_an_unknown_import_says_what_to_type(home: Home) -> None:
    with pytest.raises(UnknownImport) as caught:
        ledger.undo(home, "nope")
    assert "weakties imports" in caught.value.hint


def test_rejected_records_are_kept_with_their_reason(home: Home) -> None:
    with Stage(home) as stage:
        with Writer(stage, "x1") as writer:
            writer.add(Extract(rejected=[Rejected(Origin("in.mbox", 17), "no author")]))
        record = ledger.commit(home, stage, Import("x1", "mail", "/x", "me", "d", 1, 0))
    assert record.counts["events"] == Counts(new=0, known=0, rejected=1)
    assert (home.facts / "x1-0" / "rejected.parquet").exists()


def test_text_that_no_encoding_can_carry_is_replaced_not_lost(home: Home) -> None:
    key = event_id("email", "odd")
    event = Event(key, fingerprint("email", 1, "a", [], "s"), 1, "email", "t", "caf\udce9", Origin("", 0), 1)
    with Stage(home) as stage:
        with Writer(stage, "x1") as writer:
            writer.add(
                Extract(events=[event], participations=[Participation(key, "email:a@b.example", "from", "\ud800")])
            )
        assert ledger.commit(home, stage, Import("x1", "mail", "/x", "me", "d", 1, 0)).counts["events"].new == 1


def test_a_stage_left_by_a_killed_import_is_swept_by_the_next_one(home: Home, tmp_path: Path) -> None:
    left = home.facts / ".stage-dead"
    left.mkdir()
    (left / "events.parquet").write_bytes(b"half")
    taken(home, written(tmp_path / "a.ledger", "2026-01-05  ana -> me    email"))
    assert not left.exists()


def test_a_stage_in_use_is_not_swept(home: Home, tmp_path: Path) -> None:
    with Stage(home) as stage:
        taken(home, written(tmp_path / "a.ledger", "2026-01-05  ana -> me    email"))
        assert stage.exists()


def test_reading_again_replaces_the_import_in_one_step(home: Home, tmp_path: Path) -> None:
    file = written(tmp_path / "a.ledger", "2026-01-05  ana -> me    email x3")
    record = taken(home, file)
    again = intake.read_again(home, record, [LedgerNotation()], now=5)
    assert again.id == record.id
    assert again.counts["events"] == Counts(new=3, known=0, rejected=0)
    assert len(ledger.imports(home)) == 1


def test_reading_again_an_import_that_was_folded_doubles_nothing(home: Home, tmp_path: Path) -> None:
    files = [written(tmp_path / f"{n}.ledger", f"2026-01-0{n}  ana -> me    email x3") for n in (1, 2)]
    records = [taken(home, file, now=n * DAY) for n, file in enumerate(files)]
    ledger.compact(home, now=40 * DAY)
    before = derived_bytes(home)
    again = intake.read_again(home, records[0], [LedgerNotation()], now=5)
    assert again.counts["events"] == Counts(new=3, known=0, rejected=0)
    assert sum(i.counts["events"].read for i in ledger.imports(home)) == 6
    assert derived_bytes(home) == before


def test_reading_again_refuses_a_file_that_has_changed(home: Home, tmp_path: Path) -> None:
    file = written(tmp_path / "a.ledger", "2026-01-05  ana -> me    email x3")
    record = taken(home, file)
    written(file, "2026-01-05  ana -> me    email x4")
    with pytest.raises(SourceError, match="has changed"):
        intake.read_again(home, record, [LedgerNotation()], now=5)


def test_one_file_imported_by_two_at_once_is_new_once(home: Home, tmp_path: Path) -> None:
    file = written(tmp_path / "a.ledger", "2026-01-05  ana -> me    email x3")
    record = taken(home, file)
    with Stage(home) as stage:
        with Writer(stage, record.id) as writer:
            writer.add(Extract())
        late = ledger.commit(home, stage, record)
    assert late.counts["events"] == Counts(new=0, known=3, rejected=0)
    assert ledger.imports(home)[0].counts["events"] == Counts(new=3, known=0, rejected=0)


def test_a_file_that_changes_while_it_is_read_is_not_kept(home: Home, tmp_path: Path) -> None:
    class Slow(LedgerNotation):
        def read(self, path: Path, options: ReadOptions) -> Iterator[Extract]:
            yield from super().read(path, options)
            written(path, "2026-01-05  ana -> me    email x9")

    file = written(tmp_path / "a.ledger", "2026-01-05  ana -> me    email x3")
    with pytest.raises(SourceError, match="changed while it was read"):
        intake.take_in(home, intake.Request(file, "me", 0), [Slow()])
    assert ledger.imports(home) == []
    assert taken(home, file).counts["events"].new == 9


def test_asking_for_the_words_later_reads_the_file_again(home: Home, tmp_path: Path) -> None:
    file = written(tmp_path / "a.ledger", "2026-01-05  ana -> me    email x3")
    taken(home, file)
    (record,) = intake.take_in(home, intake.Request(file, "me", 0, keep_text=True), [LedgerNotation()])
    assert record.keep_text
    assert record.counts["events"].new == 3
    assert len(ledger.imports(home)) == 1


def test_what_comes_in_while_a_build_is_made_belongs_to_the_next(home: Home, tmp_path: Path) -> None:
    """A build is named by what it was made of, so undoing the later import brings back the earlier tables, not the later."""
    mine = Settings(me=("me@me.example",))
    taken(home, written(tmp_path / "a.ledger", "2026-01-05  ana -> me    email x3"))
    before = derived_bytes(home)
    later = written(tmp_path / "b.ledger", "2026-03-05  ben -> me    email x3")
    shutil.rmtree(home.derived)
    home.derived.mkdir()
    came: list[str] = []

    def meanwhile(_: str) -> None:
        if not came:
            came.append(taken(home, later).id)

    refresh.ensure(home, mine, now=0, progress=meanwhile)
    ledger.undo(home, came[0])
    assert derived_bytes(home) == before
    assert refresh.check(home, mine) == []


def test_a_build_that_was_in_force_a_moment_ago_is_not_swept(home: Home, tmp_path: Path) -> None:
    taken(home, written(tmp_path / "a.ledger", "2026-01-05  ana -> me    email x3"))
    old = refresh.ensure(home, Settings(), now=0)
    os.utime(old.path, (1, 1))
    taken(home, written(tmp_path / "b.ledger", "2026-03-05  ben -> me    email x3"))
    refresh.ensure(home, Settings(), now=int(time.time()))
    assert (old.path / "people.parquet").exists()
    refresh.ensure(home, Settings(minutes=5), now=int(time.time()))
    os.utime(old.path, (1, 1))
    taken(home, written(tmp_path / "c.ledger", "2026-04-05  ben -> me    email x3"))
    refresh.ensure(home, Settings(), now=int(time.time()))
    assert not old.path.exists()


def test_a_home_whose_path_looks_like_a_partition_is_a_home_like_any_other(tmp_path: Path) -> None:
    home = open_home(tmp_path / "import=9" / "owner=bob")
    taken(home, written(tmp_path / "a.ledger", "2026-01-05  ana -> me    email x3"))
    taken(home, written(tmp_path / "b.ledger", "2026-01-05  ana -> me    email x4"))
    assert derived_bytes(home)


def test_a_home_of_a_newer_format_is_refused_in_words(home: Home) -> None:
    (home.path / "format").write_text("99\n", encoding="ascii")
    with pytest.raises(NewerHome, match="format 99"):
        open_home(home.path)


def test_a_home_that_is_no_home_is_refused_in_words(home: Home) -> None:
    (home.path / "format").write_bytes(b"\xff\xfe junk")
    with pytest.raises(HomeError, match="format number"):
        open_home(home.path)


def test_the_home_is_for_its_owner_alone(home: Home, tmp_path: Path) -> None:
    taken(home, written(tmp_path / "a.ledger", "2026-01-05  ana -> me    email"))
    refresh.ensure(home, Settings(), now=0)
    assert home.path.stat().st_mode & 0o077 == 0
    for path in [*home.facts.rglob("*.parquet"), *home.derived.rglob("*.parquet")]:
        assert path.stat().st_mode & 0o077 == 0, path


# Loads everything once, then forks a process for each import it is asked for: a kill hits the import, not the loading.
_FORKING = """
import os, sys
from pathlib import Path
import pyarrow.parquet, duckdb
from weakties import intake
from weakties.facts.migrations import open_home
from weakties.sources import ReadOptions
from weakties.testing import LedgerNotation
for line in sys.stdin:
    home, file = line.split()
    child = os.fork()
    if child == 0:
        intake.take_in(open_home(Path(home)), intake.Request(Path(file), "me", 0), [LedgerNotation()])
        os._exit(0)
    print(child, flush=True)
    os.waitpid(child, 0)
    print("ended", flush=True)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_killed_at_any_moment_an_import_is_wholly_there_or_wholly_absent(tmp_path: Path) -> None:
    """One hundred kills at moments spread over the whole of an import; after each the next command works."""
    file = written(tmp_path / "big.ledger", *(f"2024-01-01  p{n} -> me    email x40" for n in range(60)))
    home = open_home(tmp_path / "home")
    absent = present = 0
    with subprocess.Popen(
        [sys.executable, "-c", _FORKING], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdin is not None
        assert server.stdout is not None

        def run(delay: float | None, into: Path) -> float:
            assert server.stdin is not None
            assert server.stdout is not None
            server.stdin.write(f"{into} {file}\n")
            server.stdin.flush()
            child = int(server.stdout.readline())
            began = time.monotonic()
            if delay is not None:
                time.sleep(delay)
                with contextlib.suppress(ProcessLookupError):  # it may have ended by itself
                    os.kill(child, signal.SIGKILL)
            assert server.stdout.readline() == "ended\n"
            return time.monotonic() - began

        whole = min(run(None, open_home(tmp_path / f"probe-{n}").path) for n in range(3))
        for number in range(100):
            run(whole * 1.8 * number / 100, home.path)
            found = ledger.imports(home)
            if found:
                present += 1
                assert [i.counts["events"].new for i in found] == [2400]
                assert len(ledger.snapshot(home).files()["events"]) == 1
                ledger.undo(home, found[0].id)
            else:
                absent += 1
            assert ledger.imports(home) == []
        server.stdin.close()
    # Both outcomes must have been seen, or the moments were not spread over the import.
    assert absent > 10
    assert present > 0
    assert taken(home, file).counts["events"].new == 2400
    assert not list(home.facts.glob(".stage-*"))


def test_two_processes_import_at_once_and_nothing_is_lost_or_doubled(tmp_path: Path) -> None:
    home = open_home(tmp_path / "home")
    files = [
        written(
            tmp_path / f"{n}.ledger", "2026-01-05  ana -> me    email x30", f"2026-02-0{n + 1}  me -> p{n}    email x5"
        )
        for n in range(4)
    ]
    script = (
        "import sys; from pathlib import Path; from weakties import intake; from weakties.facts.migrations import open_home;"
        "from weakties.testing import LedgerNotation; home = open_home(Path(sys.argv[1]));"
        "intake.take_in(home, intake.Request(Path(sys.argv[2]), 'me', 0), [LedgerNotation()])"
    )
    running = [subprocess.Popen([sys.executable, "-c", script, str(home.path), str(f)]) for f in files]
    assert [p.wait() for p in running] == [0, 0, 0, 0]
    records = ledger.imports(home)
    assert len(records) == 4
    assert sum(r.counts["events"].new for r in records) == 30 + 4 * 5


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    lines=st.lists(st.tuples(st.integers(1, 28), st.sampled_from("abcd"), st.integers(1, 4)), min_size=1, max_size=5)
)
def test_law_importing_twice_changes_nothing_and_undo_restores(
    lines: list[tuple[int, str, int]], tmp_path: Path
) -> None:
    home = open_home(tmp_path / f"law-{time.monotonic_ns()}")
    taken(home, written(tmp_path / "base.ledger", "2026-01-01  ana -> me    email x2"))
    before = ledger.snapshot(home).files().keys(), derived_bytes(home)
    text = [f"2026-01-{day:02}  {who} -> me    email x{n}" for day, who, n in lines]
    record = taken(home, written(tmp_path / "more.ledger", *text))
    once = derived_bytes(home)
    taken(home, tmp_path / "more.ledger")
    assert derived_bytes(home) == once
    ledger.undo(home, record.id)
    assert (ledger.snapshot(home).files().keys(), derived_bytes(home)) == before


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="needs a POSIX file system")
def test_a_full_disk_is_told_in_words_and_keeps_nothing(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = written(tmp_path / "a.ledger", "2026-01-05  ana -> me    email x3")

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("weakties.facts.staging.arrow_table", full)
    with pytest.raises(HomeError, match="full"):
        taken(home, file)
    monkeypatch.undo()
    assert ledger.imports(home) == []
    assert taken(home, file).counts["events"].new == 3


def test_a_damaged_manifest_is_told_in_words(home: Home) -> None:
    (home.facts / "MANIFEST").write_text("{", encoding="utf-8")
    with pytest.raises(HomeError, match="damaged"):
        ledger.imports(home)


def test_the_import_record_survives_its_own_writing(home: Home) -> None:
    record = Import("x1", "mail", "/x", "me", "d", 1, 7, counts={"events": Counts(1, 2, 3)})
    (home.facts / "x1.json").write_text(json.dumps(record.as_json()), encoding="utf-8")
    assert ledger.read_import(ledger.Snapshot(home.facts, {}), "", "x1") == record


@pytest.mark.parametrize("text", ["[]", '{"folders": 3}', '{"folders": {"a": [1]}}', '{"folders": {"a"'])
def test_a_manifest_of_another_shape_is_told_in_words(home: Home, text: str) -> None:
    (home.facts / "MANIFEST").write_text(text, encoding="utf-8")
    with pytest.raises(HomeError, match="damaged"):
        ledger.imports(home)
