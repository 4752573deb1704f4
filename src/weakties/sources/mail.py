"""Mail, from any export of it: who wrote to whom and when, and what the words say of people.

A message becomes one event, the people of its header fields in their roles, and what its text says of them: a card
from the signature, links for people mentioned, introduced and vouched for. The text itself is not kept unless the user asks for it.
Every record that is found in a file yields exactly one `Extract`, with an event or with what stands in its place; the
messages that a message carries whole (forwarded as attachments) ride along in the same `Extract`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from weakties.errors import SourceError, UnknownFormat
from weakties.facts import handles
from weakties.facts.model import Card, Event, Extract, Link, Origin, Participation, Rejected, event_id, fingerprint
from weakties.sources import ReadOptions
from weakties.sources.bulk import bulk_words
from weakties.sources.containers import open_files
from weakties.sources.crew import Crew
from weakties.sources.dates import sent_at
from weakties.sources.endorsements import endorsed
from weakties.sources.folders import folder_named, folder_of_flags, folder_of_labels, folder_of_path
from weakties.sources.headers import Headers, is_reply, message_ids, parse_headers, subject_text, thread_subject
from weakties.sources.mailbox import HEAD, format_of, split
from weakties.sources.mime import Body, content_type, read_body
from weakties.sources.parties import Parties, read_parties
from weakties.sources.streams import Limits
from weakties.sources.text import Reading, read_text

READER = 3

CHANNEL = "email"
NO_AUTHOR = "no author: the message names nobody in From"
NO_DATE = "no date: neither Date nor Received nor the envelope has one that is possible"
# The folder and the word for it: whoever put a message there, a filter or the owner, says what the header would.
SPAM = "spam"

# A message in a message in a message: what lies deeper has been forwarded out of anybody's sight.
_DEEPEST_MESSAGE = 3
# Files of a folder, and unpacked bytes, that are looked at to tell whether there is mail in it.
_MOST_FILES = 10_000
_MOST_BYTES = 256 * 1024 * 1024
# A batch is large enough that handing it over costs little, and small enough to be held a few times.
_RECORDS_IN_BATCH = 64
_BYTES_IN_BATCH = 2 * 1024 * 1024
# Batches read before helpers are started.
_BATCHES_ALONE = 1
# Words shared by chance ("hello") make no thread; a subject this long seldom comes twice.
_TELLING_SUBJECT = 12
_HINT = "Mail is read from mbox, Maildir, .eml and .emlx, also inside zip, tar and gz: see docs/how-to/mail.md"


class MailSource:
    """Mail files and folders of every common program; see docs/how-to/mail.md for how to get them."""

    name = "mail"
    reader = READER

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()

    def identify(self, path: Path) -> bool:
        """Tell from the content whether there is mail in this file, folder or archive. Raises nothing but OSError."""
        for number, opened in enumerate(open_files(path, Limits(total=_MOST_BYTES))):
            if not opened.fault and format_of(opened.stream.peek(HEAD)) in {"mbox", "eml", "emlx"}:
                return True
            if number >= _MOST_FILES:
                break
        return False

    def read(self, path: Path, options: ReadOptions) -> Iterator[Extract]:
        """Yield what each message says, in order. Raises SourceError where the path itself cannot be read."""
        try:
            empty = path.is_file() and path.stat().st_size == 0
            work = _batches(self._records(path), options)
            # Most of what is ever imported at once is small: no helper is started for that.
            alone = list(islice(work, _BATCHES_ALONE))
            for batch in alone:
                yield from extract_batch(batch)
            if len(alone) == _BATCHES_ALONE:
                with Crew(extract_batch) as crew:
                    for extracts in crew.map(work):
                        yield from extracts
        except OSError as error:
            raise SourceError(
                f"{path} cannot be read: {error.strerror or error}",
                hint=f"Check that it is there and yours to read: ls -l '{path}'",
            ) from error
        if not alone and not empty and path.is_file():
            raise UnknownFormat(f"{path} holds no mail that can be read", hint=_HINT)

    def _records(self, path: Path) -> Iterator[Record]:
        """Yield every record of a path: what it is, or why it cannot be read."""
        for opened in open_files(path, self._limits):
            if opened.fault:
                yield Record(Origin(opened.name, 0), "", b"", opened.fault)
                continue
            folder = folder_of_flags(opened.name or path.name) or folder_of_path(f"{path.name}/{opened.name}")
            for raw in split(opened.stream, self._limits):
                yield Record(Origin(opened.name, raw.at), folder, raw.data, raw.fault)


@dataclass(frozen=True, slots=True)
class Record:
    """One record of a mailbox. folder: as its place says; data: the raw message; fault: why there is none."""

    origin: Origin
    folder: str
    data: bytes
    fault: str


@dataclass(frozen=True, slots=True)
class Batch:
    """Records that one process reads in one go."""

    records: list[Record]
    options: ReadOptions


def extract_batch(batch: Batch) -> list[Extract]:
    """Return what each record of a batch says, in order."""
    return [
        _rejected(record.origin, record.fault)
        if record.fault
        else extract_message(record.data, record.origin, folder=record.folder, options=batch.options)
        for record in batch.records
    ]


def _batches(records: Iterable[Record], options: ReadOptions) -> Iterator[Batch]:
    waiting: list[Record] = []
    size = 0
    for record in records:
        waiting.append(record)
        size += len(record.data)
        if len(waiting) >= _RECORDS_IN_BATCH or size >= _BYTES_IN_BATCH:
            yield Batch(waiting, options)
            waiting, size = [], 0
    if waiting:
        yield Batch(waiting, options)


def extract_message(raw: bytes, origin: Origin, *, folder: str, options: ReadOptions) -> Extract:
    """Return what one message says. raw: the whole message, an mbox envelope line before it allowed; any bytes will do.

    folder: `sent`, `inbox` ... where the place it comes from says so; labels and fields of the message go before it.
    """
    return _extract(raw, origin, folder, options, depth=1)


def _rejected(origin: Origin, reason: str) -> Extract:
    return Extract(rejected=[Rejected(origin, reason)])


def _extract(raw: bytes, origin: Origin, folder: str, options: ReadOptions, depth: int) -> Extract:
    headers, start = parse_headers(raw)
    folder = _folder(headers, folder)
    parties = read_parties(headers)
    if parties is None:
        return _rejected(origin, NO_AUTHOR)
    at = sent_at(headers.all("date"), _traces(headers), _envelope(raw))
    if at is None:
        return _rejected(origin, NO_DATE)
    subject = subject_text(headers.first("subject"))
    bulk = bulk_words(headers)
    if folder == SPAM and SPAM not in bulk.split():
        bulk = f"{bulk} {SPAM}".strip()
    body = read_body(raw, headers, start)
    reading = read_text(
        body.text,
        subject=subject,
        author=parties.author,
        author_name=parties.author_name,
        recipients=parties.recipients,
    )
    mark = fingerprint(CHANNEL, at, parties.author, parties.others(), subject)
    own_ids = message_ids(headers.first("message-id"))
    # A Message-ID alone is not enough: broken mailers give many messages one, and anybody can write under the id of mine.
    event = Event(
        id=_own_id(own_ids, mark, f"{at} {parties.author}", folder),
        fingerprint=mark,
        at=at,
        channel=CHANNEL,
        thread=_thread(headers, own_ids[0] if own_ids else mark, subject, parties),
        subject=subject,
        origin=origin,
        reader=READER,
        terms=" ".join(reading.terms),
        group_size=parties.group_size,
        bulk=bulk,
        folder=folder,
        asks=reading.asks,
        text=reading.own_words if options.keep_text else "",
    )
    extract = Extract(
        events=[event],
        participations=[Participation(event.id, handle, role, name) for handle, role, name in parties.parts],
    )
    _add_facts_of_text(extract, event, parties, reading)
    _add_endorsement(extract, event, parties, body.text)
    _add_carried(extract, headers, body, origin, options, depth)
    return extract


def _own_id(own_ids: list[str], mark: str, more: str, folder: str) -> str:
    if folder == "draft":
        # Whoever stood on a draft and not on the letter that was sent was never written to.
        return event_id("draft", f"{own_ids[:1]} {mark}")
    return event_id(CHANNEL, f"{own_ids[0]} {more}") if own_ids else mark


def _add_facts_of_text(extract: Extract, event: Event, parties: Parties, reading: Reading) -> None:
    """Add what a person's own words say of people; a newsletter's footer is nobody's signature."""
    if not {"newsletter", "bot"}.isdisjoint(event.bulk.split()):
        return
    author, origin = parties.author, event.origin
    if (signed := reading.signature) is not None:
        extract.cards.append(
            Card(
                handle=author,
                at=event.at,
                origin=origin,
                name=signed.name,
                handles=signed.handles,
                organisation=signed.organisation,
                title=signed.title,
                location=signed.location,
                event=event.id,
            )
        )
    for name in reading.mentions:
        if mentioned := handles.bare_name(name, "mail"):
            extract.links.append(Link("mentioned", author, mentioned, event.at, origin, event=event.id))
    for a, b in reading.introductions:
        extract.links.append(Link("introduced", a, b, event.at, origin, by=author, event=event.id))


