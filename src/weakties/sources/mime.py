"""The body of a message: its text, and the messages that it carries whole.

Read by hand, with offsets into the message: only the text part is ever copied and decoded, attachments are passed over
unread, and a part that ends too early, a boundary that never comes or Base64 with wrong characters still gives what
can be read.
"""

from __future__ import annotations

import binascii
import re
from dataclasses import dataclass, field

from weakties.sources.headers import Headers, decode_base64, decode_bytes, parameter, parse_headers
from weakties.sources.markup import html_to_text

# Characters of text that are read; what follows in such a long message is quotation or data.
TEXT_LIMIT = 256 * 1024
# Bytes of a part that can hold that much text in any transfer encoding.
_ENCODED_LIMIT = 4 * TEXT_LIMIT
_PART_HEADER_LIMIT = 64 * 1024
# Guards against hostile structure; real messages have some 50 parts and 6 levels.
_MOST_PARTS = 1_000
_DEEPEST_PART = 20

_PLAIN_TYPES = frozenset({"text/plain", "text", "text/enriched", "text/richtext", "plain/text", "text/ascii"})
_ENCRYPTED_TYPES = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_PGP = "-----BEGIN PGP MESSAGE-----"
_FIRST_DELIMITER = re.compile(rb"\n--([^\r\n]{1,200}?)[ \t]*\r?\n[A-Za-z-]+:")
_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+|text", re.IGNORECASE)


@dataclass(slots=True)
class Body:
    """What a message's body holds. text: decoded, at most 256 Ki characters, none of it encrypted. messages: raw messages
    carried whole.
    """

    text: str = ""
    messages: list[bytes] = field(default_factory=list)
    encrypted: bool = False


def read_body(raw: bytes, headers: Headers, start: int) -> Body:
    """Return what the body of a message holds. headers: of the message; start: offset of the body in raw."""
    body = Body()
    budget = [_MOST_PARTS]
    body.text = _read(raw, headers, start, len(raw), body, budget, 0)[:TEXT_LIMIT]
    body.text = "" if body.encrypted else body.text.partition(_PGP)[0]
    return body


def content_type(headers: Headers) -> str:
    """Return the media type of a message or part in lower case; `text/plain` where none is declared or it is broken."""
    declared = headers.first("content-type")
    match = _TYPE.match(declared) if declared else None
    return match[0].lower() if match else "text/plain"


def _read(raw: bytes, headers: Headers, start: int, end: int, body: Body, budget: list[int], depth: int) -> str:
    """Return the text of one part; collect the messages in it."""
    kind = content_type(headers)
    if kind.startswith("multipart/"):
        if kind == "multipart/encrypted":
            body.encrypted = True
            return ""
        spans = _parts(raw, headers, start, end, budget) if depth < _DEEPEST_PART else []
        if spans:
            return _read_parts(raw, kind, spans, body, budget, depth + 1)
        # A boundary that never comes: what is there is read as it stands.
        kind = "text/plain"
    if kind in _ENCRYPTED_TYPES and "enveloped" in headers.first("content-type"):
        body.encrypted = True
        return ""
    if kind == "message/rfc822":
        body.messages.append(_decoded(raw[start:end], headers))
        return ""
    if headers.first("content-disposition").lower().startswith("attachment"):
        return ""
    if kind in _PLAIN_TYPES:
        return _text(raw, headers, start, end)
    if kind == "text/html":
        return html_to_text(_text(raw, headers, start, end))
    return ""


def _read_parts(raw: bytes, kind: str, spans: list[tuple[int, int]], body: Body, budget: list[int], depth: int) -> str:
    """Return the text of a multipart: of alternatives the plainest that says something, else all its inline texts."""
    texts: list[str] = []
    for start, end in spans:
        if raw[start : start + 1] in {b"\n", b"\r"}:
            headers, offset = Headers({}), start + (2 if raw[start : start + 1] == b"\r" else 1)
        else:
            headers, size = parse_headers(raw[start : min(end, start + _PART_HEADER_LIMIT)])
            offset = start + size
        if kind == "multipart/digest" and "content-type" not in headers:
            headers = Headers({"content-type": ["message/rfc822"]})
        if kind == "multipart/alternative" and texts and content_type(headers) not in _PLAIN_TYPES:
            continue
        text = _read(raw, headers, min(offset, end), end, body, budget, depth)
        if text.strip():
            if kind == "multipart/alternative" and content_type(headers) in _PLAIN_TYPES:
                return text
            texts.append(text)
    return "\n".join(texts)


def _parts(raw: bytes, headers: Headers, start: int, end: int, budget: list[int]) -> list[tuple[int, int]]:
    """Return where the parts of a multipart body stand."""
    boundary = parameter(headers.first("content-type"), "boundary").encode("utf-8", "replace").rstrip()
    if not boundary:
        # The empty line before the body ends at start: its line break may open the first delimiter.
        sniffed = _FIRST_DELIMITER.search(raw, max(start - 1, 0), min(end, start + _PART_HEADER_LIMIT))
        if sniffed is None:
            return []
        boundary = sniffed[1]
    delimiter = b"--" + boundary
    spans: list[tuple[int, int]] = []
    opened = -1
    position = raw.find(delimiter, start, end)
    while position >= 0 and budget[0] > 0:
        after = position + len(delimiter)
        tail = raw[after : after + 2]
        if (position == start or raw[position - 1 : position] == b"\n") and (tail == b"--" or tail[:1] in b" \t\r\n"):
            if opened >= 0:
                spans.append((opened, _before_newline(raw, opened, position)))
                budget[0] -= 1
            newline = raw.find(b"\n", after, end)
            opened = newline + 1 if tail != b"--" and newline >= 0 else -1
            if tail == b"--":
                break
        position = raw.find(delimiter, after, end)
    if opened >= 0:
        # Cut off before the closing delimiter.
        spans.append((opened, end))
    return spans


def _before_newline(raw: bytes, start: int, position: int) -> int:
    """Return the end of a part: the line break before a delimiter belongs to the delimiter."""
    if position > start and raw[position - 1 : position] == b"\n":
        position -= 1
    if position > start and raw[position - 1 : position] == b"\r":
        position -= 1
    return position


def _decoded(data: bytes, headers: Headers) -> bytes:
    encoding = headers.first("content-transfer-encoding").lower()
    if encoding.startswith("quoted"):
        return binascii.a2b_qp(data)
    if encoding.startswith("base64"):
        return decode_base64(data)
    return data


def _text(raw: bytes, headers: Headers, start: int, end: int) -> str:
    data = _decoded(raw[start : min(end, start + _ENCODED_LIMIT)], headers)
    text = decode_bytes(data, parameter(headers.first("content-type"), "charset"))[:TEXT_LIMIT]
    return (
        text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "") if "\r" in text or "\x00" in text else text
    )
