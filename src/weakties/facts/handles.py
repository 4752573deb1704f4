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

Handle = NewType("Handle", str)

KINDS = ("email", "phone", "tel", "exchange", "name", "linkedin", "x", "github", "list")

# Longest address that SMTP can carry (RFC 5321, 4.5.3.1), with room for the odd broken one.
_LONGEST_ADDRESS = 320
_LONGEST_NAME = 200
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
    text = address.strip().strip("'\"<>").rstrip(".").lower()
    if len(text) > _LONGEST_ADDRESS or not _ADDRESS.fullmatch(text):
        return None
    local, _, domain = text.rpartition("@")
    if "xn--" in domain:
        try:
            domain = domain.encode("ascii").decode("idna")
        except UnicodeError:
            return None
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


def bare_name(name: str, place: str) -> Handle | None:
    """Return the handle of somebody known by name alone, e.g. `name:Ana Lopez@mail`; None for an empty name.

    place: where the name stands (`mail`, `whatsapp` ...): the same name elsewhere may be somebody else.
    """
    text = clean_name(name)
    return Handle(f"name:{text}@{place}") if text else None


@lru_cache(maxsize=65_536)
def clean_name(name: str) -> str:
    """Return a display name as written, without quotes, control characters and doubled blanks; at most 200 characters."""
    printable = "".join(" " if unicodedata.category(c) in {"Cc", "Zl", "Zp"} else c for c in name)
    text = _BLANK.sub(" ", unicodedata.normalize("NFC", printable)).strip(_AROUND)
    return text[:_LONGEST_NAME].rstrip(_AROUND)


def parse(text: str) -> Handle | None:
    """Return the handle that a user typed: `kind:value` or a bare mail address; None if it is neither."""
    head, colon, rest = text.strip().partition(":")
    if colon and head in KINDS:
        if head == "email":
            return email(rest)
        if head == "exchange":
            return exchange(rest)
        if head == "phone":
            return phone(rest)
        return Handle(f"{head}:{rest.strip()}") if rest.strip() else None
    return email(text)
