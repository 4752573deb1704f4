"""People in a message's own words: who is mentioned, and who is introduced to whom.

An introduction is made between people who both receive the message: only then can the tie be seen to begin. A verb
such as "introduce" proves nothing by itself ("introduce myself", "introduce a bill"): of the messages of one large
archive that hold such words only one in twenty-five introduces a recipient to another. So a recipient must be named
in the same sentence, and it must be plain who the other side is, or nothing is said.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from weakties.sources.names import FIRST_NAMES, names

# To more people than this nobody is introduced to anybody: it is an announcement.
_MOST_RECIPIENTS = 8
_LONGEST_READ = 20_000

# No introduction is made without one of these; looked for as they stand, before any pattern is.
_QUICK = (
    "intro",
    "meet",
    "connect",
    "in touch",
    "cc'",
    "cc ",
    "ccing",
    "cop",
    "loop",
    "adding",
    "added",
    "you two",
    "présent",
    "presento",
    "vorstell",
    "<>",
    "<->",
)
_INTRODUCES = re.compile(
    r"\b(?:re-?)?introduc(?:e|ing)\b(?! (?:them|him|her|us|me|ourselves|himself|herself|yourself|the|an?|our|this|some|new|these)\b)"
    r"|\bby way of (?:an? |this )?(?:e-?mail )?intro(?:duction)?\b|\b(?:e-?mail|quick|making (?:an?|the|this)) intro(?:duction)?\b"
    r"|\bplease meet\b|, meet (?-i:[A-Z])|^meet (?-i:[A-Z])|\bi(?:'d| would) like (?:you|for you) to meet\b|\bmeet my\b"
    r"|\bconnect(?:ing)? (?:you|the two|both)|\bput(?:ting)? (?:you|someone|somebody|the two|both)\b.{0,40}\bin touch"
    r"|\bcc'?(?:ing|ed|d) (?-i:[A-Z])"
    r"|\bi(?:'m| am|'ve| have|'ll| will) (?:also )?(?:cc|copy|copied|add|loop)(?:ing|ed)? (?:in )?(?-i:[A-Z])"
    r"|\bam copying (?:in )?(?-i:[A-Z])"
    r"|\b(?:going to|will) copy (?-i:[A-Z])|\bby copy of this \w+ to (?-i:[A-Z])|\bloop(?:ing|ed)? in (?-i:[A-Z])|(?-i:Adding [A-Z])"
    r"|\byou (?:two|both|guys) should|\byou should (?:meet each|both|know each)|\bje (?:te|vous) présente|\ben copie\b"
    r"|\b(?:te|le|les|os) presento|\bvorstellen\b|\bti presento|\bapresent(?:o|ar)\b|(?-i:[A-Z]\w+ <-?> [A-Z])",
    re.IGNORECASE,
)
# Who is copied joins everybody who is there, if they are few; who is introduced to "you" meets one, and if nobody is
# greeted or named as well, it is plain who that is only where one other recipient remains.
_JOINS = re.compile(r"\bcc|cop|adding|loop", re.IGNORECASE)
_MOST_JOINED = 3
# A name stands no further from the words that introduce its bearer.
_NEAR = 60
_EACH_OTHER = re.compile(
    r"\byou (?:two|both) (?:should|to|in touch|guys)|\b(?:put|introduce|connect)(?:ing)? (?:you two|the two of you|you both)"
    r"|\byou should (?:meet|know) each other|\bmeet each other\b",
    re.IGNORECASE,
)
_NOT_HERE = re.compile(
    r"\b(?:nice|good|great|pleasure|glad|happy|pleased) (?:to|seeing and) meet\b|\bintroduc\w+ (?:yourself|himself|herself)"
    r"|\bmeet(?:ing)? (?:at|on|in|with|up|for)\b|\bwill meet\b|\bwe meet\b|\bto meet\b(?! each)",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[^a-z\s])|\n\s*\n")
_VOCATIVE = re.compile(
    r"\s*(?:(?:hi|hello|hey|dear|good (?:morning|afternoon|evening)|hallo|bonjour|hola|ciao|liebe[rs]?|salut|olá) )?"
    r"([^\W\d_][\w'’-]*(?: (?:(?:and|und|et|y|&) )?[^\W\d_][\w'’-]*){0,2})\s*(?:[,:!–—.\n]| - |$)",
    re.IGNORECASE,
)
_PART = re.compile(r"[^\W\d_]{2,}(?:['’-][^\W\d_]+)?")


def mentions(words: str, *, known: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """Return the full names in the words that are neither the author's nor a recipient's, each once, in order."""
    found = dict.fromkeys(name for name, _ in names(words))
    if not found:
        return ()
    people = [_parts(handle, name) for handle, name in known]
    signed = {line.strip(" ,.-") for line in words[-200:].split("\n")[-4:]}
    return tuple(name for name in found if name not in signed and not _is_one_of(name, people))


@lru_cache(maxsize=16_384)
def _parts(handle: str, name: str) -> tuple[frozenset[str], str]:
    """Return the parts of somebody's name, from the name as written and the address, and the bare local part."""
    local = handle.partition(":")[2].rpartition("@")[0] if handle.startswith("email:") else ""
    return frozenset(_PART.findall(f"{name} {re.sub('[._+-]', ' ', local)}".casefold())), re.sub(r"\W|_", "", local)


