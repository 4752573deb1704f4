"""Saved items of Outlook, written for tests: a compound file (OLE) of a few streams, as [MS-CFB] and [MS-OXMSG] lay it out."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

_SECTOR, _SMALL, _LONG = 512, 64, 4096
_FREE, _END, _TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_EPOCH = 116_444_736_000_000_000

APPOINTMENT = bytes.fromhex("0220060000000000c000000000000046")
CONTACT = bytes.fromhex("0420060000000000c000000000000046")


@dataclass
class Node:
    """A stream (data is bytes) or a folder of them. left, right, below: numbers of other entries."""

    name: str
    data: bytes | None
    inside: list[Node] = field(default_factory=list)
    left: int = _FREE
    right: int = _FREE
    below: int = _FREE
    start: int = 0


def compound(tree: dict[str, object]) -> bytes:
    """Return a compound file. tree: bytes for a stream, a mapping for a folder."""
    root = Node("Root Entry", None, _nodes(tree))
    entries: list[Node] = []
    _number(root, entries)
    sectors: list[bytes] = []
    chain: list[int] = []

    def store(data: bytes) -> int:
        start = len(sectors)
        pieces = [data[i : i + _SECTOR].ljust(_SECTOR, b"\0") for i in range(0, len(data), _SECTOR)]
        sectors.extend(pieces)
        chain.extend([*range(start + 1, start + len(pieces)), _END] if pieces else [])
        return start if pieces else _END

    small, small_chain = b"", []
    for entry in entries[1:]:
        if entry.data is None:
            continue
        if len(entry.data) >= _LONG:
            entry.start = store(entry.data)
        elif entry.data:
            count = -(-len(entry.data) // _SMALL)
            entry.start = len(small) // _SMALL
            small += entry.data.ljust(count * _SMALL, b"\0")
            small_chain += [*range(entry.start + 1, entry.start + count), _END]
        else:
            entry.start = _END
    root.start = store(small)
    small_table = store(b"".join(struct.pack("<I", n) for n in small_chain).ljust(_SECTOR, b"\xff")) if small else _END
    listing = store(b"".join(_entry(entry, len(small) if entry is root else None) for entry in entries))
    tables = 1
    while (len(sectors) + tables) * 4 > tables * _SECTOR:
        tables += 1
    first_table = len(sectors)
    chain += [_TABLE] * tables
    table = b"".join(struct.pack("<I", n) for n in chain).ljust(tables * _SECTOR, b"\xff")
    head = struct.pack(
        "<8s16xHHHHH6xIIIIIIIII",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6, 0, tables, listing, 0, _LONG,
        small_table, 1 if small else 0, _END, 0,
    )  # fmt: skip
    places = [first_table + n for n in range(tables)]
    head += b"".join(struct.pack("<I", n) for n in places).ljust(109 * 4, b"\xff")
    return head + b"".join(sectors) + table


def _nodes(tree: dict[str, object]) -> list[Node]:
    found = []
    for name, value in tree.items():
        found.append(Node(name, None, _nodes(value)) if isinstance(value, dict) else Node(name, bytes(value)))  # type: ignore[call-overload]
    return sorted(found, key=lambda node: (len(node.name), node.name.upper()))


def _number(node: Node, entries: list[Node]) -> None:
    """Give each entry its number; those of one folder form a tree that leans to the right."""
    entries.append(node)
    previous: Node | None = None
    for inner in node.inside:
        number = len(entries)
        if previous is None:
            node.below = number
        else:
            previous.right = number
        _number(inner, entries)
        previous = inner


def _entry(node: Node, size: int | None) -> bytes:
    name = node.name.encode("utf-16-le") + b"\0\0"
    kind = 5 if size is not None else 1 if node.data is None else 2
    length = size if size is not None else len(node.data or b"")
    links = struct.pack("<HBBIII", len(name), kind, 1, node.left, node.right, node.below)
    return name.ljust(64, b"\0") + links + b"\0" * 36 + struct.pack("<IQ", node.start, length)


def item(
    values: dict[int, object],
    people: list[dict[int, object]] | None = None,
    named: dict[tuple[bytes, int], object] | None = None,
    codepage: int = 0,
) -> bytes:
    """Return a `.msg` file. values: by number, a text, a number, a time in seconds UTC as float, bytes, or a truth.

    codepage: texts are written in it instead of UTF-16. named: by set and number within it.
    """
    every = dict(values)
    sets: list[bytes] = []
    listing = b""
    for place, ((group, number), value) in enumerate((named or {}).items()):
        if group not in sets:
            sets.append(group)
        listing += struct.pack("<IHH", number, (sets.index(group) + 3) << 1, place)
        every[0x8000 + place] = value
    if codepage:
        every[0x3FFD] = codepage
    tree: dict[str, object] = _streams(every, b"\0" * 32, codepage)
    tree["__nameid_version1.0"] = {
        "__substg1.0_00020102": b"".join(sets), "__substg1.0_00030102": listing, "__substg1.0_00040102": b"",
    }  # fmt: skip
    for number, person in enumerate(people or []):
        tree[f"__recip_version1.0_#{number:08X}"] = _streams(person, b"\0" * 8, codepage)
    return compound(tree)


def _streams(values: dict[int, object], head: bytes, codepage: int) -> dict[str, object]:
    tree: dict[str, object] = {}
    table = head
    for number, value in values.items():
        if isinstance(value, bool):
            kind, small = 0x000B, struct.pack("<Q", value)
        elif isinstance(value, int):
            kind, small = 0x0003, struct.pack("<iI", value, 0)
        elif isinstance(value, float):
            kind, small = 0x0040, struct.pack("<q", int(value) * 10_000_000 + _EPOCH)
        else:
            kind = 0x0102 if isinstance(value, bytes) else 0x001E if codepage else 0x001F
            data = (
                value if isinstance(value, bytes) else str(value).encode(f"cp{codepage}" if codepage else "utf-16-le")
            )
            tree[f"__substg1.0_{number:04X}{kind:04X}"] = data
            small = struct.pack("<II", len(data) + (2 if kind == 0x001F else 0), 0)
        table += struct.pack("<HHI", kind, number, 6) + small
    tree["__properties_version1.0"] = table
    return tree
