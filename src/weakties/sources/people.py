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
    "touch",
    "cc'",
    "cc ",
    "cc)",
    "ccing",
    "cced",
    "cop",
    "cóp",
    "loop",
    "adding",
    "added",
    "each other",
    ", this is ",
    ",\nthis is ",
    ", das ist ",
    "you two",
    "you both",
    "présent",
    "present",
    "relation",
    "vorstell",
    "stelle ",
    "bekannt",
    "kontakt",
    "kopie",
    "contact",
    "contat",
    "kennenlern",
    "紹介",
    "つなぎ",
    "繋ぎ",
    "<>",
    "<->",
)
_A_NAME = r"(?-i:[A-ZÀ-ÞĀ-Ž])"
_INTRODUCES = re.compile(
    # English
    r"\b(?:re-?)?introduc(?:e|ing)\b(?! (?:them|him|her|us|me|ourselves|himself|herself|yourself|the(?! two of you)|an?|our|this|some"
    r"|new|these)\b)"
    r"|\bby way of (?:an? |this )?(?:e-?mail )?intro(?:duction)?\b|\b(?:e-?mail|quick|making (?:an?|the|this)) intro(?:duction)?\b"
    rf"|\b(?:promised|owe[ds]?) (?:you |him |her |{_A_NAME}\w+ )?(?:an? |the |this )?(?:e-?mail )?intro(?:duction)? to\b"
    rf"|\bplease meet\b|, meet {_A_NAME}|^meet {_A_NAME}|\bi(?:'d| would) like (?:you|for you) to meet\b|\bmeet my\b"
    rf"|{_A_NAME}[\w'’-]+, (?:please )?(?:meet|this is) {_A_NAME}[\w’'-]*\w(?: {_A_NAME}[\w’'-]*\w){{0,2}}"
    r"(?:[,.;:!?(–—]| [(–—]| (?:who|from|and|at)\b|$)"
    rf"|\bconnect(?:ing)? (?:you|the two|both|{_A_NAME}\w+(?: {_A_NAME}\w+)? (?:and|with|to|&)\b)"
    rf"|\bput(?:ting)? (?:you|someone|somebody|the two|both|{_A_NAME}\w+)\b.{{0,40}}\bin touch"
    rf"|\bcc'?(?:ing|ed|d) {_A_NAME}|\((?:also )?(?:(?:in|on) )?(?:cc|cc'?e?d|copied|copy)(?: here| in)?\)"
    rf"|\bi(?:'m| am|'ve| have|'ll| will) (?:also )?(?:cc|copy|copied|add|loop)(?:ing|ed)? (?:in )?{_A_NAME}"
    rf"|\bam copying (?:in )?{_A_NAME}|\b(?:going to|will) copy {_A_NAME}"
    rf"|\bby copy of this \w+ to {_A_NAME}|\bloop(?:ing|ed)? in {_A_NAME}"
    rf"|(?-i:Adding [A-Z])|\b(?:is|are) (?:also )?(?:(?:in|on) (?:copy|cc)\b|cc'?e?d\b|copied (?:here|in|on this)\b)"
    r"|\byou (?:two|both|guys) should|\byou should (?:meet each|both|know each)|\b(?:meet|know) each other\b"
    r"|\b(?:two|both) (?:people|of you) who should (?:meet|talk|know)\b"
    r"|\blet you (?:two|both|guys) (?:take it|connect|talk|go on|find|arrange)\b"
    # German
    r"|\bvor(?:zu)?stellen\b|\b(?:stelle|darf ich) (?:dir|ihnen|euch)\b.{0,60}\bvor\b|\bbekannt ?(?:zu ?)?machen\b"
    r"|\bmache euch (?:\w+ ){0,2}bekannt\b|\bin (?:kontakt|verbindung) (?:zu )?(?:bringen|setzen)\b|\bbringe euch .{0,30}in kontakt\b"
    rf"|\b(?:in|im) (?:kopie|cc)\b|\bihr (?:zwei|beiden?|solltet) .{{0,30}}\b(?:kennenlernen|reden|sprechen)"
    rf"|{_A_NAME}[\w'’-]+, das ist {_A_NAME}"
    # French
    r"|\bje (?:te|vous) présente|\b(?:te|vous) présenter\b|\ben copie\b|\b(?:mets|mettre|met) .{0,40}\ben (?:contact|relation)\b"
    r"|\bvous devriez (?:vous (?:rencontrer|parler|connaître)|faire connaissance)\b"
    # Spanish, Portuguese, Italian
    r"|\b(?:te|le|les|os|ti|vi|lhe|vos) presento\b|\bpresentar(?:te|le|les|os|ti|vi)\b|\bapresent(?:o|ar)\b|\b(?:en|em|in) c[oó]pia\b"
    r"|\b(?:pongo|poner(?:os|te|les|los)?|coloco|colocar|ponho|pôr|metto|metter(?:vi|ti|la)) .{0,40}"
    r"\b(?:en contacto|em contac?to|in contatto)\b"
    rf"|\b(?:os|vi|vos) (?:pongo|metto|ponho|coloco) (?:en contacto|in contatto|em contac?to)\b|\bcopi(?:o a|ando a) {_A_NAME}"
    r"|\b(?:deberíais|deberían|deveriam|dovreste) .{0,20}(?:conocer|conhecer|conoscer|hablar|falar|parlar|sentir)"
    # Japanese
    r"|紹介(?:します|し[たま]|いたし|させ|申し)|(?:つなぎ|繋ぎ)(?:します|いたし)"
    r"|(?-i:[A-ZÀ-Þ]\w+ <-?> [A-ZÀ-Þ])",
    re.IGNORECASE,
)
# Who is copied joins everybody who is there, if they are few; who is introduced to "you" meets one, and if nobody is
# greeted or named as well, it is plain who that is only where one other recipient remains.
_JOINS = re.compile(r"\bcc|c[oó]p|kopie|im cc|adding|loop", re.IGNORECASE)
_MOST_JOINED = 3
# A name stands no further from the words that introduce its bearer.
_NEAR = 60
_EACH_OTHER = re.compile(
    r"\byou (?:two|both) (?:should|to|in touch|guys)"
    r"|\b(?:put|introduce|connect)(?:ing)? (?:you two|the two of you|you both|both of you)"
    r"|\byou should (?:meet|know) each other|\b(?:meet|know) each other\b"
    r"|\b(?:two|both) (?:people|of you) who should (?:meet|talk|know)\b"
    r"|\blet you (?:two|both|guys) (?:take it|connect|talk|go on|find|arrange)\b"
    r"|\beuch (?:beiden? )?(?:miteinander |einander )?(?:bekannt ?(?:zu ?)?mache|in (?:kontakt|verbindung)|vorstellen)"
    r"|\bihr (?:zwei|beiden?|solltet) .{0,30}\b(?:kennenlernen|reden|sprechen)"
    r"|\bvous (?:mets|mettre|met) (?:tous les deux )?en (?:contact|relation)"
    r"|\bvous devriez|\b(?:os|vi|vos) (?:pongo|metto|ponho|coloco) (?:en contacto|in contatto|em contac?to)"
    r"|\b(?:poneros|mettervi) (?:en contacto|in contatto)|\bcolocar vocês em contac?to"
    r"|\b(?:deberíais|deberían|deveriam|dovreste) .{0,20}(?:conocer|conhecer|conoscer|hablar|falar|parlar|sentir)"
    r"|お(?:二人|ふたり)を.{0,20}(?:紹介|つなぎ|繋ぎ)",
    re.IGNORECASE,
)
_NOT_HERE = re.compile(
    r"\b(?:nice|good|great|pleasure|glad|happy|pleased) (?:to|seeing and) meet\b|\bintroduc\w+ (?:your|him|her|our|them)sel(?:f|ves)"
    r"|\bmeet(?:ing)? (?:at|on|in|with|up|for)\b|\bwill meet\b|\bwe meet\b|\bto meet\b(?! (?:each|(?-i:[A-ZÀ-Þ])))"
    r"|\b(?:he|she|they|who|which|(?-i:(?!I\b)[A-Z]\w+))(?:'ll| will| can| could| would| may| might)(?: also)? introduce\b",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"(?<=[。！？])|(?<=[.!?])\s+(?=[^a-z\s])|\n\s*\n")
