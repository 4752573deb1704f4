"""The export of a Monica account (versions 2 to 4), as JSON or as SQL, record by record.

JSON nests what belongs to a contact in it and names the rest by uuid; SQL is a list of rows per table, which is put into the same
shape first. Both name people before what they did together, so that one pass is enough.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import partial
from typing import Any

from weakties.facts import handles
from weakties.facts.model import (
    NO_TIME,
    Card,
    Event,
    Extract,
    Link,
    LinkKind,
    Origin,
    Participation,
    Rejected,
    event_id,
    fingerprint,
)
from weakties.sources import ReadOptions
from weakties.sources.asks import asks
from weakties.sources.chat import MOST_NAMED, Conversation, clean
from weakties.sources.files import File, rejected
from weakties.sources.json_stream import ITEM, Damaged, as_text, values
from weakties.sources.table_dates import birthday, moment
from weakties.sources.terms import terms

PLACE = "crm"
NOBODY = "the contact has neither a name nor an address"
NO_DATE = "no date that is possible"
NO_PEOPLE = "the activity names nobody who took part"
NO_RELATION = "the relation names people who are not in the export"
_CUT = "the file is cut off or damaged here: export it again from Monica"
_TOO_LARGE = "the export holds more rows than are read at once: export it as JSON (Settings > Export data)"

# Where in the JSON the records stand, and the names of the ways to reach somebody.
_RECORDS = ("account", "data", ITEM)
_FIELD_TYPES = ("account", "instance", "contact_field_types")
_INTO = frozenset({(), ("account",), ("account", "data"), _RECORDS, (*_RECORDS, "values"), ("account", "instance")})
_RECORD = dict[str, Any]
_MOST_ROWS = 2_000_000
_TRUE = (True, 1, "1")
_LONGEST_TEXT = 300
_LONGEST_ROW = 2_000_000


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


_FAMILY = _set(
    """partner spouse ex exhusband exwife parent child sibling grandparent grandchild uncle nephew cousin godfather godson stepparent
    stepchild"""
)
_CHANNELS = {"email": "email", "phone": "sms", "mobile": "sms", "sms": "sms"}
_WORD = re.compile(r"[a-z][a-z0-9-]{1,19}")


def is_monica_json(file: File) -> bool:
    """Tell by its beginning whether a file is Monica's JSON."""
    text = file.head_text[:4_000]
    return (
        text.lstrip("\ufeff \n\r\t").startswith("{")
        and '"app_version"' in text
        and '"exported_by"' in text
        and '"account"' in text
    )


def is_monica_sql(file: File) -> bool:
    """Tell by its beginning whether a file is Monica's SQL."""
    text = file.head_text
    return text.startswith("# ****") and "dump of data" in text[:400] and "INSERT IGNORE INTO" in text


def field_types(file: File) -> dict[str, str]:
    """Return the names of the ways to reach somebody, by uuid; they stand at the end of Monica's JSON."""
    found: object = None
    with suppress(Damaged):
        for path, value in values(file.text(), _INTO):
            if path == _FIELD_TYPES:
                found = value
    kinds = found if isinstance(found, list) else []
    return {_text(kind, "uuid"): _text(_inside(kind), "name") for kind in kinds if isinstance(kind, dict)}


def read_json(file: File, options: ReadOptions, reader: int, types: Mapping[str, str]) -> Iterator[Extract]:
    """Yield what each record of Monica's JSON says. types: as `field_types` finds them in the same file."""
    account = _Account(options, reader, types)
    number, kind = 0, ""
    try:
        for path, value in values(file.text(), _INTO):
            if path == (*_RECORDS, "type"):
                kind = as_text(value)
            elif path == (*_RECORDS, "values", ITEM) and kind in _Account.KINDS:
                number += 1
                if (extract := account.says(kind, value, file.origin(number))) is not None:
                    yield extract
    except Damaged:
        yield rejected(file, number + 1, file.stream.fault or _CUT, "cards")


