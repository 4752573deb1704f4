"""The topic words of a message: a few words of its subject and own words that tell what it is about.

The subject is what the author chose to say of the message, so its words count most, words said more than once count
next. Words that say nothing of a topic in English, French, German, Spanish, Italian, Portuguese and Dutch mail are left
out, as are names, greetings, numbers and code. No dictionary and no other message is consulted, so that the terms of a
message never change.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from weakties.sources.names import FIRST_NAMES

MOST_TERMS = 6

# What a message is about, it says at its beginning.
_LONGEST_READ = 1_000
_SUBJECT_WEIGHT = 3
# Names that are taken apart once for as long as the same people write to each other: no more, for they are held.
_MOST_REMEMBERED = 200

# Ranges are twice as fast as `[^\W\d_]`; they leave out the blocks of punctuation.
_LETTER = r"[a-zA-Z\xc0-\xd6\xd8-\xf6\xf8-\u1fff\u2c00-\u2dff\u3040-\ud7ff]"
# What must not stand before a word is looked at behind its first letter: so the search leaps from letter to letter.
_WORD = re.compile(
    rf"{_LETTER}(?<![\w@./\\:=<$%#+-].){_LETTER}{{2,23}}(?:-{_LETTER}{{2,20}})?(?![\w@/\\:=>(){{}}\[\]+]|\.\w)"
)
_TAG = re.compile(r"\[[^\]]{0,40}\]|^(?:\s*(?:re|fw|fwd|aw|wg|sv|vs|tr|rv|ref)\s*(?:\[\d+\])?:)+", re.IGNORECASE)
_VOWEL = re.compile(r"[aeiouyáéíóúàèäöüâêîôûåøæœаеиоуыэюяεηιουω]|[^\x00-\u024f]")


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


_STOP = _set(
    """
about above across actually add added adding adds avoid discuss introduce after again against ago ain all almost alone
along already also although always among amount and another any anybody anyone anything anyway anywhere apparently
appear are aren around ask asked asking assume available away back bad based basically became because become been
before began being believe below best better between beyond big bit both bring but call called came can cannot cant
case cases certain certainly change check clear close com come comes coming completely consider correct could couldn
couple course current currently day days dear definitely depends did didn different does doesn doing don done dont
down due during each earlier early easier easily easy effectively either else end enough especially etc even ever
every everybody everyone everything exactly example except expect fact fairly far fast feel few find fine first fix
following for forget forward found four free from full further gave generally get gets getting give given gives giving
glad goes going gone gonna good got great guess guy guys had half happen happened happens happy hard has hasn have
haven having hear heard hello help her here hers hey high him his hope hours how however http https huh idea imagine
important include included includes including indeed instead interested interesting into isn issue issues its itself
just keep kept kind know known large last late lately later least leave left less let lets like likely line lines
little live long longer look looked looking looks lot lots love low made mail mails main make makes making many matter
may maybe mean means meant mention mentioned message messages might mind mine minute minutes month months more morning
most mostly move much must myself name need needed needs neither net never new next nice night nobody none nor normal
not note nothing notice now number obvious obviously off often okay old once one ones only onto open opinion opposed
order org original other others otherwise ought our ours out over own part particular past people perfectly perhaps
person place plan please plus point points possible possibly post posted posting pretty previous probably problem
problems provide provided put question questions quick quickly quite quote rather read reading ready real really
reason recent recently regarding regards related remember reply respond response rest right run running said same saw
say saying says second see seem seemed seems seen send sending sense sent set several shall she short should shouldn
show shows side similar simple simply since single small some somebody somehow someone something sometime sometimes
somewhat somewhere soon sorry sort sound sounds specific start started state stay step still stop story stuff subject
such suggest suggested support suppose sure take taken takes taking talk talking tell terms than thank thanks that
thats the their theirs them themselves then there therefore these they thing things think thinking third this those
though thought three through thru thus time times tip today together told tomorrow too took toward tried true truly
try trying turn two type under understand unfortunately unless unlike until update updated upon use used useful user
uses using usual usually various very via view wait want wanted wants was wasn way ways web week weeks welcome well
went were weren what whatever when where whether which while who whoever whole whom whose why will wish with within
without won wonder wondering word words work worked working works world worse worst worth would wouldn write writes
writing wrong wrote www yeah year years yep yes yesterday yet you your yours yourself january february march april
june july august september october november december monday tuesday wednesday thursday friday saturday sunday jan feb
mar apr jun jul aug sep sept oct nov dec mon tue wed thu fri sat sun fyi asap btw imo imho fwiw iirc afaik aka ps pls
thx cheers sincerely best warm kind hi greetings attached attachment enclosed file files html htm php cgi les des une
est pas pour que qui dans avec sur par plus vous nous mais sont cette ces aux leur tout tous bien fait être avoir
merci bonjour cordialement salut très donc comme aussi sans elle der die das und ist nicht ein eine einen einem einer
mit für auf von den dem des sich auch wir sie ich ihr uns ihnen haben hat sind wird werden noch nach bei oder aber
wenn dass wie hallo danke grüße viele liebe gruß kann mir mich los las una con por para como más pero sus esta este
son fue muy sin sobre también hay hola gracias saludos todo desde che non per gli una del della con sono più come
anche questo ciao grazie não uma com por mais como mas seu sua são obrigado olá muito het een van dat niet zijn voor
maar met ook aan bij naar groeten bedankt int char void struct const static return null true false def var func printf
fprintf stdio endif ifdef ifndef define elif
"""
)


def terms(subject: str, words: str, *, known: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """Return at most six topic words, lower-case, the weightiest first; equals stand in their order in the text."""
    titled = _WORD.findall(_TAG.sub(" ", subject[:300])) if subject else []
    said = _WORD.findall(words[:_LONGEST_READ])
    in_subject = [word for word in _lower(titled) if word not in _STOP]
    in_words = [word for word in _lower(said) if word not in _STOP]
    # Most messages of a chat have no subject and say no such word twice.
    if not in_subject and len(set(in_words)) == len(in_words):
        return ()
    counts = Counter(in_subject * _SUBJECT_WEIGHT + in_words)
    heard = [(position, word, count) for position, (word, count) in enumerate(counts.items()) if count > 1]
    names = tuple([name for _, name in known])
    people = _known_words(names) if len(names) <= _MOST_REMEMBERED else _words_of(names)
    # A word that is written with a capital each time is a name, unless the subject, where all may have one, holds it.
    good = [
        (-count, position, word)
        for position, word, count in heard
        if word not in people
        and (word in titled or word in said or (word in in_subject and word not in FIRST_NAMES))
        and _VOWEL.search(word)
    ]
    good.sort()
    return tuple(word for _, _, word in good[:MOST_TERMS])


def _words_of(names: tuple[str, ...]) -> frozenset[str]:
    """Return the words of the names of those who take part."""
    return frozenset(_lower([name.replace(",", " ") for name in names]))


# The same people write to each other again and again.
_known_words = lru_cache(maxsize=256)(_words_of)


def _lower(words: list[str]) -> list[str]:
    """Return the words in lower case; blanks inside part them."""
    return " ".join(words).lower().split()
