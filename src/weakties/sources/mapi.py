"""What Outlook keeps: items made of numbered properties (MAPI), read from a saved item (`.msg`) or a store (`.pst`).

An item is a mapping from the number of a property to its value, however it is stored; its people are items too. A saved item
is a compound file (OLE): a folder of small streams, one for each text, and a table of what fits into eight bytes.
"""

from __future__ import annotations

import importlib
import io
import struct
from dataclasses import dataclass, field
from typing import Any

from weakties.sources.headers import decode_bytes

# Numbers of properties, as [MS-OXPROPS] names them.
MESSAGE_CLASS, SUBJECT, HEADERS, BODY, HTML = 0x001A, 0x0037, 0x007D, 0x1000, 0x1013
START, END, SUBMITTED, DELIVERED, FLAGS = 0x0060, 0x0061, 0x0039, 0x0E06, 0x0E07
MESSAGE_ID, REFERENCES, IN_REPLY_TO = 0x1035, 0x1039, 0x1042
NAME, ADDRESS_KIND, ADDRESS, SMTP, RECIPIENT_KIND, RECIPIENT_FLAGS = 0x3001, 0x3002, 0x3003, 0x39FE, 0x0C15, 0x5FFD
TRACK_STATUS = 0x5FFF
CODEPAGE, HTML_CODEPAGE = 0x3FFD, 0x3FDE
# (name, kind of address, address, SMTP address) of the one who sent it, and of the one in whose name.
SENDER, SENT_FOR = (0x0C1A, 0x0C1E, 0x0C1F, 0x5D01), (0x0042, 0x0064, 0x0065, 0x5D02)

# Properties with a name instead of a number: the set and the number within it.
APPOINTMENT, CONTACT = "00062002", "00062004"
NAME_SETS, NAME_ENTRIES = 0x0002, 0x0003

# Bytes of one value; the text of a mail is shorter.
_LONGEST = 4 * 1024 * 1024
_MOST_PEOPLE = 5_000
TEXT, OLD_TEXT, BINARY = 0x001F, 0x001E, 0x0102
_NUMBER, _WIDE, _BOOLEAN, _TIME = 0x0003, 0x0014, 0x000B, 0x0040
# Tenths of a microsecond between 1601 and 1970.
_EPOCH = 116_444_736_000_000_000
_FILE_TIME = 10_000_000
# What the reader of compound files raises on damage, of whatever kind.
DAMAGE = (OSError, ValueError, LookupError, TypeError, AttributeError, ArithmeticError, AssertionError, struct.error,
          RecursionError, MemoryError, EOFError)  # fmt: skip


@dataclass(slots=True)
class Item:
    """An item or one of its people. values: by number, texts decoded, times in seconds UTC; named: numbers by (set, number)."""

    values: dict[int, str | bytes | int] = field(default_factory=dict)
    named: dict[tuple[str, int], int] = field(default_factory=dict)
    people: list[Item] = field(default_factory=list)

    def text(self, *numbers: int) -> str:
        """Return the first of these texts that says something, on as many lines as it has."""
        for number in numbers:
            value = self.values.get(number)
            if isinstance(value, str) and (said := value.strip("\0 \r\n\t")):
                return said
        return ""

    def number(self, number: int) -> int:
        """Return a number or a time, 0 where it is missing."""
        value = self.values.get(number)
        return value if isinstance(value, int) else 0

    def data(self, number: int) -> bytes:
        """Return bytes, a text as UTF-8."""
        value = self.values.get(number, b"")
        return (
            value.encode("utf-8", "replace") if isinstance(value, str) else value if isinstance(value, bytes) else b""
        )

    def of(self, group: str, number: int) -> int:
        """Return the number by which a named property is kept in this item, 0 if it is not."""
        return self.named.get((group, number), 0)


def read_message(data: bytes) -> Item:
    """Return the item of a `.msg` file. Raises one of `DAMAGE` where it is none or broken."""
    # Loaded with the first saved item: most ledgers have none.
    olefile: Any = importlib.import_module("olefile")
    _check(data)
    with olefile.OleFileIO(io.BytesIO(data)) as ole:
        file = _Compound(ole, len(data))
        storages: dict[str, dict[str, list[str]]] = {"": {}}
        for path in ole.listdir():
            # Attachments, and the messages in them, lie in folders of their own that are not opened.
            if len(path) <= 2:
                storages.setdefault(path[0] if len(path) == 2 else "", {})[path[-1].lower()] = path
        item = _item(file, storages[""], 32, None)
        item.named = _names(file, storages.get("__nameid_version1.0", {}))
        recipients = sorted(name for name in storages if name.lower().startswith("__recip_version1.0_"))
        codepage = item.number(CODEPAGE)
        item.people = [_item(file, storages[name], 8, codepage) for name in recipients[:_MOST_PEOPLE]]
    return item


