"""The tables of the page are what was measured, and no more of the page is touched."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bench import page


def introducer(method: str, task: str, mrr: float) -> dict[str, Any]:
    plain = {"dataset": "lists", "task": task, "method": method, "mrr": mrr, "hit_at_1": 0.5, "hit_at_3": 1.0}
    return {**plain, "ci": {} if method == "weakties" else {"mrr": [0.1, 0.05, 0.15]}}


def row(method: str, auc: float, **more: Any) -> dict[str, Any]:
    plain: dict[str, Any] = {"dataset": "enron", "task": "persistence", "method": method, "auc": auc, "ndcg_at_10": 0.5}
    plain |= {"brier": None, "brier_skill": None, "ece": None, "ece_band": None, "ci": {}, "two_way": {"auc": 0.6}}
    return {**plain, **more}


def test_what_was_measured_stands_between_the_marks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = tmp_path / "page.md"
    text.write_text(f"before\n{page.BEGIN}\nold\n{page.END}\nafter\n", encoding="utf-8")
    monkeypatch.setattr(page, "PAGE", text)
    rows = [
        row("weakties", 0.877, brier=0.06, brier_skill=0.037, ece=0.01, ece_band=[0.001, 0.003]),
        row("logistic_24", 0.868, ci={"auc": [0.009, 0.007, 0.013]}),
    ]
    measured = tmp_path / "measured.json"
    measured.write_text(json.dumps({"others": False, "rows": rows}), encoding="utf-8")
    for _ in range(2):
        assert page.main([str(measured)]) == 0
        found = text.read_text(encoding="utf-8")
        assert found.startswith("before\n")
        assert found.endswith("\nafter\n")
        assert "old" not in found
        assert "| **weakties** | **.877 / .500** |" in found
        assert "| logistic_24 | .868 / .500 |" in found
        assert "| logistic_24 | +0.009 (+0.007 to +0.013) |" in found
        assert "| Enron | .600 | .060 | +0.037 | .010 | .001 to .003 |" in found
        assert "traffic of others" not in found


def test_tables_of_tasks_not_measured_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = tmp_path / "page.md"
    kept = f"### {page.DORMANT}\n\n| kept |"
    text.write_text(f"{page.BEGIN}\n\n### {page.INTRODUCERS}\n\nold\n\n{kept}\n\n{page.END}", encoding="utf-8")
    monkeypatch.setattr(page, "PAGE", text)
    rows = [introducer("weakties", "introducer", 0.75), introducer("recent_both", "introducer", 0.65)]
    rows += [introducer("weakties", "introducer, later half", 0.7)]
    rows += [{**introducer("weakties", "fof", 0), "auc": 0.8, "ndcg_at_10": 0.2, "ap": 0.1}]
    measured = tmp_path / "measured.json"
    measured.write_text(json.dumps({"others": False, "rows": rows}), encoding="utf-8")
    assert page.main([str(measured)]) == 0
    found = text.read_text(encoding="utf-8")
    assert "old" not in found
    assert "| **weakties** | **.750 / .500 / 1.000** |" in found
    assert "| recent_both | +0.100 (+0.050 to +0.150) |" in found
    assert "| **weakties** | **.800 / .200 / .100** |" in found
    places = [found.index(f"### {title}") for title in (page.DORMANT, page.FRIENDS, page.INTRODUCERS, page.LATER)]
    assert places == sorted(places)
    assert kept in found
