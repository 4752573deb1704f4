"""Address books as vCard files, of every version and from every program: a card of each person in them.

What a card says of a person becomes a `Card` with all addresses, numbers and profiles by which she can be reached; whom it
names as her family, manager or assistant becomes a `Link`. Pictures, notes, labels and street addresses are passed over.
Cards of organisations and of groups are of no person and say nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date

from weakties.facts import handles
from weakties.facts.handles import Handle
from weakties.facts.model import NO_TIME, Card, Extract, Link, LinkKind
from weakties.sources import ReadOptions
from weakties.sources.contentlines import Block, Property, blocks, parts, properties, seconds, stamp, unescaped
from weakties.sources.files import File, FileSource, rejected

READER = 1
PLACE = "vcard"

_BEGIN = re.compile(r"\s*BEGIN\s*:\s*VCARD\b", re.IGNORECASE)
# A number by which somebody else is reached, or nobody.
_NOT_HERS = frozenset(
    {"fax", "pager", "main", "assistant", "company_main", "companymain", "assistantphone", "callback"}
)
_NO_PEOPLE = frozenset({"org", "organization", "group", "location", "application", "thing", "device"})
_SITES = {
    "twitter": "x.com", "x": "x.com", "linkedin": "linkedin.com/in", "facebook": "facebook.com", "instagram": "instagram.com",
    "github": "github.com", "telegram": "t.me",
}  # fmt: skip
# What stands in an address where a person's name would.
_NO_NAMES = frozenset(
    (
        "pages", "groups", "events", "people", "home", "home.php", "profile.php", "sharer", "sharer.php", "watch", "share", "intent",
        "search", "hashtag", "i", "p", "explore", "reel", "stories", "joinchat", "s", "c", "orgs", "about", "company",
    )
)  # fmt: skip
_USER = re.compile(r"@?[\w.-]{1,100}")
# Where the account of a messenger is a mail address.
_ACCOUNTS = {
    "X-TWITTER": "twitter", "X-LINKEDIN": "linkedin", "X-FACEBOOK": "facebook", "X-INSTAGRAM": "instagram",
    "X-GITHUB": "github", "X-TELEGRAM": "telegram", "X-GTALK": "gtalk", "X-GOOGLE-TALK": "gtalk", "X-MSN": "msn",
}  # fmt: skip
_RELATIONS = {
    "X-SPOUSE": "spouse", "X-EVOLUTION-SPOUSE": "spouse", "X-MS-SPOUSE": "spouse", "X-KADDRESSBOOK-X-SPOUSENAME": "spouse",
    "X-SPOUSENAME": "spouse", "X-KADDRESSBOOK-X-SPOUSESNAME": "spouse",
    "X-MANAGER": "manager", "X-EVOLUTION-MANAGER": "manager", "X-MS-MANAGER": "manager",
    "X-KADDRESSBOOK-X-MANAGERSNAME": "manager",
    "X-ASSISTANT": "assistant", "X-EVOLUTION-ASSISTANT": "assistant", "X-MS-ASSISTANT": "assistant",
    "X-KADDRESSBOOK-X-ASSISTANTSNAME": "assistant",
}  # fmt: skip
_KEPT = frozenset(
    name.encode()
    for name in (
        "FN", "N", "NICKNAME", "ORG", "TITLE", "ROLE", "TEL", "EMAIL", "URL", "IMPP", "BDAY", "RELATED", "ADR", "REV", "KIND",
        "VERSION",
        "X-SOCIALPROFILE", "X-ABRELATEDNAMES", "X-ABLABEL", "X-ABSHOWAS", "X-ADDRESSBOOKSERVER-KIND", "X-ANDROID-CUSTOM",
        *_ACCOUNTS, *_RELATIONS,
    )
)  # fmt: skip
_MAIL_MESSENGERS = frozenset({"gtalk", "googletalk", "google-talk", "msn"})
_NUMBER_MESSENGERS = frozenset({"whatsapp", "signal", "imessage", "facetime", "viber"})
_FAMILY = re.compile(
    r"spouse|husband|wife|fianc|domesticpartner|^partner$|child|daughter|^son$|stepson|grandson|parent|mother|father|sibling|sister"
    r"|brother|^kin$|relative|cousin|aunt|uncle|niece|nephew|inlaw"
)
# The relations that Android writes as numbers.
_RELATIVES = (
    "custom assistant brother child partner father friend manager mother parent partner referrer relative sister spouse"
)
_ANDROID = {str(number): word for number, word in enumerate(_RELATIVES.split())}
_DAY = re.compile(r"\s*(\d{4}|--?)-?(\d\d)-?(\d\d)(?:[T ].*)?\s*", re.ASCII | re.DOTALL)
# Years in which somebody who is written to may be born; others stand for a year that is not known.
_FIRST_YEAR, _LAST_YEAR = 1850, 2099
_LONGEST_TEXT = 300
_MOST_HANDLES = 100
_MOST_LINKS = 50
_NOBODY = "the card has no name, no address and no number: open it in your address book and say whose it is"
_ASTRAY = "lines of a card that has no BEGIN:VCARD: export the address book again"


class VcardSource(FileSource):
    """Address books as `.vcf`; see docs/how-to/address-books.md for how to get them."""

    name = "vcard"
    reader = READER
    suffixes = (".vcf", ".vcard")

    def claims(self, file: File) -> bool:
        """Tell whether a file begins with a card."""
        return _BEGIN.match(file.head_text.removeprefix("\ufeff")) is not None

    def extracts(self, file: File, options: ReadOptions) -> Iterator[Extract]:
        """Yield what each card says, in order; nothing for cards of organisations and groups."""
        for block in blocks(file, frozenset({"VCARD"}), _KEPT):
            fault = block.fault or ("" if block.name else _ASTRAY)
            if fault:
                yield rejected(file, block.at, fault, "cards")
            elif extract := _Reading(block, file, options).extract():
                yield extract


class _Reading:
    """One card being read."""

    def __init__(self, block: Block, file: File, options: ReadOptions) -> None:
        self.file, self.at = file, block.at
        self.region = options.region
        self.lines: dict[str, list[Property]] = {}
        for line in properties(block):
            self.lines.setdefault(line.name, []).append(line)
        self.labels = {line.group: line.value for line in self.lines.get("X-ABLABEL", ()) if line.group}

    def extract(self) -> Extract | None:
        """Return what the card says; None if it is of no person."""
        family, given, *_ = [*self._parts("N"), "", ""]
        kind = self._text("KIND") or self._text("X-ADDRESSBOOKSERVER-KIND")
        shown_as = self._text("X-ABSHOWAS").lower()
        if kind.lower() in _NO_PEOPLE or (shown_as == "company" and not family and not given):
            return None
        organisation = (self._parts("ORG") or [""])[0]
        name = self._name(family, given)
        found = list(self._handles())[:_MOST_HANDLES]
        if not found and (bare := handles.bare_name(name, PLACE)):
            found = [bare]
        if not found:
            return None if organisation else rejected(self.file, self.at, _NOBODY, "cards")
        revised = stamp(self._text("REV"))
        origin, at = self.file.origin(self.at), seconds(revised) if revised else NO_TIME
        card = Card(
            handle=found[0],
            at=at,
            origin=origin,
            name=name,
            handles=tuple(dict.fromkeys(handle for handle in found[1:] if handle != found[0])),
            organisation=_clipped(organisation),
            title=_clipped(self._text("TITLE") or self._text("ROLE")),
            location=_clipped(self._location()),
            birthday=next(filter(None, map(birthday, self.lines.get("BDAY", ()))), ""),
        )
        links = [Link(kind, a, b, at, origin) for kind, a, b in self._links(found[0])]
        return Extract(cards=[card], links=links[:_MOST_LINKS])

    def _text(self, name: str) -> str:
        """Return the first value of a property that says something, on one line."""
        for line in self.lines.get(name, ()):
            if text := " ".join(unescaped(line.value).split()):
                return text
        return ""

    def _parts(self, name: str) -> list[str]:
        for line in self.lines.get(name, ()):
            if any(found := [" ".join(part.split()) for part in parts(line.value)]):
                return found
        return []

    def _name(self, family: str, given: str) -> str:
        """Return the name as written, in the order in which it is said; empty where it only repeats an address."""
        written = self._text("FN")
        turned = family and given and written.replace(" ", "") == f"{family},{given}".replace(" ", "")
        for name in ("" if turned else written, f"{given} {family}".strip(), self._text("NICKNAME")):
            # Programs that know no name write an address or a number in its place, or the company.
            if "@" not in name and any(c.isalpha() for c in name) and [name] != self._parts("ORG")[:1]:
                return handles.clean_name(name)
        return ""

    def _handles(self) -> Iterator[Handle]:
        """Yield by what the person is reached, addresses before numbers before profiles, preferred ones first."""
        for line in _preferred(self.lines.get("EMAIL", ())):
            if handle := handles.email(_bare(line.value, "mailto:")):
                yield handle
        for line in _preferred(self.lines.get("TEL", ())):
            label = _label(self.labels.get(line.group, ""))
            if _NOT_HERS.isdisjoint(line.types() | {label}) and (handle := self._number(line.value)):
                yield handle
        for line in self._of("URL", "X-SOCIALPROFILE", "IMPP", *_ACCOUNTS):
            service = line.first("X-SERVICE-TYPE") or next(iter(line.all("TYPE")), "")
            if handle := self._account(line, _ACCOUNTS.get(line.name) or service):
                yield handle

    def _of(self, *names: str) -> Iterator[Property]:
        for name in names:
            yield from self.lines.get(name, ())

    def _number(self, value: str) -> Handle | None:
        # `tel:+1-418-656-9254;ext=102`: an extension is somebody's, the number is the house's.
        written, extension, _ = _bare(value, "tel:").partition(";ext=")
        return None if extension else handles.number(written, self.region)

    def _account(self, line: Property, service: str) -> Handle | None:
        """Return the handle of a profile's address, or of an account by the name of its network."""
        value = unescaped(line.value)
        if line.name != "URL" and not value.lower().startswith("http"):
            service = re.sub(r"[^a-z-]", "", service.lower())
            user = line.first("X-USER") or value.rpartition(":")[2].strip("/ ")
            if service in _MAIL_MESSENGERS:
                return handles.email(user)
            if service in _NUMBER_MESSENGERS:
                return handles.email(user) or self._number(user)
            if service not in _SITES or not _USER.fullmatch(user):
                return None
            value = f"https://{_SITES[service]}/{user.lstrip('@')}"
        found = handles.profile(value)
        if found is None:
            return None
        place, _, user = handles.value(found).rpartition("/")
        return None if place in _NO_NAMES or user in _NO_NAMES else found

    def _location(self) -> str:
        """Return town and country of the preferred address that names one of them."""
        for line in _preferred(self.lines.get("ADR", ())):
            *_, town, region, _, country = [" ".join(part.split()) for part in [*parts(line.value), *[""] * 7][:7]]
            if town or country:
                return ", ".join(part for part in (town or region, country) if part)
        return ""

    def _links(self, own: Handle) -> Iterator[tuple[LinkKind, str, str]]:
        """Yield whom the card names as family, as the one she reports to, as the one who reports to her."""
        for label, value in self._related():
            text = unescaped(_bare(unescaped(value), "mailto:"))
            other = handles.email(text) or (None if text.lower().startswith("urn:") else handles.bare_name(text, PLACE))
            if other is None or other == own:
                continue
            if label in {"manager", "supervisor", "boss"}:
                yield "reports-to", own, other
            elif label == "assistant":
                yield "reports-to", other, own
            elif _FAMILY.search(label):
                yield "family", own, other

    def _related(self) -> Iterator[tuple[str, str]]:
        for line in self.lines.get("X-ABRELATEDNAMES", ()):
            yield _label(self.labels.get(line.group) or next(iter(line.all("TYPE")), "")), line.value
        for line in self.lines.get("RELATED", ()):
            for kind in sorted(line.types()):
                yield _label(kind), line.value
        for line in self.lines.get("X-ANDROID-CUSTOM", ()):
            what, name, number, *own = [*parts(line.value), "", "", ""]
            if what == "vnd.android.cursor.item/relation":
                label = _ANDROID.get(number, "")
                yield (_label(own[0]) if label == "custom" else label), name
        for line in self._of(*_RELATIONS):
            yield _RELATIONS[line.name], line.value


