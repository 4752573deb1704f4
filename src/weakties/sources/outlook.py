"""Outlook's own files: single items saved as `.msg`, whole mailboxes as `.pst` and `.ost`.

A mail becomes the same event as the same mail from any other export: its fields are written down as a message and read by the
reader of mail. A contact becomes a card, an appointment with other people a meeting. Tasks, notes, journals and reports of
delivery say nothing of people and are left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from email.utils import formatdate

from weakties.facts import handles
from weakties.facts.handles import Handle
from weakties.facts.model import NO_TIME, Card, Event, Extract, Link, Origin, Participation, event_id, fingerprint
from weakties.sources import ReadOptions, mapi
from weakties.sources.dates import LATEST, possible
from weakties.sources.files import File, FileSource, rejected
from weakties.sources.headers import parse_headers
from weakties.sources.mail import extract_message
from weakties.sources.mapi import Item
from weakties.sources.stores import items_of_store
from weakties.sources.terms import terms

READER = 2
PLACE = "outlook"

_OLE, _STORE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"!BDN"
# How the streams of an item are called, as a compound file writes names.
_ITEM = "__substg1.0_".encode("utf-16-le")
_DAMAGED = "the file is damaged, or no item of Outlook: save it again in Outlook, or as .eml"
_TOO_LARGE = "it is longer than {} MiB: save it without its attachments, or as .eml"
_NO_DAY = "the appointment has no day: open it in Outlook and set one"
_NOBODY = "the contact has no name, no address and no number: open it in Outlook and say whose it is"
_UNSENT = 0x8
_DECLINED = 4
_RESOURCE = 3
_FIELDS = {1: "To", 2: "Cc", 3: "Bcc"}
# The fields that say how the text is packed, which here is packed anew.
_PACKING = ("content-type", "content-transfer-encoding", "mime-version", "content-length", "content-disposition")
# Of a contact: first and last name, organisation, title, telephones, profiles.
_GIVEN, _FAMILY, _COMPANY, _TITLE, _BIRTHDAY = 0x3A06, 0x3A11, 0x3A16, 0x3A17, 0x3A42
_NUMBERS, _PAGES = (0x3A1C, 0x3A08, 0x3A1B, 0x3A09, 0x3A2F, 0x3A1A), (0x3A51, 0x3A50)
_PLACES = ((0x3A59, 0x3A5A), (0x3A27, 0x3A26))
_SPOUSE, _MANAGER, _ASSISTANT = 0x3A48, 0x3A4E, 0x3A30
# Of a contact's three addresses: kind, address, as shown.
_ADDRESSES = ((0x8082, 0x8083, 0x8084), (0x8092, 0x8093, 0x8094), (0x80A2, 0x80A3, 0x80A4))
# Of an appointment.
_APPOINTMENT_START, _APPOINTMENT_END, _WHOLE_DAY, _STATE, _RESPONSE = 0x820D, 0x820E, 0x8215, 0x8217, 0x8218
_CANCELLED = 0x4
_PERSON = (mapi.NAME, mapi.ADDRESS_KIND, mapi.ADDRESS, mapi.SMTP)
_NOON, _DAY, _LONGEST = 43_200, 86_400, 366 * 86_400
_EPOCH = date(1970, 1, 1)
# Days from 1970 back to 1850.
_OLDEST = -43_829
_MOST_PEOPLE = 200


class OutlookSource(FileSource):
    """Items and mailboxes of Outlook; see docs/how-to/outlook.md for how to get them."""

    name = "outlook"
    reader = READER
    suffixes = (".msg", ".pst", ".ost")

    def claims(self, file: File) -> bool:
        """Tell a saved item or a mailbox by its first bytes; other compound files (old Word, Excel) are none."""
        if file.head.startswith(_STORE):
            return True
        return file.head.startswith(_OLE) and (file.base.endswith(".msg") or _ITEM in file.head)

    def extracts(self, file: File, options: ReadOptions) -> Iterator[Extract]:
        """Yield what the item, or each item of the mailbox, says."""
        if file.head.startswith(_STORE):
            for number, folder, item in items_of_store(file):
                if isinstance(item, str):
                    yield rejected(file, number, item)
                elif extract := item_extract(item, file, number, folder, options):
                    yield extract
            return
        data = file.whole(self.limits.message)
        if data is None:
            yield rejected(file, 0, _TOO_LARGE.format(self.limits.message >> 20))
            return
        try:
            item = mapi.read_message(data)
        except mapi.DAMAGE:
            yield rejected(file, 0, _DAMAGED)
            return
        if not item.values:
            yield rejected(file, 0, _DAMAGED)
        elif extract := item_extract(item, file, 0, "", options):
            yield extract


def item_extract(item: Item, file: File, at: int, folder: str, options: ReadOptions) -> Extract | None:
    """Return what an item says; None for one of a kind that says nothing of people. at: where it stands in its file."""
    kind = item.text(mapi.MESSAGE_CLASS).lower() or "ipm.note"
    if kind.startswith("ipm.contact"):
        return _contact(item, file, at, options)
    if kind.startswith("ipm.appointment"):
        return _appointment(item, file, at)
    # Invitations and their answers are mail about a meeting.
    if not kind.startswith(("ipm.note", "ipm.schedule", "ipm.post")) and kind != "ipm":
        return None
    draft = "draft" if item.number(mapi.FLAGS) & _UNSENT else folder
    return extract_message(message(item), file.origin(at), folder=draft, options=options)


def message(item: Item) -> bytes:
    """Return a mail as it would stand in a mailbox: its own header where it has kept one, what is missing from its properties."""
    written, _ = parse_headers(item.data(mapi.HEADERS) + b"\n\n")
    lines = [f"{name}: {value}" for name in written if name not in _PACKING for value in written.all(name)]
    lines += [f"{name}: {value}" for name, value in _fields(item) if value and name.lower() not in written]
    body, kind = item.text(mapi.BODY).encode("utf-8", "replace"), "text/plain; charset=utf-8"
    if not body and (body := item.data(mapi.HTML)):
        kind = f"text/html; charset={mapi.codec(item.number(mapi.HTML_CODEPAGE)) or 'utf-8'}"
    lines += [f"Content-Type: {kind}", "Content-Transfer-Encoding: 8bit"]
    return "\n".join(lines).encode("utf-8", "replace") + b"\n\n" + body


def _fields(item: Item) -> Iterator[tuple[str, str]]:
    """Yield the fields of a header as the properties of a mail say them."""
    sender, author = _mailbox(item, *mapi.SENDER), _mailbox(item, *mapi.SENT_FOR)
    yield "From", author or sender
    yield "Sender", sender if author and sender != author else ""
    for kind, name in _FIELDS.items():
        people = [person for person in item.people if person.number(mapi.RECIPIENT_KIND) & 0xF == kind]
        yield name, ", ".join(filter(None, (_mailbox(person, *_PERSON) for person in people)))
    yield "Subject", _line(item.text(mapi.SUBJECT))
    at = item.number(mapi.SUBMITTED) or item.number(mapi.DELIVERED)
    yield "Date", formatdate(at) if possible(at) is not None else ""
    yield "Message-ID", _line(item.text(mapi.MESSAGE_ID))
    yield "References", _line(item.text(mapi.REFERENCES))
    yield "In-Reply-To", _line(item.text(mapi.IN_REPLY_TO))


def _line(text: str) -> str:
    return " ".join(text.split())


def _mailbox(item: Item, name: int, kind: int, address: int, smtp: int) -> str:
    """Return somebody as an address field names her: by the address of the internet where there is one."""
    shown = _line(item.text(name)).replace('"', "").replace("\\", "")
    found = _address(item, kind, address, smtp)
    where = handles.value(found) if found else ""
    if not where:
        return f'"{shown}"' if shown else ""
    return f'"{shown}" <{where}>' if shown and shown.lower() != where else f"<{where}>"


def _address(item: Item, kind: int, address: int, smtp: int) -> Handle | None:
    """Return the address of somebody: on the internet, else in the directory of her organisation."""
    written = item.text(address)
    found = handles.email(item.text(smtp)) or handles.email(written)
    return found or (handles.exchange(written) if item.text(kind).upper() in ("EX", "") else None)


def _person(item: Item, name: int, kind: int, address: int, smtp: int) -> tuple[Handle, str] | None:
    shown = handles.clean_name(item.text(name))
    handle = _address(item, kind, address, smtp) or handles.bare_name(shown, PLACE)
    return (handle, "" if shown.lower() == handles.value(handle) else shown) if handle else None


def _appointment(item: Item, file: File, at: int) -> Extract | None:
    """Return the meeting that an appointment with other people is; None for one without."""
    organizer = _person(item, *mapi.SENT_FOR) or _person(item, *mapi.SENDER)
    parts = {organizer[0]: organizer[1]} if organizer else {}
    invited = 0
    for person in item.people:
        found = None if person.number(mapi.RECIPIENT_KIND) & 0xF == _RESOURCE else _person(person, *_PERSON)
        if found and found[0] not in parts:
            invited += 1
            if person.number(mapi.TRACK_STATUS) != _DECLINED:
                parts[found[0]] = found[1]
    if invited + bool(organizer) < 2:
        return None
    start, end = (
        item.number(item.of(mapi.APPOINTMENT, named)) or item.number(fixed)
        for named, fixed in ((_APPOINTMENT_START, mapi.START), (_APPOINTMENT_END, mapi.END))
    )
    if possible(start) is None:
        return rejected(file, at, _NO_DAY)
    if item.number(item.of(mapi.APPOINTMENT, _WHOLE_DAY)):
        # Midnight of the owner's zone, told in UTC: the nearest midnight there is that of the day.
        start = end = (start + _NOON) // _DAY * _DAY + _NOON
    called_off = item.number(item.of(mapi.APPOINTMENT, _STATE)) & _CANCELLED
    answer = item.number(item.of(mapi.APPOINTMENT, _RESPONSE))
    folder = "cancelled" if called_off else "declined" if answer == _DECLINED or len(parts) < 2 else ""
    subject = _line(item.text(mapi.SUBJECT))
    author = organizer[0] if organizer else ""
    mark = fingerprint("meeting", start, author, [handle for handle in parts if handle != author], subject)
    event = Event(
        event_id("meeting", f"outlook {mark}"), mark, start, "meeting", event_id("thread", f"outlook {mark}"), subject,
        file.origin(at), READER, terms=" ".join(terms(subject, "", known=list(parts.items()))),
        group_size=len(parts) - 1, duration=end - start if start < end < start + _LONGEST else 0, folder=folder,
    )  # fmt: skip
    shown = list(parts.items())[: _MOST_PEOPLE + 1]
    return Extract(
        events=[event],
        participations=[
            Participation(event.id, h, "organizer" if h == author else "attendee", name) for h, name in shown
        ],
    )


def _contact(item: Item, file: File, at: int, options: ReadOptions) -> Extract:
    """Return the card that a contact is."""
    name = handles.clean_name(f"{item.text(_GIVEN)} {item.text(_FAMILY)}".strip() or item.text(mapi.NAME))
    found: list[Handle] = []
    for kind, address, _ in _ADDRESSES:
        written = item.text(item.of(mapi.CONTACT, address))
        directory = item.text(item.of(mapi.CONTACT, kind)).upper() == "EX"
        found += filter(None, [handles.exchange(written) if directory else handles.email(written)])
    found += filter(None, (handles.number(item.text(number), options.region) for number in _NUMBERS))
    found += filter(None, (handles.profile(item.text(page)) for page in _PAGES))
    if not found and (bare := handles.bare_name(name, PLACE)):
        found = [bare]
    if not found:
        return rejected(file, at, _NOBODY, "cards")
    own, origin = found[0], file.origin(at)
    places = [", ".join(filter(None, (item.text(town), item.text(country)))) for town, country in _PLACES]
    card = Card(
        handle=own,
        at=NO_TIME,
        origin=origin,
        name=name,
        handles=tuple(dict.fromkeys(handle for handle in found if handle != own)),
        organisation=handles.clean_name(item.text(_COMPANY)),
        title=handles.clean_name(item.text(_TITLE)),
        location=handles.clean_name(next(filter(None, places), "")),
        birthday=_birthday(item),
    )
    return Extract(cards=[card], links=list(_links(item, own, origin)))


def _links(item: Item, own: Handle, origin: Origin) -> Iterator[Link]:
    if spouse := handles.bare_name(item.text(_SPOUSE), PLACE):
        yield Link("family", own, spouse, NO_TIME, origin)
    if manager := handles.bare_name(item.text(_MANAGER), PLACE):
        yield Link("reports-to", own, manager, NO_TIME, origin)
    if assistant := handles.bare_name(item.text(_ASSISTANT), PLACE):
        yield Link("reports-to", assistant, own, NO_TIME, origin)


def _birthday(item: Item) -> str:
    if _BIRTHDAY not in item.values:
        return ""
    # Midnight of the owner's zone, told in UTC; the year 4501 stands for none.
    days = (item.number(_BIRTHDAY) + _NOON) // _DAY
    return (_EPOCH + timedelta(days=days)).isoformat() if _OLDEST <= days < LATEST // _DAY else ""
