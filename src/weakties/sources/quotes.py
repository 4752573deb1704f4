"""Which lines of a message its author wrote: everything quoted, forwarded, pasted or put there by a machine is cut.

A message carries the words of others (replies below, above or between), patches, list footers, disclaimers and mail
advertisements. Facts may only be drawn from the author's own new words, else everyone who ever replied to a thread
would seem to have said all of it. The cut goes through the lines once, from top to bottom; no pattern looks at more
than a few hundred characters and no rule at more than a few dozen lines, so that a hostile message costs time in
proportion to its length.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

# No attribution, header or marker is longer; patterns look at no more of a line.
_LONGEST_MARK = 300
# An unquoted list of recipients in a Notes header can fill this many lines.
_LONGEST_HEADER = 80
# Lines that rules may look ahead in one message, all together; beyond it only rules of a single line apply.
_MOST_LOOKS = 6_000
# What a mailer breaks off a quoted line is shorter.
_LONGEST_REST = 36
# A footer of a list or of free mail is shorter than this; what follows a rule in a longer message is content.
_LONGEST_FOOTER = 40

_QUOTE_MARKS = frozenset(">|＞»")
_NAMED_QUOTE = re.compile(r"[A-Za-z][A-Za-z.]{0,7}>(?:[\s>]|$)")

_WROTE = re.compile(
    r"(?:\b(?:wrote|writes|write|said|says|schrieb|escribió|escribio|escreveu|écrit|ecrit|scritto|schreef|skrev|kirjoitti"
    r"|napisał|napisała|napsal|написал|написала|пишет|yazdı)\b[^.!?]{0,80}|写道|wrote \.\.\.)\s?[:：]?$",
    re.IGNORECASE,
)
# What those verbs begin with: looked for as they stand before the pattern is.
_VERBS = (
    "wrote",
    "writ",
    "said",
    "says",
    "schr",
    "escr",
    "crit",
    "skrev",
    "kirjoitti",
    "napisa",
    "napsal",
    "написал",
    "пишет",
    "yazd",
    "写道",
)
_DATED_START = re.compile(
    r"(?:on|le|am|el|em|il|op|den|at|in|dnia|w dniu|quoting|once upon|from|mon|tue|wed|thu|fri|sat|sun)\b|\d|\"|\*|\[",
    re.IGNORECASE,
)
_EVIDENCE = re.compile(r"@|\d{4}|\d:\d\d|\d/\d")
_NAMED_ATTRIBUTION = re.compile(
    r"\[[^\]]{2,60}\]$|quoting .{2,80}:$|\* .{2,80}:$|.{2,80}\[.{6,40}\]:$"
    r"|.{2,80}@.{2,60}:$|from: .{2,80}@",
    re.IGNORECASE,
)
_NAME_ALONE = re.compile(r"[A-Z][\w.'-]{0,20}(?: [\w.'\"()-]{1,20}){0,4}:$")

_FORWARD = re.compile(
    r"(?:[-_=*]{2,}\s*(?:original|forwarded|weitergeleitet|ursprüngliche|mensaje|mensagem|message d.origine|reply"
    r"|message transféré|messaggio|oorspronkelijk|begin forward)|begin forwarded message\b|forwarded message\b)",
    re.IGNORECASE,
)
_FORWARD_WITH_END = re.compile(r"[-=]{3,}\s*(?:begin forward|forwarded message from|start of forwarded)", re.IGNORECASE)
_FORWARD_END = re.compile(r"[-=]{3,}\s*end (?:of )?forward", re.IGNORECASE)
_HEADER = re.compile(
    r"(?:from|sent|sent by|to|cc|bcc|subject|date|reply-to|fax to|von|gesendet|an|betreff|de|envoyé|à|objet|para|enviado"
    r"|asunto|assunto|da|inviato|a|oggetto|van|verzonden|aan|onderwerp|importance|received|message-id|x-[\w-]+)\s?:",
    re.IGNORECASE,
)
_STAMP = re.compile(r"\d{1,4}[/.-]\d{1,2}[/.-]\d{2,4},? \d{1,2}:\d\d")

_PATCH_START = re.compile(
    r"(?:diff --git |diff -[a-zA-Z]|Index: \S+$|--- (?:a/|/dev/null|\S+\s+(?:\d{4}-|\w{3} \w{3})))"
)
_PATCH_FIRST = frozenset(" +@")
_PATCH_LINE = re.compile(
    r"[ +@\\\t]|-(?!- $|-{4})|diff |index [0-9a-f]|new file|deleted file|old mode|new mode|similarity|rename |copy |Index: |====="
    r"|Binary |GIT |literal \d|Only in |RCS file|retrieving |$"
)
_DIFFSTAT = re.compile(
    r"\s{0,4}\S.{0,150}\|\s+(?:\d+ [+-]*$|\d+$|Bin )|\s?\d+ files? changed|\s(?:create|delete) mode \d|\srename .*=>"
)
_TRAILER = re.compile(
    r"(?:[A-Z][A-Za-z]+(?:-[A-Za-z]+)*-(?:by|By|BY)|Cc|CC|Fixes|Link|Closes|Message-I[dD]|Change-Id|Bug|BugLink|References?"
    r"|X-[A-Za-z-]+|Forwarded by|Commit-ID|Gitweb|AuthorDate|Committer)\s?:\s*\S"
)

_PGP = re.compile(r"-----BEGIN PGP (SIGNATURE|MESSAGE|PUBLIC KEY BLOCK|SIGNED MESSAGE)-----")
_RULES = frozenset("-_=*~#+")
_RULE = re.compile(r"[-_=*~#+]{5,}\W*$")
_SPONSOR = re.compile(r"-{5,} ?Yahoo! Groups Sponsor|[-_=*]{5,} ?ADVERTISEMENT", re.IGNORECASE)
_LIST_WORDS = (
    "mailing list",
    "mailing-list",
    "listinfo",
    "unsubscri",
    "subscription",
    "yahoo! groups",
    "yahoogroups",
    "yahoo groups",
    "do you yahoo",
    "msn.com",
    "hotmail",
    "sponsored by",
    "sf.net",
    "list archive",
    "mailman",
    "get your free",
    "get your own free",
    "free email",
    "free e-mail",
    "free voicemail",
    "netscape mail",
    "to be removed",
    "list maintainer",
    "powered by",
    "majordomo",
    "opted in",
    "opted-in",
    "mail.yahoo",
)
_LIST_LINE = re.compile(
    r"\S*/(?:listinfo|mailman)/\S*$|to (?:be )?(?:unsubscribed?|removed?) |to (?:un)?subscribe"
    r"|you (?:are|were) (?:currently )?subscribed|you (?:are receiving|have received|received) this (?:e-?mail|message|because)"
    r"|your use of yahoo! groups|unsubscribe:|list-unsubscribe",
    re.IGNORECASE,
)
_MACHINE_LINE = re.compile(
    r"sent from my [\w ]{2,20}$|sent (?:from|via|with) (?:yahoo|outlook|mail for|the all|aol|proton|gmail|my )"
    r"|get outlook for |envoyé de mon |von meinem \w+ gesendet|enviado desde mi |do you yahoo!\?"
    r"|get your free download of msn|send and receive hotmail|join the world.s largest e-mail|get your free email from"
    r"|- \S.{0,80}\.(?:htm|html|doc|xls|ppt|pdf|gif|jpg|bmp|txt|zip|vcf|rtf|tif|wpd)\s*$|<<.{1,120}>>\s*$"
    r"|\(see attached file: |\[image\]|<embedded |powered by outblaze",
    re.IGNORECASE,
)
# The first characters of those lines: most lines need no look at the pattern.
_MACHINE_FIRST = frozenset("sSgGeEvVdDjJpP-<([")
_DISCLAIMER_START = re.compile(
    r"\W{0,6}(?:this (?:e-?mail|message|electronic|communication|transmission|document)|the (?:information|contents?)"
    r"|confidential|privileged|notice|disclaimer|e-mail disclaimer|important|if you (?:are not|have received this)"
    r"|any (?:views|unauthori[sz]ed|review)|unless you are the|diese (?:e-?mail|nachricht)|ce (?:message|courriel)"
    r"|este (?:mensaje|correo|e-?mail))",
    re.IGNORECASE,
)
_DISCLAIMER_FIRST = frozenset("tTcCpPnNdDeEiIaAuU")
_DISCLAIMER = re.compile(
    r"confidential|intended (?:only|solely|recipient|for the)|privileged|in error|vertraulich|confidentiel|confidencial"
    r"|not necessarily (?:those|represent|shared)|disclaimer",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Cut:
    """A message's lines, told apart.

    lines: all of them. own: indices of the author's lines, blank ones included. feet: for each "-- " mark the indices
    of the lines below it, up to the next mark.
    """

    lines: list[str]
    own: list[int]
    feet: list[list[int]]


class _Lines:
    """The lines of a message and what is left of the looks ahead that all rules together may take."""

    __slots__ = ("lines", "looks")

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.looks = _MOST_LOOKS

    def ahead(self, at: int, count: int) -> list[str]:
        """Return the next `count` lines from `at`, cut to a length that patterns may see; none once looks are spent."""
        if self.looks <= 0:
            return []
        self.looks -= count
        return [line[:_LONGEST_MARK] for line in self.lines[at : at + count]]


def cut(body: str) -> Cut:
    """Tell the author's own lines of a message from all others, in time linear in its length."""
    if "\r" in body:
        body = body.replace("\r\n", "\n").replace("\r", "\n")
    lines = body.split("\n")
    own: list[int] = []
    feet: list[list[int]] = []
    kept = own
    text_lines = _Lines(lines)
    at, total = 0, len(lines)
    while at < total:
        line = lines[at]
        if line[:1] == ">" and line[:6] != ">From ":
            at += 1
            continue
        text = line[:_LONGEST_MARK].strip()
        if not text:
            kept.append(at)
            at += 1
            continue
        if text[0] in _QUOTE_MARKS and not _looks_quoted_only(lines, at, text):
            at += 1
            continue
        if text == "--" and len(line) <= 4:
            feet.append([])
            kept = feet[-1]
            at += 1
            continue
        end = _not_own(text_lines, at, text, kept)
        if end > at:
            at = end
            continue
        kept.append(at)
        at += 1
    return Cut(lines, own, feet)


