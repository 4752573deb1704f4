"""Write what the program ships of the figures on public sets from the page that tells them: `python -m scripts.write_published`."""

from __future__ import annotations

import json
from pathlib import Path

from weakties.proof import published

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "explanation" / "how-good-is-the-score.md"
FILE = ROOT / "src" / "weakties" / "proof" / "published.json"


def text() -> str:
    """Return what the file should hold."""
    found = published.of_page(PAGE.read_text(encoding="utf-8"))
    return json.dumps(published.as_json(found), ensure_ascii=False, indent=0) + "\n"


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