class _Account:
    """One account: the people named so far, and what each record says."""

    KINDS = frozenset({"user", "contact", "relationship", "activity"})

    def __init__(self, options: ReadOptions, reader: int, types: Mapping[str, str]) -> None:
        self._options, self._reader, self._types = options, reader, types
        self._people: dict[str, tuple[str, str]] = {}
        self._took_part: dict[str, list[str]] = {}

    def says(self, kind: str, record: Any, origin: Origin) -> Extract | None:
        """Return what a record says, None for one that says nothing of people."""
        if not isinstance(record, dict):
            return None
        if kind == "user":
            return self._user(record, origin)
        if kind == "contact":
            return self._contact(record, origin)
        if kind == "relationship":
            return self._relationship(_inside(record), origin)
        return self._activity(record, origin) if kind == "activity" else None

    def _user(self, record: _RECORD, origin: Origin) -> Extract | None:
        mail = handles.email(_text(record, "email"))
        if mail is None:
            return None
        name = handles.clean_name(f"{_text(record, 'first_name')} {_text(record, 'last_name')}")
        own = _text(_inside(record), "me_contact")
        if own:
            # The contact that is the user herself: known as such before it comes.
            self._people[own] = (self._options.me, name)
        return Extract(cards=[Card(self._options.me, NO_TIME, origin, name=name, handles=(mail,))])

    def _contact(self, record: _RECORD, origin: Origin) -> Extract:
        about, uuid = _inside(record), _text(record, "uuid")
        name = handles.clean_name(" ".join(_text(about, part) for part in ("first_name", "middle_name", "last_name")))
        known = list(dict.fromkeys(self._handles(record)))
        me = self._people.get(uuid)
        bare = handles.bare_name(name, PLACE)
        handle = me[0] if me else known[0] if known else bare
        if handle is None:
            return Extract(rejected=[Rejected(origin, NOBODY, "cards")])
        self._people.setdefault(uuid, (handle, name))
        for activity in _nested(record, "activity"):
            if isinstance(activity, str):
                self._took_part.setdefault(activity, []).append(uuid)
        card = Card(
            handle,
            NO_TIME,
            origin,
            name=name,
            handles=tuple(h for h in known if h != handle),
            organisation=_line(about, "company"),
            title=_line(about, "job"),
            location=self._town(record),
            birthday=_birthday(about),
        )
        extract = Extract(cards=[card])
        if not me:
            self._add_talks(extract, record, handle, name, origin)
            self._add_introduction(extract, about, handle, origin)
        return extract

    def _handles(self, record: _RECORD) -> Iterator[str]:
        for field in _nested(record, "contact_field"):
            text = _text(_inside(field), "data")
            found = handles.email(text) if "@" in text else None
            found = found or (handles.profile(text) if "." in text and "/" in text else None)
            if found or (found := handles.number(text, self._options.region)):
                yield found

    def _town(self, record: _RECORD) -> str:
        for address in _nested(record, "address"):
            about = _inside(address)
            if town := ", ".join(part for key in ("city", "country") if (part := _line(about, key))):
                return town
        return ""

    def _add_introduction(self, extract: Extract, about: _RECORD, handle: str, origin: Origin) -> None:
        introducer = self._people.get(_text(about, "first_met_through"))
        if introducer and introducer[0] not in {handle, self._options.me}:
            at = moment(_text(_map(about, "first_met_date"), "date"))
            day = NO_TIME if at is None else at
            extract.links.append(Link("introduced", self._options.me, handle, day, origin, by=introducer[0]))

    def _add_talks(self, extract: Extract, record: _RECORD, handle: str, name: str, origin: Origin) -> None:
        """Add the calls and conversations that are kept with a contact."""
        me, members = self._options.me, {self._options.me: "", handle: name}
        key = f"monica {_text(record, 'uuid') or handle}"
        calls = Conversation(PLACE, key, members, reader=self._reader, options=self._options)
        for call in _nested(record, "call"):
            about = _inside(call)
            at = moment(_text(about, "called_at"))
            if at is None:
                extract.rejected.append(Rejected(origin, f"{NO_DATE}: a call with {name or handle}"))
                continue
            called = about.get("contact_called") in _TRUE
            _join(extract, calls.calls(handle if called else me, at, origin, own_id=f"{key}\x00{at}\x00{called}"))
        for talk in _nested(record, "conversation"):
            about = _inside(talk)
            channel = _channel(self._types.get(_text(about, "contact_field_type"), ""))
            said = Conversation(channel, key, members, reader=self._reader, options=self._options)
            messages = about.get("messages")
            for message in messages if isinstance(messages, list) else []:
                words = _inside(message)
                at = moment(_text(words, "written_at") or _text(about, "happened_at"))
                if at is None:
                    extract.rejected.append(Rejected(origin, f"{NO_DATE}: a message with {name or handle}"))
                    continue
                mine, text = words.get("written_by_me") in _TRUE, _text(words, "content")
                own_id = f"{key}\x00{at}\x00{mine}\x00{text}"
                _join(extract, said.says(me if mine else handle, at, text, origin, own_id=own_id))

    def _relationship(self, about: _RECORD, origin: Origin) -> Extract:
        one, other = self._people.get(_text(about, "contact_is")), self._people.get(_text(about, "of_contact"))
        kind = _text(about, "type").lower().replace(" ", "")
        if one and other and one[0] != other[0]:
            a, b = one[0], other[0]
            if kind == "boss":
                return _link("reports-to", b, a, origin)
            if kind == "subordinate":
                return _link("reports-to", a, b, origin)
            if kind in _FAMILY:
                return _link("family", a, b, origin)
            # Friends, colleagues, mentors, and whatever its user made a kind of.
            return _link("connected", a, b, origin)
        return Extract(rejected=[Rejected(origin, NO_RELATION, "links")])

    def _activity(self, record: _RECORD, origin: Origin) -> Extract:
        about, uuid = _inside(record), _text(record, "uuid")
        people = dict(self._people[other] for other in self._took_part.get(uuid, ()) if other in self._people)
        people.pop(self._options.me, None)
        at = moment(_text(about, "happened_at"))
        if at is None or not people:
            return Extract(rejected=[Rejected(origin, NO_DATE if at is None else NO_PEOPLE)])
        subject, words = _line(about, "summary"), _text(about, "description")
        known = list(people.items())
        event = Event(
            event_id("meeting", f"monica {uuid}"),
            fingerprint("meeting", at, self._options.me, people, subject),
            at,
            "meeting",
            event_id("thread", f"monica {uuid}"),
            subject,
            origin,
            self._reader,
            terms=" ".join(terms(subject, words, known=known)),
            group_size=len(people),
            asks=asks(words),
            text=words if self._options.keep_text else "",
        )
        parts = [Participation(event.id, self._options.me, "organizer")]
        parts += [Participation(event.id, handle, "attendee", name) for handle, name in known[:MOST_NAMED]]
        return Extract(events=[event], participations=parts)


