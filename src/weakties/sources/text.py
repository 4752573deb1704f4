"""What a message's text says: the author's own words, signature, people mentioned, introductions, topics, a request.

Bodies are read, not kept: of all this only the facts remain, unless the user asks for the text itself. Everything here
is a pure function of its arguments. Precision goes before recall, for a wrong job title or an introduction that never
happened costs more trust than a missed one brings.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from weakties.sources.asks import asks
from weakties.sources.people import introductions, mentions
from weakties.sources.quotes import cut
from weakties.sources.signature import Signature, signature
from weakties.sources.terms import terms

__all__ = ["Reading", "Signature", "read_text"]


@dataclass(frozen=True, slots=True)
class Reading:
    """What one message's text says.

    own_words: the author's new words only. mentions: full names (two words or more) of people who neither wrote nor
    received it. introductions: pairs of recipients' handles that the author introduces to each other. terms: at most
    six topic words or short phrases, lower-case. asks: whether the own words ask something of the reader.
    """

    own_words: str
    signature: Signature | None
    mentions: tuple[str, ...]
    introductions: tuple[tuple[str, str], ...]
    terms: tuple[str, ...]
    asks: bool


def read_text(
    body: str, *, subject: str, author: str, author_name: str, recipients: Sequence[tuple[str, str]]
) -> Reading:
    """Read what a message's text says; any text is readable, none raises.

    body: decoded text, HTML already reduced to text with block quotes as "> " lines. author, recipients: handles
    such as `email:ana@example.com`, recipients with their names as written (may be empty).
    """
    parts = cut(body)
    signed, own = signature(parts, author=author, author_name=author_name)
    words = "\n".join(parts.lines[i] for i in own).strip()
    people = [(author, author_name), *recipients]
    return Reading(
        own_words=words,
        signature=signed,
        mentions=mentions(words, known=people),
        introductions=introductions(words, author=author, recipients=recipients, subject=subject),
        terms=terms(subject, words, known=people),
        asks=asks(words),
    )
