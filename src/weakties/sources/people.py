"""People in a message's own words: who is mentioned, and who is introduced to whom."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import combinations

_INTRODUCES = re.compile(
    r"\b(?:meet|introduc(?:e|ing)|intro|connecting you|cc'?ing|loop(?:ing)? in|in touch|you two should)\b",
    re.IGNORECASE,
)
_BY_NAME = re.compile(r"(?:talk to|ask|cc'ing|with|met|from|to)\s+([A-Z][a-z]+ [A-Z][a-z]+)\b")


def mentions(words: str, *, known: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """Return the full names mentioned that are none of the known people's."""
    names = {name.casefold() for _, name in known}
    return tuple(dict.fromkeys(m.group(1) for m in _BY_NAME.finditer(words) if m.group(1).casefold() not in names))


def introductions(words: str, *, recipients: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Return the pairs of recipients' handles whom the author introduces to each other."""
    if len(recipients) < 2 or len(recipients) > 6 or not _INTRODUCES.search(words):
        return ()
    text = words.casefold()
    named = [handle for handle, name in recipients if name and name.split()[0].casefold() in text]
    return tuple(combinations(dict.fromkeys(named), 2))