def _join(extract: Extract, more: Extract) -> None:
    extract.events += more.events
    extract.participations += more.participations


def _link(kind: LinkKind, a: str, b: str, origin: Origin) -> Extract:
    return Extract(links=[Link(kind, a, b, NO_TIME, origin)])


def _channel(name: str) -> str:
    word = name.strip().lower().replace(" ", "-")
    return _CHANNELS.get(word) or (word if _WORD.fullmatch(word) else "message")


def _map(record: Any, key: str) -> _RECORD:
    value = record.get(key) if isinstance(record, dict) else None
    return value if isinstance(value, dict) else {}


def _inside(record: Any) -> _RECORD:
    """Return the properties of a record."""
    return _map(record, "properties")


def _text(record: Mapping[str, Any], key: str) -> str:
    value = record.get(key)
    return clean(value).strip() if isinstance(value, str) else ""


def _line(record: Mapping[str, Any], key: str) -> str:
    return handles.clean_name(_text(record, key)[:_LONGEST_TEXT])


def _nested(record: _RECORD, kind: str) -> list[Any]:
    """Return the records of a kind that lie in another one."""
    data = record.get("data")
    for part in data if isinstance(data, list) else list(data.values()) if isinstance(data, dict) else []:
        if isinstance(part, dict) and part.get("type") == kind:
            values = part.get("values")
            return values if isinstance(values, list) else []
    return []


def _birthday(about: _RECORD) -> str:
    born = _map(about, "birthdate")
    # An age that was guessed is no day.
    if born.get("is_age_based") in _TRUE:
        return ""
    day = birthday(_text(born, "date"))
    return f"--{day[5:]}" if born.get("is_year_unknown") in _TRUE and len(day) == 10 else day


