"""The author's own signature: name, title, organisation, place and further addresses, at the foot of a message."""

from __future__ import annotations

import re
from dataclasses import dataclass

from weakties.facts import handles
from weakties.sources.quotes import Cut

_PHONE = re.compile(r"\+?\(?\d[\d\s().\-/]{6,20}\d")
_ADDRESS = re.compile(r"[\w.+\-]{1,64}@[\w\-]{1,63}(?:\.[\w\-]{1,63}){1,5}")
_PROFILE = re.compile(r"(linkedin\.com/in/|github\.com/|twitter\.com/|//x\.com/)([\w\-%.]{2,60})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Signature:
    """What the author's signature says of the author; empty text where it says nothing.

    handles: `email:`, `phone:` (written with + and country), `tel:` (as dialled), `linkedin:in/`, `x:`, `github:`.
    """

    name: str
    title: str
    organisation: str
    location: str
    handles: tuple[str, ...]


def signature(parts: Cut, *, author: str, author_name: str) -> tuple[Signature | None, tuple[int, ...]]:
    """Return the author's signature, if there is one, and the indices of the own lines without it."""
    found: list[str] = []
    text = [parts.lines[i].strip() for i in parts.foot if parts.lines[i].strip()][:12]
    for line in text:
        found += [h for m in _ADDRESS.finditer(line[:200]) if (h := handles.email(m.group())) and h != author]
        found += [h for m in _PHONE.finditer(line[:200]) if (h := handles.phone(m.group()) or handles.tel(m.group()))]
        for m in _PROFILE.finditer(line[:200]):
            kind = {"l": "linkedin:in/", "g": "github:"}.get(m.group(1)[0].lower(), "x:")
            found.append(f"{kind}{m.group(2).lower()}")
    if not text:
        return None, parts.own
    return Signature(author_name, "", "", "", tuple(dict.fromkeys(found))), parts.own
