"""Bytes that arrive in order, once, within bounds: plain files, and what compressed files unpack to.

Nothing is ever unpacked to disk or held whole. A compressed stream that swells beyond reason is cut off, a damaged one
ends where the damage begins; either way `fault` says why in words for the owner, and what came before stays valid.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO, cast

CHUNK = 256 * 1024
_GZIP, _BZIP2, _XZ = b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00"
_DAMAGE = (OSError, EOFError, ValueError, zlib.error, lzma.LZMAError, zipfile.BadZipFile)


@dataclass(slots=True)
class Limits:
    """Bounds against hostile and broken files. Bytes, but for ratio and depth.

    message: longest message that is read. ratio: most bytes that one packed byte may unpack to, once `free` bytes have
    been unpacked; mail packs 3 to 20 times, a bomb 1,000 times. total: most bytes unpacked from all archives of one
    reading. depth: archives within archives.
    """

    message: int = 64 * 1024 * 1024
    ratio: int = 200
    free: int = 10_000_000
    total: int = 256 * 1024**3
    depth: int = 2


class Stream:
    """A stream of bytes with a look ahead. fault: why it ended too early, empty where it did not. passed: bytes read."""

    def __init__(self, read: Callable[[int], bytes]) -> None:
        self._read = read
        self._ahead = b""
        self.fault = ""
        self.passed = 0

    def peek(self, size: int) -> bytes:
        """Return the next bytes, size of them unless the stream ends before, without passing them."""
        while len(self._ahead) < size and (more := self._pull(CHUNK)):
            self._ahead += more
        return self._ahead[:size]

    def read(self, size: int = -1, /) -> bytes:
        """Return at most size bytes, at least one unless the stream has ended."""
        if self._ahead:
            size = len(self._ahead) if size < 0 else size
            chunk, self._ahead = self._ahead[:size], self._ahead[size:]
        else:
            chunk = self._pull(CHUNK if size < 0 else size)
        self.passed += len(chunk)
        return chunk

    def give_back(self, data: bytes) -> None:
        """Put back bytes that were read too far."""
        self._ahead = data + self._ahead
        self.passed -= len(data)

    def _pull(self, size: int) -> bytes:
        if self.fault or size == 0:
            return b""
        try:
            return self._read(size)
        except _DAMAGE as error:
            self.fault = _words(error)
        return b""


def _words(error: Exception) -> str:
    if isinstance(error, TooLarge):
        return str(error)
    if isinstance(error, OSError) and error.strerror:
        return f"the file cannot be read further ({error.strerror}): copy it to another disk and import that"
    return "the file is cut off or damaged here: download or copy it again, then import it again"


class TooLarge(ValueError):
    """A packed file that unpacks to more than is reasonable; the message is for its owner."""


class Budget:
    """How much the archives of one reading may still unpack to."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.spent = 0

    def metered(self, unpack: Callable[[int], bytes], packed: Callable[[], int]) -> Callable[[int], bytes]:
        """Return unpack with the bounds checked after every read. packed: bytes consumed so far, or in all."""
        made = 0

        def read(size: int) -> bytes:
            nonlocal made
            chunk = unpack(min(size, CHUNK))
            made += len(chunk)
            self.spent += len(chunk)
            if made > self.limits.free and made > self.limits.ratio * max(packed(), 1):
                raise TooLarge(
                    f"it unpacks to more than {self.limits.ratio} times its size, which no mail does: "
                    "if you trust it, unpack it yourself and import the folder"
                )
            if self.spent > self.limits.total:
                raise TooLarge("all archives together unpack to more than is read at once: import them one by one")
            return chunk

        return read


def is_packed(head: bytes) -> bool:
    """Tell from its first bytes whether a file is compressed with gzip, bzip2 or xz."""
    return head.startswith((_GZIP, _XZ)) or (head.startswith(_BZIP2) and head[4:10] == b"1AY&SY")


def unpacked(stream: Stream, budget: Budget) -> Stream:
    """Return the stream that a compressed one unpacks to."""
    head = stream.peek(6)
    whole = cast("IO[bytes]", _Whole(stream))
    source: gzip.GzipFile | lzma.LZMAFile | bz2.BZ2File
    if head.startswith(_GZIP):
        source = gzip.GzipFile(fileobj=whole, mode="rb")
    elif head.startswith(_XZ):
        source = lzma.LZMAFile(whole)  # noqa: SIM115  # it opens nothing: the stream below is closed by who opened it
    else:
        source = bz2.BZ2File(whole)
    # One read of the layer below at a time: what came before the damage is not lost with it.
    return Stream(budget.metered(source.read1, lambda: stream.passed))


class _Whole:
    """The reading side of a file object, as the unpackers of the standard library expect it."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream

    def read(self, size: int = -1) -> bytes:
        return self._stream.read(size)

    def seekable(self) -> bool:
        return False

    def readable(self) -> bool:
        return True
