"""Write what each source says of its samples beside them: `python -m scripts.write_golden [SOURCE ...]`.

Read the difference before it is committed: it is what the tests will hold the source to.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from weakties.sources.registry import available
from weakties.testing import said

GOLDEN = Path(__file__).resolve().parent.parent / "tests" / "sources" / "golden"


def main(names: list[str]) -> None:
    """Write the expectations of these sources, of all if none is named."""
    for source in available()[0]:
        if names and source.name not in names:
            continue
        for pair in sorted((GOLDEN / source.name).glob("*")):
            sample = next(p for p in sorted(pair.iterdir()) if p.name.partition(".")[0] == "export")
            text = json.dumps(said(source, sample), indent=1, ensure_ascii=False)
            (pair / "expected.json").write_text(text + "\n", encoding="utf-8")
            print(pair.relative_to(GOLDEN))


if __name__ == "__main__":
    main(sys.argv[1:])
