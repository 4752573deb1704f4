"""Which lines of a message its author wrote: everything quoted, forwarded, pasted or put there by a machine is cut.

A message carries the words of others (replies below, above or between), patches, list footers, disclaimers and mail
advertisements. Facts may only be drawn from the author's own new words, else everyone who ever replied to a thread
would seem to have said all of it. The cut works line by line and forward only: no pattern can backtrack over more
than a line, so that a hostile message costs time in proportion to its length.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

# Lines longer than this are no attribution, header or marker; patterns look at no more of a line.
_LONGEST_MARK = 400

_QUOTE_MARKS = (">", "|", "＞", "»")
_NAMED_QUOTE = re.compile(r"[A-Za-z][A-Za-z.]{0,7}>(?:[\s>]|$)")

_WROTE = re.compile(
    r"(?:\b(?:wrote|writes|said|schrieb|escribió|escribio|escreveu|écrit|ecrit|scritto|schreef|skrev|kirjoitti"
    r"|napisał|napisała|napsal|написал|написала|пишет|yazdı)\b[^.!?]{0,80}|写道|のメッセージ)\s?[:：]$",
    re.IGNORECASE,
)
_ATTRIBUTION_START = re.compile(
    r"(?:on|le|am|el|em|il|op|den|at|in|dnia|at|quoting|once upon|\*|\"|<|\[|\d|mon|tue|wed|thu|fri|sat|sun)",
    re.IGNORECASE,
)
_EVIDENCE = re.compile(r"@|\d{4}|\d:\d\d|\d/\d")

_FORWARD = re.compile(
    r"(?:[-_=]{2,}\s*(?:original|forwarded|reply|weitergeleitet|ursprüngliche|mensaje|mensagem|message d'origine"
    r"|message transféré|messaggio|oorspronkelijk|begin forwarded|inline)\b|begin forwarded message\s?:"
    r"|-{5,}\s*forwarded by )",
    re.IGNORECASE,
)
_HEADER = re.compile(
    r"(?:from|sent|to|cc|bcc|subject|date|reply-to|von|gesendet|an|betreff|de|envoyé|à|objet|para|enviado|asunto"
    r"|assunto|da|inviato|oggetto|van|verzonden|aan|onderwerp|importance)\s?:",
    re.IGNORECASE,
)
_STAMPED = re.compile(r"(?:.{0,80}\bon\s+)?\d{1,2}/\d{1,2}/\d{2,4} \d{1,2}:\d\d(?::\d\d)? ?[AP]M\b")

_PATCH_START = re.compile(r"(?:diff --git |diff -[a-zA-Z]|Index: \S+$|--- (?:a/|/dev/null|\S+\.\w+\s))")
_PATCH_LINE = re.compile(
    r"(?:[ +\-@\\\t]|diff |index |new file|deleted file|old mode|new mode|similarity|rename |copy |Index: |=====|Binary |GIT )"
)
_DIFFSTAT = re.compile(r" \S.{0,200}\|\s+(?:\d+|Bin|Unmerged)|\s?\d+ files? changed")
_TRAILER = re.compile(
    r"(?:[A-Z][A-Za-z]+(?:-[A-Za-z]+)*-(?:by|By|BY)|Cc|CC|Fixes|Link|Closes|Message-Id|Change-Id|Bug|Reported-and-tested-by"
    r"|BugLink|Reference|References|Suggested-and-acked-by):\s*\S"
)

_PGP = re.compile(r"-----BEGIN PGP (SIGNATURE|MESSAGE|PUBLIC KEY BLOCK|SIGNED MESSAGE)-----")
_RULE = re.compile(r"[-_=*~#+]{5,}\s*$")
_FOOTER_WORDS = re.compile(
    r"mailing list|listinfo|unsubscribe|yahoo! groups|do you yahoo|msn\.com|hotmail|sponsored by|subscription options"
    r"|manage your subscription|join msn|this e-?mail|confidential|list archives?|mailman|get your free",
    re.IGNORECASE,
)
_MACHINE_LINE = re.compile(
    r"(?:sent from my \w+|sent from (?:yahoo|outlook|mail for)|get outlook for |envoyé de mon |von meinem \w+ gesendet"
    r"|enviado desde mi |do you yahoo!\?|get your free download of msn|send and receive hotmail|join the world.s largest"
    r"|- att\d+\.htm|<< file: |\(see attached file: )",
    re.IGNORECASE,
)
_DISCLAIMER = re.compile(
    r"(?:this|the information (?:contained|transmitted)|privileged|confidential).{0,120}"
    r"(?:confidential|intended (?:only|solely)|privileged|intended recipient)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Cut:
    """own: indices of the author's lines. foot: indices of the lines below the "-- " mark, where there is one."""

    lines: tuple[str, ...]
    own: tuple[int, ...]
    foot: tuple[int, ...]


