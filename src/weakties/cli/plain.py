"""Text of others on its way to a terminal: names and subjects are written by whoever sent the mail, and are not obeyed."""

from __future__ import annotations

import json
import re
from typing import Any

# What a terminal takes for a command, what turns the direction of writing round, and what no terminal can be sent: control
# characters but the end of a line, marks and embeddings of direction, line and paragraph separators, halves of surrogates.
_STEERING = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def plain(text: str) -> str:
    """Return a text of the same length with a blank for whatever would steer the terminal."""
    return _STEERING.sub(" ", text)


def one_line(text: str) -> str:
    """Return a text, plain and on one line."""
    return plain(text).replace("\n", " ")


def json_text(said: Any, *, indent: int | None = None) -> str:
    """Return JSON with whatever would steer the terminal spelled out; to a program it says the same."""
    text = json.dumps(said, ensure_ascii=False, allow_nan=False, indent=indent)
    return _STEERING.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
