"""Names as people write them, taken apart just far enough to compare two of them.

`Fleming, Rosalee`, `rosalee j. fleming` and `Dr. Rosalee Fleming (Corp)` have one key; `Rosalee Fleming Jr.` has another.
A name of one word is no key, because it says too little; a name in a script that writes no blanks is a key as a whole.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache

from weakties.identity.common_names import FORMAL

_ASIDE = re.compile(r"\([^)]*\)|\[[^\]]*\]|<[^>]*>|\{[^}]*\}")
_BLANK = re.compile(r"[\s_]+")
_BEFORE = frozenset({"dr", "prof", "professor", "mr", "mrs", "ms", "miss", "mx", "sir", "dame", "herr", "frau", "dipl",
                     "ing", "rev", "hon", "capt", "sra", "srta", "don", "dona", "mme", "mlle"})  # fmt: skip
_AFTER = frozenset({"phd", "md", "mba", "esq", "cpa", "msc", "bsc", "ma", "ba", "dds", "pe", "cfa", "obe", "mbe"})
_GENERATION = {"jr": "jr", "junior": "jr", "sr": "sr", "senior": "sr", "ii": "ii", "iii": "iii", "iv": "iv"}
_PARTICLES = frozenset({"de", "da", "do", "dos", "das", "del", "della", "di", "du", "van", "von", "der", "den", "ter", "ten",
                        "la", "le", "al", "el", "bin", "ibn", "ben", "mac", "mc", "st", "zu", "y", "e"})  # fmt: skip
# Words of firms, offices and crowds: what has one of them is no person's name.
_NO_NAME = frozenset(
    """
    admin administrator advice advisor advisories agency alert alerts all alliance announcement announcements art
    association bank benefits board book bot business calls care center centre club committee community company
    conference consulting corp corporate council customer daily data deals delivery department dept desk development
    digest direct division ebusiness editor editorial email employees energy enterprise enterprises estate events
    everybody everyone exchange executive express feed feeds file financial firm forum foundation free from fund
    gmbh government group help helpdesk hotel hotline hr human inc industries info information institute insurance
    interested international internet investor investors items kernel lab labs legal limited list lists llc llp ltd
    magazine mail mailer mailing mailman management manager marketing media member members migration ministry museum
    network networks news newsdesk newsletter notification notifications observer of offer offers office online
    operations org organisation organization outage owner parties partner partners payroll plc post postmaster press
    process product products program project promotions public publications publishing radio recipient recipients
    recruiting relations report reports request research reservations resources review rewards sales savings school
    secretary security server service services shop society software solution solutions staff store studio
    subscriber subscribers subscription support system systems team tech technologies technology the ticket tickets
    times today trading travel trust tv undisclosed union university update updates user users valued via webmaster
    weekly worldwide yearbook
    """.split()  # noqa: SIM905  a list of words reads best as words
)
# Of these, the ones that a remark behind a person's name may hold.
_IN_PEOPLES_NAMES = frozenset(
    {"of", "the", "all", "from", "free", "art", "via", "bot", "e", "desk", "mark", "post", "human"}
)
# Letters that do not fall apart into a base and a mark, and the way they are usually written without it.
_PLAIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i"})


# A vowel with two dots is often written as two letters.
_DIGRAPH = re.compile(r"([aou])e")
# How sounds are written that alphabets other than the Latin have a letter for, and what stands for each here.
_HEARD = (("'", ""), ("kh", "h"), ("zh", "z"), ("ph", "f"), ("ks", "x"), ("ts", "c"), ("tch", "ch"), ("w", "v"), ("j", "i"),
          ("y", "i"), ("ii", "i"), ("ia", "a"), ("iu", "u"), ("ie", "e"),
          ("io", "e"))  # fmt: skip
_DOUBLED = re.compile(r"(.)\1+")


@dataclass(frozen=True, slots=True)
class Name:
    """A name taken apart, in comparison form (lower case, no diacritics).

    given, family: never both empty. middle: initials of what stands between. generation: `jr`, `sr`, `ii` ... or empty. key: what
    two spellings of one name share; the order of given and family name does not count, nor Ken for Kenneth, nor Mueller for Müller.
    """

    given: str
    family: str
    middle: str = ""
    generation: str = ""
    key: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Work the key out once: it is asked for with every pair of names."""
        formal = sorted((FORMAL.get(self.given, self.given), FORMAL.get(self.family, self.family)))
        object.__setattr__(self, "key", _DIGRAPH.sub(r"\1", " ".join(formal).strip()))

    @property
    def script(self) -> str:
        """The script of its first letter: `LATIN`, `CYRILLIC`, `CJK` ..."""
        return unicodedata.name(self.given[0], "?").split()[0]

    @property
    def sound(self) -> str:
        """What spellings share that differ by script or by how one is written in another: Дмитрий, Dmitry and Dmitri."""
        return _sound(self.key)

    @property
    def shown(self) -> str:
        """The name in capital letters, for a sentence."""
        return f"{self.given} {self.family}".strip().title()


