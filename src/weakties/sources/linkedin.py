"""The export of a LinkedIn account: connections, messages, invitations, endorsements, recommendations, the owner's own profile.

It is a zip of tables, a folder of them or one of them alone; see docs/how-to/linkedin.md for how to get it. A person is known by
the address of the profile, which every newer file gives; older ones and the recommendations have names alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from weakties.facts import handles
from weakties.facts.model import NO_TIME, Card, Extract, Link, LinkKind, Origin, Rejected
from weakties.sources import ReadOptions
from weakties.sources.linkedin_columns import COLUMNS, canonical, kind_of
from weakties.sources.linkedin_messages import PLACE, Messages, Owner, invitation, person
from weakties.sources.streams import Limits
from weakties.sources.table_dates import birthday, moment
from weakties.sources.tables import Header, Table, TableSource

READER = 1

_NO_DAY = "the day cannot be read: it is none between 1971 and 2100"
_NO_SIDE = "whether it was given or received stands in the name of the file alone: give the file its own name back"
_SECOND = "this is a second profile: an account has one, so whose it is cannot be told"
_NOBODY = "nobody is named in this row"
_NO_POSITION = "the position names neither a company nor a title"
_NO_ADDRESS = "this is no mail address"
_NO_NUMBER = "this is no telephone number"
_TWITTER_NAME = re.compile(r"[A-Za-z0-9_]{1,15}")
_MANY = re.compile(r"[,;\s]+")
# People of whom a card was written for an endorsement; who comes later has one for each.
_MOST_TOLD = 100_000

_Row = Mapping[str, str]


class LinkedInSource(TableSource):
    """The files of a LinkedIn export, in any layout since 2015 and any common language."""

    name = "linkedin"
    reader = READER

    def known(self, names: Sequence[str], base: str) -> bool:
        """Tell by the plain names of its columns whether a table is a file of the export."""
        return kind_of(names, base) is not None

    def read(self, path: Path, options: ReadOptions) -> Iterator[Extract]:
        """Yield what each row says, and at the end which profile is the owner's, if that can be told."""
        # What is known of the owner belongs to one reading; a source may be used for several at once.
        yield from _Reading(self.limits).read(path, options)

    def extracts_of(self, table: Table, options: ReadOptions) -> Iterator[Extract]:
        """Yield what each row of one file says."""
        yield from _Reading(self.limits).extracts_of(table, options)


