"""The whole home in one encrypted file, verified after it was written, and back from it into an empty home.

The file is a zip of three parts that tools of others can open as well: a text that says how, a key that the passphrase
opens (age, scrypt), and a tar of the home encrypted to that key (age, X25519). So a passphrase is enough, and a home of
any size passes through in pieces. What is derived is left out: it is built again from the facts.
"""

from __future__ import annotations

import errno
import hashlib
import io
import json
import os
import shlex
import shutil
import tarfile
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import pyrage
from pyrage import passphrase as age_passphrase
from pyrage import x25519

from weakties.errors import HomeError, UsageError
from weakties.facts import state, whole
from weakties.facts.home import FORMAT, Home, guarded, sync_folder
from weakties.facts.staging import Stage

_KEY, _TAR, _TEXT, _LIST = "key.age", "home.tar.age", "HOW-TO-OPEN.txt", "contents.json"
_HOW = """A backup of weakties. To bring it back:

    weakties --home NEW-FOLDER restore THIS-FILE

Without weakties, with age (https://age-encryption.org) and the passphrase:

    unzip THIS-FILE
    age -d -o key.txt key.age
    age -d -i key.txt home.tar.age | tar x
"""
_SHORTEST_PASSPHRASE = 8
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup holds. format: of the home; files, size: their number and bytes; made_at: seconds UTC."""

    path: Path
    format: int
    files: int
    size: int
    made_at: int


def make(home: Home, target: Path, passphrase: str, *, now: int, called: str = "") -> Backup:
    """Write a backup and read it back. Raises UsageError, HomeError; nothing half-written stays.

    now: seconds UTC; called: how it is remembered, by its path if empty.
    """
    if len(passphrase) < _SHORTEST_PASSPHRASE:
        raise UsageError(
            f"The passphrase has fewer than {_SHORTEST_PASSPHRASE} characters.",
            hint="Several words are easy to remember and hard to guess.",
        )
    if target.exists():
        raise UsageError(f"{target} is there already.", hint="Name a file that is not: a backup replaces nothing.")
    if target.resolve().is_relative_to(home.path.resolve()):
        raise UsageError("A backup inside the home would be lost with it.", hint="Name a file elsewhere.")
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with _told(f"The backup {target}"):
            _write(home, part, passphrase, now)
            made = verify(part, passphrase)
            part.replace(target)
            sync_folder(target.parent)
    finally:
        part.unlink(missing_ok=True)
    state.note_backup(home, Path(called) if called else target.resolve(), at=now)
    return Backup(target, made.format, made.files, made.size, made.made_at)


@contextmanager
def _told(what: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        raise HomeError(
            f"{what} could not be written: {error.strerror or error}; nothing of it was kept.",
            hint="Make room there, or name another place."
            if full
            else "Name another place, one that is not there yet.",
        ) from error


def _write(home: Home, target: Path, passphrase: str, now: int) -> None:
    identity = x25519.Identity.generate()
    with target.open("xb") as file, guarded(home), Stage(home) as folder:
        target.chmod(0o600)
        # Imports need not wait until all of it is written.
        with home.lock("facts"):
            whole.copy(home, folder)
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as parts:
            parts.writestr(_TEXT, _HOW)
            parts.writestr(_KEY, age_passphrase.encrypt(f"{identity}\n".encode(), passphrase))
            with parts.open(_TAR, "w", force_zip64=True) as encrypted:
                _piped(
                    lambda out: _pack(folder, out, now),
                    lambda plain: pyrage.encrypt_io(plain, encrypted, [identity.to_public()]),
                )
        file.flush()
        os.fsync(file.fileno())


def _piped(write: Callable[[IO[bytes]], None], read: Callable[[IO[bytes]], None]) -> None:
    """Run two functions at once, what the first writes being what the second reads; the error of either is raised."""
    out, into = os.pipe()
    failed: list[BaseException] = []

    def run() -> None:
        try:
            with os.fdopen(into, "wb") as pipe:
                write(pipe)
        except BaseException as error:  # noqa: BLE001  raised again below, in the thread that can tell it
            failed.append(error)

    thread = threading.Thread(target=run, name="backup")
    thread.start()
    try:
        with os.fdopen(out, "rb") as pipe:
            read(pipe)
    finally:
        thread.join()
        # A writer that finds its reader gone says so; why the reader went is the error to tell.
        if failed and not isinstance(failed[0], BrokenPipeError):
            raise failed[0]


def _pack(folder: Path, out: IO[bytes], now: int) -> None:
    digests = {}
    with tarfile.open(fileobj=out, mode="w|", format=tarfile.PAX_FORMAT) as tar:
        for path in sorted(p for p in folder.rglob("*") if p.is_file()):
            name = path.relative_to(folder).as_posix()
            with path.open("rb") as file:
                digests[name] = hashlib.file_digest(file, "blake2b").hexdigest()
                file.seek(0)
                tar.addfile(_member(name, path.stat().st_size), file)
        listed = json.dumps({"format": FORMAT, "made_at": now, "digests": digests}, sort_keys=True).encode()
        tar.addfile(_member(_LIST, len(listed)), io.BytesIO(listed))


def _member(name: str, size: int) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o600
    return member


def verify(path: Path, passphrase: str) -> Backup:
    """Read a whole backup and compare every file with its digest. Raises UsageError, HomeError."""
    found: dict[str, str] = {}
    told: dict[str, object] = {}
    size = 0

    def look(member: tarfile.TarInfo, file: IO[bytes]) -> None:
        nonlocal size
        if member.name == _LIST:
            told.update(json.loads(file.read()))
        else:
            found[member.name] = hashlib.file_digest(file, "blake2b").hexdigest()  # type: ignore[arg-type]
            size += member.size

    _unpack(path, passphrase, look)
    if told.get("digests") != found:
        raise HomeError(f"{path} is damaged: what is in it is not what was put in.", hint="Make or use another backup.")
    return Backup(path, int(str(told["format"])), len(found), size, int(str(told["made_at"])))


def _unpack(path: Path, passphrase: str, take: Callable[[tarfile.TarInfo, IO[bytes]], None]) -> None:
    def members(plain: IO[bytes]) -> None:
        with tarfile.open(fileobj=plain, mode="r|") as tar:
            for member in tar:
                file = tar.extractfile(member) if member.isreg() else None
                if file is None:
                    raise HomeError(f"{path} holds something that no backup does: {member.name!r}.")
                take(member, file)
        while plain.read(_CHUNK):
            pass

    damaged = f"{path} is no backup of weakties, or it is damaged"
    try:
        with zipfile.ZipFile(path) as parts:
            locked = parts.read(_KEY)
            try:
                key = age_passphrase.decrypt(locked, passphrase).decode().strip()
            except pyrage.DecryptError as error:
                raise UsageError(
                    "The passphrase does not open this backup.", hint="Type it as it was when the backup was made."
                ) from error
            identity = x25519.Identity.from_str(key)
            with parts.open(_TAR) as encrypted:
                _piped(lambda out: pyrage.decrypt_io(encrypted, out, [identity]), members)
    except FileNotFoundError as error:
        raise UsageError(f"{path} is not there.", hint="Name the file of a backup.") from error
    except (IsADirectoryError, PermissionError) as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.", hint="Name the file of a backup.") from error
    except (zipfile.BadZipFile, KeyError, tarfile.TarError, pyrage.DecryptError, ValueError, EOFError) as error:
        raise HomeError(f"{damaged}: {error}.", hint="Use another backup.") from error
    except OSError as error:
        if error.errno is not None:
            raise
        # age says so where a piece is not what was encrypted.
        raise HomeError(f"{damaged}: {error}.", hint="Use another backup.") from error


def restore(path: Path, passphrase: str, home: Path) -> Backup:
    """Bring a backup back into a home that is not there yet, or empty: wholly or not at all. Raises UsageError, HomeError.

    Into a place that cannot be replaced as a whole, e.g. where a disk is mounted, it is moved part by part, the facts last.
    """
    target = home.resolve()
    if target.exists() and any(p.is_file() and not p.name.endswith(".lock") for p in target.rglob("*")):
        raise UsageError(
            f"{home} is in use: a backup is restored into an empty home.",
            hint=f"weakties --home NEW-FOLDER restore {shlex.quote(str(path))}",
        )
    what = verify(path, passphrase)
    if what.format > FORMAT:
        raise UsageError(
            f"The backup has format {what.format}; this weakties knows formats up to {FORMAT}.",
            hint="Install the newest weakties to restore it.",
        )
    fixed = target.is_mount()
    part = (target if fixed else target.parent) / f".{target.name}.{os.getpid()}.part"
    shutil.rmtree(part, ignore_errors=True)
    try:
        with _told(f"The home {home}"):
            part.mkdir(mode=0o700, parents=True)
            _unpack(path, passphrase, lambda member, file: _put(part, member, file))
            if fixed:
                target.chmod(0o700)
                for entry in sorted(part.iterdir(), key=lambda p: p.is_dir()):
                    shutil.rmtree(target / entry.name, ignore_errors=True)
                    entry.rename(target / entry.name)
            else:
                with suppress(FileNotFoundError):
                    shutil.rmtree(target)
                part.rename(target)
            sync_folder(target.parent)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    # The file is still there: whoever is forgotten in the new home is in it.
    state.note_backup(Home(target), path.resolve(), at=what.made_at)
    return Backup(path, what.format, what.files, what.size, what.made_at)


def _put(folder: Path, member: tarfile.TarInfo, file: IO[bytes]) -> None:
    place = (folder / member.name).resolve()
    if not place.is_relative_to(folder):
        raise HomeError(f"The backup would write outside of the home: {member.name!r}.")
    if member.name == _LIST:
        return
    for above in reversed(place.relative_to(folder).parents):
        (folder / above).mkdir(mode=0o700, exist_ok=True)
    with place.open("xb") as copy:
        place.chmod(0o600)
        shutil.copyfileobj(file, copy, _CHUNK)
        os.fsync(copy.fileno())