_AND = r"(?:and|und|et|y|e|och|&)"
_VOCATIVE = re.compile(
    r"\s*(?:(?:hi|hello|hey|dear|good (?:morning|afternoon|evening|day)|hallo|moin|guten (?:tag|morgen)|bonjour|buenos días|buenas"
    r"|hola|ciao|buongiorno|cara|caro|cher|chère|querid[oa]|liebe[rs]?|salut|olá|bom dia) )?"
    rf"([^\W\d_][\w'’-]*(?: (?:{_AND} )?[^\W\d_][\w'’-]*){{0,3}})\s*(?P<end>[,:!–—.\n、]| - |$)",
    re.IGNORECASE,
)
# Whom the words between them make a pair, whoever else is there.
_BETWEEN = re.compile(
    rf"<-?>|{_A_NAME}[\w'’-]+, (?:please )?(?:meet|this is|das ist) {_A_NAME}"
    rf"|\b(?:put|connect)(?:ing)? {_A_NAME}\w+(?: {_A_NAME}\w+)? (?:and|with|to|&) {_A_NAME}|\bbetween {_A_NAME}",
    re.IGNORECASE,
)
# A reply keeps the subject of the introduction that it answers.
_ANSWERS = re.compile(r"\s*(?:re|aw|antw|fwd?|wg|tr|sv|rv|ref|res|enc|i|r)\s*(?:\[\d+\])?\s*[:：]", re.IGNORECASE)
# Scripts without capitals: there a name is looked for as it stands.
_CASELESS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{2,}")
_LATIN = re.compile(r"[A-Za-zÀ-ɏ]")
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
    """Return the words by which a text may name somebody: of an address alone only those that a name is made of.

    Who writes their name in a script of their own is called in Latin letters by others, as in their address.
    """
    if name and "@" not in name:
        written = frozenset(_PART.findall(name.casefold()))
        return written if _LATIN.search(name) else written | _called(handle, "")
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


