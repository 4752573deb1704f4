"""The way from a page to a letter: an address that opens the user's own program with the opener in it. Nothing is sent from here."""

from __future__ import annotations

from urllib.parse import quote

from weakties.answers import Person
from weakties.facts import handles


def letter(person: Person, channel: str, opener: str) -> str:
    """Return an address that opens the user's mail or telephone; empty where there is neither.

    channel: through which they usually speak; opener: the first sentence, for mail.
    """
    mail, phone = (reached_at(person, kind) for kind in ("email", "phone"))
    if phone and channel in ("call", "sms"):
        return f"{'sms' if channel == 'sms' else 'tel'}:{quote(phone, safe='+')}"
    if mail:
        return f"mailto:{quote(mail, safe='@')}?body={quote(opener, safe='')}"
    return f"tel:{quote(phone, safe='+')}" if phone else ""


def reached_at(person: Person, kind: str) -> str:
    """Return the busiest handle of a kind that somebody has, without the kind; empty where they have none."""
    return next((handles.value(h) for h in person.handles if h.startswith(f"{kind}:")), "")
