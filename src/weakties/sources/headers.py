"""The header block of a message: its fields, encoded words, character sets, identifiers and subject.

Real mail breaks every rule of RFC 5322 and RFC 2047: raw 8-bit values, multi-byte characters cut between two encoded
words, character sets nobody knows. So nothing here raises: a value is read as UTF-8 where it is UTF-8, else as what it
declares, else as Windows-1252, which reads every byte. Fields are found with one pass over the block and unfolded only
when asked for, because most of a header block is never looked at.
"""

from __future__ import annotations

import binascii
import codecs
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

# Bytes. What lies beyond is no header block.
_LONGEST_BLOCK = 1_000_000
_LONGEST_SUBJECT = 1_000
_BEFORE_FIELDS = re.compile(rb"(?:\r?\n)*(?:>?From [^\n]*(?:\n|\Z))*")
_FIELD = re.compile(r"^([!-9;-~]{1,100})[ \t]*:(.*(?:\n[ \t].*)*)", re.MULTILINE)
_ENCODED_WORD = re.compile(r"=\?([^?\s=]{1,40})\?([bBqQ])\?(.{0,1200}?)\?=")
_MESSAGE_ID = re.compile(r"<([^<>\s]{1,995})>")
_PARAMETER = re.compile(r";\s*([\w-]{1,60})(\*\d{0,3}\*?)?\s*=\s*(?:\"((?:[^\"\\]|\\.){0,1000})\"|([^\s;\"]{0,1000}))")
_PERCENT = re.compile(r"%([0-9A-Fa-f]{2})")
_CONTROL = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029\ufeff]+")

