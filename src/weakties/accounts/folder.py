"""A folder that files what is dropped into it: exports are read, then moved aside, once what they say is kept.

What is read goes to `Filed/YYYY-MM`, what nobody can read to `Not read`, with a note that says why. Nothing is ever deleted or
overwritten. What is still being written, and half-loaded downloads, wait. Time is told by the folder's own disk, which
may be in another machine.
"""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import msgspec

from weakties.accounts import Part
from weakties.errors import AccountError, SourceError
from weakties.facts.accounts import Account
from weakties.facts.home import is_home
from weakties.facts.model import Extract, Origin, Rejected
from weakties.sources import ReadOptions, Source
from weakties.sources.registry import available, detect

FILED, NOT_READ = "Filed", "Not read"
_SETTLED_SECONDS = 5.0
# By how much the clock of a disk may lag.
_CLOCK_STEP_SECONDS = 0.1
_RECORDS_IN_PART = 2_000
_HALF_LOADED = (".part", ".partial", ".crdownload", ".download", ".tmp", ".opdownload")
_NOBODYS = ("desktop.ini", "thumbs.db")
# Files in a dropped folder that are looked at to see whether it is still being written.
_MOST_FILES = 200_000
_LONGEST_NAME = 200
_LINK = "It is a link, which is not followed. Put here what it points to."


@dataclass(frozen=True, slots=True)
class _Dropped:
    """What lies in the folder. name: as it is shown; changed: when anything in it changed last, by its disk; mark: what is other
    when it has changed."""

    path: Path
    name: str
    changed: float
    mark: tuple[int, int, float]


class FolderAccount:
    """A folder on this machine, or on one that is mounted here. settings: `path`.

    settled: seconds for which a file must not have changed.
    """

    kind = "folder"
    reader = 1

    def __init__(self, *, settled: float = _SETTLED_SECONDS) -> None:
        self._settled = settled

    def check(self, account: Account, secret: str) -> str:  # noqa: ARG002  there is none
        """Look and count; see `Live.check`."""
        folder = _folder(account)
        waiting = len(list(_dropped(folder)))
        what = "1 file or folder waits" if waiting == 1 else f"{waiting:,} files or folders wait"
        return f"{what} in {folder}; all that is put there is read and moved to {FILED} or {NOT_READ} in it."

    def parts(
        self,
        account: Account,
        secret: str,  # noqa: ARG002  there is none
        cursor: Mapping[str, Any],
        options: ReadOptions,
    ) -> Iterator[Part]:
        """Yield what the files say; see `Live.parts`. A file is moved when the part behind its last one is asked for."""
        folder = _folder(account)
        sources = available()[0]
        try:
            for first in (True, False):
                now = _now(folder)
                waiting = False
                for one in list(_dropped(folder)):
                    if now - one.changed < self._settled:
                        waiting = True
                        continue
                    for extracts in _read(one, sources, options, folder, now):
                        yield Part(extracts, dict(cursor))
                if not (first and waiting):
                    break
                # Whoever drops a file and syncs need not do so twice.
                time.sleep(self._settled + _CLOCK_STEP_SECONDS)
        except OSError as error:
            raise AccountError(
                f"Nothing can be moved in {folder}: {error.strerror or error}.",
                hint="Check its permissions and its disk.",
            ) from error


def _folder(account: Account) -> Path:
    """Return the folder. Raises AccountError where it is not to be used."""
    folder = Path(account.settings["path"])
    if not folder.is_dir():
        raise AccountError(f"The folder {folder} is not there.", hint="Make it, or mount the disk that it is on.")
    if folder in (Path(folder.anchor), Path.home()) or is_home(folder):
        raise AccountError(f"{folder} is no folder to move things in.", hint="Make a new one inside it.")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise AccountError(f"Nothing can be moved in {folder}.", hint="Give yourself the right to write there.")
    return folder


def _now(folder: Path) -> float:
    """Return the time by the folder's own disk."""
    with NamedTemporaryFile(dir=folder, prefix=".weakties-") as file:
        return os.fstat(file.fileno()).st_mtime


def _dropped(folder: Path) -> Iterator[_Dropped]:
    """Yield what lies in the folder, by name; not what is hidden, half-loaded or ours."""
    for path in sorted(folder.iterdir()):
        name, low = path.name, path.name.lower()
        out = name in (FILED, NOT_READ) or low in _NOBODYS or low.startswith((".", "~$")) or low.endswith(_HALF_LOADED)
        # What was taken away meanwhile is not there.
        with suppress(FileNotFoundError):
            if not out and (found := _mark(path)) is not None:
                shown = name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
                yield _Dropped(path, shown, found[2], found)


