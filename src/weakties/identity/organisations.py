"""Who works where: the organisation behind a mail domain, and the one a card names.

An organisation is a registrable domain (`cs.example.ac.uk` belongs to `example.ac.uk`), named the way its people's
signatures name it. Free-mail and internet-access domains are none: they say nothing of where somebody works.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache

from publicsuffixlist import PublicSuffixList

from weakties.facts import handles

# Where anybody can have an address. Own list, from the sign-up pages of the large providers; grows by `free_mail` in the
# settings. The first label is enough for those with one domain a country (yahoo.fr, gmx.de).
FREE_MAIL_LABELS = frozenset(
    """
    gmail googlemail yahoo ymail rocketmail hotmail outlook live msn aol aim icloud me mac gmx web t-online freenet arcor mail
    yandex inbox rambler qq 163 126 sina sohu foxmail naver daum hanmail protonmail proton pm tutanota tuta fastmail zoho
    hushmail posteo mailbox runbox laposte orange wanadoo free sfr bbox libero virgilio tiscali alice tin uol bol terra ig
    comcast verizon att sbcglobal bellsouth cox charter earthlink juno netzero mindspring prodigy excite lycos optonline
    rogers shaw sympatico telus btinternet ntlworld virginmedia sky talktalk blueyonder bigpond optusnet rediffmail sapo
    telenet skynet ziggo xs4all planet home kpnmail seznam centrum wp onet interia o2 abv ukr hey duck skiff mailinator
    compuserve netscape usa email freemail fmail webmail postbox rr swbell pacbell ameritech worldnet telefonica
    """.split()  # noqa: SIM905  a list of words reads best as words
)


_ENOUGH_TO_NAME = 3
# As `identity.names` writes letters without their marks.
_PLAIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i"})


@cache
def _suffixes() -> PublicSuffixList:
    # Domains of handles are Unicode already; turning ten thousand suffixes into their ASCII form takes a tenth of a second.
    return PublicSuffixList(accept_encoded_idn=False)


@cache
def organisation_domain(domain: str) -> str:
    """Return the registrable part of a domain, or the domain itself where there is none (a host without a suffix)."""
    return _suffixes().privatesuffix(domain) or domain


def is_free_mail(domain: str, further: Iterable[str] = ()) -> bool:
    """Tell whether anybody can have an address there. further: registrable domains that the user counts among them."""
    registrable = organisation_domain(domain)
    return registrable.partition(".")[0] in FREE_MAIL_LABELS or registrable in set(further)


def of_handle(handle: str, further: Iterable[str] = ()) -> str:
    """Return the organisation's domain behind a mail handle, the directory's O= of an Exchange handle, or the empty text."""
    if handle.startswith("exchange:/o="):
        return handle.removeprefix("exchange:/o=").partition("/")[0]
    domain = handles.domain(handle)
    return "" if not domain or is_free_mail(domain, tuple(further)) else organisation_domain(domain)


# What a firm's name ends in and says nothing of which firm it is.
_FORMS = frozenset(
    """
    inc incorporated corp corporation co company llc llp lp ltd limited plc gmbh ag kg ohg se sa sas sarl srl spa bv nv ab as asa
    oy oyj aps kk pty pvt sl slu lda ltda kft zrt doo sro the group holding holdings international technologies labs
    """.split()  # noqa: SIM905  a list of words reads best as words
)


@lru_cache(maxsize=65_536)
def key(name: str) -> str:
    """Return what two writings of one organisation share: `The Acme Corp.` and the domain `acme.com` are `acme`.

    name: as a card writes it, or a registrable domain. The empty text where nothing telling is left.
    """
    written = words(name)
    return "".join([w for w in written if w not in _FORMS] or written)


def words(name: str) -> tuple[str, ...]:
    """Return the words of a name in small letters without marks: of `Vallée Horologers' Guild`, `vallee`, `horologers`, `guild`."""
    text = unicodedata.normalize("NFKD", name.casefold().translate(_PLAIN))
    return tuple(re.findall(r"[^\W_]+", "".join(c for c in text if not unicodedata.combining(c))))


@lru_cache(maxsize=65_536)
def house(handle: str) -> str:
    """Return the same of the organisation behind a handle: the first label of its domain, or the directory's O=."""
    place = of_handle(handle)
    return key(place.partition(".")[0]) if place else ""


def display_name(domain: str, said: Mapping[str, int]) -> str:
    """Return how to call an organisation: as most cards of its people do, else by its domain.

    said: how many people with an address there say each name on their newest card. A domain is named by three people at
    least, and by most of those who say anything: one person's employer elsewhere, or a department, renames nothing.
    """
    tally = Counter({name: n for name, n in said.items() if name})
    if not tally:
        return domain
    name = max(tally, key=lambda name: (tally[name], name))
    return name if tally[name] >= _ENOUGH_TO_NAME and 2 * tally[name] > tally.total() else domain
