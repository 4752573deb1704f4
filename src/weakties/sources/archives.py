"""The members of a tar or zip, one after the other, from a stream that is read once.

The standard library loses what it holds in its buffers when an archive is cut off, and cannot read a zip that lost its
directory or lies inside another archive; so the two simple formats are read here. A zip on disk is read by its
directory, which alone knows what was deleted from it.
"""

from __future__ import annotations

import io
import re
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import cast

from weakties.sources.streams import CHUNK, Budget, Stream

LINK = "link"
_BLOCK = 512
# Bytes. A longer name or extended header is hostile.
_LONGEST_META = 1_000_000
_ZIP_MEMBER, _ZIP_EMPTY = b"PK\x03\x04", b"PK\x05\x06"
_STORED, _DEFLATED = 0, 8
_LOCKED, _SIZE_FOLLOWS = 0x1, 0x8
_NOT_UNPACKED = "it is packed in a way that is not known here: unpack it yourself, then import the folder"
_PASSWORD = "it is locked with a password: unpack it yourself, then import the folder"  # noqa: S105
# What a terminal would take for a command, and what turns the direction of writing round.
_CONTROL = re.compile(r"[\x01-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")
_CUT = "the archive is cut off or damaged here: download or copy it again, then import it again"


@dataclass(frozen=True, slots=True)
class Member:
    """One file of an archive. name: its path there; fault: why it cannot be read, `LINK` for a link."""

    name: str
    stream: Stream
    fault: str = ""


def _faulty(name: str, fault: str) -> Member:
    return Member(_clean(name), Stream(lambda _size: b""), fault)


def _clean(name: str) -> str:
    shown = _CONTROL.sub("\ufffd", name.replace("\\", "/").replace("\x00", ""))
    return "/".join(part for part in shown.split("/") if part not in {"", ".", ".."})


def is_zip(head: bytes) -> bool:
    """Tell from its first bytes whether a file is a zip."""
    return head.startswith((_ZIP_MEMBER, _ZIP_EMPTY))


def is_tar(head: bytes) -> bool:
    """Tell whether a file is a tar, by the checksum of its first header: the oldest ones have no other mark."""
    return len(head) >= _BLOCK and _tar_header(head[:_BLOCK]) is not None


def _tar_header(block: bytes) -> tarfile.TarInfo | None:
    try:
        return tarfile.TarInfo.frombuf(block, "utf-8", "replace")
    except (tarfile.HeaderError, ValueError, OverflowError):
        return None


class _Bounded:
    """The next `left` bytes of a stream."""

    def __init__(self, stream: Stream, left: int) -> None:
        self._stream = stream
        self.left = left

    def read(self, size: int) -> bytes:
        if not self.left:
            return b""
        chunk = self._stream.read(min(size, self.left))
        if not chunk:
            raise EOFError
        self.left -= len(chunk)
        return chunk

    def skip(self) -> None:
        while self.left and (chunk := self._stream.read(min(self.left, CHUNK))):
            self.left -= len(chunk)


def _exactly(stream: Stream, size: int) -> bytes:
    """Return the next size bytes, fewer where the stream ends."""
    data = b""
    while len(data) < size and (chunk := stream.read(size - len(data))):
        data += chunk
    return data


def tar_members(stream: Stream) -> Iterator[Member]:
    """Yield the regular files and links of a tar. The stream's fault says where it was cut off."""
    name, size = "", -1
    while len(block := _exactly(stream, _BLOCK)) == _BLOCK:
        if not block.strip(b"\x00"):
            return
        header = _tar_header(block)
        if header is None or header.size < 0:
            stream.fault = stream.fault or _CUT
            return
        body = _Bounded(stream, header.size)
        padding = -header.size % _BLOCK
        if header.type in {tarfile.GNUTYPE_LONGNAME, tarfile.XHDTYPE, tarfile.SOLARIS_XHDTYPE}:
            meta = _exactly(stream, header.size) if header.size <= _LONGEST_META else b""
            body.left -= len(meta)
            if header.type == tarfile.GNUTYPE_LONGNAME:
                name = meta.rstrip(b"\x00").decode("utf-8", "replace")
            else:
                name, size = _extended(meta, name, size)
        elif header.type in tarfile.REGULAR_TYPES:
            if size >= 0:
                body.left, padding = size, -size % _BLOCK
            if header.type == tarfile.GNUTYPE_SPARSE:
                yield _faulty(name or header.name, _NOT_UNPACKED)
            elif not header.name.endswith("/"):
                yield Member(_clean(name or header.name), Stream(body.read))
            name, size = "", -1
        else:
            if header.issym() or header.islnk():
                yield _faulty(name or header.name, LINK)
                body.left = padding = 0
            name, size = "", -1
        body.skip()
        _exactly(stream, padding)
    stream.fault = stream.fault or _CUT


