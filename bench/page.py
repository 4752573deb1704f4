"""The tables of "How good is the score?" from what was measured: `python -m bench.page FILE.json ...`.

The files are those of `python -m bench.evaluate --json`, also with `--others`. What stands between the two marks of the page is
written anew; the words around it are not touched.
"""

from __future__ import annotations

import json
import math
import os
import platform
import sys
from collections.abc import Iterable, Sequence
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


def tables(rows: Sequence[Row]) -> str:
    """Return all tables as Markdown."""
    parts = [_machine()]
    for task, title in (("persistence", "Whom will I be in touch with?"), ("dormant", "Which silent tie wakes up?")):
        for others in (False, True):
            mine = [r for r in rows if r["task"] == task and r["run_others"] == others]
            if mine:
                parts += [f"### {title}" + (" With the traffic of others" if others else ""), _levels(mine)]
                parts += [_ahead(mine), _chances(mine)]
    answers = [r for r in rows if r["task"] == "answers" and not r["run_others"]]
    if answers:
        parts += ["### Who answers a word that breaks a silence?", _levels(answers), _answered(answers)]
    declared = [r for r in rows if r["task"].startswith("declared") and not r["run_others"]]
    if declared:
        parts += ["### What people declare", _declared(declared)]
    return "\n\n".join(parts)


def _machine() -> str:
    cores = os.cpu_count()
    versions = ", ".join(f"{name} {version(name)}" for name in ("weakties", "numpy", "duckdb", "scikit-learn"))
    return f"{platform.machine()}, {cores} cores, {platform.system()}; Python {platform.python_version()}, {versions}."


def _order(rows: Iterable[Row]) -> list[str]:
    return list(dict.fromkeys(r["method"] for r in rows))


def _levels(rows: Sequence[Row]) -> str:
    """Return AUC / NDCG@10, methods down and sets across, the best AUC of each set in bold."""
    sets = list(dict.fromkeys(r["dataset"] for r in rows))
    at = {(r["method"], r["dataset"]): r for r in rows}
    best = {s: max(r["auc"] for r in rows if r["dataset"] == s) for s in sets}
    lines = [_line(["AUC / NDCG@10", *(SHORT.get(s, s) for s in sets)]), "|---" * (len(sets) + 1) + "|"]
    for method in _order(rows):
        cells = []
        for s in sets:
            row = at.get((method, s))
            text = f"{_three(row['auc'])} / {_three(row['ndcg_at_10'])}" if row else ""
            cells.append(f"**{text}**" if row and row["auc"] == best[s] else text)
        lines.append(_line([f"**{method}**" if method == NAME else method, *cells]))
    return "\n".join(lines)


def _ahead(rows: Sequence[Row]) -> str:
    """Return by how much ours is ahead of the models that learn, with intervals."""
    sets = list(dict.fromkeys(r["dataset"] for r in rows))
    shown = [
        m for m in ("logistic_24", "logistic_28", "four_numbers_lodo", "gbm_28") if any(r["method"] == m for r in rows)
    ]
    at = {(r["method"], r["dataset"]): r for r in rows}
    lines = [_line(["ahead in AUC of", *(SHORT.get(s, s) for s in sets)]), "|---" * (len(sets) + 1) + "|"]
    for method in shown:
        cells = []
        for s in sets:
            ci = at.get((method, s), {}).get("ci", {}).get("auc")
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
    _, _, after = rest.partition(END)
    PAGE.write_text(f"{before}{BEGIN}\n\n{tables(rows)}\n\n{END}{after}", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