def _check(data: bytes) -> None:
    """Raise ValueError for a header that says of the file what cannot be: the library believes it, and reads for minutes."""
    shift, small = struct.unpack_from("<HH", data, 30)
    tables, small_tables, more_tables = (struct.unpack_from("<I", data, place)[0] for place in (44, 64, 72))
    if shift not in (9, 12) or small != 6 or max(tables, small_tables, more_tables) > len(data) >> shift:
        raise ValueError("no compound file")


class _Compound:
    """The streams of a compound file, which cannot hold more than the file itself. size: of the file in bytes."""

    def __init__(self, ole: Any, size: int) -> None:
        self._ole = ole
        self._left = size

    def read(self, path: list[str]) -> bytes:
        """Return a stream, nothing of one that is too long. Raises ValueError where there are more bytes than can be."""
        size = self._ole.get_size(path)
        if size > _LONGEST:
            return b""
        self._left -= size
        if self._left < 0:
            raise ValueError("more bytes than the file has")
        with self._ole.openstream(path) as stream:
            return bytes(stream.read())


def _item(file: _Compound, streams: dict[str, list[str]], head: int, codepage: int | None) -> Item:
    """Return the item in one folder of a compound file. head: bytes before its table; codepage: of the whole, if it is a part."""
    found = Item()
    if "__properties_version1.0" in streams:
        table = file.read(streams["__properties_version1.0"])
        for place in range(head, len(table) - 15, 16):
            kind, number, _, value = struct.unpack_from("<HHI8s", table, place)
            if (said := small(kind, value)) is not None:
                found.values[number] = said
    own = found.number(CODEPAGE) if codepage is None else codepage
    for name, path in streams.items():
        if not name.startswith("__substg1.0_") or len(name) < 20:
            continue
        number, kind = int(name[12:16], 16), int(name[16:20], 16)
        if kind == TEXT:
            found.values[number] = file.read(path).decode("utf-16-le", "replace").encode("utf-8", "replace").decode()
        elif kind == OLD_TEXT:
            found.values[number] = decode_bytes(file.read(path), codec(own))
        elif kind == BINARY and number in (HTML, HEADERS):
            found.values[number] = file.read(path)
    return found


def codec(codepage: int) -> str:
    """Return the character set of a Windows code page."""
    return {65001: "utf-8", 20127: "ascii", 28591: "latin-1", 50220: "iso-2022-jp", 51932: "euc_jp"}.get(
        codepage, f"cp{codepage}" if codepage else ""
    )


def small(kind: int, value: bytes) -> int | None:
    """Return what a number, a switch or a time says (in seconds UTC), None for another kind of value."""
    if kind == _TIME:
        return seconds(int.from_bytes(value, "little"))
    if kind == _NUMBER:
        return int.from_bytes(value[:4], "little", signed=True)
    if kind == _WIDE:
        return int.from_bytes(value, "little", signed=True)
    return value[0] if kind == _BOOLEAN else None


def seconds(file_time: int) -> int:
    """Return seconds UTC of a time of Windows, 0 for none; negative before 1970."""
    return (file_time - _EPOCH) // _FILE_TIME if file_time else 0


def _names(file: _Compound, streams: dict[str, list[str]]) -> dict[tuple[str, int], int]:
    """Return the numbers that named properties have in this file."""
    tables = [streams.get(f"__substg1.0_{number:04x}0102") for number in (NAME_ENTRIES, NAME_SETS)]
    return names(*(file.read(path) if path else b"" for path in tables))


def names(entries: bytes, sets: bytes) -> dict[tuple[str, int], int]:
    """Return the numbers of named properties by set and number within it. entries, sets: the tables that tell of them."""
    found: dict[tuple[str, int], int] = {}
    for place in range(0, len(entries) - 7, 8):
        number, kind, index = struct.unpack_from("<IHH", entries, place)
        # An odd kind is a name in letters; the first three sets are not told of in the table.
        start = ((kind >> 1) - 3) * 16
        if kind & 1 == 0 and 0 <= start <= len(sets) - 16:
            found[sets[start : start + 4][::-1].hex(), number] = 0x8000 + index
    return found