def _add_endorsement(extract: Extract, event: Event, parties: Parties, text: str) -> None:
    """Add whose work the author stands for, where the message says so in a line of its own."""
    people = [(handle, name) for handle, name in parties.recipients if handle not in {*parties.lists, parties.author}]
    to = {handle for handle, role, _ in parties.parts if role == "to"}
    whom = endorsed(text, author=parties.author, author_name=parties.author_name, recipients=people, to=to)
    if whom is not None:
        extract.links.append(Link("endorsed", parties.author, whom, event.at, event.origin, event=event.id))


def _add_carried(
    extract: Extract, headers: Headers, body: Body, origin: Origin, options: ReadOptions, depth: int
) -> None:
    """Add the messages that this one carries whole, where they name author and date.

    Not those in a bounce or a filter's report: they are copies of what the owner sent, or of what a forger did.
    """
    bulk = extract.events[0].bulk.split()
    if depth >= _DEEPEST_MESSAGE or content_type(headers) == "multipart/report" or "spam" in bulk:
        return
    for raw in body.messages:
        inner = _extract(raw, origin, "", options, depth + 1)
        extract.events += inner.events
        extract.participations += inner.participations
        extract.cards += inner.cards
        extract.links += inner.links


def _traces(headers: Headers) -> Iterator[str]:
    # Lazy: they are half of the header block, and needed for one message in a thousand.
    yield from headers.all("received")