class _Reading(TableSource):
    """One reading of an export."""

    suffixes = LinkedInSource.suffixes

    def __init__(self, limits: Limits) -> None:
        super().__init__(limits)
        self.owner = Owner()

    def known(self, names: Sequence[str], base: str) -> bool:
        return kind_of(names, base) is not None

    def read(self, path: Path, options: ReadOptions) -> Iterator[Extract]:
        yield from super().read(path, options)
        own = self.owner.handles()
        where = self.owner.origin or self.owner.row
        if own and where is not None:
            yield Extract(cards=[Card(options.me, NO_TIME, where, name=self.owner.name, handles=own)])

    def extracts_of(self, table: Table, options: ReadOptions) -> Iterator[Extract]:
        kind = kind_of(table.header.names, table.file.base)
        if kind is None:
            return
        says = self._reader_of(kind.name, table, options)
        header = Header(table.header.at, table.header.delimiter, canonical(table.header.names), table.header.written)
        places = [(name, header.names.index(name)) for name in COLUMNS if name in header.names]
        empty = dict.fromkeys(COLUMNS, "")
        for at, cells, fault in table.rows:
            origin = table.file.origin(at)
            if fault:
                yield Extract(rejected=[Rejected(origin, fault, _count_of(kind.name))])
                continue
            row = empty.copy()
            width = len(cells)
            for name, place in places:
                if place < width:
                    row[name] = cells[place].strip()
            if (extract := says(row, origin)) is not None:
                yield extract

    def _reader_of(self, kind: str, table: Table, options: ReadOptions) -> Callable[[_Row, Origin], Extract | None]:
        """Return what reads one row of a kind of file; None stands for a row that says nothing by design."""
        serial, me = table.serial, options.me
        if kind == "messages":
            return Messages(self.owner, options, READER).says
        if kind == "invitations":
            return lambda row, origin: invitation(row, origin, self.owner, options, READER)
        if kind == "connections":
            return lambda row, origin: _connection(row, origin, me, serial=serial)
        if kind.startswith("endorsements"):
            return _Endorsements(me, given=kind.endswith("given"), serial=serial).says
        if kind == "recommendations":
            return lambda _row, origin: Extract(rejected=[Rejected(origin, _NO_SIDE, "links")])
        if kind.startswith("recommendations"):
            given = kind.endswith("given")
            return lambda row, origin: _recommendation(row, origin, me, given=given, serial=serial)
        if kind == "profile":
            return lambda row, origin: self._profile(row, origin, me, serial=serial)
        if kind == "positions":
            return lambda row, origin: _position(row, origin, me, serial=serial)
        if kind == "addresses":
            return lambda row, origin: _address(row, origin, me)
        if kind == "numbers":
            return lambda row, origin: _number(row, origin, options)
        return lambda row, origin: _booked(row, origin, options, serial=serial)

    def _profile(self, row: _Row, origin: Origin, me: str, *, serial: bool) -> Extract:
        name = _name(row["firstname"], row["lastname"])
        if not name or self.owner.origin is not None:
            return Extract(rejected=[Rejected(origin, _SECOND if name else _NOBODY, "cards")])
        self.owner.name, self.owner.origin = name, origin
        accounts = [
            handles.profile(f"https://x.com/{found}") for found in _TWITTER_NAME.findall(row["twitterhandles"][:200])
        ]
        born = birthday(row["birthdate"], serial=serial)
        own = tuple(dict.fromkeys(account for account in accounts if account))
        return Extract(
            cards=[Card(me, NO_TIME, origin, name=name, handles=own, location=_said(row["geolocation"]), birthday=born)]
        )


def _count_of(kind: str) -> str:
    if kind == "messages":
        return "events"
    return "links" if kind.startswith(("invit", "endors", "recommend")) else "cards"


def _name(first: str, last: str) -> str:
    return handles.clean_name(f"{first} {last}")


def _said(text: str) -> str:
    """Return the text of a cell on one line, no longer than a card can show."""
    return " ".join(text[:300].split()) if text else ""


def _connection(row: _Row, origin: Origin, me: str, *, serial: bool) -> Extract | None:
    name = _name(row["firstname"], row["lastname"])
    mail = handles.email(row["emailaddress"]) if row["emailaddress"] else None
    one = person(row["url"], name)
    handle = mail if mail and (one is None or one[0].startswith("name:")) else (one[0] if one else None)
    if handle is None:
        # Whoever hides from exports or has left leaves the day alone: it tells of nobody.
        return None if not row["company"] and not row["position"] else _nobody(origin)
    at = moment(row["connectedon"], serial=serial) if row["connectedon"] else NO_TIME
    card = Card(
        handle,
        NO_TIME,
        origin,
        name=name,
        handles=(mail,) if mail and mail != handle else (),
        organisation=_said(row["company"]),
        title=_said(row["position"]),
        connected_on=NO_TIME if at is None else at,
    )
    if at is None:
        return Extract(cards=[card], rejected=[Rejected(origin, _NO_DAY, "links")])
    return Extract(cards=[card], links=[Link("connected", me, handle, at, origin)])


def _nobody(origin: Origin) -> Extract:
    return Extract(rejected=[Rejected(origin, _NOBODY, "cards")])


def _between(me: str, other: str, *, given: bool) -> tuple[str, str]:
    return (me, other) if given else (other, me)


