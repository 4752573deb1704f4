"""Whether a message asks something of its reader: a question that wants an answer, or a request."""

from __future__ import annotations

import re

_REQUEST = re.compile(
    r"\b(?:(?:could|can|would|will) you|can we|let me know|please (?:send|let|call|review|advise|reply|confirm))\b",
    re.IGNORECASE,
)
_QUESTION = re.compile(r"\w[\w'’)\"]*\s?\?(?=\s|$)")


def asks(words: str) -> bool:
    """Tell whether the author's own words ask something of the reader."""
    return bool(_QUESTION.search(words) or _REQUEST.search(words))