def _looks_quoted_only(lines: list[str], at: int, text: str) -> bool:
    """Tell whether this line starts with a quote mark and is no quotation: an escaped "From", a row of a table."""
    if text.startswith(">From "):
        return not (at > 0 and lines[at - 1].startswith(">")) and not (at + 1 < len(lines) and lines[at + 1][:1] == ">")
    return text[0] == "|" and len(text) > 1 and text[-1] == "|"


def _not_own(source: _Lines, at: int, text: str, kept: list[int]) -> int:
    """Return the first line after what starts here and is not the author's; `at` itself if this line is."""
    lines = source.lines
    first = text[0]
    if ">" in text[:9] and _NAMED_QUOTE.match(text):
        return at + 1
    if len(text) <= _LONGEST_REST and _continues_quote(lines, at, text):
        return at + 1
    last = text[-1]
    if (last in ":：]" or "wr" in text[-24:] or "@" in text) and (end := _attribution(lines, at, text, kept)):
        return end
    if first in "-_=*#~+bBfF" and (end := _block(source, at, text)) > at:
        return end
    if first in "diDI-" and (end := _patch(source, at)) > at:
        return end
    if ":" in text[:40] and (end := _headers(source, at, text)) > at:
        return end
    if "/" in text and (end := _stamped(source, at, text, kept)):
        return end
    if ("|" in text or "mode " in text or "changed" in text or "=>" in text) and _DIFFSTAT.match(
        lines[at][:_LONGEST_MARK]
    ):
        return at + 1
    if first in _MACHINE_FIRST and _MACHINE_LINE.match(text):
        return at + 1
    if ("/" in text or first in "tTyYuUlL") and len(lines) - at <= _LONGEST_FOOTER and _LIST_LINE.match(text):
        return _paragraph_end(lines, at)
    if first.isalpha() and first not in _DISCLAIMER_FIRST:
        return at
    return _disclaimer(lines, at, text)