# Codecs of Python that are no character sets of mail, or that hostile input makes slow or noisy.
_NO_CHARSETS = frozenset(
    {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem", "palmos"}
)
# What is declared by the narrow name is written in the wide one.
_WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932", "euc_kr": "cp949", "iso8859-1": "cp1252"}
_MULTI_BYTE = frozenset({"gb18030", "big5", "big5hkscs", "cp950", "cp932", "euc_jp", "cp949", "johab", "utf-16"})

# Reply and forward marks in the languages of the common mail programs, and a list's tag.
_REPLY_MARK = re.compile(
    r"\s*(?:(?:re|aw|antw|antwort|sv|vs|odp|res|rif|ref|r|ynt|ang|bls|回复|回覆|答复|答覆|返信|回信|ha|ответ|отв)"
    r"\s*(?:[\[(^]\s*\d{1,4}\s*[\])]?|\d{1,3})?\s*[:：]\s*)",
    re.IGNORECASE,
)
_FORWARD_MARK = re.compile(
    r"\s*(?:fwd?|wg|tr|rv|enc|i|fs|vb|vl|doorst|továbbítás|転送|转发|轉寄)\s*[:：]\s*", re.IGNORECASE
)
_LIST_TAG = re.compile(r"\s*\[[^\[\]]{1,40}\]\s*")


class Headers:
    """The fields of one header block, by lower-case name, in order; a value is unfolded when it is asked for."""

    __slots__ = ("_fields",)

    def __init__(self, fields: Mapping[str, Sequence[str]]) -> None:
        self._fields = fields

    def __contains__(self, name: object) -> bool:
        return name in self._fields

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    def first(self, name: str) -> str:
        """Return the first value of a field, or the empty text. name: in lower case."""
        values = self._fields.get(name)
        return _unfold(values[0]) if values else ""

    def all(self, name: str) -> list[str]:
        """Return all values of a field, in order. name: in lower case."""
        return [_unfold(value) for value in self._fields.get(name, ())]


def parse_headers(raw: bytes) -> tuple[Headers, int]:
    """Return the header fields of a message and the offset of its body; an mbox envelope line before it is skipped."""
    before = _BEFORE_FIELDS.match(raw)
    start = before.end() if before else 0
    if raw[start : start + 1] == b"\n" or raw[start : start + 2] == b"\r\n":
        return Headers({}), raw.index(b"\n", start) + 1
    stop, body = _block_end(raw, start)
    return Headers(_fields(raw[start:stop])), body


def _block_end(raw: bytes, start: int) -> tuple[int, int]:
    """Return where the header block ends and where the body behind its empty line begins."""
    limit = min(len(raw), start + _LONGEST_BLOCK)
    stop = raw.find(b"\n\n", start, limit)
    if stop >= 0 and raw.find(b"\r", start, stop) < 0:
        return stop, stop + 2
    crlf = raw.find(b"\n\r\n", start, limit if stop < 0 else stop + 2)
    if crlf >= 0:
        return crlf, crlf + 3
    return (stop, stop + 2) if stop >= 0 else (limit, len(raw))


def _fields(block: bytes) -> dict[str, list[str]]:
    """Return the values of each field, folded as written."""
    raw_bytes = False
    try:
        text = block.decode("utf-8")
    except UnicodeDecodeError:
        text = block.decode("utf-8", "surrogateescape")
        raw_bytes = True
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    fields: dict[str, list[str]] = {}
    for name, value in _FIELD.findall(text):
        fields.setdefault(name.lower(), []).append(value)
    if raw_bytes:
        declared = parameter(fields.get("content-type", [""])[0].encode("ascii", "replace").decode("ascii"), "charset")
        for values in fields.values():
            values[:] = [decode_bytes(v.encode("utf-8", "surrogateescape"), declared) for v in values]
    return fields


def _unfold(value: str) -> str:
    return " ".join([line.strip() for line in value.split("\n")]).strip() if "\n" in value else value.strip()


@lru_cache(maxsize=1_024)
def _codec(charset: str) -> str:
    """Return the codec of Python for a declared character set, or the empty text for an unknown one."""
    name = charset.strip().strip("\"'").lower()
    if name.startswith("unicode-1-1-utf-7"):
        name = "utf-7"
    try:
        codec = codecs.lookup(name).name
        if codec in _NO_CHARSETS:
            return ""
        b"".decode(codec)
    except (LookupError, ValueError, TypeError):
        # ValueError: a NUL in the name; LookupError: unknown, or a codec from bytes to bytes.
        return ""
    return _WIDER.get(codec, codec)


def decode_bytes(data: bytes, charset: str = "") -> str:
    """Return text: as ASCII, UTF-8, what is declared or Windows-1252, whichever reads it first. Never raises.

    A declared multi-byte character set goes before UTF-8, for two of its characters can look like one of UTF-8; a
    7-bit one (ISO-2022, UTF-7) is what pure ASCII bytes are read as.
    """
    codec = _codec(charset) if charset else ""
    ascii_only = data.isascii()
    if codec and (codec in _MULTI_BYTE or (ascii_only and codec not in {"ascii", "utf-8", "cp1252"})):
        candidates: tuple[str, ...] = (codec, "utf-8")
    else:
        candidates = ("utf-8", codec) if codec else ("utf-8",)
    for candidate in candidates:
        try:
            text = data.decode(candidate)
        except (UnicodeError, ValueError, LookupError):
            # Of the names that Python knows, some are of packings (`uu`, `hex`) and of no character set.
            continue
        # UTF-7 can spell lone surrogates, which no file can hold.
        return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")
    return data.decode("cp1252", "replace")


def decode_base64(data: bytes) -> bytes:
    """Return what Base64 says, as far as it can be read: wrong characters are skipped, a cut end is dropped."""
    try:
        return binascii.a2b_base64(data)
    except binascii.Error:
        kept = re.sub(rb"[^A-Za-z0-9+/]", b"", data)
        kept = kept[: len(kept) - (len(kept) % 4 == 1)]
        return binascii.a2b_base64(kept + b"=" * (-len(kept) % 4))


def decode_words(value: str, specials: Mapping[int, int] | None = None) -> str:
    """Return a header value with its RFC 2047 encoded words decoded.

    specials: a translation applied to decoded text alone, so that a comma that was encoded is told from one that is
    syntax. Neighbouring words of one character set are joined before they are decoded: some programs cut characters.
    """
    if "=?" not in value:
        return value
    out: list[str] = []
    pending, pending_charset, end = b"", "", 0

    def flush() -> None:
        if pending:
            text = decode_bytes(pending, pending_charset)
            out.append(text.translate(specials) if specials else text)

    for match in _ENCODED_WORD.finditer(value):
        charset, encoding, data = match.groups()
        charset = charset.partition("*")[0].lower()
        gap = value[end : match.start()]
        if not pending or gap.strip() or charset != pending_charset:
            flush()
            out.append("" if pending and not gap.strip() else gap)
            pending = b""
        pending, pending_charset, end = pending + _word_bytes(encoding, data), charset, match.end()
    flush()
    out.append(value[end:])
    return "".join(out)


def _word_bytes(encoding: str, data: str) -> bytes:
    raw = data.encode("utf-8", "replace")
    return decode_base64(raw) if encoding in "bB" else binascii.a2b_qp(raw.replace(b" ", b"_"), header=True)


def parameter(value: str, name: str) -> str:
    """Return a parameter of a structured field (`charset`, `boundary`), RFC 2231 pieces joined; empty if absent."""
    pieces: list[bytes] = []
    charset = ""
    for key, star, quoted, plain in _PARAMETER.findall(value):
        if key.lower() != name:
            continue
        text = re.sub(r"\\(.)", r"\1", quoted) if quoted else plain
        if not star:
            return text
        if star.endswith("*"):
            if not pieces and text.count("'") >= 2:
                charset, _, text = text.split("'", 2)
            text = _PERCENT.sub(lambda code: chr(int(code[1], 16)), text)
            pieces.append(text.encode("latin-1", "replace"))
        else:
            pieces.append(text.encode("utf-8", "replace"))
    return decode_bytes(b"".join(pieces), charset)


def message_ids(value: str) -> list[str]:
    """Return the identifiers of a References, In-Reply-To or Message-ID field, without their angle brackets."""
    found = _MESSAGE_ID.findall(value)
    if not found and "@" in value and " " not in value.strip():
        found = [value.strip().strip("<>")[:995]]
    return [identifier for identifier in found if identifier]


@lru_cache(maxsize=16_384)
def subject_text(value: str) -> str:
    """Return a subject decoded, on one line, at most 1,000 characters."""
    return _CONTROL.sub(" ", decode_words(value[: 4 * _LONGEST_SUBJECT])).strip()[:_LONGEST_SUBJECT]


def is_reply(subject: str) -> bool:
    """Tell whether a decoded subject says that it answers something (`Re:`, `AW:`, `SV:` ..., after a list's tag)."""
    text = subject
    while tag := _LIST_TAG.match(text):
        text = text[tag.end() :]
    return bool(_REPLY_MARK.match(text))


@lru_cache(maxsize=16_384)
def thread_subject(subject: str) -> str:
    """Return a decoded subject without reply and forward marks and list tags, in lower case: equal within a thread."""
    text = subject
    while mark := _REPLY_MARK.match(text) or _FORWARD_MARK.match(text) or _LIST_TAG.match(text):
        if mark.end() == len(text) and mark.re is _LIST_TAG:
            break
        text = text[mark.end() :]
    return " ".join(text.casefold().split())
