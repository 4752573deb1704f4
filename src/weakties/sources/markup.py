"""HTML mail reduced to the text a reader sees, with quotations as "> " lines as in plain mail.

Hostile markup costs no more than its length: tags are found with plain searches that only go forward, never with a
parser that looks back or counts open elements without bound.
"""

from __future__ import annotations

import html
import re

_TAG_NAME = re.compile(r"/?[a-zA-Z][a-zA-Z0-9:-]{0,30}")
_BLANKS = re.compile(r"[ \t\r\f\v\xa0\u200b\u200c\u034f\ufeff]+")
# No character has such a number, and Python refuses to read thousands of digits.
_NO_CHARACTER = re.compile(r"&#\d{8,};?")
_ATTRIBUTES_END = re.compile(r"[\"'>]")
# Elements whose content no reader sees.
_UNSEEN = frozenset({"script", "style", "head", "title", "template", "noscript", "object", "svg"})
_PARAGRAPHS = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "blockquote"})
_BREAKS = _PARAGRAPHS | frozenset(
    {"br", "div", "tr", "li", "hr", "pre", "section", "article", "header", "footer", "address", "dd", "dt", "dl"}
)
_CELLS = frozenset({"td", "th"})
# Quotations deeper than this say nothing more, and each level would repeat its mark on every line.
_DEEPEST_QUOTE = 20


def html_to_text(markup: str) -> str:
    """Return the text of an HTML message: blocks as lines, quotations as "> " lines, links by their text."""
    lines = _Lines()
    position, length = 0, len(markup)
    while position < length:
        opening = markup.find("<", position)
        if opening < 0:
            opening = length
        if opening > position:
            lines.text(markup[position:opening])
        if opening == length:
            break
        position = _skip_tag(markup, opening, lines)
    return lines.done()


def _skip_tag(markup: str, opening: int, lines: _Lines) -> int:
    """Act on the tag at opening and return the position after it."""
    if markup.startswith("<!--", opening):
        # A comment of Outlook's or one that never ends: the rest is dropped, as a browser does.
        end = markup.find("-->", opening + 4)
        return len(markup) if end < 0 else end + 3
    name = _TAG_NAME.match(markup, opening + 1)
    if name is None:
        if markup[opening + 1 : opening + 2] in {"!", "?"}:
            end = markup.find(">", opening)
            return len(markup) if end < 0 else end + 1
        lines.text("<")
        return opening + 1
    end = _tag_end(markup, name.end())
    tag = name[0].lower()
    if tag in _UNSEEN and tag not in lines.unclosed and markup[end - 2 : end] != "/>":
        closing = re.compile(f"</{tag}", re.IGNORECASE).search(markup, end)
        if closing is None:
            lines.unclosed.add(tag)
            # An unclosed head would hide the whole message; an unclosed script is hidden by every browser.
            return end if tag in {"head", "title", "noscript", "object", "svg"} else len(markup)
        return _tag_end(markup, closing.end())
    lines.tag(tag)
    return end


def _tag_end(markup: str, position: int) -> int:
    """Return the position after the > that ends a tag; one inside a quoted attribute does not end it."""
    while True:
        match = _ATTRIBUTES_END.search(markup, position)
        if match is None:
            return len(markup)
        if match[0] == ">":
            return match.end()
        closing = markup.find(match[0], match.end())
        if closing < 0:
            # An unbalanced quotation mark: the next > will do.
            end = markup.find(">", match.end())
            return len(markup) if end < 0 else end + 1
        position = closing + 1


class _Lines:
    """The lines of text so far, how deep in quotations the next one stands, and which elements never close."""

    def __init__(self) -> None:
        self.unclosed: set[str] = set()
        self._lines: list[str] = []
        self._current: list[str] = []
        self._depth = 0

    def text(self, markup: str) -> None:
        self._current.append(html.unescape(_NO_CHARACTER.sub("\ufffd", markup)) if "&" in markup else markup)

    def tag(self, tag: str) -> None:
        name = tag.removeprefix("/")
        if name in _CELLS:
            self._current.append(" ")
        if name not in _BREAKS:
            return
        self._break()
        if name in _PARAGRAPHS and self._lines and self._lines[-1].strip("> "):
            self._lines.append(self._mark().rstrip())
        if name == "blockquote":
            self._depth = max(self._depth - 1, 0) if tag.startswith("/") else self._depth + 1

    def _mark(self) -> str:
        return "> " * min(self._depth, _DEEPEST_QUOTE)

    def _break(self) -> None:
        text = _BLANKS.sub(" ", "".join(self._current).replace("\n", " ")).strip()
        if text:
            self._lines.append(self._mark() + text)
        self._current = []

    def done(self) -> str:
        self._break()
        while self._lines and not self._lines[-1].strip("> "):
            self._lines.pop()
        return "\n".join(self._lines).strip("\n")
