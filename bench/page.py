"""The tables of "How good is the score?" from what was measured: `python -m bench.page FILE.json ...`.

The files are those of `python -m bench.evaluate --json`, also with `--others`. Between the two marks of the page each table of which
they have rows is written anew; the others, and the words around, are not touched.
"""

from __future__ import annotations

import json
import math
import os
import platform
import sys
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from weakties.proof.product import NAME

PAGE = Path(__file__).resolve().parent.parent / "docs" / "explanation" / "how-good-is-the-score.md"
BEGIN, END = "<!-- measured: python -m bench.page -->", "<!-- end of what was measured -->"
SHORT = {
    "manufacturing-email": "company",
    "enron": "Enron",
    "lists": "lists",
    "social-evolution": "dormitory",
    **{f"email-eu-dept{n}": f"EU {n}" for n in range(1, 5)},
}

Row = dict[str, Any]


PERSISTENCE, DORMANT = "Whom will I be in touch with?", "Which silent tie wakes up?"
OTHERS = " With the traffic of others"
FRIENDS = "Which contact of a contact comes into touch?"
ONE_MAILBOX = "Which does, as far as one mailbox shows?"
INTRODUCERS, INTRODUCERS_SEEN = "Who would put two strangers in touch?", "Who would, as far as one mailbox shows?"
LATER = "Who would? Learned elsewhere, or on the log's own past"
# All titles, in their order.
TITLES = (
    PERSISTENCE, PERSISTENCE + OTHERS, DORMANT, DORMANT + OTHERS, "Who answers a word that breaks a silence?", "What people declare",
    FRIENDS, ONE_MAILBOX, INTRODUCERS, INTRODUCERS_SEEN, LATER,
)  # fmt: skip
_FRIENDS = {"auc": "AUC", "ndcg_at_10": "NDCG@10", "ap": "AP"}
_INTRODUCERS = {"mrr": "MRR", "hit_at_1": "hit@1", "hit_at_3": "hit@3"}


def tables(rows: Sequence[Row]) -> dict[str, str]:
    """Return the tables of which there are rows as Markdown, by title."""
    found: dict[str, list[str]] = {}
    for task, title in (("persistence", PERSISTENCE), ("dormant", DORMANT)):
        for others in (False, True):
            mine = [r for r in rows if r["task"] == task and r["run_others"] == others]
            if mine:
                found[title + OTHERS * others] = [_levels(mine), _ahead(mine, _LEARNING), _chances(mine)]
    own = [r for r in rows if not r["run_others"]]
    if answers := [r for r in own if r["task"] == "answers"]:
        found["Who answers a word that breaks a silence?"] = [_levels(answers), _answered(answers)]
    if declared := [r for r in own if r["task"].startswith("declared")]:
        found["What people declare"] = [_declared(declared)]
    for task, title in (("fof", FRIENDS), ("fof, one mailbox", ONE_MAILBOX)):
        if friends := [r for r in own if r["task"] == task]:
            best = ("pagerank", "ra_recent", "decayed_paths")
            found[title] = [_levels(friends, _FRIENDS), *(_ahead(friends, best, n) for n in ("auc", "ndcg_at_10"))]
    rules = ("min_strength", "geometric_degree", "recent_both")
    for task, title in (("introducer", INTRODUCERS), ("introducer, one mailbox", INTRODUCERS_SEEN)):
        if introducers := [r for r in own if r["task"] == task]:
            found[title] = [_levels(introducers, _INTRODUCERS), _ahead(introducers, rules, "mrr")]
    if later := [r for r in own if r["task"] == "introducer, later half"]:
        found[LATER] = [_levels(later, _INTRODUCERS), _ahead(later, (f"{NAME}_own_past", *rules), "mrr")]
    return {title: "\n\n".join(parts) for title, parts in found.items()}


def sections(text: str) -> dict[str, str]:
    """Return what stands under each title of a text."""
    parts = [part.partition("\n") for part in f"\n{text}".split("\n### ")[1:]]
    return {title.strip(): body.strip() for title, _, body in parts}


def _machine() -> str:
    cores = os.cpu_count()
    versions = ", ".join(f"{name} {version(name)}" for name in ("weakties", "numpy", "duckdb", "scikit-learn"))
    return f"{platform.machine()}, {cores} cores, {platform.system()}; Python {platform.python_version()}, {versions}."


def _order(rows: Iterable[Row]) -> list[str]:
    return list(dict.fromkeys(r["method"] for r in rows))


_ORDER = {"auc": "AUC", "ndcg_at_10": "NDCG@10"}
_LEARNING = ("logistic_24", "logistic_28", "four_numbers_lodo", "gbm_28")


