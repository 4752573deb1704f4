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

_QUESTION_END = re.compile(r"(?<=[^\s?])\s?\?+(?=[\s\"')\]*_]|$)")
_SENTENCE_START = re.compile(r"(?:[.!?:;]\s|\n\s*\n|^)(?=\s*\S)")
_TO_THE_READER = re.compile(
    r"\b(?:you|your|yours|you're|u|ya|y'all|any ?one|any ?body|some ?body|some ?one|folks|any (?:ideas?|thoughts|suggestions|advice"
    r"|help|chance|comments|objections|news|word|pointers|plans|interest)|can (?:i|we)|could (?:i|we)|should (?:i|we)|shall (?:i|we)"
    r"|may (?:i|we)|do (?:i|we)|does this|is this|is it (?:ok|okay|possible|true)|what about|how about|where is|when is)\b",
    re.IGNORECASE,
)
_RHETORICAL = re.compile(
    r"\W*(?:who (?:knows|cares)|why not\b|what(?:'s| is) the (?:point|deal)|so what|huh|eh\b|really|right\b|get it|see\b|am i\b"
    r"|or what|remember\b|know what i mean|how (?:hard|could they)|isn't (?:that|it)|aren't (?:they|we))",
    re.IGNORECASE,
)
_REQUEST = re.compile(
    r"(?:^|[.!?\n,:;()-]\s{0,3}|\b(?:and|so|also|then|but|would you|could you|can you|kindly) )(?:please|pls|plz|kindly)[, ]\s?"
    r"(?!note|find|feel|do not|don't|don’t|visit|click|be (?:aware|advised|sure)|excuse|forgive|accept|join|see\b|disregard"
    r"|ignore|contact|call\b|remember|understand|refer|go to|direct|check out|add\b|use\b)[a-z]{2,}"
    r"|\b(?:could|can|would|will|won't) (?:you|u|some(?:one|body)|any(?:one|body)|y'all)\b(?! (?:be|have been) (?:glad|happy|amazed))"
    r"|\blet (?:me|us) know\b(?! if (?:you|there|i|we|anyone)(?:'d|'ve|'re)?[^.?!\n]{0,24}\b(?:ha(?:ve|s)|need|questions?|"
    r"any ?thing|problems?|concerns|trouble|interested|like|want|can (?:be|help|do)|further|more))"
    r"|\b(?:need|want|would like|'d like|urge|ask(?:ing)?|expect) you(?:r team)? to\b|\bsend me\b|\bget back to me\b|\brsvp\b"
    r"|\b(?:your|any) (?:thoughts|comments|feedback|input|opinions?|ideas|suggestions)\?|\b(?:appreciate|welcome) (?:your|any)"
    r" (?:help|advice|comments|feedback|thoughts|input|suggestions|pointers)|\bany (?:help|advice|pointers|suggestions)\b"
    r"[^.?!]{0,30}(?:appreciated|welcome)|\blook(?:ing)? forward to (?:hearing|your (?:reply|response|answer))",
    re.IGNORECASE,
)


def asks(words: str) -> bool:
    """Tell whether the author's own words ask something of the reader."""
    text = words[:_LONGEST_READ]
    if "?" in text and _question(text):
        return True
    return bool(_REQUEST.search(text))


def _question(text: str) -> bool:
    short = text.count(" ") + text.count("\n") < _SHORT
    for end in _QUESTION_END.finditer(text):
        before = text[max(0, end.start() - _LONGEST_QUESTION) : end.start()]
        starts = [start.end() for start in _SENTENCE_START.finditer(before)]
        question = before[starts[-1] if starts else 0 :]
        if "://" in question.rsplit(None, 1)[-1:][0] if question.split() else True:
            continue
        if _RHETORICAL.match(question):
            continue
        if short or _TO_THE_READER.search(question):
            return True
    return False
