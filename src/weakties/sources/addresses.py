"""The people that an address field names: handles with names as written.

Written for the fields that exist, not for the grammar alone: groups, comments, quoted and unquoted commas, semicolons
of Outlook, names without address, addresses without domain, Exchange directory names, Notes names, a whole mailbox
inside one encoded word. One pass over the field, so a hostile one costs no more than its length.
"""

from __future__ import annotations

import re
from functools import lru_cache

from weakties.facts import handles
from weakties.facts.handles import Handle
from weakties.sources.headers import decode_words

PLACE = "mail"
Mailbox = tuple[Handle, str]

# Characters; a To field of ten thousand people has some 500,000.
_LONGEST_FIELD = 1_000_000
# Fields up to these lengths are remembered: many short ones, and the long ones of the threads now read.
_SHORT, _LONG = 500, 4_000
# A name and an address; what is longer is neither.
_LONGEST_PIECE = 1_000
_SPECIALS = '",;:<>()\\@'
# Specials that stood inside an encoded word are no syntax: kept out of the way in the private use area until the end.
_HIDE = {ord(char): 0xE900 + number for number, char in enumerate(_SPECIALS)}
_SHOW = {hidden: char for char, hidden in _HIDE.items()}
_TOKEN = re.compile(r"\"(?:[^\"\\]|\\.){0,500}\"|<[^<>]*>|[(),;:]|\\.|[^\"<(),;:\\]+|.", re.DOTALL)
_PLAIN = re.compile(r"[^\"(:;\\]*")
_ADDRESS = re.compile(r"[^\s@<>\"(),:;\[\]\\]{1,200}@[^\s@<>\"(),:;\\]{1,200}")
_ENCAPSULATED = re.compile(r"IMCEA(EX|NOTES)-(.+?)@", re.IGNORECASE)
# What Notes puts behind a name or a foreign address: "Ana Lopez/Sales/Acme@ACME", "bob@example.com@ACME".
_ORGANISATION = re.compile(r"\s*@\s?[A-Z][A-Z0-9_-]*\Z")
# How archives of lists write addresses.
_SPELT_OUT = re.compile(r"(\S+) at (\S+\.\S+)")
_AFTER_DOT = re.compile(r"(?<=\.)\s+")
_NOBODY = re.compile(r"(?:undisclosed|unlisted|suppressed)[-. _]?recipients?", re.IGNORECASE)
_WORD = re.compile(r"\w")
_ESCAPE = re.compile(r"\+([0-9A-Fa-f]{2})")


def mailboxes(value: str) -> list[Mailbox]:
    """Return (handle, name as written) for each mailbox of an address field, in order; nobody for an empty group."""
    if len(value) <= _SHORT:
        return list(_cached(value))
    if len(value) <= _LONG:
        return list(_cached_long(value))
    return _mailboxes(value[:_LONGEST_FIELD])


@lru_cache(maxsize=32_768)
def _cached(value: str) -> tuple[Mailbox, ...]:
    return tuple(_mailboxes(value))


@lru_cache(maxsize=1_024)
def _cached_long(value: str) -> tuple[Mailbox, ...]:
    """Return the same for a long field: everybody who answers in a thread repeats it to the letter."""
    return tuple(_mailboxes(value))


def _mailboxes(value: str) -> list[Mailbox]:
    if "=?" in value:
        value = decode_words(value, _HIDE)
    pieces = [_plain_piece(piece) for piece in value.split(",")] if _PLAIN.fullmatch(value) else _pieces(value)
    found: list[Mailbox] = []
    ahead = ""
    for position, (whole, angle, comment) in enumerate(pieces):
        text = whole[:_LONGEST_PIECE]
        following = pieces[position + 1] if position + 1 < len(pieces) else None
        if angle is None and text and "@" not in text and following and following[1] is not None and following[0]:
            # An unquoted "Lopez, Ana <ana@example.com>".
            found.extend(_read(ahead, None, "") if ahead else ())
            ahead = text
            continue
        found.extend(
            _read(f"{ahead}, {text}" if ahead else text, angle and angle[:_LONGEST_PIECE], comment[:_LONGEST_PIECE])
        )
        ahead = ""
    return found


Piece = tuple[str, str | None, str]


def _plain_piece(piece: str) -> Piece:
    text, bracket, rest = piece.partition("<")
    if not bracket:
        return piece.strip(), None, ""
    # "Ana <ana@example.com>@ACME <IMCEA...>": the first brackets hold the address.
    return text.strip(), rest.partition(">")[0].strip(), ""


