"""Bring in what the page needs of others: unpack the locked packages, copy the files named here, write down what each is.

    .venv/bin/python scripts/vendor.py           # after a change of assets/package-lock.json
    .venv/bin/python scripts/vendor.py --check   # tell whether what is committed is what the lock names

Needs npm and the registry; nothing of it runs when the page runs.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ASSETS = ROOT / "assets"
VENDOR = ROOT / "src" / "weakties" / "web" / "static" / "weakties" / "vendor"
LIST = VENDOR / "vendor.json"
# package -> the file that the page loads
FILES = {"htmx.org": "dist/htmx.min.js", "sigma": "dist/sigma.min.js", "graphology": "dist/graphology.umd.min.js"}
LICENCES = ("LICENSE", "LICENSE.txt", "LICENSE.md")


def main(*, check: bool) -> int:
    """Write, or hold against the lock, what is vendored; return the exit code."""
    with tempfile.TemporaryDirectory() as work:
        for name in ("package.json", "package-lock.json"):
            shutil.copy(ASSETS / name, work)
        subprocess.run(["npm", "ci", "--ignore-scripts", "--omit=dev", "--silent"], cwd=work, check=True)
        wanted = _wanted(Path(work) / "node_modules")
    here = {path.name: path.read_bytes() for path in VENDOR.iterdir()} if VENDOR.exists() else {}
    if check:
        odd = sorted(name for name in {*wanted, *here} if wanted.get(name) != here.get(name))
        print("\n".join(f"{name} is not what the lock names" for name in odd) or "as locked")
        return 1 if odd else 0
    shutil.rmtree(VENDOR, ignore_errors=True)
    VENDOR.mkdir(parents=True)
    for name, content in wanted.items():
        (VENDOR / name).write_bytes(content)
    print("\n".join(f"{name}  {len(content):,} bytes" for name, content in wanted.items()))
    return 0


def _wanted(modules: Path) -> dict[str, bytes]:
    """Return the vendored files by name, with the list that says what each is."""
    locked = json.loads((ASSETS / "package-lock.json").read_text())["packages"]
    found: dict[str, bytes] = {}
    said = []
    for package, file in FILES.items():
        content = (modules / package / file).read_bytes()
        licence = next((modules / package / name for name in LICENCES if (modules / package / name).exists()), None)
        name = Path(file).name
        found[name] = content
        if licence:
            found[f"{name}.LICENSE.txt"] = licence.read_bytes()
        said.append(
            {
                "file": name,
                "package": package,
                "version": locked[f"node_modules/{package}"]["version"],
                "licence": locked[f"node_modules/{package}"]["license"],
                "sha256": hashlib.sha256(content).hexdigest(),
            }
        )
    found[LIST.name] = (json.dumps(said, indent=1) + "\n").encode()
    return found


if __name__ == "__main__":
    raise SystemExit(main(check="--check" in sys.argv[1:]))
