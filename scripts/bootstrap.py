"""Create .venv from uv.lock on a machine that has only Python.

uv does the installing. It comes from pip where Python has pip; where it does not (Debian splits ensurepip into a
package of its own), the wheel is fetched from the package index with the standard library and checked against its
published SHA-256.
"""

from __future__ import annotations

import base64
import hashlib
import html
import io
import json
import os
import platform
import re
import subprocess
import sys
import urllib.parse
import urllib.request
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / ".bootstrap"
UV_VERSION = "0.13.9"
WAYS_OUT = "Where there is an index, PIP_INDEX_URL names it; where Python has venv (Debian: apt install python3-venv), pip does it."


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
    """Fetch the uv wheel from the package index without pip and unpack its program. Raises SystemExit, told in words."""
    page = f"{index().rstrip('/')}/uv/"
    shown = page.replace(f"{urllib.parse.urlsplit(page).netloc.rpartition('@')[0]}@", "")
    print(f"fetching uv from {shown} ...", file=sys.stderr)
    try:
        files = wheels(page)
        name = next((n for n in files if n.startswith(f"uv-{UV_VERSION}-") and n.endswith(".whl") and fits(n)), "")
        if not name:
            raise SystemExit(f"{shown} has no uv {UV_VERSION} for this machine. {WAYS_OUT}")
        address, published = files[name]
        content = fetched(address)[1]
    except (OSError, ValueError) as error:
        raise SystemExit(f"uv cannot be fetched from {shown}: {error}. {WAYS_OUT}") from error
    if hashlib.sha256(content).hexdigest() != published:
        raise SystemExit(f"{name} does not have the published SHA-256; nothing was installed.")
    target = TOOLS / "bin" / "uv"
    target.parent.mkdir(parents=True, exist_ok=True)
    # Renamed when it is whole: a run that is cut off leaves nothing that a later one takes for uv.
    fresh = target.with_name("uv.new")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        member = next(n for n in archive.namelist() if n.endswith("/scripts/uv"))
        fresh.write_bytes(archive.read(member))
    fresh.chmod(0o755)
    fresh.replace(target)
    return target


def index() -> str:
    """Return the package index that pip or uv are told to use, PyPI if neither is."""
    told = (os.environ.get(name) for name in ("PIP_INDEX_URL", "UV_DEFAULT_INDEX", "UV_INDEX_URL"))
    return next(filter(None, told), "https://pypi.org/simple")


def wheels(page: str) -> dict[str, tuple[str, str]]:
    """Return the files that a page of an index lists, JSON or HTML: name -> (address, published SHA-256)."""
    kind, content = fetched(page, accept="application/vnd.pypi.simple.v1+json, text/html;q=0.5")
    if kind.endswith("json"):
        found = {f["filename"]: (f["url"], f["hashes"].get("sha256", "")) for f in json.loads(content)["files"]}
    else:
        links = map(
            html.unescape, re.findall(r"""<a\s[^>]*href=["']([^"']+)["']""", content.decode("utf-8", "replace"))
        )
        parted = [link.partition("#sha256=") for link in links]
        found = {link.rpartition("/")[2]: (link, published) for link, _, published in parted}
    return {name: (urllib.parse.urljoin(page, link), published) for name, (link, published) in found.items()}


def fetched(address: str, accept: str = "*/*") -> tuple[str, bytes]:
    """Return the kind and the content of what lies at an address, which may carry a name and a password."""
    parts = urllib.parse.urlsplit(address)
    who, _, host = parts.netloc.rpartition("@")
    asked = urllib.request.Request(urllib.parse.urlunsplit(parts._replace(netloc=host)), headers={"Accept": accept})
    if who:
        asked.add_header("Authorization", f"Basic {base64.b64encode(urllib.parse.unquote(who).encode()).decode()}")
    with urllib.request.urlopen(asked, timeout=300) as answer:
        return answer.headers.get_content_type(), answer.read()


def fits(filename: str) -> bool:
    """Tell whether a wheel of uv runs on this machine, from its platform tag."""
    machine = platform.machine().lower().replace("amd64", "x86_64").replace("arm64", "aarch64")
    if sys.platform == "darwin":
        return "macosx" in filename and machine.replace("aarch64", "arm64") in filename
    libc = "musllinux" if Path("/etc/alpine-release").exists() else "manylinux"
    return libc in filename and machine in filename


if __name__ == "__main__":
    sys.exit(main())