@lru_cache(maxsize=16_384)
def _called(handle: str, name: str) -> frozenset[str]:
    """Return the words by which a text may name somebody: of an address alone only those that a name is made of."""
    if name and "@" not in name:
        return frozenset(_PART.findall(name.casefold()))
    words = re.split(r"[._]", handle.partition(":")[2].partition("@")[0].casefold())
    plain = [word for word in words if word.isalpha() and len(word) > 1]
    return (
        frozenset(plain)
        if plain and (plain[0] in FIRST_NAMES or len(words) > 1) and "-" not in words[0]
        else frozenset()
    )


def _is_one_of(name: str, people: Sequence[tuple[frozenset[str], str]]) -> bool:
    first, *_, last = name.casefold().rstrip(".").split()
    for parts, local in people:
        if last in parts and any(part[0] == first[0] for part in parts if part != last):
            return True
        if local and (local in {first[0] + last, first + last, last + first, first + last[0], last + first[0], last}):
            return True
    return False


def introductions(words: str, *, author: str, recipients: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Return the pairs of recipients' handles whom the author introduces to each other, each pair in sorted order."""
    if not 2 <= len(recipients) <= 2 * _MOST_RECIPIENTS:
        return ()
    others = list(dict.fromkeys((handle, name) for handle, name in recipients if handle != author))
    text = words[:_LONGEST_READ]
    lowered = text.lower()
    if not 2 <= len({handle for handle, _ in others}) <= _MOST_RECIPIENTS or not any(
        word in lowered for word in _QUICK
    ):
        return ()
    people = [(handle, _called(handle, name)) for handle, name in others]
    if not _named(text, people) and not _EACH_OTHER.search(text):
        return ()
    vocative = _VOCATIVE.match(text[:80])
    greeted = _named(vocative.group(1), people) if vocative else []
    pairs: list[tuple[str, str]] = []
    for sentence in _SENTENCE_END.split(text):
        lowered = sentence[:1000].lower()
        if any(word in lowered for word in _QUICK) and (verb := _INTRODUCES.search(sentence[:1000])):
            near = sentence[max(0, verb.start() - _NEAR) : verb.end() + _NEAR]
            pairs += _introduced(near, people, greeted, most_unnamed=_MOST_JOINED if _JOINS.search(verb.group()) else 1)
    return tuple(dict.fromkeys(pairs))


def _named(text: str, people: Sequence[tuple[str, frozenset[str]]]) -> list[str]:
    """Return the handles of the people whom a text names with a capital, by first name or surname, in their order."""
    words = {word.casefold() for word in _PART.findall(text) if word[:1].isupper()}
    for word in tuple(words):
        words.add(re.sub(r"['’]s$", "", word))
    return [handle for handle, parts in people if not words.isdisjoint(parts)]


def _introduced(
    sentence: str, people: Sequence[tuple[str, frozenset[str]]], greeted: Sequence[str], *, most_unnamed: int
) -> list[tuple[str, str]]:
    named = _named(sentence, people)
    if _EACH_OTHER.search(sentence):
        pair = named if len(named) == 2 else list(greeted) if len(greeted) == 2 else [handle for handle, _ in people]
        return [_pair(pair[0], pair[1])] if len(pair) == 2 else []
    if not named or _NOT_HERE.search(sentence):
        return []
    first_named = [handle for handle in named if handle in greeted and len(named) > 1]
    if first_named and len(first_named) < len(named):
        return [_pair(a, b) for a in first_named for b in named if b not in first_named]
    new = [handle for handle in named if handle not in greeted]
    rest = [handle for handle in greeted if handle not in new]
    if not rest:
        rest = [handle for handle, _ in people if handle not in new]
        if len(rest) > most_unnamed:
            rest = []
    if len(new) == 2 and not rest:
        return [_pair(new[0], new[1])]
    return [_pair(a, b) for a in new for b in rest]


def _pair(a: str, b: str) -> tuple[str, str]:
    return (a, b) if a <= b else (b, a)