def cut(body: str) -> Cut:
    """Tell the author's own lines of a message from all others, in time linear in its length."""
    if "\r" in body:
        body = body.replace("\r\n", "\n").replace("\r", "\n")
    lines = body.split("\n")
    own: list[int] = []
    foot: list[int] = []
    at, total = 0, len(lines)
    in_foot = False
    while at < total:
        line = lines[at]
        text = line.strip()
        if not text:
            (foot if in_foot else own).append(at)
            at += 1
            continue
        end = _not_own(lines, at, text[:_LONGEST_MARK], own)
        if end > at:
            at = end
            continue
        if line in ("-- ", "--") or text == "--":
            in_foot = True
        else:
            (foot if in_foot else own).append(at)
        at += 1
    return Cut(tuple(lines), tuple(own), tuple(foot))


def _not_own(lines: list[str], at: int, text: str, own: list[int]) -> int:
    """Return the first line after what starts here and is not the author's; `at` itself if this line is."""
    first = text[0]
    if first in _QUOTE_MARKS or (">" in text[:9] and _NAMED_QUOTE.match(text)):
        return at + 1
    total = len(lines)
    last = text[-1]
    if last in ":：" and _WROTE.search(text[-120:]) and (end := _attribution(lines, at, text, own)):
        return end
    if first in "-_=*bB" and _FORWARD.match(text):
        return total
    if first == "-" and (pgp := _PGP.match(text)):
        return _after_pgp(lines, at, pgp.group(1))
    if first in "diDI-" and (lines[at].startswith("---") or _PATCH_START.match(lines[at])):
        end = _after_patch(lines, at)
        if end > at:
            return end
    if ":" in text and _HEADER.match(text) and _header_run(lines, at):
        return total
    if "/" in text[:120] and _STAMPED.match(text) and _header_run(lines, at + 1):
        while own and at - own[-1] <= 2 and len(lines[own[-1]]) < 80 and own[-1] == at - 1:
            own.pop()
        return total
    if _TRAILER.match(text):
        return at + 1
    if first in "-_=*~#+" and _RULE.match(text):
        return _after_rule(lines, at)
    if _MACHINE_LINE.match(text):
        return at + 1
    if _DISCLAIMER.match(text) and at > total - 40:
        return total
    return at


def _attribution(lines: list[str], at: int, text: str, own: list[int]) -> int:
    """Return the end of the quotation that this line ("On ..., Ana wrote:") opens, 0 if it opens none."""
    start = at
    while start > 0 and at - start < 2 and not _ATTRIBUTION_START.match(lines[start].strip()):
        before = lines[start - 1].strip()
        if not before or before[0] in _QUOTE_MARKS:
            break
        start -= 1
    if not _ATTRIBUTION_START.match(lines[start].strip()):
        start = at
    following = _next_text(lines, at + 1)
    quoted = following < len(lines) and lines[following].lstrip()[0] in _QUOTE_MARKS
    said = " ".join(lines[start : at + 1])[:_LONGEST_MARK]
    if not quoted and not _EVIDENCE.search(said):
        return 0
    while own and own[-1] >= start:
        own.pop()
    return at + 1 if quoted else len(lines)


def _next_text(lines: list[str], at: int) -> int:
    while at < len(lines) and not lines[at].strip():
        at += 1
    return at


def _header_run(lines: list[str], at: int) -> bool:
    """Tell whether a run of at least three header lines with a sender or subject starts here."""
    seen = 0
    for line in lines[at : at + 12]:
        if _HEADER.match(line.strip()[:40]):
            seen += 1
    return seen >= 3


def _after_pgp(lines: list[str], at: int, kind: str) -> int:
    if kind == "SIGNED MESSAGE":
        end = at + 1
        while end < len(lines) and lines[end].startswith("Hash:"):
            end += 1
        return end
    for end in range(at, len(lines)):
        if lines[end].startswith("-----END PGP"):
            return end + 1
    return len(lines)


def _after_patch(lines: list[str], at: int) -> int:
    """Return the line after the patch that starts here; `at` if none does."""
    if lines[at].rstrip() == "---" and not any(
        _DIFFSTAT.match(line[:300]) or _PATCH_START.match(line) for line in lines[at + 1 : at + 60]
    ):
        return at
    end = at + 1
    while end < len(lines):
        line = lines[end]
        if line and line.rstrip() == "--":
            return end
        end += 1
    return end


def _after_rule(lines: list[str], at: int) -> int:
    """Return the end of the footer below this rule: the whole rest where list or advertising words follow."""
    below = " ".join(line[:200] for line in lines[at + 1 : at + 5])
    return len(lines) if _FOOTER_WORDS.search(below) else at + 1
