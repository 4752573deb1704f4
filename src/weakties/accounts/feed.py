"""Feeds of articles on the web, RSS or Atom: each new entry is something worth sharing.

A feed is asked for with what the server said of it last time, so that one which has not changed costs nothing. Entries leave a
feed when newer ones come; what was read stays here.
"""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from collections import Counter
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from ipaddress import ip_address
from typing import Any
from urllib.parse import urljoin

from weakties.accounts import Part
from weakties.accounts.web import FIRST_WAIT_SECONDS, LOOPBACK, Answer, TooLong, Web, host_of
from weakties.errors import AccountError
from weakties.facts.accounts import Account
from weakties.facts.model import Extract
from weakties.sources import ReadOptions
from weakties.sources.feeds import FeedSource
from weakties.sources.files import File, file_of_bytes

_LONGEST = 32 * 1024 * 1024
_RECORDS_IN_PART = 1_000
# Entries that are known again when a feed has changed.
_MOST_KNOWN = 5_000
_WANTED = "application/atom+xml, application/rss+xml, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5"


class FeedAccount:
    """A feed that is open to all. settings: `address`."""

    kind = "feed"
    reader = FeedSource.reader

    def __init__(self, *, wait: float = FIRST_WAIT_SECONDS) -> None:
        self._wait = wait

    def check(self, account: Account, secret: str) -> str:  # noqa: ARG002  a feed is open to all
        """Read it and count; see `Live.check`."""
        answer = self._ask(account, {})
        extracts = list(FeedSource().extracts(_file(answer), ReadOptions()))
        entries = sum(len(extract.items) for extract in extracts)
        return f"{entries:,} {'article' if entries == 1 else 'articles'} on {host_of(answer.url)}."

    def parts(
        self,
        account: Account,
        secret: str,  # noqa: ARG002  a feed is open to all
        cursor: Mapping[str, Any],
        options: ReadOptions,
    ) -> Iterator[Part]:
        """Yield what is new; see `Live.parts`."""
        answer = self._ask(account, cursor)
        count = int(cursor.get("count", 0))
        if answer.status == 304:
            yield Part([], dict(cursor), {answer.url: (count, count)})
            return
        known = dict.fromkeys(cursor.get("known", []))
        new: list[Extract] = []
        marks: list[str] = []
        for mark, extract in _marked(FeedSource().extracts(_file(answer), options)):
            marks.append(mark)
            if mark not in known:
                new.append(extract)
            if len(new) >= _RECORDS_IN_PART:
                yield Part(new, {**cursor, "known": _newest(known, marks)})
                new = []
        now = {
            "etag": _mark_in(answer, "etag"),
            "modified": _mark_in(answer, "last-modified"),
            "known": _newest(known, marks),
            "count": len(marks),
        }
        yield Part(new, now, {answer.url: (len(marks), len(marks))})

    def _ask(self, account: Account, cursor: Mapping[str, Any]) -> Answer:
        """Return the feed, or 304 where it is as it was. Raises AccountError."""
        address = account.settings["address"]
        headers = {"Accept": _WANTED}
        if cursor.get("etag"):
            headers["If-None-Match"] = cursor["etag"]
        if cursor.get("modified"):
            headers["If-Modified-Since"] = cursor["modified"]
        inside = _is_inside(host_of(address))
        # No feed of a stranger leads to what is on this machine or in this house.
        web = Web(trusted=lambda host: inside or not _is_inside(host), unencrypted=True, wait=self._wait)
        try:
            answer = web.ask("GET", address, headers=headers, longest=_LONGEST)
        except TooLong as error:
            raise AccountError(f"{host_of(address)} sends more than 32 MiB.", hint="No feed is as long.") from error
        finally:
            web.close()
        if answer.status == 304 and len(headers) > 1:
            return answer
        if answer.status != 200:
            raise web.refused(answer)
        if not FeedSource().claims(_file(answer)):
            named = _named_in(answer)
            hint = f"The page names one: {named}" if named else "Give the address of the feed itself (RSS or Atom)."
            raise AccountError(f"What {host_of(answer.url)} has there is no feed.", hint=hint)
        return answer


def _mark_in(answer: Answer, name: str) -> str:
    """Return a mark that may be sent back as it is, empty where there is none."""
    mark = answer.headers.get(name, "")
    return mark if len(mark) < 1_000 and mark.isascii() and mark.isprintable() else ""


def _file(answer: Answer) -> File:
    return file_of_bytes(answer.url, answer.body)


def _marked(extracts: Iterator[Extract]) -> Iterator[tuple[str, Extract]]:
    """Yield each entry with 8 characters by which it is known again; broken ones have no more than their number."""
    broken: Counter[str] = Counter()
    for extract in extracts:
        said = [(item.id, item.at, item.title, item.address) for item in extract.items]
        for one in extract.rejected:
            broken[one.reason] += 1
            said.append((one.reason, broken[one.reason], "", ""))
        digest = hashlib.blake2b(repr(said).encode("utf-8", "replace"), digest_size=6).digest()
        yield urlsafe_b64encode(digest).decode(), extract


def _newest(known: Mapping[str, None], marks: list[str]) -> list[str]:
    """Return the marks that are kept: of what is in the feed, then of what was in it last."""
    here = dict.fromkeys(marks)
    return [*here, *(mark for mark in known if mark not in here)][:_MOST_KNOWN]


def _is_inside(host: str) -> bool:
    """Tell whether an address is of this machine or of a network that is nobody else's."""
    try:
        number = ip_address(host)
    except ValueError:
        return host in LOOPBACK or host.endswith((".localhost", ".local", ".internal"))
    return not number.is_global


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        said = dict(attributes)
        feed = (said.get("type") or "").lower() in ("application/rss+xml", "application/atom+xml")
        if tag == "link" and feed and not self.found:
            self.found = said.get("href") or ""


def _named_in(answer: Answer) -> str:
    """Return the address of the feed that a page names, empty if it names none."""
    links = _Links()
    links.feed(answer.body[:200_000].decode("utf-8", "replace"))
    try:
        found = urljoin(answer.url, links.found) if links.found else ""
    except ValueError:
        return ""
    return found[:500] if found.startswith(("https://", "http://")) else ""
