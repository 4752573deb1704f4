"""Handles: typed identifiers of people, and their normal form.

A handle is written `kind:value`: `email:ana@example.com`, `phone:+14165550100`, `exchange:/o=acme/cn=ana`,
`name:Ana Lopez@mail`. Two spellings of one address have one normal form; anything that needs judgement (is
`a.lopez@` the same person as `ana@`?) belongs to `weakties.identity`, not here. Handles are plain strings, because
millions of them are compared.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NewType
from urllib.parse import unquote

Handle = NewType("Handle", str)

KINDS = (
    "email", "phone", "tel", "exchange", "name", "linkedin", "x", "github", "facebook", "instagram", "telegram", "slack",
    "list", "owner",
)  # fmt: skip
# Whoever owns a ledger, where an export says `I` and not who that is; `me` is the owner of the first.
OWNER_ME = "owner:me"

# Longest address that SMTP can carry (RFC 5321, 4.5.3.1), with room for the odd broken one.
_LONGEST_ADDRESS = 320
_LONGEST_NAME = 200
_LONGEST_NUMBER = 60
_LONGEST_PROFILE = 2_000
_ADDRESS = re.compile(r"[^\s@<>\"(),:;\[\]\\\x00-\x1f\x7f]+@[^\s@<>\"(),:;\\\x00-\x1f\x7f]+")
# What stands around a name and is none of it.
_AROUND = " \"'`,;"
_BLANK = re.compile(r"\s+")


def kind(handle: str) -> str:
    """Return the part before the first colon: `email`, `phone`, `name` ..."""
    return handle.partition(":")[0]


def value(handle: str) -> str:
    """Return the part after the first colon, in normal form."""
    return handle.partition(":")[2]


@lru_cache(maxsize=65_536)
def email(address: str) -> Handle | None:
    """Return the handle of a mail address, lower-case with a Unicode domain; None if it is no address.

    The local part is lower-cased too: by RFC 5321 it is case-sensitive, in practice nobody's is.
    """
    if "@" not in address:
        return None
    text = address.strip().strip("'\"<>").rstrip(".").lower()
    if len(text) > _LONGEST_ADDRESS or not _ADDRESS.fullmatch(text):
        return None
    local, _, domain = text.rpartition("@")
    if "xn--" in domain:
        try:
            domain = domain.encode("ascii").decode("idna")
        except UnicodeError:
            return None
    if text.isascii() and domain.isascii():
        return Handle(f"email:{local}@{domain}")
    return Handle(f"email:{unicodedata.normalize('NFC', local)}@{unicodedata.normalize('NFC', domain)}")


def domain(handle: str) -> str:
    """Return the domain of a mail handle, or the empty text for any other kind."""
    return handle.rpartition("@")[2] if handle.startswith("email:") else ""


def exchange(legacy_dn: str) -> Handle | None:
    """Return the handle of an Exchange directory name (`/O=ACME/OU=EU/CN=RECIPIENTS/CN=ANA`), lower-case."""
    text = _BLANK.sub(" ", legacy_dn.strip().strip("<>")).lower()
    if not text.startswith("/o=") or "/cn=" not in text or len(text) > _LONGEST_ADDRESS:
        return None
    return Handle(f"exchange:{text}")


def phone(e164: str) -> Handle | None:
    """Return the handle of a telephone number that is already in E.164 (`+14165550100`); None if it is not."""
    text = re.sub(r"[\s().-]", "", e164)
    return Handle(f"phone:{text}") if re.fullmatch(r"\+[1-9]\d{6,14}", text) else None


def tel(text: str) -> Handle | None:
    """Return the handle of a telephone number as dialled, country unknown (`tel:4165550100`); None if it is none."""
    digits = re.sub(r"\D", "", text)
    return Handle(f"tel:{digits}") if re.fullmatch(r"[0-9]{7,15}", digits) else None


def number(text: str, region: str = "") -> Handle | None:
    """Return the handle of a telephone number as written: `phone:` in E.164 where its country is known and the number possible
    there, else `tel:` with its digits; None if it is none.

    region: the country (`DE`) in which it was written down, for numbers without a country.
    """
    written = text.strip()
    if len(written) > _LONGEST_NUMBER or sum(map(str.isdigit, written)) < 5:
        return None
    return _number(written, region.upper())


@lru_cache(maxsize=65_536)
def _number(written: str, region: str) -> Handle | None:
    # Loading what is known of the world's numbers takes a moment, and most ledgers have none.
    import phonenumbers

    international = f"+{written[2:]}" if written.startswith("00") else written
    try:
        parsed = phonenumbers.parse(international, region or None)
    except phonenumbers.NumberParseException:
        return tel(written)
    # Who wrote the country down meant a number there, be its range ever so new.
    sure = phonenumbers.is_possible_number if international.startswith("+") else phonenumbers.is_valid_number
    if not sure(parsed):
        return tel(written)
    return Handle(f"phone:{phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)}")


# Where a profile's name stands in its address, by network.
_PROFILES = (
    ("linkedin", re.compile(r"(?:^|[/.])linkedin\.com/(in|pub|company|sales/lead)/([^/?#\s]+)", re.IGNORECASE)),
    ("x", re.compile(r"(?:^|[/.])(?:twitter|x)\.com/()@?([A-Za-z0-9_]{1,15})(?:[/?#]|$)", re.IGNORECASE)),
    ("github", re.compile(r"(?:^|[/.])github\.com/()([A-Za-z0-9-]{1,39})(?:[/?#]|$)", re.IGNORECASE)),
    (
        "facebook",
        re.compile(r"(?:^|[/.])facebook\.com/()(?:profile\.php\?id=)?([A-Za-z0-9.]+)(?:[/?#&]|$)", re.IGNORECASE),
    ),
    ("instagram", re.compile(r"(?:^|[/.])instagram\.com/(?:_u/)?()([A-Za-z0-9._]{1,30})(?:[/?#]|$)", re.IGNORECASE)),
    ("telegram", re.compile(r"(?:^|[/.])t(?:elegram)?\.me/()([A-Za-z0-9_]{4,32})(?:[/?#]|$)", re.IGNORECASE)),
)


def profile(address: str) -> Handle | None:
    """Return the handle of a profile's address (`https://www.linkedin.com/in/Ana-Lopez/?x=1` is `linkedin:in/ana-lopez`), or None."""
    text = address.strip()
    if len(text) > _LONGEST_PROFILE:
        return None
    for network, pattern in _PROFILES:
        if found := pattern.search(text):
            place, name = found[1].lower(), unicodedata.normalize("NFC", unquote(found[2])).lower()
            # Blanks and controls in what was escaped are no part of a name.
            if " " in name or not name.isprintable():
                name = _BLANK.sub("", "".join(c for c in name if c.isprintable()))
            return Handle(f"{network}:{place}/{name}" if place else f"{network}:{name}") if name else None
    return None


