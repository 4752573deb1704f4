"""Sources whose records lie in files: each file is recognised by its beginning and its name, wherever it lies.

A path is a file, a folder or an archive of them; all its files are walked once to see whose they are, and once more by each
source that found some of its own. A source of this kind says which files are its own and what each of them holds; walking,
unpacking, limits and what cannot be opened are dealt with here.
"""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from weakties.errors import SourceError
from weakties.facts.model import Extract, Origin, Rejected
from weakties.sources import ReadOptions
from weakties.sources.containers import Opened, open_files
from weakties.sources.mailbox import format_of
from weakties.sources.streams import CHUNK, Limits, Stream

# Bytes by which a file is recognised.
HEAD = 16 * 1024
# Files of one path that are looked at, and bytes unpacked for it, to tell what is in it.
_MOST_FILES = 20_000
_MOST_BYTES = 512 * 1024 * 1024
_PICTURES = frozenset(
    "jpg jpeg png gif webp heic bmp svg ico mp4 mov avi mkv webm 3gp mp3 m4a aac ogg opus oga wav amr css js woff woff2 ttf".split()  # noqa: SIM905
)


@dataclass(frozen=True, slots=True)
class File:
    """One file, to be read before the next is asked for.

    name: below the imported path, as in `Origin`; base: its own name, lower-case; head: its first bytes; path: where it lies on
    disk, None inside an archive.
    """

    name: str
    base: str
    head: bytes
    stream: Stream
    path: Path | None = None
    head_text: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Decode the head once: most files are recognised by their text."""
        object.__setattr__(self, "head_text", decoded(self.head))

    def origin(self, at: int) -> Origin:
        """Return where a record of this file stands. at: byte offset, or row number counted from 1."""
        return Origin(self.name, at)

    def whole(self, limit: int) -> bytes | None:
        """Return all bytes of the file, None if there are more than `limit`."""
        chunks = bytearray()
        while chunk := self.stream.read(CHUNK):
            chunks += chunk
            if len(chunks) > limit:
                return None
        return bytes(chunks)

    def text(self) -> io.TextIOWrapper:
        """Return the file as a stream of text with universal newlines; bytes of another encoding are read as Windows-1252."""
        return text_of(self.stream, self.head)

    def binary(self) -> io.BufferedReader:
        """Return the file as a binary file object that can be read once, from the start to the end."""
        return io.BufferedReader(_Raw(self.stream), CHUNK)


class FileSource:
    """Base of a source whose records lie in files. Set `name` and `reader`; write `claims` and `extracts`.

    suffixes: the endings of names by which a file is counted as ours where it cannot be opened at all.
    """

    name = ""
    reader = 1
    suffixes: tuple[str, ...] = ()

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()

    def claims(self, file: File) -> bool:
        """Tell by its name and head whether a file is ours. Reads no further."""
        raise NotImplementedError

    def extracts(self, file: File, options: ReadOptions) -> Iterator[Extract]:
        """Yield what each record of one of our files says, in order; a bad record becomes a `Rejected` in its place."""
        raise NotImplementedError

    def identify(self, path: Path) -> bool:
        """Tell from the content whether there is a file of ours at or below a path. Raises nothing but OSError."""
        every = open_files(path, Limits(total=_MOST_BYTES))
        return any(not opened.fault and self.claims(file_of(opened, path)) for opened in every)

    def read(self, path: Path, options: ReadOptions) -> Iterator[Extract]:
        """Yield what our files say, in order. Raises SourceError where the path itself cannot be read."""
        try:
            for file in self.files(path):
                if isinstance(file, Extract):
                    yield file
                    continue
                yield from self.extracts(file, options)
                if file.stream.fault:
                    yield rejected(file, file.stream.passed, file.stream.fault)
        except OSError as error:
            raise SourceError(
                f"{path} cannot be read: {error.strerror or error}",
                hint=f"Check that it is there and yours to read: ls -l '{path}'",
            ) from error

    def files(self, path: Path) -> Iterator[File | Extract]:
        """Yield our files at or below a path, and in place of one that cannot be opened why that is."""
        for opened in open_files(path, self.limits):
            if opened.fault:
                if opened.name.lower().endswith(self.suffixes):
                    yield Extract(rejected=[Rejected(Origin(opened.name, 0), opened.fault)])
                continue
            file = file_of(opened, path)
            if self.claims(file):
                yield file


def file_of(opened: Opened, path: Path) -> File:
    """Return an opened file with its head. path: what was imported."""
    below = opened.name.rpartition("!")[2] if "!" in opened.name else opened.name
    base = PurePosixPath(below).name or path.name
    on_disk = path / opened.name if opened.name else path
    return File(
        opened.name,
        base.lower(),
        opened.stream.peek(HEAD),
        opened.stream,
        on_disk if "!" not in opened.name and on_disk.is_file() else None,
    )


def file_of_bytes(name: str, data: bytes, base: str = "") -> File:
    """Return a file that was never on disk. name: as in `Origin`; base: its own name, the last part of `name` if empty."""
    whole = io.BytesIO(data)
    called = base or PurePosixPath(name).name
    return File(name, called.lower(), data[:HEAD], Stream(whole.read))


@dataclass(frozen=True, slots=True)
class Look:
    """What a look through a path found. sources: those that have files of theirs there; unread: names of files that nobody claims,
    pictures and the like left out."""

    sources: tuple[FileSource, ...]
    unread: tuple[str, ...]


def look(path: Path, sources: Sequence[FileSource]) -> Look:
    """Look through the files at or below a path and tell whose they are. Raises nothing but OSError."""
    found: set[int] = set()
    unread = []
    number = 0
    for opened in open_files(path, Limits(total=_MOST_BYTES)):
        # A mailbox may have a hundred thousand files of one message each; no other source claims what is mail.
        if not opened.fault and format_of(opened.stream.peek(HEAD)) not in ("mbox", "eml", "emlx"):
            number += 1
            if number > _MOST_FILES:
                unread.append(f"{opened.name} and all after it, for there are too many")
                break
            file = file_of(opened, path)
            claimed = {n for n, source in enumerate(sources) if source.claims(file)}
            found |= claimed
            if not claimed and opened.name and file.head and not _is_picture(file.base):
                unread.append(opened.name)
    return Look(tuple(s for n, s in enumerate(sources) if n in found), tuple(unread))


def _is_picture(base: str) -> bool:
    """Tell pictures, films and sounds by their names: a chat's export is full of them, and nobody expects them to be read."""
    return base.rpartition(".")[2] in _PICTURES or base.startswith(".")


