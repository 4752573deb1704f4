"""Whole numbers as a form or an address gives them: a few plain digits within bounds, or none at all.

What comes from elsewhere may be thousands of digits long, which Python refuses to read, or digits of another script.
"""

from __future__ import annotations

from weakties.errors import UsageError

# As much as a row of a table can be numbered.
HIGHEST = 2**63 - 1


def whole(text: object, least: int = 0, most: int = HIGHEST) -> int | None:
    """Return the number that a text is, None where it is none or lies outside of `least` to `most`, both of them within."""
    said = text.strip() if isinstance(text, str) else ""
    if not said.isascii() or not said.isdecimal() or len(said) > len(str(HIGHEST)):
        return None
    return number if least <= (number := int(said)) <= most else None


def page_of(text: object) -> int:
    """Return which page of a list is asked for, the first where that is not said plainly."""
    return whole(text, 1, 9_999_999) or 1


def wanted(text: object, least: int, most: int, *, what: str) -> int:
    """Return the number that a text is. what: how it is called, as `number of minutes`. Raises UsageError."""
    number = whole(text, least, most)
    if number is None:
        shown = str(text)[:20]
        raise UsageError(f"{shown!r} is no {what}.", hint=f"Give {least:,} to {most:,}.")
    return number
