"""Whose work a message on a list speaks for: the author's own Reviewed-by, Acked-by or Tested-by, in answer to one person.

Most such lines are collected: a new version of a patch repeats what others said of the last one. What counts is a line that bears the
author's own address, outside of quotes, in a message without a patch of its own; and it is for the one recipient whom the line above
the first quote names. In two public archives 303 answers of this kind stand beside the message that they answer: all name its author.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from weakties.facts.handles import Handle, value
from weakties.sources.addresses import Mailbox, mailboxes

_LONGEST_READ = 200_000
# Looked for as they stand, before any pattern is.
_QUICK = ("-by:", "-By:", "-BY:")
_LINE = re.compile(
    r"^(?:Reviewed|Acked|Tested)(?:-and-(?:Reviewed|Acked|Tested))?-by:[ \t]{0,4}(\S[^\n]{0,200})$",
    re.IGNORECASE | re.MULTILINE,
)
_PATCH = re.compile(r"^(?:diff --git |Index: |---[ \t\r]*$)", re.MULTILINE)
# Lines above the first quote that say whose words it holds.
_ABOVE = 3


def endorsed(
    body: str, *, author: Handle, author_name: str, recipients: Sequence[Mailbox], to: Collection[Handle]
) -> Handle | None:
    """Return the recipient whose work the author stands for, None where there is none or it is not certain who.

    body: decoded text, quotes as "> " lines. recipients: with their names, without lists and the author; to: those in To.
    """
    text = body[:_LONGEST_READ]
    if not any(mark in text for mark in _QUICK) or not recipients:
        return None
    own = (handle for line in _LINE.findall(text) for handle, _ in mailboxes(line))
    if author not in own or _PATCH.search(text):
        return None
    above = _above_first_quote(text)
    named = [(handle, name) for handle, name in recipients if _names(above, handle, name)]
    if len(named) > 1:
        named = [(handle, name) for handle, name in named if handle in to]
    if len(named) != 1:
        return None
    ((whom, name),) = named
    # Another address of the author's own: an answer to oneself.
    return None if whom == author or (name and name.casefold() == author_name.casefold()) else whom


def _above_first_quote(text: str) -> str:
    lines = text.split("\n")
    first = next((number for number, line in enumerate(lines) if line.startswith(">")), 0)
    return " ".join([line for line in lines[:first] if line.strip()][-_ABOVE:]).casefold()


def _names(above: str, handle: Handle, name: str) -> bool:
    """Tell whether a person is named by their address or their name, of two words at least."""
    whole = name.casefold() if " " in name.strip() else ""
    return value(handle).casefold() in above or bool(whole and whole in above)