def is_footer(text: str) -> bool:
    """Tell whether a text holds the words of mailing lists' footers and of the advertisements of free mail."""
    lowered = text.lower()
    return any(word in lowered for word in _LIST_WORDS)


def _is_quoted(line: str) -> bool:
    return line.lstrip()[:1] in _QUOTE_MARKS and bool(line.strip())


def _continues_quote(lines: list[str], at: int, text: str) -> bool:
    """Tell whether a mailer broke a quoted line in two here: a short rest between two quoted lines, the first full."""
    if at == 0 or at + 1 >= len(lines):
        return False
    before = lines[at - 1]
    return len(before) + len(text.split(" ", 1)[0]) >= 64 and _is_quoted(before) and _is_quoted(lines[at + 1])


def _next_text(lines: list[str], at: int) -> int:
    """Return the next line that is not blank, looking at no more than five."""
    end = min(len(lines), at + 5)
    while at < end and not lines[at].strip():
        at += 1
    return at


def _attribution(lines: list[str], at: int, text: str, kept: list[int]) -> int:
    """Return the end of the quotation that this line ("On ..., Ana wrote:") opens, 0 if it opens none."""
    following = _next_text(lines, at + 1)
    quoted = following < len(lines) and _is_quoted(lines[following])
    if not quoted and text[-1] not in ":：":
        return 0
    end = text[-120:].lower()
    wrote = _has_verb(end) and _WROTE.search(end)
    if not wrote:
        close = following == at + 1 and _NAME_ALONE.match(text)
        return at + 1 if quoted and (close or _NAMED_ATTRIBUTION.match(text)) else 0
    start = at
    for back in range(at, max(-1, at - 4), -1):
        line = lines[back].strip()
        if not line or _is_quoted(line):
            break
        if _DATED_START.match(line):
            start = back
            if line[:1].isalpha():
                break
    said = " ".join(line.strip() for line in lines[start : at + 1])[:_LONGEST_MARK]
    evidence = bool(_EVIDENCE.search(said))
    if text[-1] not in ":：" and not evidence:
        return 0
    if not quoted and not (evidence and _DATED_START.match(said)):
        return 0
    while kept and kept[-1] >= start:
        kept.pop()
    if quoted or not any(lines[i].strip() for i in kept[-20:]):
        return at + 1  # a reply below words that carry no quote mark: better the whole than nothing
    return len(lines)


