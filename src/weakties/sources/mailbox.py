"""Messages in a stream of bytes: an mbox of any dialect, one message alone, one of Apple Mail's .emlx files.

An mbox has no grammar, only a habit: each message is opened by a line `From <address> <date>`, and so may be a
sentence of a letter. A line counts as such an envelope where it follows an empty line or the start of the file, ends
in a full date, and is followed by a header field; Content-Length is believed where it leads to exactly such a place.
The stream is read once, in constant memory.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from weakties.sources.streams import CHUNK, Limits, Stream

# Bytes looked at to tell what a file is.
HEAD = 16 * 1024
# An envelope line and the first line after it fit in here.
_LOOK = 2_048

_DAY = rb"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6}"
_MONTH = rb"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}"
_TIME = rb"\d{1,2}:\d\d(?::\d\d)?"
_ZONE = rb"(?:[+-]\d{4}|[A-Z]{1,5})"
_ENVELOPE = re.compile(
    rb"From [ \t]*(?:\"[^\"\r\n]{0,200}\"\S{0,200}[ \t]+|[^\s\"]\S{0,400}[ \t]+)?"
    + _DAY + rb",?[ \t]+(?:"
    + _MONTH + rb"[ \t]+\d{1,2}[ \t]+" + _TIME + rb"(?:[ \t]+" + _ZONE + rb"){0,2}[ \t]+\d{4}(?:[ \t]+" + _ZONE + rb")?"
    + rb"|\d{1,2}[ \t-]" + _MONTH + rb"[ \t-]\d{2,4}[ \t]+" + _TIME + rb"(?:[ \t]+" + _ZONE + rb")?"
    + rb")(?:[ \t]+remote from \S{1,100})?[ \t]*\r?(?:\n|\Z)"
)  # fmt: skip
_FIELD = re.compile(rb"(?:>?From [^\n]*\n)*[!-9;-~]{1,76}:")
_QUOTED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)
# With a line behind it: the last words of a file that was cut off may be half an envelope.
_BARE_FROM = re.compile(rb"^From [^\n]*\n[^\n]*\n", re.MULTILINE)
_CONTENT_LENGTH = re.compile(rb"^content-length:[ \t]*(\d{1,12})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_HEADER_END = re.compile(rb"\n\r?\n")
_MAIL_FIELD = re.compile(
    rb"^(?:From|To|Cc|Date|Subject|Message-ID|Received|Return-Path|Delivered-To|MIME-Version|Reply-To|Sender|References"
    rb"|In-Reply-To|Content-Type|X-Mailer|X-Gmail-Labels|Envelope-To|Delivery-Date|X-From|X-To|Bcc|List-Id)[ \t]*:",
    re.IGNORECASE | re.MULTILINE,
)
_EMLX = re.compile(rb"\s{0,8}(\d{1,10})[ \t]*\r?\n")

TOO_LONG = "the message is longer than {} MiB: nothing a person wrote is, so it is left out"
ZEROS = "the file holds nothing but zero bytes, as after a failed copy: export or copy it again"


@dataclass(frozen=True, slots=True)
class Raw:
    """One message as it lies in its file. at: byte offset there; fault: why there is no message in its place."""

    at: int
    data: bytes
    fault: str = ""


def format_of(head: bytes) -> str:
    """Return what the first bytes of a file say it is: `mbox`, `eml`, `emlx`, `zeros`, or the empty text for no mail."""
    text = head.lstrip(b"\x00\r\n").removeprefix(b"\xef\xbb\xbf")
    if not text:
        return "zeros" if b"\x00" in head else ""
    if is_envelope(text):
        return "mbox"
    count = _EMLX.match(text)
    if count and _is_message(text[count.end() :]):
        return "emlx"
    return "eml" if _is_message(text) else ""


def is_envelope(data: bytes) -> bool:
    """Tell whether data begins with the line that opens a message in an mbox."""
    return _ENVELOPE.match(data[:_LOOK]) is not None


def _is_message(text: bytes) -> bool:
    """Tell whether text begins with a header block of mail: a field first, and at least two that mail has."""
    if not _FIELD.match(text):
        return False
    end = _HEADER_END.search(text)
    block = text[: end.start()] if end else text
    return len({name.lower() for name in _MAIL_FIELD.findall(block)}) >= 2


def split(stream: Stream, limits: Limits) -> Iterator[Raw]:
    """Yield each message of a file, in order; where the stream was cut off, what stands in for the rest comes last."""
    kind = format_of(stream.peek(HEAD))
    if kind == "zeros":
        stream = _past_zeros(stream)
        kind = format_of(stream.peek(HEAD))
        if kind in {"", "zeros"}:
            yield Raw(0, b"", ZEROS)
            return
    if kind == "mbox":
        yield from _Splitter(stream, limits).messages()
    elif kind:
        yield from _single(stream, limits, emlx=kind == "emlx")
    if stream.fault:
        yield Raw(stream.passed, b"", stream.fault)


def _past_zeros(stream: Stream) -> Stream:
    while (head := stream.peek(CHUNK)) and not head.strip(b"\x00"):
        stream.read(len(head))
    return stream


def _single(stream: Stream, limits: Limits, *, emlx: bool) -> Iterator[Raw]:
    at = stream.passed
    data = bytearray()
    while len(data) <= limits.message and (chunk := stream.read(CHUNK)):
        data += chunk
    if len(data) > limits.message:
        yield Raw(at, b"", too_long(limits))
        return
    raw = bytes(data)
    if emlx and (count := _EMLX.match(raw)):
        start, length = count.end(), int(count[1])
        # The count tells where the property list behind the message begins; a wrong one is not believed.
        plist = raw.rfind(b"<?xml", start)
        right = raw[start + length :].lstrip()[:5] in {b"", b"<?xml"} and start + length <= len(raw)
        raw = raw[start : start + length if right else plist if plist > 0 else len(raw)]
    raw = raw.removeprefix(b"\xef\xbb\xbf").rstrip(b"\x00")
    if not stream.fault or _HEADER_END.search(raw):
        yield Raw(at, raw)


def too_long(limits: Limits) -> str:
    """Return the reason for leaving out a message that exceeds the limit."""
    return TOO_LONG.format(limits.message // (1024 * 1024))


class _Splitter:
    """Cuts one mbox. It holds at most one message and a chunk: `_data`, whose first byte is at `_base` in the file."""

    def __init__(self, stream: Stream, limits: Limits) -> None:
        self._stream = stream
        self._limits = limits
        self._data = bytearray()
        self._base = stream.passed
        self._ended = False

    def messages(self) -> Iterator[Raw]:
        self._fill(HEAD)
        lead = len(self._data) - len(self._data.lstrip(b"\x00\r\n").removeprefix(b"\xef\xbb\xbf"))
        self._drop(lead)
        while self._data:
            at = self._base
            size, long = self._next_boundary()
            if long:
                yield Raw(at, b"", too_long(self._limits))
            else:
                raw = _unquoted(bytes(memoryview(self._data)[:size]))
                cut_in_header = (
                    self._ended and self._stream.fault and size == len(self._data) and not _HEADER_END.search(raw)
                )
                if not cut_in_header:
                    yield Raw(at, raw)
            self._drop(size)

    def _drop(self, size: int) -> None:
        del self._data[:size]
        self._base += size

    def _fill(self, size: int) -> None:
        """Read until the data is at least size bytes long or the stream has ended."""
        while len(self._data) < size and not self._ended:
            chunk = self._stream.read(CHUNK)
            self._ended = not chunk
            self._data += chunk

    def _next_boundary(self) -> tuple[int, bool]:
        """Return the size of the message at the start of the data, and whether it exceeds the limit."""
        scanned = self._believable_length() or 5
        long = False
        while True:
            found = self._separator(scanned)
            if found >= 0:
                return found, long or found > self._limits.message
            if self._ended:
                return len(self._data), long or len(self._data) > self._limits.message
            scanned = max(len(self._data) - _LOOK, 5)
            if len(self._data) > self._limits.message + _LOOK:
                # Too long already: let it pass by, keeping what may be the start of an envelope.
                long = True
                self._drop(len(self._data) - _LOOK)
                scanned = 1
            self._fill(len(self._data) + CHUNK)

    def _believable_length(self) -> int:
        """Return where the message ends by its Content-Length, 0 where it has none or it leads nowhere."""
        self._fill(HEAD)
        end = _HEADER_END.search(self._data, 0, HEAD)
        if end is None or (
            self._data.find(b"-Length:", 0, end.start()) < 0 > self._data.find(b"-length:", 0, end.start())
        ):
            return 0
        length = _CONTENT_LENGTH.search(self._data, 0, end.start())
        if length is None or int(length[1]) > self._limits.message:
            return 0
        stop = end.end() + int(length[1])
        self._fill(stop + _LOOK)
        # The search for the next envelope goes on from here; it must be the very next thing.
        rest = bytes(self._data[stop : stop + _LOOK])
        if len(self._data) >= stop and (not rest.strip() or is_envelope(rest.lstrip(b"\r\n"))):
            return stop
        return 0

    def _separator(self, start: int) -> int:
        """Return the position of the next envelope at or after start that can be told already, -1 if there is none."""
        data = self._data
        while True:
            position = data.find(b"From ", start)
            if position < 0:
                return -1
            if not self._ended and position + _LOOK > len(data):
                return -1
            if self._follows_blank(position) and self._opens_message(position):
                return position
            start = position + 5

    def _follows_blank(self, position: int) -> bool:
        before = self._data[max(position - 3, 0) : position]
        return before.endswith((b"\n\n", b"\n\r\n", b"\x00"))

    def _opens_message(self, position: int) -> bool:
        line = _ENVELOPE.match(self._data, position, position + _LOOK)
        return line is not None and _FIELD.match(self._data, line.end(), position + 2 * _LOOK) is not None


def _unquoted(raw: bytes) -> bytes:
    """Return a message of an mbox without its trailing empty line and with its `>From ` lines as they were written."""
    raw = raw.rstrip(b"\x00")
    raw = raw[:-2] if raw.endswith(b"\r\n\r\n") else raw[:-1] if raw.endswith(b"\n\n") else raw
    # A plain search first: the expression would try every quoted line of every message.
    if b">From " not in raw or _QUOTED_FROM.search(raw) is None:
        return raw
    envelope = raw.find(b"\n") + 1
    if _BARE_FROM.search(raw, envelope):
        # A writer that leaves such lines bare (mboxcl2) quotes none: the mark was its author's.
        return raw
    return raw[:envelope] + _QUOTED_FROM.sub(rb"\1", raw[envelope:])