def bare_name(name: str, place: str) -> Handle | None:
    """Return the handle of somebody known by name alone, e.g. `name:Ana Lopez@mail`; None for an empty name.

    place: where the name stands (`mail`, `whatsapp` ...): the same name elsewhere may be somebody else.
    """
    text = clean_name(name)
    return Handle(f"name:{text}@{place}") if text else None


@lru_cache(maxsize=65_536)
def clean_name(name: str) -> str:
    """Return a display name as written, without quotes, control characters and doubled blanks; at most 200 characters."""
    text = name
    # Most names are clean, and to see that takes a fraction of cleaning them letter by letter.
    if not name.isprintable():
        text = "".join(" " if unicodedata.category(c) in {"Cc", "Zl", "Zp"} else c for c in name)
    if "  " in text or not text.isascii():
        text = _BLANK.sub(" ", unicodedata.normalize("NFC", text))
    text = text.strip(_AROUND)
    return text[:_LONGEST_NAME].rstrip(_AROUND)


def parse(text: str) -> Handle | None:
    """Return the handle that a user typed: `kind:value`, a mail address, a telephone number with its country, the address of a
    profile; None if it is none of them.
    """
    head, colon, rest = text.strip().partition(":")
    if colon and head in KINDS:
        if head == "email":
            return email(rest)
        if head == "exchange":
            return exchange(rest)
        if head == "phone":
            return phone(rest)
        return Handle(f"{head}:{rest.strip()}") if rest.strip() else None
    return email(text) or (phone(text) if text.strip().startswith("+") else profile(text))