def _has_verb(text: str) -> bool:
    for verb in _VERBS:  # noqa: SIM110  in half the time of a generator, for every tenth line
        if verb in text:
            return True
    return False


def _block(source: _Lines, at: int, text: str) -> int:
    """Return the end of a forward, a PGP block, a rule or a footer that starts here; `at` if none does."""
    lines = source.lines
    total = len(lines)
    if _FORWARD_WITH_END.match(text):
        for end in range(at + 1, total):
            if lines[end][:1] in "-=" and _FORWARD_END.match(lines[end][:_LONGEST_MARK]):
                return end + 1
        return total
    if _FORWARD.match(text):
        return total
    if text.startswith("-----BEGIN PGP") and (pgp := _PGP.match(text)):
        return _pgp_end(lines, at, pgp.group(1))
    if _SPONSOR.match(text):
        return total if total - at <= _LONGEST_FOOTER else at + 1
    if _RULE.match(text) and not (text.startswith("---") and len(text) < 5):
        below = " ".join(source.ahead(at + 1, 5))
        footer = total - at <= _LONGEST_FOOTER and is_footer(below)
        return total if footer else at + 1
    return at


def _pgp_end(lines: list[str], at: int, kind: str) -> int:
    if kind == "SIGNED MESSAGE":
        end = at + 1
        while end < len(lines) and lines[end].startswith("Hash:"):
            end += 1
        return end
    for end in range(at, len(lines)):
        if lines[end].startswith("-----END PGP"):
            return end + 1
    return len(lines)


