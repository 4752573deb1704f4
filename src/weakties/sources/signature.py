"""The author's own signature: name, title, organisation, place and further addresses, at the foot of a message.

A signature stands below "-- ", or at the end of the author's words from the line that holds the author's name. It is
believed only if it names the author, for below "-- " stand mottoes, version numbers and the footers of mailing lists
too. What a line says is decided piece by piece (a line may hold two columns): a title must hold a word that titles are
made of, an organisation a legal form or the name of the author's own mail domain. Better nothing than junk.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from weakties.facts import handles
from weakties.sources.quotes import Cut, is_footer

# A signature has no more lines, and its lines are no longer; else it is a letter.
_MOST_LINES = 12
_LONGEST_LINE = 110
_LONGEST_PIECE = 70
_LONGEST_TITLE_WORDS = 8

_PIECES = re.compile(r"\s{3,}|\t+|\s+[|·•/]\s+|\s+[-–—]{1,2}\s+|\s*[<>]\s*|\s+(?=https?://|www\.)")
_ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")
_WEB = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_PROFILE = re.compile(
    r"(linkedin\.com/in/|github\.com/|twitter\.com/|(?<![\w.])x\.com/)@?([\w%.-]{2,60})", re.IGNORECASE
)
_NO_PROFILE = frozenset(
    ("share", "intent", "home", "search", "about", "features", "orgs", "sponsors", "topics", "login")
)
_PHONE = re.compile(r"(?<![\w/.:=-])(\+?\(?\d[\d().\s/-]{5,20}\d)(?![\w@])")
_PHONE_LABEL = re.compile(
    r"\b(?:tel|telephone|phone|ph|mobile|mob|cell|cellular|office|direct|work|voice|voicemail|m|t|p|o|c|w)\b\W{0,4}$",
    re.IGNORECASE,
)
_FAX = re.compile(r"\bf(?:ax|acsimile|x)?\b\W{0,4}$", re.IGNORECASE)
_FAX_AFTER = re.compile(r"\s{0,3}\(?\s?fax\b", re.IGNORECASE)
_ID = re.compile(
    r"\b(?:icq|key ?id|pgp|gpg|fingerprint|hrb|vat|reg|registered|user|po box|p\.o\. box|box|pager)\b", re.IGNORECASE
)
_LABEL = re.compile(r"^\s*(?:[a-z][a-z .-]{0,18}[:.]\s*|[mtpfoec]\s?[:.]\s*)", re.IGNORECASE)

_TITLE = re.compile(
    r"\b(?:president|chairman|chairwoman|chair|ceo|cto|cfo|coo|cio|ciso|vp|svp|evp|director|manager|head of|lead|leader"
    r"|engineer|developer|programmer|architect|administrator|admin|analyst|consultant|specialist|scientist|researcher|research"
    r" (?:associate|assistant|fellow|engineer)|professor|prof\.|lecturer|dean|instructor|teacher|student|postdoc|fellow|counsel"
    r"|attorney|lawyer|solicitor|partner|associate|assistant|asst\.?|secretary|coordinator|co-ordinator|supervisor|officer"
    r"|executive|representative|editor|editor-in-chief|reporter|journalist|writer|author|designer|artist|producer|founder|"
    r"co-founder|owner|principal|trader|broker|buyer|planner|recruiter|technician|operator|maintainer|evangelist|advocate"
    r"|strategist|advisor|adviser|accountant|controller|treasurer|physician|nurse|librarian|webmaster|geschäftsführer|leiter"
    r"|ingénieur|directeur|directrice|gerente|ingeniero|responsable|chef de|staff)\b",
    re.IGNORECASE,
)
_NO_TITLE = re.compile(
    r"[@?!;]|://|www\.|\b(?:is|are|was|i|my|the best|will|you|your|we|who|not|zealot|user since)\b|\d{3}", re.IGNORECASE
)
_ORGANISATION = re.compile(
    r"\b(?:inc|incorporated|ltd|limited|llc|llp|corp|corporation|gmbh|plc|s\.?a\.?r\.?l|pty|b\.v\.|n\.v\.|oy|ab|a/s|k\.k\.|company"
    r"|co\.|& co|university|universität|université|universidad|universitaet|college|school|institut|institute|instituto|academy"
    r"|laborator(?:y|ies)|labs|foundation|association|partnership|center|centre|hospital|bank|ministry|department of|group"
    r"|holdings|partners|associates|solutions|systems|technologies|software|services|consulting|communications|networks|press"
    r"|council|commission|agency|securities|capital|ventures|united way|law offices?)\b\.?",
    re.IGNORECASE,
)
_UNIT = re.compile(r"\b(?:group|team|department|dept|division|office of|practice|unit|desk)\b", re.IGNORECASE)
_STATE = (
    r"(?:A[LKZR]|C[AOT]|D[CE]|FL|GA|HI|I[DLNA]|K[SY]|LA|M[EDAINSOT]|N[EVHJMYCD]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[TA]|W[AVIY]"
    r"|BC|AB|ON|QC)"
)
_PLACE = re.compile(
    rf"\b[A-Z][\w.'-]+(?: [A-Z][\w.'-]+){{0,3}}, {_STATE}\b(?:,? ?(?:USA|US|\d{{5}}))?|\b\d{{4,5}} [A-Z]\w+, [A-Z]\w+"
    r"|, (?:USA|UK|Ireland|Germany|France|Spain|Italy|Sweden|Finland|Norway|Denmark|Canada|Australia|India|Japan|China|Israel"
    r"|Brazil|Mexico|Belgium|Austria|Switzerland|Netherlands|Portugal|Poland|Singapore|England|Scotland|Alaska|Texas|California)\b"
)
_DEGREE = re.compile(
    r",?\s*\b(?:ph\.?d\.?|m\.?d\.?|mba|esq\.?|jr\.?|sr\.?|cpa|p\.?e\.?|m\.?sc\.?|b\.?sc\.?|dipl\.-\w+\.?)$",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"\W*(?:(?:best|kind|warm|with|many|very)?\s*(?:regards|wishes|thanks|cheers|greetings|sincerely|thank you|yours)"
    r"|mfg|mit freundlichen grüßen|cordialement|saludos|ciao|love)\b.{0,20}$",
    re.IGNORECASE,
)
_DANGLING = re.compile(r"(?:,| to| of| for| and| the| &)+$")
_POSTCODE = re.compile(r"\d{5}-\d{4}$|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}$")
# Some programs join the line with the telephone to the line with the address.
_GLUED_NUMBER = re.compile(r"^[\d.-]{7,}(?=[A-Za-z])")
_SENTENCE = re.compile(r"[a-z]{3,} [a-z]{2,} [a-z]{2,} [a-z]{2,}")
_VERSION = re.compile(r"\s*\d+(?:\.[\w-]+){1,6}\s*$")
_WORD = re.compile(r"[^\W\d_]+")


# What addresses and senders' names hold besides names of people.
_NOBODY = re.compile(
    r"(?:kernel|test|robot|bot|news|newsletter|team|info|support|service|sales|admin|mail|mailer|lists?|office"
    r"|announcements?|general|the|of|and|for|online|com|org|net)$"
)


@dataclass(frozen=True, slots=True)
class Signature:
    """What the author's signature says of the author; empty text where it says nothing.

    handles: further addresses of the author, never the one written from: `email:`, `phone:` (written with + and
    country), `tel:` (as dialled, country unknown), `linkedin:in/<name>`, `x:<name>`, `github:<name>`. Fax numbers and
    numbers of other things are left out.
    """

    name: str
    title: str
    organisation: str
    location: str
    handles: tuple[str, ...]


def signature(parts: Cut, *, author: str, author_name: str) -> tuple[Signature | None, list[int]]:
    """Return the author's signature, if there is one, and the indices of the own lines without it."""
    who = _author_words(author, author_name)
    own = parts.own
    for foot in parts.feet:
        lines = [line for i in foot if (line := parts.lines[i].strip())][:_MOST_LINES]
        read = _read(lines, who, author)
        if read:
            start, tail = _tail(parts, who)
            return read, own[:start] if len(tail) > 1 and _read(tail, who, author) else own
    start, tail = _tail(parts, who)
    read = _read(tail, who, author)
    if read and (read.title or read.organisation or read.location or read.handles or _says_address(tail)):
        return read, own[:start]
    return None, own


