"""The peers of an import: full-text indexers of mail, on a Maildir copy of exactly the messages that weakties reads.

`mu` and `notmuch` are C++ programs under the GPL, run as programs and only here. They index every word and weakties
does not; weakties finds out who is who and they do not. All three are what one waits for before the first question.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.measure import CommandFailed, Cost, environment, measured
from weakties.sources.containers import open_files
from weakties.sources.mailbox import split
from weakties.sources.streams import Limits


@dataclass(frozen=True, slots=True)
class Peer:
    """A program that indexes mail. install: what to type where it is missing; index: (Maildir, new folder) -> cost."""

    name: str
    program: str
    install: str
    index: Callable[[Path, Path], Cost]
    count: Callable[[Path], int]

    def missing(self) -> str:
        """Return one plain line where the program is not there, else nothing."""
        if shutil.which(self.program):
            return ""
        return f"{self.name} is not installed, so it is left out: {self.install}"

    def version(self) -> str:
        """Return the program's name and version."""
        said = _output([self.program, "--version"], environment()).split("\n", 1)[0]
        return f"{self.name} {next((w for w in reversed(said.split()) if w[:1].isdigit()), '')}"


def messages(paths: Iterable[Path]) -> Iterator[bytes]:
    """Yield each message of these files as it was sent, without the envelope line of an mbox."""
    for path in paths:
        limits = Limits()
        for opened in open_files(path, limits):
            for raw in split(opened.stream, limits):
                if not raw.fault:
                    yield raw.data.partition(b"\n")[2] if raw.data.startswith(b"From ") else raw.data


def write_maildir(folder: Path, raws: Iterable[bytes]) -> int:
    """Write messages as a new Maildir, each read already, and return how many."""
    for name in ("cur", "new", "tmp"):
        (folder / name).mkdir(parents=True)
    number = 0
    for number, raw in enumerate(raws, start=1):
        # The flags hold a colon, as every mail program writes them.
        (folder / "cur" / f"{number:08}.bench:2,S").write_bytes(raw)
    return number


def _mu_index(maildir: Path, work: Path) -> Cost:
    at = environment(HOME=work)
    first = measured(["mu", "init", f"--muhome={work / 'mu'}", f"--maildir={maildir}"], at)
    return first + measured(["mu", "index", "--quiet", f"--muhome={work / 'mu'}"], at)


def _mu_count(work: Path) -> int:
    # One line per message: its own path and nothing of what it says.
    found = _output(["mu", "find", f"--muhome={work / 'mu'}", "--fields=l", ""], environment(HOME=work))
    return len(found.splitlines())


def _notmuch_index(maildir: Path, work: Path) -> Cost:
    # Its database lies apart from the mail, so that the others find the Maildir as it was.
    (work / "database").mkdir()
    told = f"[database]\npath={work / 'database'}\nmail_root={maildir}\n[user]\nprimary_email=bench@example.com\n"
    (work / "notmuch.conf").write_text(told, encoding="utf-8")
    return measured(["notmuch", "new", "--no-hooks", "--quiet"], _notmuch(work))


def _notmuch_count(work: Path) -> int:
    return int(_output(["notmuch", "count", "--output=files", "*"], _notmuch(work)))


def _notmuch(work: Path) -> dict[str, str]:
    return environment(HOME=work, NOTMUCH_CONFIG=work / "notmuch.conf")


def _output(command: list[str], at: Mapping[str, str]) -> str:
    done = subprocess.run(command, env=dict(at), capture_output=True, text=True, errors="replace", check=False)
    if done.returncode:
        raise CommandFailed(f"{command[0]} {command[1]} ended with exit code {done.returncode}")
    return done.stdout


PEERS = (
    Peer("mu", "mu", "apt-get install maildir-utils", _mu_index, _mu_count),
    Peer("notmuch", "notmuch", "apt-get install notmuch", _notmuch_index, _notmuch_count),
)
