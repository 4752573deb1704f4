"""The tables of the page are what was measured, and no more of the page is touched."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bench import page


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