def birthday(line: Property) -> str:
    """Return a birthday as `YYYY-MM-DD`, as `--MM-DD` where the year is left out or stands for one that is not known."""
    found = _DAY.fullmatch(line.value[:_LONGEST_TEXT])
    if found is None:
        return ""
    year = int(found[1]) if found[1].isdigit() else 0
    left_out = not _FIRST_YEAR <= year <= _LAST_YEAR or line.first("X-APPLE-OMIT-YEAR") == found[1]
    try:
        # 2000 has a 29th of February.
        day = date(2000 if left_out else year, int(found[2]), int(found[3]))
    except ValueError:
        return ""
    return f"--{day:%m-%d}" if left_out else day.isoformat()


def _preferred(lines: Iterable[Property]) -> list[Property]:
    """Return the lines with the preferred ones first, else as written."""

    def rank(line: Property) -> int:
        level = line.first("PREF")
        return int(level) if level.isdecimal() and len(level) < 4 else 0 if "pref" in line.types() else 101

    return sorted(lines, key=rank)


def _label(text: str) -> str:
    """Return a label for comparison: `_$!<Spouse>!$_` and `Domestic Partner` are spouse and domesticpartner."""
    return "".join(c for c in text[:_LONGEST_TEXT].lower() if c.isalpha())


def _bare(value: str, scheme: str) -> str:
    text = value.strip()
    return text[len(scheme) :] if text[: len(scheme)].lower() == scheme else text


def _clipped(text: str) -> str:
    return handles.clean_name(text)