def _envelope(raw: bytes) -> str:
    if not raw.startswith(b"From "):
        return ""
    return raw[:500].partition(b"\n")[0].decode("latin-1")


def _folder(headers: Headers, place: str) -> str:
    """Return the folder by what the message says of itself, else by where it lies."""
    if "x-gmail-labels" in headers:
        return folder_of_labels(headers.first("x-gmail-labels")) or place
    if "x-folder" in headers:
        # Exchange writes the path with backslashes: \Lopez, Ana\Sent Items.
        return folder_named(headers.first("x-folder").rpartition("\\")[2]) or place
    if headers.first("x-uniform-type-identifier") == "com.apple.mail-draft":
        return "draft"
    if _is_expunged(headers.first("x-mozilla-status")):
        return "trash"
    return place


def _is_expunged(status: str) -> bool:
    """Tell whether Thunderbird has deleted a message that its mbox still holds: bit 0x0008."""
    try:
        return bool(int(status, 16) & 0x0008) if len(status) == 4 else False
    except ValueError:
        return False


def _thread(headers: Headers, own_id: str, subject: str, parties: Parties) -> str:
    """Return the same for all messages of a conversation: see docs/decisions/0003-reading-mail.md."""
    roots = message_ids(headers.first("references")) or message_ids(headers.first("in-reply-to"))
    if roots:
        return event_id("thread", roots[0])
    if not _from_exchange_archive(headers) and not is_reply(subject):
        return event_id("thread", own_id)
    # No field names the conversation: its subject does, among the same people if it is a common one.
    topic = thread_subject(subject)
    if not topic:
        return event_id("thread", own_id)
    if len(topic) >= _TELLING_SUBJECT:
        return event_id("topic", topic)
    people = sorted({parties.author, *parties.others()})
    return event_id("topic", "\x00".join([topic, *people]))


def _from_exchange_archive(headers: Headers) -> bool:
    """Tell mail that was converted from Exchange or Notes stores, which drops all the fields that name a conversation."""
    return "x-folder" in headers and "x-origin" in headers
