"""How exports are packed: archives that are the same bytes whenever they are made, lines no longer than vCard and iCalendar allow."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path

# The earliest moment that a zip can tell.
_WHEN = (1980, 1, 1, 0, 0, 0)


def packed(path: Path, files: Mapping[str, str]) -> Path:
    """Write a zip of text files, name -> text, in their order, and return its path."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            member = zipfile.ZipInfo(name, _WHEN)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.external_attr = 0o644 << 16
            archive.writestr(member, text.encode())
    return path


def short_lines(line: str) -> list[str]:
    """Return a content line parted (RFC 5545, 3.1): pieces of at most 75 bytes, further ones after a blank."""
    out, rest = [], line
    while len(rest.encode()) > 75:
        cut = 75
        while len(rest[:cut].encode()) > 75:
            cut -= 1
        out.append(rest[:cut])
        rest = " " + rest[cut:]
    return [*out, rest]