def _pieces(value: str) -> list[Piece]:
    """Cut a field at its commas and semicolons: text before the address, what stands in < >, the comment."""
    pieces: list[Piece] = []
    text: list[str] = []
    comment: list[str] = []
    angle: str | None = None
    depth = 0
    for piece in _TOKEN.findall(value):
        if piece == "(":
            depth += 1
        elif piece == ")" and depth:
            depth -= 1
        elif depth:
            comment.append(piece)
        elif piece in {",", ";"}:
            pieces.append(("".join(text).strip(), angle, "".join(comment)))
            text, comment, angle = [], [], None
        elif piece == ":":
            # The name of a group, or the scheme of "mailto:ana@example.com": neither is a person.
            text = []
        elif piece[0] == "<" and piece[-1] == ">" and len(piece) > 1:
            angle = angle or piece[1:-1].strip()
        elif piece[0] == '"' and len(piece) > 1:
            text.append(re.sub(r"\\(.)", r"\1", piece[1:-1]).translate(_HIDE))
        else:
            text.append(piece)
    pieces.append(("".join(text).strip(), angle, "".join(comment)))
    return [piece for piece in pieces if piece[0] or piece[1] or piece[2]]


@lru_cache(maxsize=65_536)
def _read(text: str, angle: str | None, comment: str) -> list[Mailbox]:
    """Return whom one piece of a field names: nobody, one, or several addresses that only blanks part."""
    shown, comment = _shown(text), _shown(comment)
    if _NOBODY.match(angle or shown):
        return []
    if angle is not None:
        handle = address_handle(_shown(angle))
        if handle is not None:
            return [(handle, _name(shown or comment, handle))]
    if not shown:
        return []
    if " " not in shown and "@" in shown and (handle := address_handle(shown)):
        return [(handle, _name(comment, handle))]
    if spelt := _SPELT_OUT.fullmatch(shown):
        shown = f"{spelt[1]}@{spelt[2]}"
    addresses = _ADDRESS.findall(shown)
    if not addresses or _ORGANISATION.search(shown):
        if legacy := handles.exchange(shown):
            return [(legacy, "")]
        bare = person_name(shown)
        handle = handles.bare_name(bare, PLACE) if _WORD.search(bare) else None
        return [(handle, bare)] if handle else []
    known = [handle for handle in map(handles.email, addresses) if handle]
    name = shown[: shown.index(addresses[0])] or comment if len(addresses) == 1 else ""
    return [(handle, _name(name, handle)) for handle in known]


def _shown(text: str) -> str:
    return text if text.isascii() else text.translate(_SHOW)


def address_handle(address: str) -> Handle | None:
    """Return the handle of what stands in < >: a mail address, an Exchange directory name, a local part alone."""
    text = address.strip().removeprefix("mailto:").strip("<> '\"")
    if not text:
        return None
    if text.startswith("/"):
        return handles.exchange(text)
    if text[:5].upper() == "IMCEA" and (match := _ENCAPSULATED.match(text)):
        inner = match[2].replace("_", "/") if match[1].upper() == "EX" else match[2]
        inner = _ESCAPE.sub(lambda code: chr(int(code[1], 16)), inner)
        found = _ADDRESS.search(inner)
        return handles.exchange(inner) or (handles.email(found[0]) if found else None)
    if spelt := _SPELT_OUT.fullmatch(text):
        text = f"{spelt[1]}@{spelt[2]}"
    if handle := handles.email(text):
        return handle
    if text.count("@") == 1:
        # Folded in the middle: "ana. lopez@exam ple.com".
        local, _, domain = text.partition("@")
        text = _AFTER_DOT.sub("", local).rstrip() + "@" + "".join(domain.split())
    if found := _ADDRESS.search(text):
        return handles.email(found[0])
    return handles.bare_name(text, PLACE) if "@" not in text and _WORD.search(text) else None


def person_name(text: str) -> str:
    """Return a name as written, without quotes, brackets and the organisation that Notes appends to it."""
    name = text.partition("<")[0] or text
    if "@" in name and (organisation := _ORGANISATION.search(name := name.strip(" \"'"))):
        name = name[: organisation.start()]
        name = name if "@" in name else name.partition("/")[0]
    return handles.clean_name(name)


def _name(text: str, handle: Handle) -> str:
    """Return the name, empty where it only repeats the address."""
    if not text:
        return ""
    name = person_name(text)
    return "" if name.strip("<>").lower() == handles.value(handle) else name
