"""What comes in through the page, as jobs: a look at what files would bring, their import, an account that is read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from weakties.errors import Stopped, UnknownImport, WeaktiesError
from weakties.ties.words import plural
from weakties.web import uploads
from weakties.web.jobs import Job
from weakties.web.uploads import Batch
from weakties.workspace import AfterImport, Workspace

if TYPE_CHECKING:
    from weakties.facts.ledger import Import
    from weakties.syncing import Synced

# What is counted, as a page names it.
KINDS = {
    "events": ("message or meeting", "messages and meetings"),
    "cards": ("card", "cards"),
    "links": ("link", "links"),
    "deals": ("deal", "deals"),
    "items": ("article", "articles"),
}
# Names of files that nobody reads; the others are counted.
_NAMED = 6


@dataclass(frozen=True, slots=True)
class Numbers:
    """Counts of one kind of record: read = new + known + rejected."""

    said: str
    read: int
    new: int
    known: int
    rejected: int


@dataclass(frozen=True, slots=True)
class Arrival:
    """What one source found in one file. id: of the import; numbers: by kind, those that there are."""

    id: str
    name: str
    source: str
    numbers: tuple[Numbers, ...]

    @property
    def rejected(self) -> int:
        """How many records could not be read."""
        return sum(each.rejected for each in self.numbers)

    @property
    def new(self) -> int:
        """How many records are new."""
        return sum(each.new for each in self.numbers)


@dataclass(frozen=True, slots=True)
class Brought:
    """What a look or an import found. failed: (name, what is wrong, what to do); unread: names of files that nobody reads;
    records: how many were read, for the progress of the next time; after: what changed, None after a look."""

    arrivals: tuple[Arrival, ...]
    failed: tuple[tuple[str, str, str], ...]
    unread: tuple[str, ...]
    records: int
    after: AfterImport | None = None

    @property
    def unread_more(self) -> int:
        """How many files that nobody reads are not named."""
        return max(0, len(self.unread) - _NAMED)

    @property
    def unread_named(self) -> Sequence[str]:
        """The names that are shown."""
        return self.unread[:_NAMED]

    @property
    def new(self) -> int:
        """How many records are new."""
        return sum(each.new for each in self.arrivals)


def look(space: Workspace, batch: Batch) -> Job:
    """Return the job that counts what a batch would bring, and keeps nothing."""

    def work(job: Job) -> Brought:
        with space.rehearsal() as there:
            return _read(there, batch, job)

    return Job("look", _title(batch), work, batch=batch.id)


def bring(space: Workspace, batch: Batch, *, most: int = 0) -> Job:
    """Return the job that brings a batch in. most: how many records it has, 0 where nobody counted."""

    def work(job: Job) -> Brought:
        before = frozenset(record.id for record in space.imports())
        try:
            found = _read(space, batch, job)
            job.tell("finding out who is who")
        except BaseException:
            _take_back(space, before, batch)
            raise
        job.stays = "All of it is in; what follows from it is counted with the next page."
        uploads.tidy(space.home, batch)
        return Brought(found.arrivals, found.failed, found.unread, found.records, space.after_import())

    return Job("import", _title(batch), work, batch=batch.id, most=most)


def reread(space: Workspace, record: Import) -> Job:
    """Return the job that reads an import's original again."""

    def work(job: Job) -> Brought:
        again = space.reread(record.id, progress=lambda n: job.tell("reading", n))
        return Brought((arrival(again),), (), (), 0, space.after_import())

    return Job("reread", Path(record.path).name, work, stays="What was known from it stays as it was.")


def sync(space: Workspace, name: str) -> Job:
    """Return the job that reads what is new in an account. What was read before it is stopped stays."""

    def work(job: Job) -> Synced:
        account = next((account for account, _ in space.accounts() if account.id == name), None)
        if account is None:
            raise UnknownImport(f"No account {name!r} is connected.", hint="Connect it first.")
        done = space.sync(account, progress=lambda n: job.tell("reading what is new", n))
        if done.imports:
            space.refresh()
        return done

    return Job("sync", name, work, stays="What was read of it until then stays.")


def arrival(record: Import) -> Arrival:
    """Return what an import brought."""
    return Arrival(record.id, Path(record.path).name, record.source, numbers_of(record.counts))


def numbers_of(counts: Mapping[str, Any]) -> tuple[Numbers, ...]:
    """Return the counts of an import, those kinds of which there is anything."""
    return tuple(
        Numbers(said[1], c.read, c.new, c.known, c.rejected)
        for kind, said in KINDS.items()
        if (c := counts.get(kind)) is not None and c.read
    )


def _read(space: Workspace, batch: Batch, job: Job) -> Brought:
    done: list[Arrival] = []
    failed: list[tuple[str, str, str]] = []
    unread: list[str] = []
    before = 0
    for entry in batch.entries:
        job.tell(f"reading {entry.name}", before)
        counted = _Counted(job, before)
        try:
            if entry.is_file() and not entry.stat().st_size:
                failed.append((entry.name, f"{entry.name} is empty.", "Save it again where it comes from."))
                continue
            found = space.import_(entry, progress=counted, unread=unread.extend)
            done += [arrival(record) for record in found]
        except Stopped:
            raise
        except WeaktiesError as error:
            failed.append((entry.name, _plain(str(error), batch), _plain(error.hint, batch)))
        before = counted.total
    names = tuple(name.rpartition("!")[2].rpartition("/")[2] for name in unread)
    return Brought(tuple(done), tuple(failed), names, before)


class _Counted:
    """Adds up the records of several sources, each of which counts from the beginning."""

    def __init__(self, job: Job, before: int) -> None:
        self._tell: Callable[[str | None, int | None], None] = job.tell
        self._before, self._last = before, 0

    def __call__(self, records: int) -> None:
        if records < self._last:
            self._before += self._last
        self._last = records
        self._tell(None, self.total)

    @property
    def total(self) -> int:
        return self._before + self._last


def _take_back(space: Workspace, before: frozenset[str], batch: Batch) -> None:
    """Undo what came in of a batch before it was stopped."""
    entries = {entry.resolve() for entry in batch.entries}
    for record in space.imports():
        if record.id not in before and Path(record.path) in entries:
            space.undo_import(record.id)


def _plain(text: str, batch: Batch) -> str:
    """Return a sentence without the folder in which a file waits: it says nothing to whoever sent it."""
    for folder in (batch.folder, batch.folder.resolve()):
        text = text.replace(f"{folder}/", "")
    return text


def _title(batch: Batch) -> str:
    first = batch.entries[0].name
    return first if len(batch.entries) == 1 else f"{first} and {plural(len(batch.entries) - 1, 'other', 'others')}"