def _mark(path: Path) -> tuple[int, int, float] | None:
    """Return how many files there are, their bytes, and when anything changed last; None of a home, which is left alone."""
    waiting, files, size, changed = [path], 0, 0, 0.0
    while waiting and files < _MOST_FILES:
        one = waiting.pop()
        said = one.lstat()
        files, size = files + 1, size + said.st_size
        # The day that a program gives a file says nothing of when it came.
        changed = max(changed, said.st_ctime)
        if stat.S_ISDIR(said.st_mode):
            if is_home(one):
                return None
            with suppress(PermissionError):
                waiting += one.iterdir()
    return files, size, changed


def _read(
    one: _Dropped, sources: list[Source], options: ReadOptions, folder: Path, now: float
) -> Iterator[list[Extract]]:
    """Yield what a file or folder says, then move it. Raises OSError where it cannot be moved."""
    gathered: list[Extract] = []
    unread: list[str] = []
    why = ""
    try:
        if one.path.is_symlink():
            why = _LINK
        else:
            for source in detect(one.path, sources, unread.extend):
                for extract in source.read(one.path, options):
                    gathered.append(_placed(extract, one.name))
                    if len(gathered) >= _RECORDS_IN_PART:
                        yield gathered
                        gathered = []
    except SourceError as error:
        why = f"{error} {error.hint}"
    except Exception as error:  # noqa: BLE001  one file that a reader, ours or a stranger's, fails on must not block all others
        why = f"A reader failed on it ({type(error).__name__}: {error}). Please tell whoever made that reader."
    try:
        if _mark(one.path) != one.mark:
            # It is being written after all: it waits, and is read whole when it is done.
            return
    except FileNotFoundError:
        return
    if why:
        gathered.append(_rejected(one.name, f"it lies in {NOT_READ} now: {' '.join(why.split())}"))
    elif unread:
        some = ", ".join(name.removeprefix("!") for name in unread[:5]) + (
            f" and {len(unread) - 5:,} more" if len(unread) > 5 else ""
        )
        gathered.append(_rejected(one.name, f"files in it that are of no kind that is read: {some}"))
    yield gathered
    _move(one, folder, now, why)


def _rejected(name: str, reason: str) -> Extract:
    return Extract(rejected=[Rejected(Origin(name, 0), reason[:1_000])])


def _placed(extract: Extract, name: str) -> Extract:
    """Return an extract whose records stand in what was dropped under a name, not in the path that was read."""
    tables: tuple[list[Any], ...] = (
        extract.events, extract.cards, extract.links, extract.deals, extract.items, extract.rejected,
    )  # fmt: skip
    for records in tables:
        for number, record in enumerate(records):
            inside = record.origin.file
            file = f"{name}{inside}" if not inside or inside.startswith("!") else f"{name}/{inside}"
            records[number] = msgspec.structs.replace(record, origin=Origin(file, record.origin.at))
    return extract


def _move(one: _Dropped, folder: Path, now: float, why: str) -> None:
    """Move a file or folder to where it belongs, with a note if it could not be read."""
    day = datetime.fromtimestamp(now, UTC)
    into = folder / NOT_READ if why else folder / FILED / f"{day:%Y-%m}"
    into.mkdir(parents=True, exist_ok=True)
    with suppress(FileNotFoundError):
        target = _moved(one.path, into)
        if why:
            note = _reserved(into, f"{target.name}.txt", is_folder=False)
            text = f"{one.name} could not be read on {day:%Y-%m-%d}.\n\n{why}\n"
            note.write_text(text, encoding="utf-8", errors="replace")


def _moved(path: Path, into: Path) -> Path:
    """Move a file or folder into a folder under a name that is free there; return where it is."""
    is_folder = path.is_dir() and not path.is_symlink()
    target = _reserved(into, path.name, is_folder=is_folder)
    try:
        # What is replaced is the empty thing that holds the name for us.
        path.replace(target)
    except OSError:
        with suppress(OSError):
            target.rmdir() if is_folder else target.unlink()
        raise
    return target


def _reserved(into: Path, name: str, *, is_folder: bool) -> Path:
    """Make an empty file or folder of that name, or of one like it where it is taken, and return its path."""
    stem, dot, ending = name.rpartition(".")
    if not stem or len(ending) > 10:
        stem, dot, ending = name, "", ""
    stem = os.fsdecode(os.fsencode(stem)[:_LONGEST_NAME])
    for number in range(1, 100_000):
        target = into / (f"{stem}{dot}{ending}" if number == 1 else f"{stem} ({number}){dot}{ending}")
        with suppress(FileExistsError):
            target.mkdir() if is_folder else target.touch(exist_ok=False)
            return target
    raise OSError(f"{name} is there a hundred thousand times")
