"""Who is a machine and who is who, on real mailboxes: `python scripts/measure_identity.py [DATA]`.

Imports the SpamAssassin corpus, one person's list mail and three company mailboxes, each into a home of its own, and holds what
is said of their addresses against labels made by hand: the kind of 465 senders (tests/sources/labels/senders.jsonl) and 176
pairs of addresses that an earlier version took for one person (tests/identity/labels/merges.jsonl; a pair that could not be
told for certain is labelled as two). Labels are keyed hashes whose key is made from the data.
"""

from __future__ import annotations

import csv
import json
import sys
import tempfile
from collections import Counter
from itertools import combinations
from pathlib import Path

from scripts.measure_text import key_of, keyed, wilson
from weakties.facts import handles
from weakties.identity import resolve
from weakties.identity.sightings import Seen
from weakties.workspace import open_workspace

ROOT = Path(__file__).resolve().parents[1]
SENDERS = ROOT / "tests" / "sources" / "labels" / "senders.jsonl"
MERGES = ROOT / "tests" / "identity" / "labels" / "merges.jsonl"
MAILBOXES = {
    "spamassassin": ("spamassassin/messages.tar.gz",),
    "lists": ("lists/kees-cook.mbox.gz",),
    "enron": ("enron/arnold-j.mbox.tar.gz", "enron/lay-k.mbox.tar.gz", "enron/lokay-m.mbox.tar.gz"),
}
# The labels name the groups of SpamAssassin and the mailboxes of Enron; here they are one corpus each.
CORPUS = {"easy-ham": "spamassassin", "hard-ham": "spamassassin", "spam": "spamassassin"}

# Of one mailbox: keyed address -> (person id, why a machine).
Said = dict[str, tuple[str, str]]


def said_of(data: Path, key: bytes, name: str) -> Said:
    """Return what is said of every address of one mailbox."""
    with tempfile.TemporaryDirectory() as folder:
        space = open_workspace(Path(folder) / "home")
        space.import_(data / name)
        rows = space.read().connection.execute(
            "SELECT h.handle, h.person, p.machine FROM handles h JOIN people p USING (person)"
        )
        return {
            keyed(text, key): (person, machine)
            for handle, person, machine in rows.fetchall()
            for text in (handles.value(handle), handle)
        }


def report_senders(said: dict[str, list[Said]]) -> None:
    """Print how many labelled senders are set aside, by kind, and precision and recall."""
    tally: Counter[tuple[str, bool]] = Counter()
    absent = 0
    for line in SENDERS.read_text(encoding="utf-8").splitlines():
        label = json.loads(line)
        corpus = next((c for c in (CORPUS.get(label["corpus"]), label["corpus"].split()[0]) if c in said), None)
        known = [] if corpus is None else [m[label["address"]] for m in said[corpus] if label["address"] in m]
        if not known:
            absent += 1
            continue
        # A label is of the address: it is set aside when any mailbox that knows it does so.
        tally[label["kind"], any(machine for _, machine in known)] += 1
    print(f"{'kind of sender':16}{'labelled':>10}{'set aside':>11}")
    for kind in sorted({k for k, _ in tally}):
        print(f"{kind:16}{tally[kind, True] + tally[kind, False]:10}{tally[kind, True]:11}")
    machines = {k: n for k, n in tally.items() if k[0] != "person"}
    right = sum(n for (_, aside), n in machines.items() if aside)
    print(_rate("precision: set aside and no person", right, right + tally["person", True]))
    print(_rate("recall: of those that are no person", right, sum(machines.values())))
    print(f"{absent} labelled senders are not among the addresses read")


def report_merges(said: dict[str, list[Said]]) -> None:
    """Print of the labelled pairs that are one person now, how many really are."""
    merged = right = gone = 0
    for line in MERGES.read_text(encoding="utf-8").splitlines():
        label = json.loads(line)
        a, b = label["a"], label["b"]
        if any(a in m and b in m and m[a][0] == m[b][0] for m in said[label["corpus"]]):
            merged += 1
            right += label["same"]
        else:
            gone += label["same"]
    print(_rate("pairs taken for one person that are", right, merged))
    print(f"{gone} pairs labelled as one person are not taken for one any more")


def report_aliases(data: Path) -> None:
    """Print how well the aliases of one office's released mail, nothing but names and addresses, become people."""
    with (data / "foia-mail" / "alias_person.csv").open(encoding="utf-8", newline="") as file:
        person_of = {handle: row["PersonName"] for row in csv.DictReader(file) if (handle := _alias(row["AliasName"]))}
    seen = {
        h: Seen(h, 0, {handles.value(h).rpartition("@")[0]: 2} if h.startswith("name:") else {})
        for h in sorted(person_of)
    }
    pairs = resolve.candidates(seen, [])
    resolved = resolve.resolve(seen, resolve.compare(seen, pairs, {}), [])
    asked = {(p.a, p.b) for p in resolved.review}
    true = {(a, b) for a, b in combinations(sorted(seen), 2) if person_of[a] == person_of[b]}
    merged = {(a, b) for a, b in combinations(sorted(seen), 2) if resolved.person_of[a] == resolved.person_of[b]}
    for what, said in (("pairs of aliases merged", merged), ("  with those left to review", merged | asked)):
        right = len(said & true)
        precision, recall = right / max(1, len(said)), right / max(1, len(true))
        f1 = 2 * precision * recall / max(1e-9, precision + recall)
        print(
            f"{what:40}precision {precision:.3f}, recall {recall:.3f}, F1 {f1:.3f} ({right} of {len(said)} said, {len(true)} true)"
        )


def _alias(written: str) -> str | None:
    text = written.strip()
    return handles.email(text) or (handles.bare_name(text, "foia") if "@" not in text else None)


def _rate(what: str, hits: int, of: int) -> str:
    low, high = wilson(hits, of)
    return f"{what:40}{hits / of if of else 1:7.3f} ({low:.3f} to {high:.3f}), {hits} of {of}"


def main() -> int:
    """Print the table, or one line where the data is not there."""
    data = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT.parent / "shared" / "data"
    key = key_of(data)
    if key is None:
        print(f"The data is not at {data}; nothing can be measured.")
        return 0
    said = {corpus: [said_of(data, key, name) for name in files] for corpus, files in MAILBOXES.items()}
    report_senders(said)
    report_merges(said)
    report_aliases(data)
    return 0


if __name__ == "__main__":
    sys.exit(main())
