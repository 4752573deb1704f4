"""What mail says: one person's way of writing, and conversations that keep to their subject.

A `Voice` is how somebody writes: greeting, sign-off, care, chattiness. A `Talk` is one conversation: its topic, the
facts that stay the same in it, the lines already used. `Writer` puts both together and counts every sentence it has
written, so that it can look for another when one has been heard too often.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from random import Random

from weakties.demo.grammar import Grammar, Topic

FILES = (
    "shared.txt", "small.txt", "work.txt", "business.txt", "private.txt", "meeting.txt", "stories.txt", "tongues.txt",
    "bulk.txt",
)  # fmt: skip

# Where nobody chats before or after.
_TO_THE_POINT = {"intro", "moved", "door"}

# What somebody who mentioned it once will mention again.
_LASTING = ("kid", "pet", "sport")

# How often a sentence may have been written before somebody looks for a shorter way to say it.
ENOUGH = 2

# Sentences shorter than this may repeat as they do in real mail ("Thanks a lot!").
WORDS_THAT_COUNT = 6
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_SENTENCE = re.compile(r"(?<=[.!?。？！])\s+|\n+")


@dataclass(slots=True)
class Voice:
    """How somebody writes. chatty, care: float in [0, 1]; register: warm, plain, formal or curt.

    habit: a number that picks their usual greetings and endings. own: what belongs to them and stays the same for
    years, once mentioned: a child, an animal, a pastime.
    """

    register: str
    chatty: float
    care: float
    lower: bool = False
    smiles: str = ""
    language: str = "en"
    own: dict[str, str] = field(default_factory=dict)
    habit: int = 0


@dataclass(slots=True)
class Talk:
    """One conversation. facts: slot -> value, the same in every message of it."""

    topic: Topic
    facts: dict[str, str]
    used: set[str] = field(default_factory=set)


def sentences(text: str) -> list[str]:
    """Return the sentences of a text that have at least `WORDS_THAT_COUNT` words."""
    found = (piece.strip() for piece in _SENTENCE.split(text))
    return [piece for piece in found if len(_WORD.findall(piece)) >= WORDS_THAT_COUNT]


class Writer:
    """Writes the text of messages."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.grammar = Grammar(FILES)
        self.heard: Counter[str] = Counter()

    def talk(
        self,
        world: str,
        language: str,
        facts: dict[str, str],
        *,
        topic: str = "",
        ours: bool = False,
        private: bool = False,
    ) -> Talk:
        """Begin a conversation of a world, in a language, or about one named topic.

        ours: the owner begins it. private: it is between friends.
        """
        if topic:
            return Talk(self.grammar.topics[topic], facts)
        choices = self.grammar.of_world(language if language != "en" else world)
        wrong = {"theirs" if ours else "ours", "work" if private else ""} - {""}
        choices = [one for one in choices if one.side not in wrong]
        return Talk(self.rng.choices(choices, [self.grammar.capacity(one.name) for one in choices])[0], facts)

    def subject(self, talk: Talk) -> str:
        """Return a subject line for the conversation."""
        text = self.grammar.render(self.rng.choice(talk.topic.lines["S"]), talk.topic, talk.facts, self.rng)
        return text[:1].upper() + text[1:]

    def line(self, talk: Talk, letter: str) -> str:
        """Return one line of the topic, least heard so far of several tries; empty where the topic has none."""
        lines = talk.topic.lines.get(letter, [])
        fresh = [one for one in lines if one not in talk.used]
        brief = self._brief(talk.topic)
        if lines and not fresh and letter in brief:
            return _capital(self.grammar.render(self.rng.choice(brief[letter]), None, talk.facts, self.rng))
        fresh = fresh or lines
        if not fresh:
            return ""
        best, best_source, best_heard = "", "", 1 << 30
        for _ in range(7):
            source = self.rng.choice(fresh)
            text = self.grammar.render(source, talk.topic, talk.facts, self.rng)
            heard = max((self.heard[one] for one in sentences(_capital(text))), default=0)
            if heard < best_heard:
                best, best_heard, best_source = text, heard, source
            if best_heard == 0:
                break
        talk.used.add(best_source)
        if best_heard >= ENOUGH and letter == "O" and len(talk.used) > 1:
            return ""
        if best_heard >= ENOUGH and letter in brief and letter != "O":
            # Rather a few words than what everybody has already written.
            best = self.grammar.render(self.rng.choice(brief[letter]), None, talk.facts, self.rng)
        return _capital(best)

    def _brief(self, topic: Topic) -> dict[str, list[str]]:
        """Return the short ways of saying something in a topic's language; machines have none."""
        if topic.name.startswith("m-"):
            return {}
        return self.grammar.topics["brief" if _plain(topic) else f"brief-{topic.worlds[0]}"].lines

    def said(self, name: str, facts: dict[str, str], letter: str = "O") -> str:
        """Return one line of a named topic that is not a conversation of its own (small talk, openings ...)."""
        return self.line(Talk(self.grammar.topics[name], facts), letter)

    def chat(self, name: str, voice: Voice, letter: str = "O") -> str:
        """Return a line of small talk that fits what its writer has told before."""
        facts = dict(voice.own)
        text = self.said(name, facts, letter)
        voice.own.update((key, facts[key]) for key in _LASTING if key in facts)
        return text

    def stage(self, talk: Talk, letter: str, count: int) -> list[str]:
        """Return up to `count` different lines of one stage, in the order in which the file has them."""
        fresh = sum(one not in talk.used for one in talk.topic.lines.get(letter, []))
        lines = [self.line(talk, letter) for _ in range(max(1, min(count, fresh)))]
        return [one for one in dict.fromkeys(lines) if one]

    def body(self, talk: Talk, voice: Voice, *, stage: str, ask: bool, season: str, to: str, me: str) -> str:
        """Return the text of one message, without signature and quotation.

        stage: O, R, M or C. ask: whether it ends by asking something. to, me: the names it greets and signs with.
        """
        rng, small = self.rng, voice.language if voice.language != "en" else ""
        spare = 1 if rng.random() < 0.35 + voice.chatty / 2 else 0
        if len(stage) > 1:
            ask = ask and "Q" not in stage
            lines = [line for letter in stage for line in self.stage(talk, letter, 1)]
            stage = stage[0]
        else:
            # Two first answers, or two closing words, may contradict each other.
            lines = self.stage(talk, stage, 1 + spare if stage in "OM" else 1)
        if ask:
            lines += self.stage(talk, "Q", 1)
        opener = talk.topic.name not in _TO_THE_POINT and rng.random() < voice.chatty * (0.6 if stage == "O" else 0.2)
        if opener and stage in "OR":
            lines.insert(0, self.chat(f"small-{small or 'open'}", voice, "Q" if ask and rng.random() < 0.3 else "O"))
        if (
            not small
            and talk.topic.name not in _TO_THE_POINT
            and rng.random() < voice.chatty * (0.2 if stage == "C" else 0.5)
        ):
            lines.append(self.chat(f"small-{season}" if rng.random() < 0.4 else "small-life", voice))
        self.remember(lines)
        joint = "\n\n" if len(lines) > 2 and rng.random() < 0.7 else " " if rng.random() < 0.75 else "\n"
        text = joint.join(lines)
        text = self._manner(text, voice)
        return self._framed(text, voice, to=to, me=me, later=stage in "MC")

    def remember(self, lines: Iterable[str]) -> None:
        """Count the sentences of lines that go into a message."""
        for one in lines:
            self.heard.update(sentences(one))

    def _framed(self, text: str, voice: Voice, *, to: str, me: str, later: bool) -> str:
        rng = self.rng
        facts = {"to": to, "me": me}
        topic = f"frame-{voice.language}" if voice.language != "en" else f"frame-{voice.register}"
        greeting = self.grammar.render(self._usual(topic, "O", voice), None, facts, rng)
        goodbye = self.grammar.render(self._usual(topic, "C", voice), None, facts, rng)
        if not voice.lower:
            greeting = _capital(greeting)
        if later and rng.random() < 0.45:
            greeting = ""
        if later and rng.random() < 0.3:
            goodbye = "" if rng.random() < 0.5 else me
        pieces = [piece for piece in (greeting, text, goodbye) if piece]
        return "\n\n".join(pieces).replace("\n\n\n", "\n\n")

    def _usual(self, topic: str, letter: str, voice: Voice) -> str:
        """Return one of the two greetings (O) or endings (C) that somebody uses, rarely another one."""
        lines = self.grammar.topics[topic].lines[letter]
        first, second = voice.habit % len(lines), voice.habit // 7 % len(lines)
        roll = self.rng.random()
        return lines[first] if roll < 0.6 else lines[second] if roll < 0.92 else self.rng.choice(lines)

    def _manner(self, text: str, voice: Voice) -> str:
        rng = self.rng
        if voice.lower and rng.random() < 0.85:
            text = re.sub(r"(?:^|(?<=[.!?\n] ))([A-Z])(?=[a-z' ])", lambda found: found[1].lower(), text)
        if voice.smiles and rng.random() < 0.4 and text.endswith((".", "!")):
            text = f"{text} {voice.smiles}"
        if rng.random() > voice.care and rng.random() < 0.25:
            text = _slip(text, rng)
        return text


def _plain(topic: Topic) -> bool:
    return not topic.worlds or len(topic.worlds[0]) != len("de")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _slip(text: str, rng: Random) -> str:
    """Return the text with one slip of the fingers: two letters the wrong way round, or one missing."""
    words = list(re.finditer(r"\b[a-z]{5,}\b", text))
    if not words:
        return text
    found = rng.choice(words)
    word = found[0]
    at = rng.randint(1, len(word) - 3)
    slipped = word[:at] + word[at + 1] + word[at] + word[at + 2 :] if rng.random() < 0.6 else word[:at] + word[at + 1 :]
    return text[: found.start()] + slipped + text[found.end() :]
