"""The topic words of a message: a few words of its subject and own words that tell what it is about."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

MOST_TERMS = 6

_WORD = re.compile(r"[^\W\d_]{4,24}")
_STOP = frozenset(
    [
        "this",
        "that",
        "with",
        "have",
        "from",
        "will",
        "your",
        "would",
        "there",
        "their",
        "what",
        "about",
        "which",
        "when",
        "they",
        "them",
        "then",
        "than",
        "been",
        "were",
        "here",
        "just",
        "like",
        "some",
        "more",
        "also",
        "only",
        "other",
        "could",
        "should",
        "into",
        "over",
        "very",
        "such",
        "these",
        "those",
        "know",
        "think",
        "does",
        "dont",
        "make",
    ]
)


def terms(subject: str, words: str, *, known: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """Return at most six topic words, lower-case, the weightiest first."""
    names = {part for _, name in known for part in name.casefold().split()}
    count: Counter[str] = Counter(_WORD.findall(words[:8000].casefold()))
    for word in _WORD.findall(subject[:400].casefold()):
        count[word] += 3
    good = [(n, w) for w, n in count.items() if w not in _STOP and w not in names and n > 1]
    good.sort(key=lambda pair: (-pair[0], pair[1]))
    return tuple(word for _, word in good[:MOST_TERMS])
