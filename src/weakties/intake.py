"""The way in: a path becomes imports. Each source that finds something in it makes one import, staged, then committed.

A path whose content was imported before adds nothing and costs no more than reading it once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from shlex import quote

from weakties.errors import SourceError, Stopped, UnknownImport
from weakties.facts import erasure, ledger
from weakties.facts.home import Home, guarded
from weakties.facts.ledger import Import
from weakties.facts.staging import Stage, Writer
from weakties.sources import ReadOptions, Source
from weakties.sources.registry import detect

# Called now and then with the number of records read so far, the last time before they are kept. It may raise Stopped.
Progress = Callable[[int], None]
_EVERY = 250


@dataclass(frozen=True, slots=True)
class Request:
    """What to import, for whom. now: seconds UTC, written down as the time of the import; region: the country in which telephone
    numbers without one are dialled."""

    path: Path
    owner: str
    now: int
    keep_text: bool = False
    region: str = ""


def take_in(
    home: Home,
    request: Request,
    sources: Sequence[Source],
    progress: Progress | None = None,
    *,
    unread: Callable[[Sequence[str]], None] | None = None,
) -> list[Import]:
    """Import a path with every source that finds something in it; return what came in, with counts that add up.

    unread: told the names of files in a folder or archive that nobody reads. Raises Stopped where `progress` did, and then
    nothing of the path is kept.
    """
    with guarded(home):
        found = detect(request.path, sources, unread)
        digest = ledger.digest(request.path)
        before = frozenset(ledger.snapshot(home).imports)
        done: list[Import] = []
        try:
            for source in found:
                done.append(_one(home, request, source, digest, progress))  # noqa: PERF401  what is done is needed where one stops
        except Stopped:
            # Half of a folder is of no use to whoever stopped it.
            take_back(home, [record for record in done if record.id not in before])
            raise
    return done


def take_back(home: Home, done: Iterable[Import]) -> None:
    """Undo imports that were just made; one that is gone already is none."""
    for record in done:
        with suppress(UnknownImport):
            ledger.undo(home, record.id)


def read_again(
    home: Home, old: Import, sources: Sequence[Source], *, now: int, region: str = "", progress: Progress | None = None
) -> Import:
    """Read an import's original again, with what the reader has learned since, and replace it in one step."""
    source = next((s for s in sources if s.name == old.source), None)
    path = Path(old.path)
    if old.cursor:
        raise SourceError(
            f"Import {old.id} came from {old.path}, which has no file to read again.",
            hint=f"weakties sync {quote(old.path)} reads what is new.",
        )
    if source is None or not path.exists():
        raise SourceError(
            f"{path}, from which import {old.id} was read, is not there any more.",
            hint="Put it back where it was, or import it from its new place.",
        )
    if ledger.digest(path) != old.digest:
        raise SourceError(
            f"{path} has changed since import {old.id} was read from it.",
            hint=f"weakties import {quote(str(path))} adds what is new in it.",
        )
    request = Request(path, old.owner, now, keep_text=old.keep_text, region=region)
    with guarded(home):
        return _read(home, request, source, replace(old, reader=source.reader, region=region), progress, again=True)


def _one(home: Home, request: Request, source: Source, digest: str, progress: Progress | None) -> Import:
    name = ledger.import_id(source=source.name, digest=digest, owner=request.owner)
    known = next((i for i in ledger.imports(home) if i.id == name), None)
    if known is not None:
        if not request.keep_text or known.keep_text:
            return ledger.all_known(known)
        # The words are wanted now: the same file is read again for them, and replaces what it brought before.
        anew = replace(known, keep_text=True, reader=source.reader, region=request.region)
        return _read(home, request, source, anew, progress, again=True)
    record = Import(
        id=name,
        source=source.name,
        path=str(request.path.resolve()),
        owner=request.owner,
        digest=digest,
        reader=source.reader,
        imported_at=request.now,
        keep_text=request.keep_text,
        region=request.region,
    )
    return _read(home, request, source, record, progress)


def _read(
    home: Home,
    request: Request,
    source: Source,
    record: Import,
    progress: Progress | None,
    *,
    again: bool = False,
) -> Import:
    with Stage(home) as folder:
        with Writer(folder, record.id) as writer:
            options = ReadOptions(request.keep_text, request.region, f"owner:{request.owner}")
            number = 0
            for number, extract in enumerate(source.read(request.path, options), start=1):
                writer.add(extract)
                if progress and number % _EVERY == 0:
                    progress(number)
            if progress:
                progress(number)
        if ledger.digest(request.path) != record.digest:
            raise SourceError(
                f"{request.path} changed while it was read; nothing of it was kept.",
                hint="Import it again when nobody writes to it, or import a copy.",
            )
        return ledger.commit(home, folder, record, again=again, screen=erasure.screen)