def rejected(file: File, at: int, reason: str, kind: str = "events") -> Extract:
    """Return what stands in the place of a record that cannot be read. kind: `events`, `cards` or `links`."""
    return Extract(rejected=[Rejected(file.origin(at), reason, kind)])


def encoding_of(head: bytes) -> str:
    """Return the encoding that the first bytes of a text file show: by its mark, by its zeros, else UTF-8 if it is."""
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if head.startswith(mark):
            return name
    if len(head) >= 4 and head[1:2] == b"\0" and head[0:1] != b"\0":
        return "utf-16-le"
    if len(head) >= 4 and head[0:1] == b"\0" and head[1:2] != b"\0":
        return "utf-16-be"
    return "utf-8"


def decoded(head: bytes) -> str:
    """Return the first bytes of a file as text; what cannot be decoded is replaced, and a letter cut off at the end left out."""
    decoder = codecs.getincrementaldecoder(encoding_of(head))("replace")
    return decoder.decode(head)


def text_of(stream: Stream, head: bytes) -> io.TextIOWrapper:
    """Return a stream as text with universal newlines. Bytes that are no UTF-8 are read one by one as Windows-1252."""
    raw = io.BufferedReader(_Raw(stream), CHUNK)
    return io.TextIOWrapper(raw, encoding=encoding_of(head), errors="weakties.windows")


def _as_windows(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    wrong = error.object[error.start : error.end]
    return wrong.decode("cp1252", "replace"), error.end


codecs.register_error("weakties.windows", _as_windows)


class _Raw(io.RawIOBase):
    """A stream of ours as a raw file of the standard library."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, into: object, /) -> int:
        view = memoryview(into)  # type: ignore[arg-type]  # whatever the standard library hands in is a buffer
        chunk = self._stream.read(len(view))
        view[: len(chunk)] = chunk
        return len(chunk)