def _patch(source: _Lines, at: int) -> int:
    """Return the line after the patch that starts here; `at` if none does.

    Below a lone "---" stand notes, a diffstat and the patch of a mail made by git, up to its "-- " and version.
    """
    lines, total = source.lines, len(source.lines)
    if lines[at].rstrip() == "---":
        if not any(_DIFFSTAT.match(line) or _PATCH_START.match(line) for line in source.ahead(at + 1, 60)):
            return at
        end = at + 1
        while end < total and lines[end].rstrip() != "--":
            end += 1
        return end
    if not _PATCH_START.match(lines[at][:_LONGEST_MARK]):
        return at
    end = at + 1
    while end < total:
        line = lines[end]
        if line[:1] not in _PATCH_FIRST and (line.rstrip() == "--" or not _PATCH_LINE.match(line[:_LONGEST_MARK])):
            break
        end += 1
    return end


def _headers(source: _Lines, at: int, text: str) -> int:
    """Return the end of pasted message headers (then all the rest is that message) or of a commit's trailer line."""
    if _HEADER.match(text):
        seen = {text.split(":", 1)[0].strip().lower()}
        for line in source.ahead(at + 1, 12):
            if _HEADER.match(line[:40].strip()):
                seen.add(line.split(":", 1)[0].strip().lower())
        if len(seen) >= 3 and (not seen.isdisjoint(_TELLING) or seen >= {"from", "date", "to"}):
            return _below_headers(source, at)
        if at <= 1 and text.startswith("From: ") and "@" in text:
            return at + 1
    return at + 1 if _TRAILER.match(text) else at


def _below_headers(source: _Lines, at: int) -> int:
    """Return the first quoted line below pasted headers, for replies stand between such quotes; else the very end."""
    for line in range(at + 1, min(at + 16, len(source.lines))):
        if _is_quoted(source.lines[line]):
            return line
    return len(source.lines)


_TELLING = frozenset(
    ("subject", "betreff", "objet", "asunto", "assunto", "oggetto", "onderwerp", "received", "message-id")
)


def _stamped(source: _Lines, at: int, text: str, kept: list[int]) -> int:
    """Return the end of a Notes reply ("Ana/HOU@ACME on 03/05/2001 10:12 AM", then To, cc, Subject), 0 if none."""
    lines = source.lines
    stamp = _STAMP.search(text)
    if not stamp:
        return 0
    head, tail = text[: stamp.start()].strip(), text[stamp.end() :]
    if len(tail) > 16 and "To:" not in tail:
        return 0
    if "To:" not in tail:
        seen = 0
        for line in source.ahead(at + 1, _LONGEST_HEADER):
            if seen == 0 and line.strip() and not _HEADER.match(line.strip()[:20]) and len(line) > 60:
                return 0
            if line[:30].strip().lower().startswith(("to:", "cc:", "subject:")):
                seen += 1
                if seen == 3:
                    break
        if seen < 3:
            return 0
    if not head and kept and kept[-1] == at - 1 and len(lines[at - 1]) < 80:
        kept.pop()  # the name of the one who is quoted stands on a line of its own
    return len(lines)


def _paragraph_end(lines: list[str], at: int) -> int:
    while at < len(lines) and lines[at].strip():
        at += 1
    return at


def _disclaimer(lines: list[str], at: int, text: str) -> int:
    """Return the end of the paragraph if it is a legal disclaimer; `at` if it is not."""
    above = lines[at - 1].strip() if at else ""
    if above and (above[0] not in _RULES or not _RULE.match(above[:_LONGEST_MARK])):
        return at
    if not _DISCLAIMER_START.match(text):
        return at
    end = _paragraph_end(lines, at)
    said = " ".join(line[:200] for line in lines[at : min(end, at + 6)])
    formal = len(said) > 100 or "disclaimer" in said.lower()
    return end if formal and _DISCLAIMER.search(said) else at
