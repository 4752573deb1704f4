"""How well `weakties.sources.text` reads: prints a table of precision and recall from the labels made by hand.

    python scripts/measure_text.py [DATA]

DATA is the folder with the public corpora (spamassassin, lists, enron), `../shared/data` beside the checkout by
default. The labels of the SpamAssassin messages that are kept with the tests are always measured; those of the other
corpora are keyed by hashes whose key is made from the data itself, so that whoever has the data has the key and the
repository names nobody. The sample was drawn with seed 20261122, from messages of at most 400 lines with a text part,
before the readers were written; `sample` repeats the draw.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import math
import random
import re
import sys
import tarfile
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses, parseaddr
from pathlib import Path
from typing import Any

from weakties.sources.quotes import cut
from weakties.sources.signature import signature
from weakties.sources.text import Reading, read_text

ROOT = Path(__file__).resolve().parents[1]
LABELS = ROOT / "tests" / "sources" / "labels"
# Per stratum: how many were labelled and, of the rest, how many the readers were tuned on. Enron: by mailbox.
SAMPLE_SIZES = {
    "easy-ham": (70, 40),
    "hard-ham": (15, 8),
    "spam": (15, 6),
    "lists": (60, 40),
    "enron 1": (28, 20),
    "enron 2": (28, 20),
    "enron 3": (28, 20),
}
SEED = 20261122
_LONGEST_LABELLED = 400
_KEY_BYTES = 1 << 20
_LINE_OF_FROM = re.compile(rb"(?:^|\n)From \S+ [^\n]*\d\d:\d\d:\d\d[^\n]*\n")


@dataclass
class Tally:
    """Right finds, wrong finds and misses of one kind of fact."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    def count(self, truth: set[Any], found: set[Any]) -> None:
        self.right += len(truth & found)
        self.wrong += len(found - truth)
        self.missed += len(truth - found)


@dataclass
class Score:
    """All that is measured on a set of labelled messages."""

    messages: int = 0
    cut: Tally = field(default_factory=Tally)
    exact: int = 0
    by_corpus: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))
    facts: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))


def wilson(hits: int, of: int, z: float = 1.96) -> tuple[float, float]:
    """Return the 95 % interval of a share after Wilson (1927); (0, 1) where nothing was counted."""
    if not of:
        return 0.0, 1.0
    share, spread = hits / of, z * z / of
    middle = (share + spread / 2) / (1 + spread)
    half = z * math.sqrt(share * (1 - share) / of + spread / (4 * of)) / (1 + spread)
    return max(0.0, middle - half), min(1.0, middle + half)


# ---------------------------------------------------------------------------------------------- corpora


def key_of(data: Path) -> bytes | None:
    """Return the key of the labels, made from the first MiB of a data file; None where the data are not here."""
    path = data / "enron" / "messages.tsv.gz"
    if not path.exists():
        return None
    with path.open("rb") as file:
        return hashlib.blake2b(file.read(_KEY_BYTES)).digest()


def keyed(text: str, key: bytes) -> str:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), key=key, digest_size=9).hexdigest()


