"""A small grammar for mail: phrases with alternatives and facts that hold through a whole conversation.

A phrase is text with `[one|other|]` alternatives, which may nest, and `{slots}`. A slot's value is drawn once for a
conversation and stays (`{part}` is the same part in every answer); `{*part}` draws afresh; `{Part}` begins with a
capital; `{n:2-9}` is a whole number that stays, `{*:2-9}` one that does not. Values come from the topic's own
lists, else from lists that all topics share, and may themselves be phrases.

The text files of this package hold topics. A line's first letter says what it is: `#` opens a topic and names its
worlds (`@choir`) and sometimes whose side begins it (`!ours`, `!theirs`) or that it is `!work`, `name = a | b` is a
list of values, `S` a subject, `O` an opening statement, `Q` a question, `R` a reply, `M` a later remark, `C` a closing
remark, `N` an answer that closes (neither is ever a question).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from random import Random

TEXT = Path(__file__).parent / "text"

Part = str | tuple[str, ...] | list["Phrase"]
Phrase = tuple[Part, ...]

_MARK = re.compile(r"[\[\]|]|\{[^}]+\}|[^\[\]|{]+")


_ORDINAL = re.compile(r"\b(\d+)(?:st|nd|rd|th)\b")


def _ordinal(found: re.Match[str]) -> str:
    number = int(found[1])
    ending = "th" if number % 100 in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _parse(marks: list[str], at: int, *, nested: bool) -> tuple[list[Phrase], int]:
    choices: list[Phrase] = []
    parts: list[Part] = []
    while at < len(marks):
        mark = marks[at]
        at += 1
        if mark == "[":
            inner, at = _parse(marks, at, nested=True)
            parts.append(inner)
        elif nested and mark == "]":
            break
        elif nested and mark == "|":
            choices.append(tuple(parts))
            parts = []
        elif mark.startswith("{"):
            parts.append((mark[1:-1],))
        else:
            parts.append(mark)
    choices.append(tuple(parts))
    return choices, at


@cache
def compiled(text: str) -> Phrase:
    """Return a phrase ready to be rendered."""
    return _parse(_MARK.findall(text), 0, nested=False)[0][0]


def _variants(phrase: Phrase) -> int:
    """Return roughly in how many ways a phrase can be rendered; a slot counts as six."""
    out = 1
    for part in phrase:
        if isinstance(part, tuple):
            out *= 6
        elif isinstance(part, list):
            out *= sum(_variants(choice) for choice in part)
    return out


@dataclass(slots=True)
class Topic:
    """What people of some worlds write about: lists of values, and lines by their letter.

    side: `ours` where only the owner begins it, `theirs` where she never does, `work` where friends do not write of it.
    """

    name: str
    worlds: tuple[str, ...]
    side: str = ""
    values: dict[str, list[str]] = field(default_factory=dict)
    lines: dict[str, list[str]] = field(default_factory=dict)


def _language(topic: Topic | None) -> str:
    """Return the language of a topic: its world where it has one, else the end of a name such as `small-de`."""
    if topic is None:
        return ""
    return topic.worlds[0] if topic.worlds else topic.name.rpartition("-")[2]


class Grammar:
    """All topics and shared lists, read from the package's text files once."""

    def __init__(self, files: tuple[str, ...]) -> None:
        self.topics: dict[str, Topic] = {}
        # Lists of all topics, by language ("" for English), then by name.
        self.shared: dict[str, dict[str, list[str]]] = {"": {}}
        self._capacity: dict[str, float] = {}
        for name in files:
            self._read(TEXT / name)

    def _read(self, path: Path) -> None:
        topic: Topic | None = None
        for raw in path.read_text(encoding="utf-8").splitlines():
            line = raw.strip()
            if not line:
                continue
            if line.startswith("#"):
                words = line[1:].split()
                # A later file may say more on a topic of an earlier one.
                worlds = tuple(word[1:] for word in words[1:] if word[0] == "@")
                sides = [word[1:] for word in words[1:] if word[0] == "!"]
                topic = self.topics.get(words[0]) or Topic(words[0], worlds, "".join(sides))
                if topic.name != "shared":
                    self.topics[topic.name] = topic
            elif topic is None:
                raise ValueError(f"{path.name}: a line stands before the first topic: {line}")
            elif line[1:2] == " " and line[0] in "SORMCQN":
                topic.lines.setdefault(line[0], []).append(line[2:].strip().replace("\\n", "\n"))
            else:
                name, _, values = line.partition(" = ")
                language = topic.worlds[0] if topic.worlds else ""
                target = self.shared.setdefault(language, {}) if topic.name == "shared" else topic.values
                target[name.strip()] = [value.strip() for value in values.split(" | ")]

    def of_world(self, world: str) -> list[Topic]:
        """Return the topics that people of a world write about, in the order of the files."""
        return [topic for topic in self.topics.values() if world in topic.worlds]

    def capacity(self, name: str) -> float:
        """Return how much can be said on a topic before it repeats itself, in lines, by its poorest stage."""
        if name not in self._capacity:
            lines = self.topics[name].lines
            said = [sum(min(30, _variants(compiled(line))) for line in lines.get(letter, [])) for letter in "ORC"]
            # Softened, so that a topic of few words is heard now and then all the same.
            self._capacity[name] = min(said) ** 0.6
        return self._capacity[name]

    def render(self, text: str, topic: Topic | None, facts: dict[str, str], rng: Random) -> str:
        """Return the phrase with alternatives chosen and slots filled; facts drawn on the way are added to `facts`."""
        return _ORDINAL.sub(_ordinal, self._render(compiled(text), topic, facts, rng))

    def _render(self, phrase: Phrase, topic: Topic | None, facts: dict[str, str], rng: Random) -> str:
        out: list[str] = []
        for part in phrase:
            if isinstance(part, str):
                out.append(part)
            elif isinstance(part, tuple):
                out.append(self._slot(part[0], topic, facts, rng))
            else:
                out.append(self._render(part[int(rng.random() * len(part))], topic, facts, rng))
        return "".join(out)

    def _slot(self, name: str, topic: Topic | None, facts: dict[str, str], rng: Random) -> str:
        fresh = name.startswith("*")
        key, _, bounds = name.lstrip("*").partition(":")
        capital = key[:1].isupper()
        key = key.lower()
        value = None if fresh else facts.get(key)
        if value is None:
            if bounds:
                low, _, high = bounds.partition("-")
                value = str(rng.randint(int(low), int(high)))
            else:
                # A trailing digit asks for another value of the same list: {part2}.
                base = key.rstrip("0123456789")
                own = topic.values if topic else {}
                common = self.shared.get(_language(topic), {})
                values = own.get(key) or own.get(base) or common.get(base) or self.shared[""][base]
                taken = {facts.get(base), facts.get(key)}
                value = rng.choice(values)
                for _ in range(4):
                    if value not in taken:
                        break
                    value = rng.choice(values)
                value = self._render(compiled(value), topic, facts, rng)
            if not fresh:
                facts[key] = value
        return value[:1].upper() + value[1:] if capital else value
