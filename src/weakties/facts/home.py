"""The home: the folder that holds everything, its format version and its locks.

Only the owner may look into it (0700). Many processes may use it at once: readers take no lock, writers take the lock
of what they write for as long as the last step needs.
"""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import msgspec
from filelock import FileLock, Timeout

from weakties.errors import HomeBusy, HomeError, HomeFull, NewerHome

T = TypeVar("T")

# 2: tombstones. Each format has the step that leads to it in `migrations`.
FORMAT = 2
# An import's last step takes milliseconds; a refresh of a large home may take minutes.
LOCK_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Home:
    """Where things lie below the home's folder."""

    path: Path

    @property
    def facts(self) -> Path:
        """The folder of imports and their manifest."""
        return self.path / "facts"

    @property
    def derived(self) -> Path:
        """The folder of builds and the file that names the one in force."""
        return self.path / "derived"

    @property
    def state(self) -> Path:
        """The SQLite file with what the user decided."""
        return self.path / "state.sqlite"

    @property
    def secrets(self) -> Path:
        """The file of passwords and tokens, where the system has no keyring."""
        return self.path / "secrets.json"

    @property
    def uploads(self) -> Path:
        """The folder of files that came in through the page, kept so that they can be read again."""
        return self.path / "uploads"

    def set_aside(self, version: int) -> Path:
        """The folder where everything is kept as it was before the home had this format."""
        return self.path / f"before-format-{version}"

    @property
    def all_set_aside(self) -> list[Path]:
        """Those of these folders that are there."""
        return sorted(self.path.glob("before-format-*"))

    @property
    def writable(self) -> bool:
        """Whether we may write here. A home that can only be read, e.g. on a medium mounted so, still answers."""
        return os.access(self.path, os.W_OK)

    def secret(self) -> str:
        """Return the home's secret, made when it is first needed: what is hashed with it means nothing elsewhere."""
        path = self.path / ".secret"
        if not path.exists():
            with guarded(self):
                write_atomically(path, secrets.token_hex(16) + "\n")
        return path.read_text(encoding="ascii", errors="replace").strip()

    @contextmanager
    def lock(self, name: str, *, seconds: float = LOCK_SECONDS) -> Iterator[None]:
        """Hold the home's lock of that name. seconds: how long to wait for it. Raises HomeBusy."""
        lock = FileLock(self.path / f".{name}.lock", timeout=seconds, mode=0o600)
        try:
            with lock:
                yield
        except Timeout as error:
            raise HomeBusy(
                f"Another weakties has been writing to {self.path} for more than {seconds:g} seconds.",
                hint="Wait for it to end, or stop it; nothing of yours was changed.",
            ) from error


def is_home(folder: Path) -> bool:
    """Tell whether a folder is a home, ours or another."""
    return (folder / "format").is_file() and (folder / "facts").is_dir() and (folder / "derived").is_dir()


def create(path: Path) -> Home:
    """Create the home if it is not there and return it, of whatever format up to ours. Raises HomeError, NewerHome."""
    home = Home(path)
    try:
        for folder in (path, home.facts, home.derived):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise HomeError(
            f"The home {path} cannot be used: {error.strerror}.",
            hint="Set WEAKTIES_HOME to a folder that you may write to.",
        ) from error
    if not (path / "format").exists():
        with guarded(home):
            write_format(home, FORMAT)
            # Made now, so that a home which can only be read later on can mask as well.
            home.secret()
    if (found := format_of(home)) > FORMAT:
        raise NewerHome(
            f"{path} has format {found}; this weakties knows formats up to {FORMAT}.",
            hint="Install the newest weakties to use it.",
        )
    return home


def format_of(home: Home) -> int:
    """Return the format version that a home says it has. Raises HomeError where it says none."""
    version = home.path / "format"
    found = version.read_text(encoding="ascii", errors="replace").strip()
    if not found.isdigit() or int(found) < 1:
        raise HomeError(
            f"{version} should hold a format number and holds {found[:20]!r}.",
            hint=f"If this home is from weakties, write {FORMAT} into that file; else choose another WEAKTIES_HOME.",
        )
    return int(found)


def write_format(home: Home, version: int) -> None:
    """Say which format the home has from now on."""
    write_atomically(home.path / "format", f"{version}\n")


@contextmanager
def guarded(home: Home) -> Iterator[None]:
    """Turn what a disk can say into our errors, with the sentence to act on; what would write says at once if it may not."""
    if not home.writable:
        raise _only_read(home, "it can only be read")
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise HomeFull(
                f"The disk that holds {home.path} is full; nothing of this step was kept.",
                hint="Make room, then run the same command again.",
            ) from error
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            raise _only_read(home, error.strerror or str(error)) from error
        raise


def _only_read(home: Home, why: str) -> HomeError:
    hint = "Set WEAKTIES_HOME to a folder that you may write to, a copy of this one for instance."
    return HomeError(f"{home.path} cannot be written to: {why}.", hint=hint)


def write_atomically(path: Path, text: str) -> None:
    """Replace a small file in one step: readers see the old text or the new, never half of one."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        with temporary.open("w", encoding="utf-8") as file:
            temporary.chmod(0o600)
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Ask the disk to keep a folder's entries, so that a rename survives a power cut."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read_json(path: Path, kind: type[T]) -> T:
    """Return the content of a JSON file of ours, of a shape. Raises HomeError where it is damaged."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except (ValueError, msgspec.MsgspecError) as error:
        raise HomeError(
            f"{path} is damaged: {error}.", hint="Restore it from a backup, or run weakties doctor."
        ) from error