def _levels(rows: Sequence[Row], measures: Mapping[str, str] = _ORDER) -> str:
    """Return the measures, methods down and sets across, the best of each set by the first in bold."""
    sets = list(dict.fromkeys(r["dataset"] for r in rows))
    first = next(iter(measures))
    at = {(r["method"], r["dataset"]): r for r in rows}
    best = {s: max(r[first] for r in rows if r["dataset"] == s) for s in sets}
    lines = [_line([" / ".join(measures.values()), *(SHORT.get(s, s) for s in sets)]), "|---" * (len(sets) + 1) + "|"]
    for method in _order(rows):
        cells = []
        for s in sets:
            row = at.get((method, s))
            text = " / ".join(_three(row[name]) for name in measures) if row else ""
            cells.append(f"**{text}**" if row and row[first] == best[s] else text)
        lines.append(_line([f"**{method}**" if method == NAME else method, *cells]))
    return "\n".join(lines)


def _ahead(rows: Sequence[Row], methods: Sequence[str], measure: str = "auc") -> str:
    """Return by how much ours is ahead of some others, with intervals."""
    sets = list(dict.fromkeys(r["dataset"] for r in rows))
    shown = [m for m in methods if any(r["method"] == m for r in rows)]
    at = {(r["method"], r["dataset"]): r for r in rows}
    called = {**_FRIENDS, **_INTRODUCERS}[measure]
    lines = [_line([f"ahead in {called} of", *(SHORT.get(s, s) for s in sets)]), "|---" * (len(sets) + 1) + "|"]
    for method in shown:
        cells = []
        for s in sets:
            ci = at.get((method, s), {}).get("ci", {}).get(measure)
            cells.append(f"{ci[0]:+.3f} ({ci[1]:+.3f} to {ci[2]:+.3f})" if ci else "")
        lines.append(_line([method, *cells]))
    return "\n".join(lines)


def _chances(rows: Sequence[Row]) -> str:
    lines = [_line(["set", "in touch both ways: AUC", "Brier", "skill", "ECE", "band"]), "|---" * 6 + "|"]
    for row in rows:
        if row["method"] == NAME and row["brier"] is not None:
            low, high = row["ece_band"]
            cells: list[str] = [
                SHORT.get(row["dataset"], str(row["dataset"])),
                _three(row["two_way"]["auc"]),
                _three(row["brier"]),
            ]
            cells += [f"{row['brier_skill'] or 0:+.3f}", _three(row["ece"]), f"{_three(low)} to {_three(high)}"]
            lines.append(_line(cells))
    return "\n".join(lines)


def _answered(rows: Sequence[Row]) -> str:
    """Return by how much ours is ahead of the best count and of the share answered, and how exact its chances are."""
    head = [
        "set",
        "words",
        "answered",
        "ahead in AUC of received",
        "of share_by_silence",
        "Brier",
        "of share_by_silence",
        "of the share before",
    ]
    lines = [_line(head), "|---" * len(head) + "|"]
    at = {(r["method"], r["dataset"]): r for r in rows}
    for row in (r for r in rows if r["method"] == NAME):
        count, share = at["received", row["dataset"]], at["share_by_silence", row["dataset"]]
        ahead = [f"{ci[0]:+.3f} ({ci[1]:+.3f} to {ci[2]:+.3f})" for ci in (count["ci"]["auc"], share["ci"]["auc"])]
        numbers = [_three(r) for r in (row["brier"], share["brier"], row["brier_of_share"])]
        lines.append(_line([SHORT[row["dataset"]], f"{row['words']:,}", f"{row['base']:.0%}", *ahead, *numbers]))
    return "\n".join(lines)


def _declared(rows: Sequence[Row]) -> str:
    labels = list(dict.fromkeys(r["task"] for r in rows))
    lines = [_line(["label", "measure", NAME, "best other here", "published best"]), "|---" * 5 + "|"]
    for label in labels:
        mine = [r for r in rows if r["task"] == label]
        measure = "spearman" if mine[0].get("spearman") is not None else "auc"
        ours = next(r[measure] for r in mine if r["method"] == NAME)
        other = max((r for r in mine if r["method"] != NAME), key=lambda r: r[measure] or 0)
        anchor = mine[0]["anchor"][0]
        name = label.removeprefix("declared: ")
        lines.append(
            _line([name, measure, _three(ours), f"{_three(other[measure])} ({other['method']})", _three(anchor)])
        )
    return "\n".join(lines)


def _three(value: float | None) -> str:
    return "" if value is None or math.isnan(value) else f"{value:.3f}".removeprefix("0")


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def main(files: Sequence[str]) -> int:
    """Write the tables into the page."""
    rows: list[Row] = []
    for file in files:
        said = json.loads(Path(file).read_text(encoding="utf-8"))
        rows += [{**row, "run_others": said.get("others", False)} for row in said["rows"]]
    text = PAGE.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    now, _, after = rest.partition(END)
    found = {**sections(now), **tables(rows)}
    parts = [_machine(), *(f"### {title}\n\n{found[title]}" for title in TITLES if title in found)]
    PAGE.write_text(f"{before}{BEGIN}\n\n" + "\n\n".join(parts) + f"\n\n{END}{after}", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