# What is read of each table of the SQL export.
_TABLES = {
    "users": "first_name last_name email me_contact_id",
    "contacts": """id uuid first_name middle_name last_name job company birthday_special_date_id first_met_special_date_id
        first_met_through_contact_id""",
    "contact_fields": "contact_id data",
    "contact_field_types": "id name",
    "special_dates": "id is_age_based is_year_unknown date",
    "calls": "contact_id called_at contact_called",
    "conversations": "id contact_id contact_field_type_id happened_at",
    "messages": "conversation_id content written_at written_by_me",
    "activities": "id uuid summary description happened_at",
    "activity_contact": "activity_id contact_id",
    "relationship_types": "id name",
    "relationships": "relationship_type_id contact_is of_contact",
    "addresses": "contact_id place_id",
    "places": "id city country",
}
_INSERT = re.compile(r"INSERT (?:IGNORE )?INTO [`\"]?(\w{1,64})[`\"]? \(([^()]{1,4000})\) VALUES\s*")
_MARK = re.compile(r"\\.|'", re.DOTALL)
_VALUE = re.compile(r"'([^'\\]*(?:\\.[^'\\]*)*)'|([^,']+)", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


def read_sql(file: File, options: ReadOptions, reader: int) -> Iterator[Extract]:
    """Yield what each record of Monica's SQL says."""
    tables: dict[str, list[dict[str, str]]] = {name: [] for name in _TABLES}
    total = 0
    for table, row in _sql_rows(file):
        if row is None:
            yield rejected(file, total + 1, _CUT, "cards")
            continue
        total += 1
        if total > _MOST_ROWS:
            yield rejected(file, total, _TOO_LARGE, "cards")
            return
        tables[table].append(row)
    account = _Account(options, reader, {row["id"]: row["name"] for row in tables["contact_field_types"]})
    for number, (kind, record) in enumerate(_shaped(tables), start=1):
        if (extract := account.says(kind, record, file.origin(number))) is not None:
            yield extract


def _sql_rows(file: File) -> Iterator[tuple[str, dict[str, str] | None]]:
    """Yield table and row of each row that is read; None in place of one that cannot be."""
    table, columns = "", []
    held, quoted = "", False
    for line in iter(partial(file.text().readline, _LONGEST_ROW), ""):
        if not held and (found := _INSERT.match(line)):
            table = found[1]
            columns = [name.strip(' `"') for name in found[2].split(",")]
            continue
        if not held and (table not in _TABLES or not line.lstrip().startswith("(")):
            continue
        held += line
        for mark in _MARK.finditer(line):
            quoted = quoted != (mark[0] == "'")
        if len(held) > _LONGEST_ROW:
            yield table, None
            held, quoted = "", False
        elif not quoted and held.rstrip()[-2:] in {"),", ");"}:
            yield table, _row(held.strip()[1:-2], columns, _TABLES[table].split())
            held = ""
    if held:
        yield table, None


def _row(text: str, columns: list[str], wanted: list[str]) -> dict[str, str] | None:
    values = [
        _ESCAPED.sub(r"\1", found[1])
        if found[1] is not None
        else ""
        if found[2].strip() == "NULL"
        else found[2].strip()
        for found in _VALUE.finditer(text)
    ]
    if len(values) != len(columns):
        return None
    row = dict(zip(columns, values, strict=True))
    return {name: row.get(name, "") for name in wanted}


def _shaped(tables: dict[str, list[dict[str, str]]]) -> Iterator[tuple[str, _RECORD]]:
    """Yield the rows in the shape of the JSON export, people first."""
    dates = {row["id"]: dict(row) for row in tables["special_dates"]}
    places = {row["id"]: row for row in tables["places"]}
    types = {row["id"]: row["name"] for row in tables["relationship_types"]}
    messages = _by(tables["messages"], "conversation_id")
    parts = {name: _by(tables[name], "contact_id") for name in _TABLES if "contact_id" in _TABLES[name].split()}
    for row in tables["users"]:
        yield "user", {**row, "properties": {"me_contact": row["me_contact_id"]}}
    for row in tables["contacts"]:
        own = row["id"]
        talks = [
            {
                "contact_field_type": talk["contact_field_type_id"],
                "happened_at": talk["happened_at"],
                "messages": [{"properties": message} for message in messages.get(talk["id"], ())],
            }
            for talk in parts["conversations"].get(own, ())
        ]
        about = {
            **row,
            "birthdate": dates.get(row["birthday_special_date_id"]),
            "first_met_date": dates.get(row["first_met_special_date_id"]),
            "first_met_through": row["first_met_through_contact_id"],
        }
        nested = {
            "contact_field": [{"properties": field} for field in parts["contact_fields"].get(own, ())],
            "call": [{"properties": call} for call in parts["calls"].get(own, ())],
            "conversation": [{"properties": talk} for talk in talks],
            "address": [{"properties": places.get(a["place_id"], {})} for a in parts["addresses"].get(own, ())],
            "activity": [part["activity_id"] for part in parts["activity_contact"].get(own, ())],
        }
        data = [{"type": kind, "values": values} for kind, values in nested.items()]
        yield "contact", {"uuid": own, "properties": about, "data": data}
    for row in tables["relationships"]:
        yield "relationship", {"properties": {**row, "type": types.get(row["relationship_type_id"], "")}}
    for row in tables["activities"]:
        yield "activity", {"uuid": row["id"], "properties": row}


def _by(rows: list[dict[str, str]], key: str) -> dict[str, list[dict[str, str]]]:
    grouped: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        grouped.setdefault(row[key], []).append(row)
    return grouped
