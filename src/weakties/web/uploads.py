"""Files that come in through the page: streamed into a folder of the home that only the owner may read, piece by piece.

What is sent together is a batch. Names come from elsewhere, so of a path only plain words are kept and it never leads out of
the batch. A batch waits until somebody says that it is to come in; then its files stay as originals, to be read again.
"""

from __future__ import annotations

import errno
import os
import re
import secrets
import shutil
import unicodedata
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest

from weakties.errors import HomeFull, UsageError
from weakties.facts import erasure, ledger
from weakties.facts.home import Home
from weakties.web.guard import length

# What is left free on the disk: an import needs room for its facts and tables.
SPARE_BYTES = 500_000_000
_PIECE = 1 << 18
_LONGEST = 120
_PARTS = 12
_BATCH = re.compile(r"[0-9a-f]{12}")
_INCOMING = ".incoming"
# What stands around the files in one request.
_AROUND_BYTES = 2**20


@dataclass(frozen=True, slots=True)
class Batch:
    """What was sent together. entries: files and folders to be imported, each by itself; size: bytes of all of them."""

    id: str
    folder: Path
    entries: tuple[Path, ...]
    size: int


class ToHome(FileUploadHandler):
    """Writes each file to the home as it comes in. room: bytes that all of them may have together."""

    chunk_size = _PIECE

    def __init__(self, request: HttpRequest, home: Home, *, room: int) -> None:
        super().__init__(request)
        self.folder = _made(home.uploads, home.uploads / secrets.token_hex(6))
        self.sent: list[tuple[str, Path]] = []
        self.too_much = False
        self._room = room
        self._file: Any = None

    def new_file(self, *args: Any, **more: Any) -> None:
        """Begin a file."""
        super().new_file(*args, **more)
        where = _made(self.folder, self.folder / _INCOMING) / str(len(self.sent))
        self.sent.append((self.file_name or "", where))
        self._file = os.fdopen(os.open(where, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Write a piece."""
        del start
        self._room -= len(raw_data)
        if self._room < 0:
            self.too_much = True
            # What else is sent is taken in and thrown away, so that the browser hears why.
            raise StopUpload(connection_reset=False)
        try:
            self._file.write(raw_data)
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise
            # Others filled the disk meanwhile.
            self.too_much = True
            raise StopUpload(connection_reset=False) from error

    def file_complete(self, file_size: int) -> UploadedFile[Any]:
        """End a file."""
        self._file.close()
        return UploadedFile(name=self.file_name, content_type=self.content_type, size=file_size)

    def upload_interrupted(self) -> None:
        """Let go of a file that was cut off."""
        if self._file is not None:
            self._file.close()

    def throw_away(self) -> None:
        """Remove all that came in."""
        self.upload_interrupted()
        shutil.rmtree(self.folder, ignore_errors=True)


def room(home: Home) -> int:
    """Return how many bytes may be sent together now: what the disk has, less what an import needs besides."""
    at = home.uploads if home.uploads.exists() else home.path
    return max(0, shutil.disk_usage(at).free - SPARE_BYTES)


def accepted(handler: ToHome, paths: Sequence[str]) -> Batch:
    """Give what came in its names and return it as a batch. paths: as the browser knows each file; else its name counts.

    Raises UsageError, HomeFull; then nothing is kept.
    """
    try:
        _worth(handler)
        known = paths if len(paths) == len(handler.sent) else [name for name, _ in handler.sent]
        for said, (_, where) in zip(known, handler.sent, strict=True):
            *folders, name = plain_parts(said)
            inside = handler.folder
            for folder in folders:
                # A file may bear the name already that a folder has once it is made plain.
                inside = _made(inside, _free(inside / folder, but_folders=True))
            where.rename(_free(inside / name))
        (handler.folder / _INCOMING).rmdir()
    except BaseException:
        handler.throw_away()
        raise
    return _batch(handler.folder)


def check_room(request: HttpRequest, room: int) -> None:
    """Raise HomeFull where what is announced is more than there is room for.

    What is sent is taken in piece by piece and thrown away, so that the browser hears why.
    """
    if length(request) <= room + _AROUND_BYTES:
        return
    with suppress(OSError):
        while request.read(_PIECE):
            pass
    raise too_much()


def too_much() -> HomeFull:
    """Return what is said where more is sent than there is room for."""
    return HomeFull(
        "That is more than there is room for; nothing of it was kept.",
        hint="Make room, send less at a time, or import it where it lies: weakties import PATH",
    )


def _worth(handler: ToHome) -> None:
    if handler.too_much:
        raise too_much()
    if not handler.sent:
        raise UsageError("No file was sent.", hint="Choose one or more, or drop them on the page.")


def plain_parts(path: str) -> list[str]:
    """Return the parts of a path that comes from elsewhere as names of ours: never empty, never leading out, not too long."""
    text = unicodedata.normalize("NFC", path.encode("utf-8", "replace").decode())
    parts = [re.sub(r"[\x00-\x1f\x7f<>:\"|?*]", "_", part).strip(" .") for part in re.split(r"[/\\]+", text)]
    kept = [_short(part) for part in parts if part][-_PARTS:]
    return kept or ["file"]


def waiting(home: Home, busy: Mapping[str, object]) -> list[Batch]:
    """Return the batches that were sent and neither brought in nor thrown away. busy: those that a job is at, by id."""
    if not home.uploads.is_dir():
        return []
    used = {Path(record.path) for record in ledger.imports(home)}
    found = [_batch(folder) for folder in sorted(home.uploads.iterdir()) if _BATCH.fullmatch(folder.name)]
    return [
        b for b in found if b.entries and b.id not in busy and not any(entry.resolve() in used for entry in b.entries)
    ]


def find(home: Home, name: str) -> Batch:
    """Return a batch by its id. Raises UsageError."""
    folder = home.uploads / name
    if not _BATCH.fullmatch(name) or not folder.is_dir():
        raise UsageError("These files are not here any more.", hint="Send them again.")
    return _batch(folder)


def throw_away(home: Home, name: str) -> None:
    """Remove a batch. Raises UsageError."""
    shutil.rmtree(find(home, name).folder, ignore_errors=True)


def is_original(home: Home, path: str) -> bool:
    """Tell whether an import was read from a file that we keep, and that is there."""
    return Path(path).is_relative_to(home.uploads.resolve()) and Path(path).exists()


def remove_original(home: Home, path: str) -> None:
    """Remove a file that we keep, and its batch where nothing else is in it."""
    if not is_original(home, path):
        return
    entry = Path(path)
    shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
    if not any(entry.parent.iterdir()):
        entry.parent.rmdir()


def tidy(home: Home, batch: Batch) -> None:
    """Keep of a batch that came in what an import was read from. Where somebody was forgotten nothing is kept: nobody can tell
    whom an original names."""
    used = set() if erasure.tombstones(home) else {Path(record.path) for record in ledger.imports(home)}
    for entry in batch.entries:
        if entry.resolve() not in used:
            remove_original(home, str(entry.resolve()))


def _batch(folder: Path) -> Batch:
    entries = tuple(sorted(entry for entry in folder.iterdir() if entry.name != _INCOMING))
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return Batch(folder.name, folder, entries, size)


def _made(parent: Path, folder: Path) -> Path:
    parent.mkdir(mode=0o700, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def _short(name: str) -> str:
    if len(name.encode()) <= _LONGEST:
        return name
    stem, dot, ending = name.rpartition(".")
    ending = f"{dot}{ending}" if stem and len(ending.encode()) <= 12 else ""
    head = (stem if ending else name).encode()[: _LONGEST - len(ending.encode())].decode("utf-8", "ignore")
    return head + ending


def _free(path: Path, *, but_folders: bool = False) -> Path:
    """Return a path at which nothing is yet. but_folders: or a folder."""
    number, found = 1, path
    while found.exists() and not (but_folders and found.is_dir()):
        number += 1
        found = path.with_name(f"{path.stem} ({number}){path.suffix}")
    return found
