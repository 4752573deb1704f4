"""Create .venv from uv.lock on a machine that has only Python.

uv does the installing. It comes from pip where Python has pip; where it does not (Debian splits ensurepip into a
package of its own), the wheel is fetched from the package index with the standard library and checked against its
published SHA-256.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import subprocess
import sys
import urllib.parse
import urllib.request
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / ".bootstrap"
UV_VERSION = "0.13.9"


def main() -> int:
    """Install uv into .bootstrap and the locked environment into .venv; return the exit code of uv."""
    if sys.version_info < (3, 11):  # noqa: UP036  the Makefile may find an older python3
        print(f"weakties needs Python 3.11 or newer; this is {platform.python_version()}. Try: make PYTHON=python3.12")
        return 1
    uv = installed_uv() or uv_by_pip() or uv_by_hand()
    environment = {**os.environ, "UV_PROJECT_ENVIRONMENT": str(ROOT / ".venv")}
    command = [str(uv), "sync", "--frozen", "--quiet", "--python", sys.executable]
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


def installed_uv() -> Path | None:
    """Return the uv of an earlier run, if there is one."""
    for folder in ("bin", "Scripts"):
        for name in ("uv", "uv.exe"):
            path = TOOLS / folder / name
            if path.exists():
                return path
    return None


def uv_by_pip() -> Path | None:
    """Make a small environment with pip and install uv there; None where Python has no ensurepip."""
    made = subprocess.run([sys.executable, "-m", "venv", str(TOOLS)], capture_output=True, check=False)
    if made.returncode != 0:
        return None
    python = next(TOOLS.glob("bin/python")) if (TOOLS / "bin").exists() else TOOLS / "Scripts" / "python.exe"
    print("fetching uv ...", file=sys.stderr)
    command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", f"uv=={UV_VERSION}"]
    got = subprocess.run(command, check=False)
    return installed_uv() if got.returncode == 0 else None


def uv_by_hand() -> Path:
    """Fetch the uv wheel from the package index without pip and unpack its program."""
    index = os.environ.get("PIP_INDEX_URL", "https://pypi.org/simple").rstrip("/")
    page = f"{index}/uv/"
    asked = urllib.request.Request(page, headers={"Accept": "application/vnd.pypi.simple.v1+json"})
    with urllib.request.urlopen(asked, timeout=60) as answer:
        files = json.load(answer)["files"]
    wheel = next(f for f in files if f["filename"].startswith(f"uv-{UV_VERSION}-") and fits(f["filename"]))
    with urllib.request.urlopen(urllib.parse.urljoin(page, wheel["url"]), timeout=300) as answer:
        content = answer.read()
    if hashlib.sha256(content).hexdigest() != wheel["hashes"]["sha256"]:
        raise SystemExit(f"{wheel['filename']} does not have the published SHA-256; nothing was installed.")
    target = TOOLS / "bin" / "uv"
    target.parent.mkdir(parents=True, exist_ok=True)
    packed = TOOLS / wheel["filename"]
    packed.write_bytes(content)
    with zipfile.ZipFile(packed) as archive:
        member = next(n for n in archive.namelist() if n.endswith("/scripts/uv"))
        target.write_bytes(archive.read(member))
    packed.unlink()
    target.chmod(0o755)
    return target


def fits(filename: str) -> bool:
    """Tell whether a wheel of uv runs on this machine, from its platform tag."""
    machine = platform.machine().lower().replace("amd64", "x86_64").replace("arm64", "aarch64")
    if sys.platform == "darwin":
        return "macosx" in filename and machine.replace("aarch64", "arm64") in filename
    libc = "musllinux" if Path("/etc/alpine-release").exists() else "manylinux"
    return libc in filename and machine in filename


if __name__ == "__main__":
    sys.exit(main())
