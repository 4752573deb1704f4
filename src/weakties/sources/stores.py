"""Mailboxes of Outlook (`.pst`, `.ost`): their folders walked, each item read as `mapi` has it.

The format is read by libpff, whose Python module is under the LGPL and therefore comes only where it is asked for. Without it,
and for what lies in an archive, where such a file cannot be sought in, the owner is told what to type.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from typing import Any

from weakties.sources import mapi
from weakties.sources.files import File
from weakties.sources.folders import folder_named
from weakties.sources.mapi import Item

NO_LIBRARY = (
    "a mailbox of Outlook needs one more package: type `pip install weakties[outlook]` and import it again, "
    "or turn it into mbox with `readpst -r -o out mailbox.pst` and import the folder `out`"
)
NO_PLACE = "a mailbox of Outlook cannot be read inside an archive: unpack it, then import it"
_DAMAGED = (
    "the mailbox is damaged or encrypted: open it in Outlook, let it be repaired (scanpst.exe), and import it again"
)
_BROKEN = "the item is damaged: open the mailbox in Outlook, let it be repaired (scanpst.exe), and import it again"

_DEEPEST = 50
_MOST_PEOPLE = 5_000
_LONGEST = 4 * 1024 * 1024


def items_of_store(file: File) -> Iterator[tuple[int, str, Item | str]]:
    """Yield each item of a mailbox: its number there, the usual folder it lies in, the item or why it cannot be read."""
    try:
        library: Any = importlib.import_module("pypff")
    except ImportError:
        yield 0, "", NO_LIBRARY
        return
    if file.path is None:
        yield 0, "", NO_PLACE
        return
    store = library.file()
    try:
        store.open(str(file.path))
        root = store.get_root_folder()
        names = _names(store)
    except mapi.DAMAGE:
        yield 0, "", _DAMAGED
        return
    try:
        for number, folder, item in _folder(root, "", _DEEPEST):
            if isinstance(item, Item):
                item.named = names
            yield number, folder, item
    finally:
        store.close()


def _names(store: Any) -> dict[tuple[str, int], int]:
    """Return the numbers that named properties have in this mailbox."""
    tables: dict[int, bytes] = {}
    listing = store.get_name_to_id_map()
    for entries in listing.record_sets if listing is not None else ():
        for entry in entries.entries:
            if entry.get_entry_type() in (mapi.NAME_SETS, mapi.NAME_ENTRIES):
                tables[entry.get_entry_type()] = bytes(entry.get_data() or b"")
    return mapi.names(tables.get(mapi.NAME_ENTRIES, b""), tables.get(mapi.NAME_SETS, b""))


def _folder(folder: Any, usual: str, deeper: int) -> Iterator[tuple[int, str, Item | str]]:
    try:
        usual = folder_named(folder.get_name() or "") or usual
        items, folders = folder.get_number_of_sub_messages(), folder.get_number_of_sub_folders()
    except mapi.DAMAGE:
        yield 0, "", _BROKEN
        return
    for number in range(items):
        yield _numbered(folder, number, usual)
    for number in range(folders if deeper else 0):
        try:
            inner = folder.get_sub_folder(number)
        except mapi.DAMAGE:
            yield 0, "", _BROKEN
            continue
        yield from _folder(inner, usual, deeper - 1)


def _numbered(folder: Any, number: int, usual: str) -> tuple[int, str, Item | str]:
    place = 0
    try:
        message = folder.get_sub_message(number)
        place = message.get_identifier()
        item = Item()
        for entries in message.record_sets:
            _read(entries, item)
        people = message.recipients
        for entries in list(people.record_sets)[:_MOST_PEOPLE] if people is not None else ():
            item.people.append(_read(entries, Item()))
    except mapi.DAMAGE:
        return place, "", _BROKEN
    return place, usual, item


def _read(entries: Any, item: Item) -> Item:
    """Add what a set of properties says to an item."""
    for entry in entries.entries:
        number, kind = entry.get_entry_type(), entry.get_value_type()
        if number is None:
            continue
        data = entry.get_data()
        if data is None or len(data) > _LONGEST:
            continue
        if kind in (mapi.TEXT, mapi.OLD_TEXT):
            text = entry.get_data_as_string() or ""
            # A subject begins with a mark and a letter that says how long its "Re: " is.
            item.values[number] = text[2:] if number == mapi.SUBJECT and text.startswith("\x01") else text
        elif kind == mapi.BINARY and number in (mapi.HTML, mapi.HEADERS):
            item.values[number] = bytes(data)
        elif (value := mapi.small(kind, bytes(data))) is not None:
            item.values[number] = value
    return item