def normal(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def plain_text(message: Message) -> str:
    for part in message.walk():
        if part.get_content_type() == "text/plain" and not part.get_filename():
            payload = part.get_payload(decode=True)
            raw = payload if isinstance(payload, bytes) else b""
            for charset in (part.get_content_charset() or "utf-8", "utf-8", "cp1252", "latin-1"):
                try:
                    text = raw.decode(charset)
                except (LookupError, UnicodeError):
                    continue
                if text.strip():
                    return text.replace("\r\n", "\n").replace("\r", "\n")
                break
    return ""


def kept_messages() -> Iterator[tuple[str, str, bytes]]:
    """Yield corpus, id and bytes of the SpamAssassin messages kept beside the labels."""
    for path in sorted((LABELS / "spamassassin").glob("*.txt")):
        group, _, number = path.stem.rpartition(".")
        yield group.rsplit("-", 1)[0], f"{group}/{number}", _without_envelope(path.read_bytes())


def _without_envelope(raw: bytes) -> bytes:
    return raw.split(b"\n", 1)[1] if raw.startswith(b"From ") else raw


def all_messages(data: Path, key: bytes) -> Iterator[tuple[str, str, bytes]]:
    """Yield corpus, id and bytes of every message of the corpora, in a fixed order."""
    with tarfile.open(data / "spamassassin" / "messages.tar.gz") as archive:
        held = [(m.name, f.read()) for m in archive if m.name.endswith(".txt") and (f := archive.extractfile(m))]
    for name, raw in sorted(held):
        group, number = name.split("/")[-2], name.split("/")[-1][:5]
        yield group.rsplit("-", 1)[0], f"{group}/{number}", _without_envelope(raw)
    boxes: list[tuple[str, bytes]] = [
        ("lists", gzip.decompress(path.read_bytes())) for path in sorted((data / "lists").glob("*.mbox.gz"))
    ]
    for place, path in enumerate(sorted((data / "enron").glob("*.mbox.tar.gz")), 1):
        with tarfile.open(path) as archive:
            folders = [
                (m.name, f.read()) for m in archive if m.name.endswith(".mbox") and (f := archive.extractfile(m))
            ]
        boxes += [(f"enron {place}", folder) for _, folder in sorted(folders)]
    for corpus, box in boxes:
        for raw in _LINE_OF_FROM.split(box):
            if raw.strip():
                ident = str(message_from_bytes(raw.partition(b"\n\n")[0])["message-id"]).strip()
                yield corpus, keyed(ident, key), raw


def sample(data: Path) -> tuple[list[str], list[str]]:
    """Draw the ids of the labelled sample and of the messages that the readers were tuned on, as they were drawn."""
    key, rng = key_of(data), random.Random(SEED)
    if key is None:
        return [], []
    strata: dict[str, dict[str, None]] = defaultdict(dict)
    bodies: dict[str, set[str]] = defaultdict(set)
    for corpus, ident, raw in all_messages(data, key):
        text = plain_text(message_from_bytes(raw))
        body = re.sub(r"\s+", "", text)
        if text.strip() and text.count("\n") <= _LONGEST_LABELLED and body not in bodies[corpus]:
            bodies[corpus].add(body)
            strata[corpus][ident] = None
    test: list[str] = []
    tuned: list[str] = []
    for corpus, (size, more) in SAMPLE_SIZES.items():
        ids = sorted(strata[corpus])
        rng.shuffle(ids)
        test += ids[:size]
        tuned += ids[size : size + more]
    return test, tuned


def _decoded(header: object) -> str:
    text = str(header or "").replace("\n", " ")
    try:
        return str(make_header(decode_header(text)))
    except (LookupError, UnicodeError, ValueError):
        return text


def arguments(message: Message) -> dict[str, Any]:
    """Return what `read_text` is called with, as the mail source calls it."""
    name, address = parseaddr(_decoded(message["from"]))
    if message["x-from"]:
        name = re.sub(r"\s*<.*|@ENRON.*", "", _decoded(message["x-from"])).strip('" ')
    headers = [str(message[field_] or "").replace("\n", " ") for field_ in ("to", "cc")]
    people = [(f"email:{a.lower()}", _decoded(n)) for n, a in getaddresses(headers) if "@" in a]
    author = f"email:{address.lower()}"
    return {"subject": _decoded(message["subject"]), "author": author, "author_name": name, "recipients": people}


# ---------------------------------------------------------------------------------------------- scoring


def read_labels(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (LABELS / name).read_text("utf-8").splitlines()]


def ranges(text: str) -> set[int]:
    """Return the line numbers (from 0) of ranges such as `1-3,7` (from 1)."""
    lines: set[int] = set()
    for part in filter(None, text.split(",")):
        first, _, last = part.partition("-")
        lines |= set(range(int(first) - 1, int(last or first)))
    return lines


def score(pairs: Iterable[tuple[dict[str, Any], Message]], key: bytes | None) -> Score:
    """Compare what is read of each message with its label."""
    total = Score()
    for label, message in pairs:
        in_clear = "/" in label["id"]
        hashed: Callable[[str], str] = normal if in_clear or key is None else lambda text: keyed(normal(text), key)
        wanted = normal if in_clear else str
        body, call = plain_text(message), arguments(message)
        total.messages += 1
        _score_cut(total, label, body, call)
        reading = read_text(body, **call)
        _score_signature(total.facts, label["signature"], reading, hashed, wanted)
        if label["mentions"] is not None:
            truth = {wanted(name) for name in label["mentions"]}
            total.facts["mentions"].count(truth, {hashed(name) for name in reading.mentions})
        total.facts["introductions in the sample"].count(set(), set(reading.introductions))
        total.facts["asks"].count({1} if label["asks"] else set(), {1} if reading.asks else set())
    return total


def _score_cut(total: Score, label: dict[str, Any], body: str, call: dict[str, Any]) -> None:
    parts = cut(body)
    _, own = signature(parts, author=call["author"], author_name=call["author_name"])
    either = ranges(label["either"])
    said = {i for i, line in enumerate(parts.lines) if line.strip() and i not in either}
    truth, found = ranges(label["own"]) & said, set(own) & said
    total.cut.count(truth, found)
    exact = truth == found
    total.exact += exact
    seen = total.by_corpus[label["corpus"]]
    seen[0] += exact
    seen[1] += 1


def _score_signature(
    facts: dict[str, Tally],
    label: dict[str, Any] | None,
    reading: Reading,
    hashed: Callable[[str], str],
    wanted: Callable[[str], str],
) -> None:
    found = reading.signature
    facts["signature found"].count({1} if label else set(), {1} if found else set())
    for part in ("name", "title", "organisation", "location"):
        truth = {wanted(label[part])} if label and label[part] else set()
        value = getattr(found, part) if found else ""
        facts[f"signature {part}"].count(truth, {hashed(value)} if value else set())
    truth = {wanted(handle) for handle in label["handles"]} if label else set()
    facts["signature handles"].count(truth, {hashed(handle) for handle in found.handles} if found else set())


def score_introductions(data: Path, key: bytes) -> tuple[Tally, Tally, int]:
    """Return messages and pairs right, wrong and missed among the introduction candidates, and their number."""
    messages, pairs = Tally(), Tally()
    labels = {label["id"]: label for label in read_labels("introductions.jsonl")}
    candidates = json.loads((data / "enron" / "introduction_candidates.json").read_text("utf-8"))
    for item in candidates:
        label = labels[keyed("\n".join((item["date"], item["from"], item["subject"], item["snippet"])), key)]
        people = [(f"email:{address.lower()}", "") for address in item["to"]]
        read = read_text(
            item["snippet"], subject=item["subject"], author=f"email:{item['from']}", author_name="", recipients=people
        )
        messages.count({1} if label["introduces"] else set(), {1} if read.introductions else set())
        if label["pairs"] is not None:
            truth = {tuple(pair) for pair in label["pairs"]}
            pairs.count(truth, {tuple(sorted(keyed(handle, key) for handle in pair)) for pair in read.introductions})
    return messages, pairs, len(candidates)


# ---------------------------------------------------------------------------------------------- printing


def _row(name: str, tally: Tally) -> str:
    found, true = tally.right + tally.wrong, tally.right + tally.missed
    precision = tally.right / found if found else float("nan")
    recall = tally.right / true if true else float("nan")
    f1 = 2 * tally.right / (found + true) if found + true else float("nan")
    low_p, high_p = wilson(tally.right, found)
    low_r, high_r = wilson(tally.right, true)
    shown = (f"{precision:.3f} ({low_p:.2f}-{high_p:.2f})", f"{recall:.3f} ({low_r:.2f}-{high_r:.2f})")
    cells = [text if of else "-" for text, of in zip(shown, (found, true), strict=True)]
    return (
        f"| {name} | {cells[0]} | {cells[1]} | {f1:.3f} | {true} | {found} |"
        if found + true
        else f"| {name} | - | - | - | 0 | 0 |"
    )


def report(total: Score) -> list[str]:
    """Return the lines of the table."""
    low, high = wilson(total.exact, total.messages)
    lines = [
        f"{total.messages} messages",
        "",
        "| what | precision (95 %) | recall (95 %) | F1 | true | found |",
        "|---|---|---|---|---|---|",
        _row("own lines (the cut)", total.cut),
        *(_row(name, tally) for name, tally in total.facts.items()),
        "",
        f"messages cut without one wrong line: {total.exact / total.messages:.3f} ({low:.2f}-{high:.2f})",
    ]
    for corpus, (exact, of) in sorted(total.by_corpus.items()):
        lines.append(f"  {corpus}: {exact} of {of}")
    return lines


def main(arguments_: Sequence[str]) -> int:
    data = Path(arguments_[0]) if arguments_ else ROOT.parent / "shared" / "data"
    labels = {label["id"]: label for label in read_labels("messages.jsonl")}
    key = key_of(data)
    messages = kept_messages() if key is None else all_messages(data, key)
    found = {ident: message_from_bytes(raw) for _, ident, raw in messages if ident in labels}
    total = score([(labels[ident], found[ident]) for ident in sorted(found)], key)
    sys.stdout.write("\n".join(report(total)) + "\n")
    if key is None:
        sys.stdout.write(f"\nno data at {data}: only the messages kept with the tests were measured\n")
        return 0
    by_message, by_pair, of = score_introductions(data, key)
    sys.stdout.write(f"\n{of} candidates of introductions\n\n")
    sys.stdout.write(f"{_row('introduces (message)', by_message)}\n{_row('introduces (pair)', by_pair)}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