@lru_cache(maxsize=65_536)
def _sound(key: str) -> str:
    from anyascii import anyascii

    words = key.split()
    if len(words) == 1 and not key.isascii():
        # Of names that are written without blanks the family's is the first sign.
        words = [key[0], key[1:]]
    return " ".join(sorted(_heard(anyascii(word)) for word in words))


def _heard(plain: str) -> str:
    text = plain.lower().replace(" ", "")
    for written, heard in _HEARD:
        text = text.replace(written, heard)
    return _DOUBLED.sub(r"\1", text)


@lru_cache(maxsize=131_072)
def parse(written: str) -> Name | None:
    """Return the name taken apart, or None if it does not name one person in full (one word, an address, a crowd)."""
    if not written or "@" in written or len(written) > 100:
        return None
    text = _ASIDE.sub(" ", written).strip(" \"'.,;-")
    first, comma, rest = text.partition(",")
    if comma and rest.strip() and not _is_suffix(rest):
        text = f"{rest} {first}" if " " not in rest.strip() or "," not in rest else text
    words = [w.strip(".,'\"\\") for w in _BLANK.split(_folded(text.replace(",", " ")))]
    words = [w for w in words if w]
    generation = ""
    kept = []
    for index, word in enumerate(words):
        if index and word in _GENERATION:
            generation = _GENERATION[word]
        elif not (word in _BEFORE and index == 0) and word not in _AFTER and not _is_ornament(word):
            kept.append(word)
    if len(kept) > 6 or any(w in _NO_NAME or w in {"-", "&", "and", "und", "et"} for w in kept):
        return None
    if any(map(str.isdigit, "".join(kept))):
        return None
    return _named(kept, generation)


def _is_ornament(word: str) -> bool:
    """Tell whether a word is a heart or a flag that somebody put behind a name. A dash or an ampersand says more."""
    return not word.isascii() and not any(map(str.isalnum, word))


def _named(words: list[str], generation: str) -> Name | None:
    if len(words) == 1 and len(words[0]) >= 2 and _writes_no_blanks(words[0]):
        return Name(words[0], "", "", generation)
    full = [w for w in words if len(w.replace(".", "")) > 1]
    if len(full) < 2:
        return None
    given = full[0]
    last = len(full) - 1
    while last > 1 and full[last - 1] in _PARTICLES:
        last -= 1
    family = " ".join(full[last:])
    between = words[words.index(given) + 1 :]
    middle = "".join(w[0] for w in between if w not in full[last:] and w not in _PARTICLES)
    return Name(given, family, middle, generation)


def display(written: str) -> str:
    """Return a name as it should be shown: `Fleming, Rosalee (Corp)` becomes `Rosalee Fleming`."""
    text = _ASIDE.sub(" ", written) if parse(written) else written
    first, comma, rest = text.partition(",")
    if comma and rest.strip() and parse(written) and not _is_suffix(rest):
        text = f"{rest.strip()} {first.strip()}"
    text = _BLANK.sub(" ", text).strip(" \"'")
    return text.title() if text.isupper() and len(text) > 4 else text


def is_of_no_person(written: str) -> bool:
    """Tell whether a name has a word of firms, offices or crowds in it."""
    words = {w.strip(".,'\"!?") for w in re.split(r"[\s_/-]+", _folded(written))}
    return "@" not in written and not words.isdisjoint(_NO_NAME - _IN_PEOPLES_NAMES)


def from_local_part(local: str) -> Name | None:
    """Return the name that a mail address spells (`rosalee.fleming`, `rosalee_j_fleming`), or None."""
    words = [w for w in re.split(r"[._\-]+", local.partition("+")[0]) if w]
    if len(words) < 2 or len(words) > 4 or any(not w.isalpha() for w in words):
        return None
    return parse(" ".join(words))


def initials_agree(a: Name, b: Name) -> bool:
    """Tell whether the middle names can be one person's: one has none, or they begin alike."""
    return not a.middle or not b.middle or a.middle[0] == b.middle[0]


def _is_suffix(text: str) -> bool:
    words = {w.strip(". ").lower() for w in text.split()}
    return bool(words) and all(w in _AFTER or w in _GENERATION or w.replace(".", "") in _AFTER for w in words)


def folded(text: str) -> str:
    """Return a text in comparison form: lower case, no diacritics, single blanks."""
    return " ".join(_folded(text).split())


def _folded(text: str) -> str:
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text.casefold().translate(_PLAIN))
    return "".join(c for c in apart if not unicodedata.combining(c)).replace("’", "'")


def _writes_no_blanks(word: str) -> bool:
    return all("CJK" in (name := unicodedata.name(c, "")) or "HANGUL" in name or "KANA" in name for c in word)