def _tail(parts: Cut, who: frozenset[str]) -> tuple[int, list[str]]:
    """Return where in the own lines a signature at their end would begin, and its lines."""
    start = _start(parts.lines, parts.own, who)
    tail = [parts.lines[i].strip() for i in parts.own[start:]]
    return start, [line for line in tail if line]


@lru_cache(maxsize=4_096)
def _author_words(author: str, author_name: str) -> frozenset[str]:
    """Return the words that name the author: of the name as written, and of the address."""
    return _tokens(author_name) | _tokens(re.sub(r"[._+\d-]", " ", handles.value(author).partition("@")[0]))


def _tokens(name: str) -> frozenset[str]:
    """Return the words of a name, without accents and in lower case, to compare spellings of it."""
    plain = (
        name
        if name.isascii()
        else "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    )
    return frozenset(word for word in _WORD.findall(plain.lower()) if len(word) > 1 and not _NOBODY.match(word))


def _start(lines: Sequence[str], own: Sequence[int], who: frozenset[str]) -> int:
    """Return the position in `own` where the signature at the end of the author's words begins; its length if none."""
    last = len(own)
    while last and not lines[own[last - 1]].strip():
        last -= 1
    seen = 0
    best = len(own)
    for position in range(last - 1, -1, -1):
        line = lines[own[position]].strip()
        if not line:
            continue
        seen += 1
        if seen > _MOST_LINES or len(line) > _LONGEST_LINE or _SENTENCE.search(line) or _CLOSING.match(line):
            break
        if _names_author(line, who):
            best = position
            if len(_tokens(line) & who) > 1:
                break
    alone = best == last - 1 and not _says_address([lines[own[best]]])
    return len(own) if alone else best


def _names_author(line: str, who: frozenset[str]) -> bool:
    """Tell whether a line begins with the author's name: at least one word of it, before anything else."""
    if line.isascii() and not any(word in line.lower() for word in who):
        return False
    head = _PIECES.split(re.sub(r"^[\W_]+", "", line), maxsplit=1)[0].split(",")[0]
    if "@" in head or "/" in head:
        return False  # an address holds the name too, and stands below it
    words = _WORD.findall(head[:60])
    return 0 < len(words) <= 5 and not _tokens(" ".join(words[:3])).isdisjoint(who)


def _says_address(lines: Iterable[str]) -> bool:
    return any(_ADDRESS.search(line) or _WEB.search(line) for line in lines)


def _read(lines: Sequence[str], who: frozenset[str], author: str) -> Signature | None:
    """Return what these lines say of the author; None if they do not name the author or are a list's footer."""
    if (
        not lines
        or len(lines) > _MOST_LINES
        or _VERSION.match(lines[0])
        or any(is_footer(_ADDRESS.sub(" ", line)) for line in lines[:4])
    ):
        return None
    at = next((n for n, line in enumerate(lines[:4]) if not _CLOSING.match(line) and _names_author(line, who)), -1)
    name = _name(lines[at], who) if at >= 0 else ""
    if not name:
        return None
    title = organisation = location = ""
    domain = handles.domain(author)
    rest = [(0, piece) for piece in _PIECES.split(lines[at])[1:]]
    comma = lines[at].partition(",")[2]
    rest += [(0, comma)] if comma and not _DEGREE.search(", " + comma.strip()[:12]) else []
    rest += [(row, piece) for row, line in enumerate(lines[at + 1 : at + 9], 1) for piece in _PIECES.split(line)]
    for _, raw in rest:
        piece = _LABEL.sub("", raw).strip(" ,;*#-=~\"'") if not _TITLE.match(raw) else raw.strip(" ,;*#-=~\"'")
        if (
            not piece
            or len(piece) > _LONGEST_PIECE
            or _SENTENCE.search(piece)
            or _ADDRESS.search(piece)
            or _WEB.search(piece)
        ):
            continue
        is_title, is_place = _is_title(piece), bool(_PLACE.search(piece))
        if not title and is_title and not is_place:
            title, held = _split_title(piece, domain)
            organisation = organisation or held
        elif is_place:
            location = location or piece
        elif (not organisation or _UNIT.search(organisation)) and _is_organisation(piece, domain) and not is_title:
            organisation = piece
    found = _handles(lines[at : at + 9], author)
    return Signature(name, _tidy(title), _tidy(organisation), _tidy(location), found)


def _tidy(field: str) -> str:
    """Return a field with single blanks, without marks at its ends and without a word that wants another line."""
    return _DANGLING.sub("", " ".join(field.split()).strip(" |,;&*"))


def _name(line: str, who: frozenset[str]) -> str:
    """Return the author's name as it stands at the head of a line."""
    head = re.sub(r"^[\W_]+", "", _PIECES.split(line.strip("-#*=~ "), maxsplit=1)[0])
    head = _DEGREE.sub("", re.split(r"[,(@<:]| - | -- | N\d", head)[0].strip())
    words = head.split()
    while words and not (_tokens(words[-1]) & who or words[-1][:1].isupper()):
        words.pop()
    if not 0 < len(words) <= 5 or any(any(c.isdigit() for c in word) for word in words):
        words = [word for word in words[:3] if _tokens(word) & who]
    return handles.clean_name(" ".join(words)).rstrip(".") if words else ""


def _is_title(piece: str) -> bool:
    return (
        bool(_TITLE.search(piece))
        and not _NO_TITLE.search(piece)
        and piece[:1].isupper()
        and piece.isprintable()
        and len(piece.split()) <= _LONGEST_TITLE_WORDS
    )


def _split_title(piece: str, domain: str) -> tuple[str, str]:
    """Return title and organisation of "Chief Scientist, WireX" or "Director at Acme Ltd"; the whole as title if one."""
    for mark in (" at ", " @ ", ", "):
        head, found, tail = piece.rpartition(mark)
        if found and _TITLE.search(head) and not _TITLE.search(tail):
            tail = tail.strip(" .,")
            if mark != ", " or _is_organisation(tail, domain) or len(tail.split()) <= 2:
                return head.strip(" ,"), tail if not _UNIT.search(tail) or _is_organisation(tail, domain) else ""
    return piece, ""


def _is_organisation(piece: str, domain: str) -> bool:
    """Tell whether a piece names an organisation: a legal form, or the name that is in the author's own domain."""
    if not piece[:1].isalpha() or piece[:1].islower() or sum(c.isdigit() for c in piece) > 2 or len(piece.split()) > 9:
        return False
    if _ORGANISATION.search(piece):
        return True
    label = domain.split(".")[-2] if domain.count(".") else ""
    squeezed = "".join(_WORD.findall(piece)).lower()
    first = piece.split()[0].lower().strip(",.")
    return len(label) > 2 and (squeezed == label or first == label or (len(squeezed) > 4 and squeezed in label))


def _handles(lines: Iterable[str], author: str) -> tuple[str, ...]:
    found: list[str] = []
    for line in lines:
        text = line[:200]
        if _ID.search(text) and "+" not in text:
            continue
        found += [
            h for m in _ADDRESS.finditer(text) if (h := handles.email(_GLUED_NUMBER.sub("", m.group()))) and h != author
        ]
        found += [profile for m in _PROFILE.finditer(text) if (profile := _profile(m.group(1), m.group(2)))]
        found += [number for m in _PHONE.finditer(_WEB.sub(" ", text)) if (number := _number(m, _WEB.sub(" ", text)))]
    return tuple(dict.fromkeys(found))


def _profile(site: str, name: str) -> str:
    slug = name.strip(".").lower()
    if slug in _NO_PROFILE:
        return ""
    return {"l": "linkedin:in/", "g": "github:"}.get(site[0].lower(), "x:") + slug


def _number(match: re.Match[str], text: str) -> str:
    """Return the handle of a telephone number; nothing for faxes, postcodes and bare runs of digits without a label."""
    written = match.group(1)
    before, after = text[max(0, match.start() - 24) : match.start()], text[match.end() : match.end() + 8]
    if _FAX.search(before) or _FAX_AFTER.match(after):
        return ""
    digits = re.sub(r"\D", "", written)
    if written.startswith("+"):
        return handles.phone(f"+{digits.replace('0', '', 1) if '(0)' in written else digits}") or ""
    grouped = re.search(r"\d[\s().\-/]+\d", written)
    if not (_PHONE_LABEL.search(before) or grouped) or _POSTCODE.match(written):
        return ""
    return handles.tel(written) or ""