def introductions(
    words: str, *, author: str, recipients: Sequence[tuple[str, str]], subject: str = ""
) -> tuple[tuple[str, str], ...]:
    """Return the pairs of recipients' handles whom the author introduces to each other, each pair in sorted order.

    words: the author's own. recipients: handles with the names as written. subject: read as well, unless it is an answer's.
    """
    if not 2 <= len(recipients) <= 2 * _MOST_RECIPIENTS:
        return ()
    others = list(dict.fromkeys((handle, name) for handle, name in recipients if handle != author))
    title = "" if _ANSWERS.match(subject) else f"{subject}\n\n"
    text = title + words[:_LONGEST_READ]
    lowered = text.lower()
    if not 2 <= len({handle for handle, _ in others}) <= _MOST_RECIPIENTS or not any(
        word in lowered for word in _QUICK
    ):
        return ()
    people = [(handle, _called(handle, name)) for handle, name in others]
    pairs: list[tuple[str, str]] = []
    sentences = _SENTENCE_END.split(text)
    for place, sentence in enumerate(sentences):
        lowered = sentence[:1000].lower()
        if any(word in lowered for word in _QUICK) and (
            verb := _INTRODUCES.search(said := " ".join(sentence[:1000].split()))
        ):
            near = said[max(0, verb.start() - _NEAR) : verb.end() + _NEAR]
            # Who is spoken to by name stays so until somebody else is.
            spoken_to = (_addressed(one, people) for one in reversed(sentences[: place + 1]))
            addressed = next(filter(None, spoken_to), None) or _addressed(words, people, greeting=True)
            pairs += _introduced(near, people, addressed, joins=bool(_JOINS.search(verb.group())))
    return tuple(dict.fromkeys(pairs))


def _addressed(beginning: str, people: Sequence[tuple[str, frozenset[str]]], *, greeting: bool = False) -> list[str]:
    """Return the handles of whom the beginning of a sentence speaks to by name. greeting: it is the message's first."""
    vocative = _VOCATIVE.match(beginning[:80])
    if vocative is None or (vocative["end"] in ("", ".") and not greeting):
        return []
    return _named(vocative.group(1), people)


def _named(text: str, people: Sequence[tuple[str, frozenset[str]]]) -> list[str]:
    """Return the handles of the people whom a text names, by first name or surname, in their order.

    A name is written with a capital, or in a script that has none.
    """
    words = {word.casefold() for word in _PART.findall(text) if word[:1].isupper()}
    for word in tuple(words):
        words.add(re.sub(r"['’]s$", "", word))
    caseless = _CASELESS.findall(text)
    return [
        handle
        for handle, parts in people
        if not words.isdisjoint(parts)
        or (caseless and any(part in run for part in parts if _CASELESS.fullmatch(part) for run in caseless))
    ]


def _introduced(
    sentence: str, people: Sequence[tuple[str, frozenset[str]]], addressed: Sequence[str], *, joins: bool
) -> list[tuple[str, str]]:
    """Return whom a sentence introduces to each other. joins: somebody is copied in rather than introduced."""
    named = _named(sentence, people)
    if _EACH_OTHER.search(sentence):
        pair = (
            named if len(named) == 2 else list(addressed) if len(addressed) == 2 else [handle for handle, _ in people]
        )
        return [_pair(pair[0], pair[1])] if len(pair) == 2 else []
    if not named or _NOT_HERE.search(sentence):
        return []
    if len(named) == 2 and _BETWEEN.search(sentence):
        return [_pair(named[0], named[1])]
    first_named = [handle for handle in named if handle in addressed and len(named) > 1]
    if first_named and len(first_named) < len(named):
        return [_pair(a, b) for a in first_named for b in named if b not in first_named]
    new = [handle for handle in named if handle not in addressed]
    if not new and len(named) == 2 and not joins:
        return [_pair(named[0], named[1])]
    rest = [handle for handle in addressed if handle not in new]
    if not rest:
        rest = [handle for handle, _ in people if handle not in new]
        if len(rest) > (_MOST_JOINED if joins else 1):
            rest = []
    if len(new) == 2 and not rest:
        return [_pair(new[0], new[1])]
    return [_pair(a, b) for a in new for b in rest]


def _pair(a: str, b: str) -> tuple[str, str]:
    return (a, b) if a <= b else (b, a)
