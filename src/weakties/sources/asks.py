"""Whether a message asks something of its reader: a question that wants an answer, or a request.

Not every question mark asks. A question put to nobody ("who knows?", "is that progress?") in a long text is a figure of
speech; one that holds "you" or "anyone", or that makes up much of a short message, waits for an answer. And not every
"please" is a request: the courtesies at the end of business mail ("please do not hesitate") ask nothing.
"""

from __future__ import annotations

import re

# A message of no more words than this is short: a question in it is its point.
_SHORT = 60
_LONGEST_READ = 20_000
_LONGEST_QUESTION = 300

_AFTER_QUESTION = frozenset(" \n\t\r\"')]*_?.…»”")
_SENTENCE_START = re.compile(r"(?:[.!?:;]\s|\n\s*\n|^)(?=\s*\S)")
_TO_THE_READER = re.compile(
    r"\b(?:you|your|yours|you're|u|ya|y'all|any ?one|any ?body|some ?body|some ?one|folks|any (?:ideas?|thoughts|suggestions|advice"
    r"|help|chance|comments|objections|news|word|pointers|plans|interest)|can (?:i|we)|could (?:i|we)|should (?:i|we)|shall (?:i|we)"
    r"|may (?:i|we)|do (?:i|we)|does this|is this|is it (?:ok|okay|possible|true)|what about|how about|where is|when is)\b",
    re.IGNORECASE,
)
_RHETORICAL = re.compile(
    r"\W*(?:who (?:knows|cares)|why not\b|what(?:'s| is) the (?:point|deal)|so what|huh|eh\b|really|right\b|get it|see\b|am i\b"
    r"|or what|remember\b|know what i mean|how (?:hard|could they)|(?:now,? |but |and |so )?(?:isn't|aren't|wasn't) )",
    re.IGNORECASE,
)
# A request begins so; each is looked for as it stands, which is far cheaper than one pattern of them all.
_REQUESTS = ("can u ", "could u ", "get back to me", "send me", "rsvp")
_REQUESTS_OF_YOU = (
    "can you",
    "could you",
    "would you",
    "will you",
    "won't you",
    "need you to",
    "want you to",
    "like you to",
    "urge you to",
    "ask you to",
)
_SOMEBODY = re.compile(r"(?:could|can|would|will) (?:someone|somebody|anyone|anybody|y'all)")
_PLEASE = ("please", "pls ", "plz ", "kindly ")
_PLEASE_DO = re.compile(
    r"(?:please|pls|plz|kindly)[, ]\s?(?!let\b|note|find|feel|do not|don't|don’t|visit|click|be (?:aware|advised|sure)|excuse|forgive"
    r"|accept|join|see\b|disregard|ignore|contact|call\b|remember|understand|refer|go to|direct|check out|add\b|use\b)[a-z]{2,}"
)
_BEFORE_PLEASE = re.compile(r"(?:^|[.!?\n,:;()-]\s{0,3}|\b(?:and|so|also|then|but|would you|could you|can you) )$")
_LET_KNOW = re.compile(
    r"let (?:me|us) know\b(?! if (?:you|there|i|we|anyone)(?:'d|'ve|'re)?[^.?!\n]{0,24}\b(?:ha(?:ve|s)|need|questions?|any ?thing"
    r"|problems?|concerns|trouble|interested|like|want|can (?:be|help|do)|further|more))"
)
_WELCOMES = re.compile(
    r"(?:appreciate|welcome) (?:your|any) (?:help|advice|comments|feedback|thoughts|input|suggestions|pointers)"
    r"|any (?:help|advice|pointers|suggestions)\b[^.?!]{0,30}(?:appreciated|welcome)|forward to (?:hearing|your (?:reply|response))"
)


# Who writes so writes to many at once and waits for no answer.
_TO_EVERYBODY = ("unsubscribe", "click here", "click below", "click on the link", "be removed from")


# A letter has fewer links than a newsletter.
_MOST_LINKS = 3


def asks(words: str) -> bool:
    """Tell whether the author's own words ask something of the reader."""
    text = words[:_LONGEST_READ]
    lowered = text.lower()
    if lowered.count("http") > _MOST_LINKS:
        return False
    for mark in _TO_EVERYBODY:
        if mark in lowered:
            return False
    return ("?" in text and _question(text)) or _request(lowered)


def _request(text: str) -> bool:
    for request in _REQUESTS:
        if request in text:
            return True
    if "you" in text:
        for request in _REQUESTS_OF_YOU:
            if request in text:
                return True
    if ("some" in text or "any" in text) and _SOMEBODY.search(text):
        return True
    if " know" in text and _LET_KNOW.search(text):
        return True
    if ("pl" in text or "kindly" in text) and any(word in text for word in _PLEASE):
        for found in _PLEASE_DO.finditer(text):
            if _BEFORE_PLEASE.search(text[max(0, found.start() - 12) : found.start()]):
                return True
    return ("appreciat" in text or "welcome" in text or "forward to" in text) and bool(_WELCOMES.search(text))


def _question(text: str) -> bool:
    short = text.count(" ") + text.count("\n") < _SHORT
    end = text.find("?")
    while end >= 0:
        if _is_asked(text, end, short=short):
            return True
        end = text.find("?", end + 1)
    return False


def _is_asked(text: str, end: int, *, short: bool) -> bool:
    """Tell whether the question mark at `end` closes a question that is put to the reader."""
    if text[end + 1 : end + 2] not in _AFTER_QUESTION and end + 1 < len(text):
        return False
    before = text[max(0, end - _LONGEST_QUESTION) : end].rstrip("? ")
    starts = [start.end() for start in _SENTENCE_START.finditer(before)]
    question = before[starts[-1] if starts else 0 :]
    if not question.strip() or "://" in question.split()[-1] or _RHETORICAL.match(question):
        return False
    return short or bool(_TO_THE_READER.search(question))