class _Endorsements:
    """The rows of endorsements, given by the owner or received. A person's name is told once."""

    def __init__(self, me: str, *, given: bool, serial: bool) -> None:
        self._me, self._given, self._serial = me, given, serial
        self._side = "endorsee" if given else "endorser"
        self._told: set[str] = set()

    def says(self, row: _Row, origin: Origin) -> Extract:
        name = _name(row[f"{self._side}firstname"], row[f"{self._side}lastname"])
        one = person(row[f"{self._side}publicurl"], name)
        if one is None:
            return Extract(rejected=[Rejected(origin, _NOBODY, "links")])
        at = moment(row["endorsementdate"], serial=self._serial)
        if at is None:
            return Extract(rejected=[Rejected(origin, _NO_DAY, "links")])
        kind: LinkKind = "endorsed"
        extract = Extract(links=[Link(kind, *_between(self._me, one[0], given=self._given), at, origin)])
        if name and one[0] not in self._told:
            if len(self._told) < _MOST_TOLD:
                self._told.add(one[0])
            extract.cards.append(Card(one[0], at, origin, name=name))
        return extract


def _recommendation(row: _Row, origin: Origin, me: str, *, given: bool, serial: bool) -> Extract:
    name = _name(row["firstname"], row["lastname"])
    handle = handles.bare_name(name, PLACE)
    if handle is None:
        return Extract(rejected=[Rejected(origin, _NOBODY, "links")])
    at = moment(row["creationdate"], serial=serial)
    if at is None:
        return Extract(rejected=[Rejected(origin, _NO_DAY, "links")])
    card = Card(handle, at, origin, name=name, organisation=_said(row["company"]), title=_said(row["jobtitle"]))
    return Extract(cards=[card], links=[Link("recommended", *_between(me, handle, given=given), at, origin)])


def _position(row: _Row, origin: Origin, me: str, *, serial: bool) -> Extract:
    if not row["companyname"] and not row["title"]:
        return Extract(rejected=[Rejected(origin, _NO_POSITION, "cards")])
    at = moment(row["startedon"], serial=serial) if row["startedon"] else NO_TIME
    card = Card(
        me,
        NO_TIME if at is None else at,
        origin,
        organisation=_said(row["companyname"]),
        title=_said(row["title"]),
        location=_said(row["location"]),
    )
    return Extract(cards=[card], rejected=[Rejected(origin, _NO_DAY, "cards")] if at is None else [])


def _address(row: _Row, origin: Origin, me: str) -> Extract | None:
    mail = handles.email(row["emailaddress"])
    if mail is None:
        return Extract(rejected=[Rejected(origin, _NO_ADDRESS, "cards")])
    # An address that was never confirmed may be a slip of the pen, and then it is somebody else's.
    if row["confirmed"].casefold() in {"no", "nein", "non", "não", "nao", "false", "nee"}:
        return None
    return Extract(cards=[Card(me, NO_TIME, origin, handles=(mail,))])


def _number(row: _Row, origin: Origin, options: ReadOptions) -> Extract:
    number = handles.number(row["number"], options.region)
    if number is None:
        return Extract(rejected=[Rejected(origin, _NO_NUMBER, "cards")])
    return Extract(cards=[Card(options.me, NO_TIME, origin, handles=(number,))])


def _booked(row: _Row, origin: Origin, options: ReadOptions, *, serial: bool) -> Extract:
    """Return what an entry of the address book says that the owner once gave to LinkedIn."""
    mails = [handles.email(text) for text in _MANY.split(row["emails"][:5_000]) if text]
    numbers = [handles.number(text, options.region) for text in re.split(r"[,;]", row["phonenumbers"][:5_000]) if text]
    profiles = [handles.profile(text) for text in _MANY.split(row["profiles"][:5_000]) if text]
    name = _name(row["firstname"], row["lastname"]) or handles.clean_name(row["fullname"])
    named = handles.bare_name(name, PLACE)
    known = list(dict.fromkeys(handle for handle in (*mails, *profiles, *numbers) if handle))
    if not known and named is None:
        return _nobody(origin)
    handle = known[0] if known else str(named)
    at = moment(row["createdat"], serial=serial) if row["createdat"] else None
    return Extract(
        cards=[
            Card(
                handle,
                NO_TIME if at is None else at,
                origin,
                name=name,
                handles=tuple(known[1:]),
                organisation=_said(row["companies"]),
                title=_said(row["title"]),
                location=_said(row["location"]),
                birthday=birthday(row["birthday"], serial=serial),
            )
        ]
    )