def _extended(meta: bytes, name: str, size: int) -> tuple[str, int]:
    """Return path and size as a pax header gives them: records `length key=value`, length counting itself."""
    while meta:
        digits, _, _ = meta.partition(b" ")
        if not digits.isdigit() or len(digits) > 9 or int(digits) <= len(digits):
            break
        key, _, value = meta[len(digits) + 1 : int(digits)].rstrip(b"\n").partition(b"=")
        if key == b"path":
            name = value.decode("utf-8", "replace")
        elif key == b"size" and value.isdigit() and len(value) < 19:
            size = int(value)
        meta = meta[int(digits) :]
    return name, size


def zip_members(stream: Stream, file: io.FileIO | None, budget: Budget) -> Iterator[Member]:
    """Yield the files of a zip. file: the same bytes, where they can be sought in; None inside another archive."""
    if file is not None:
        before = file.tell()
        try:
            archive = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, struct.error):
            # Cut off before its directory, which stands at the end.
            file.seek(before)
        else:
            with archive:
                for entry in archive.infolist():
                    if not entry.is_dir():
                        yield _entry(archive, entry, budget)
            return
    yield from _in_passing(stream, budget)


def _entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, budget: Budget) -> Member:
    if (entry.external_attr >> 28) == 0o12:
        return _faulty(entry.filename, LINK)
    if entry.flag_bits & _LOCKED:
        return _faulty(entry.filename, _PASSWORD)
    try:
        content = archive.open(entry)
    except NotImplementedError:
        return _faulty(entry.filename, _NOT_UNPACKED)
    except (zipfile.BadZipFile, OSError, RuntimeError, ValueError, struct.error):
        return _faulty(entry.filename, _CUT)
    return Member(
        _clean(entry.filename),
        Stream(budget.metered(cast("zipfile.ZipExtFile", content).read1, lambda: entry.compress_size)),
    )


def _in_passing(stream: Stream, budget: Budget) -> Iterator[Member]:
    """Yield members by the header that stands before each of them."""
    while len(head := _exactly(stream, 30)) == 30 and head.startswith(_ZIP_MEMBER):
        flags, method, packed, size, name_size, extra_size = struct.unpack("<6xHH8xLLHH", head)
        raw_name = _exactly(stream, name_size)
        extra = _exactly(stream, extra_size)
        name = raw_name.decode("utf-8" if flags & 0x800 else "cp437", "replace")
        if packed == 0xFFFFFFFF or size == 0xFFFFFFFF:
            packed = _wide_size(extra, size == 0xFFFFFFFF)
        unknown = bool(flags & _SIZE_FOLLOWS) and packed == 0
        if flags & _LOCKED or method not in {_STORED, _DEFLATED} or (unknown and method == _STORED):
            yield _faulty(name, _PASSWORD if flags & _LOCKED else _NOT_UNPACKED)
            if unknown:
                return
            _Bounded(stream, packed).skip()
            continue
        body = _Bounded(stream, packed)
        inflater = _Inflater(stream) if method == _DEFLATED else None
        read = inflater.read if inflater else body.read
        content = Stream(budget.metered(read, _packed_so_far(stream)))
        if not name.endswith("/"):
            yield Member(_clean(name), content)
        while content.read(CHUNK):
            pass
        if content.fault:
            return
        if flags & _SIZE_FOLLOWS:
            _exactly(stream, 12 if stream.peek(4) != b"PK\x07\x08" else 16 if _is_next(stream.peek(20)[16:]) else 24)
    if head[:4] not in {b"PK\x01\x02", _ZIP_EMPTY, b"PK\x06\x06"}:
        stream.fault = stream.fault or _CUT


def _is_next(mark: bytes) -> bool:
    return mark[:2] == b"PK" or not mark


def _packed_so_far(stream: Stream) -> Callable[[], int]:
    start = stream.passed
    return lambda: stream.passed - start


def _wide_size(extra: bytes, after_unpacked: bool) -> int:  # noqa: FBT001
    """Return the packed size as the zip64 field gives it, behind the unpacked size if that is wide too."""
    while len(extra) >= 4:
        kind, size = struct.unpack("<HH", extra[:4])
        if kind == 1:
            wide = extra[4 + 8 * after_unpacked : 12 + 8 * after_unpacked]
            return int.from_bytes(wide, "little") if len(wide) == 8 else 0
        extra = extra[4 + size :]
    return 0


class _Inflater:
    """Deflated data at the front of a stream, which itself says where it ends; what was read beyond is given back."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._inflate = zlib.decompressobj(-15)
        self._rest = b""

    def read(self, size: int) -> bytes:
        while not self._inflate.eof:
            packed = self._rest or self._stream.read(16 * 1024)
            out = self._inflate.decompress(packed, size)
            if not packed and not out:
                raise EOFError
            self._rest = self._inflate.unconsumed_tail
            if self._inflate.eof:
                self._stream.give_back(self._inflate.unused_data)
            if out:
                return out
        return b""
