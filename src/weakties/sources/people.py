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

from weakties.sources.names import names

# To more people than this nobody is introduced to anybody: it is an announcement.
_MOST_RECIPIENTS = 8
# The other side may go unnamed ("I would like to introduce you to ...") where no more than this many remain.
_MOST_UNNAMED = 2
_LONGEST_READ = 20_000

# No introduction is made without one of these; looked for as they stand, before any pattern is.
_QUICK = (
    "introduc",
    "meet",
    "intro",
    "connect",
    "in touch",
    "cc'",
    " cc ",
    "ccing",
    " cced",
    "copy",
    "copied",
    "loop",
    "adding",
    "added",
    "you two",
    "présente",
    "presento",
    "vorstell",
    "en copie",
    "apresent",
    "<>",
    "<->",
)
_INTRODUCES = re.compile(
    r"\b(?:re-?)?introduc(?:e|es|ing)\b|\b(?:intro|introduction)\b|,? (?:please |i(?:'d| would) like (?:you|for you) to )?meet\b"
    r"|\bconnect(?:ing)? (?:you|the two|both)|\bput(?:ting)? (?:you|someone|somebody|the two|both)\b.{0,40}\bin touch"
    r"|\bcc'?(?:ing|ed|d)\b|\bi(?:'m| am|'ve| have|'ll| will) (?:also )?(?:cc|copy|copied|add|loop)|\bam copying\b"
    r"|\bcop(?:y|ying|ied) (?:in )?[A-Z]|\bgoing to copy\b|\bloop(?:ing|ed)? in\b|\badding [A-Z]|\byou (?:two|both|guys) should"
    r"|\byou should (?:meet each|both|know each)|\bje (?:te|vous) présente|\ben copie\b|\b(?:te|le|les|os) presento"
    r"|\bvorstellen\b|\bti presento|\bapresent(?:o|ar)\b|<-?>",
    re.IGNORECASE,
)
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
_GREETING = re.compile(
    r"\s*(?:(?:hi|hello|hey|dear|good (?:morning|afternoon|evening)|hallo|bonjour|hola|ciao|liebe[rs]?)\s+)?"
)
_PART = re.compile(r"[^\W\d_]{2,}(?:['’-][^\W\d_]+)?")


def mentions(words: str, *, known: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """Return the full names in the words that are neither the author's nor a recipient's, each once, in order."""
    found = dict.fromkeys(name for name, _ in names(words))
    if not found:
        return ()
    people = [_parts(handle, name) for handle, name in known]
    return tuple(name for name in found if not _is_one_of(name, people))


@lru_cache(maxsize=16_384)
def _parts(handle: str, name: str) -> tuple[frozenset[str], str]:
    """Return the parts of somebody's name, from the name as written and the address, and the bare local part."""
    local = handle.partition(":")[2].rpartition("@")[0] if handle.startswith("email:") else ""
    return frozenset(_PART.findall(f"{name} {re.sub('[._+-]', ' ', local)}".casefold())), re.sub(r"\W|_", "", local)


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
    others = list(dict.fromkeys((handle, name) for handle, name in recipients if handle != author))
    text = words[:_LONGEST_READ]
    lowered = text.lower()
    if not 2 <= len({handle for handle, _ in others}) <= _MOST_RECIPIENTS or not any(
        word in lowered for word in _QUICK
    ):
        return ()
    people = [(handle, _parts(handle, name)[0]) for handle, name in others]
    if not _named(text, people) and not _EACH_OTHER.search(text):
        return ()
    greeted = _named(text[:80].split("\n")[0], people) if _GREETING.match(text) else []
    pairs: list[tuple[str, str]] = []
    for sentence in _SENTENCE_END.split(text):
        lowered = sentence[:1000].lower()
        if any(word in lowered for word in _QUICK) and _INTRODUCES.search(sentence[:1000]):
            pairs += _introduced(sentence[:1000], people, greeted)
    return tuple(dict.fromkeys(pairs))


def _named(text: str, people: Sequence[tuple[str, frozenset[str]]]) -> list[str]:
    """Return the handles of the people whom a text names with a capital, by first name or surname, in their order."""
    words = {word.casefold() for word in _PART.findall(text) if word[:1].isupper()}
    for word in tuple(words):
        words.add(re.sub(r"['’]s$", "", word))
    return [handle for handle, parts in people if not words.isdisjoint(parts)]


def _introduced(
    sentence: str, people: Sequence[tuple[str, frozenset[str]]], greeted: Sequence[str]
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
        if len(rest) > _MOST_UNNAMED:
            rest = []
    if len(new) == 2 and not rest:
        return [_pair(new[0], new[1])]
    return [_pair(a, b) for a in new for b in rest]


def _pair(a: str, b: str) -> tuple[str, str]:
    return (a, b) if a <= b else (b, a)
