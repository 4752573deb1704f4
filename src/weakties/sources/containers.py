"""The files in which mail may lie: a file, a folder, archives of them, opened one after the other as streams.

A folder is walked in sorted order, an archive in its own. Links are not followed and devices never opened. A file that
cannot be read is a fault in the sequence, not its end. Nothing here knows what mail looks like.
"""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from weakties.sources.archives import LINK, Member, is_tar, is_zip, tar_members, zip_members
from weakties.sources.streams import Budget, Limits, Stream, is_packed, unpacked

_HEAD = 1_024
_LINKED = "it is a link, which is not followed: import what it points to"
_NESTED = "it lies in archives within archives, more than are opened: unpack the outer one, then import the folder"


@dataclass(frozen=True, slots=True)
class Opened:
    """One file, ready to be read before the next is asked for.

    name: below the imported path, `""` for the path itself, a member of an archive as `archive.zip!inner`. fault: why
    it could not be opened, in words for its owner; the stream is then empty.
    """

    name: str
    stream: Stream
    fault: str = ""


def open_files(path: Path, limits: Limits) -> Iterator[Opened]:
    """Yield every regular file at or below path, archives unpacked as they are read. Raises OSError for path itself."""
    budget = Budget(limits)
    mode = path.stat().st_mode
    if stat.S_ISDIR(mode):
        yield from _folder(path, "", budget)
    elif stat.S_ISREG(mode):
        with path.open("rb", buffering=0) as file:
            yield from _file(file, "", budget)
    else:
        raise OSError(f"{path} is neither a file nor a folder")


def _folder(folder: Path, below: str, budget: Budget) -> Iterator[Opened]:
    try:
        with os.scandir(folder) as entries:
            inside = sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        if not below:
            raise
        yield _closed(below, _cannot_open(error))
        return
    for entry in inside:
        shown = entry.name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        name = f"{below}/{shown}" if below else shown
        try:
            mode = entry.stat(follow_symlinks=False).st_mode
        except OSError as error:
            yield _closed(name, _cannot_open(error))
            continue
        if stat.S_ISLNK(mode):
            yield _closed(name, _LINKED)
        elif stat.S_ISDIR(mode):
            # What a Maildir keeps under tmp has not been delivered.
            if not (entry.name == "tmp" and (folder / "cur").is_dir()):
                yield from _folder(folder / entry.name, name, budget)
        elif stat.S_ISREG(mode):
            yield from _regular(folder / entry.name, name, budget)


def _regular(path: Path, name: str, budget: Budget) -> Iterator[Opened]:
    try:
        file = path.open("rb", buffering=0)
    except OSError as error:
        yield _closed(name, _cannot_open(error))
        return
    with file:
        yield from _file(file, name, budget)


def _closed(name: str, fault: str) -> Opened:
    return Opened(name, Stream(lambda _size: b""), fault)


def _cannot_open(error: OSError) -> str:
    return f"it cannot be opened ({error.strerror or error}): give yourself the right to read it, then import again"


def _file(file: io.FileIO, name: str, budget: Budget) -> Iterator[Opened]:
    yield from _stream(Stream(file.read), name, budget, 0, file)


def _stream(stream: Stream, name: str, budget: Budget, depth: int, file: io.FileIO | None) -> Iterator[Opened]:
    """Yield the files in a stream, itself if it is no archive. file: the same bytes, where they can be sought in."""
    layers = 0
    while is_packed(stream.peek(10)):
        layers += 1
        if layers > budget.limits.depth:
            yield _closed(name, _NESTED)
            return
        stream, file = unpacked(stream, budget), None
    head = stream.peek(_HEAD)
    members: Iterator[Member]
    if is_zip(head):
        members = zip_members(stream, file, budget)
    elif is_tar(head):
        members = tar_members(stream)
    else:
        yield Opened(name, stream)
        return
    if depth >= budget.limits.depth:
        yield _closed(name, _NESTED)
        return
    told = False
    for member in members:
        inner = f"{name}!{member.name}" if member.name else name
        if member.fault:
            yield _closed(inner, _LINKED if member.fault == LINK else member.fault)
        else:
            yield from _stream(member.stream, inner, budget, depth + 1, None)
        told = told or bool(member.fault or member.stream.fault)
    if stream.fault and not told:
        yield _closed(name, stream.fault)
