"""Passwords and tokens: in the system's keyring where there is one, else in a file that only the owner may read.

Nothing else of weakties holds them: no log, no backup, no setting.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from filelock import FileLock

_SERVICE = "weakties"


class Secrets:
    """The secrets of one home. file: where they are where the system has no keyring."""

    def __init__(self, file: Path, *, use_keyring: bool = True) -> None:
        self._file = file
        self._use_keyring = use_keyring

    def get(self, name: str) -> str | None:
        """Return a secret, None if it is not there."""
        if (found := self._in_file().get(name)) is not None:
            return found
        found = None
        if keyring := self._keyring():
            with suppress(Exception):
                found = keyring.get_password(_SERVICE, self._named(name))
        return found

    def put(self, name: str, secret: str) -> str:
        """Keep a secret, and return where: `the keyring` or the file's path."""
        if (keyring := self._keyring()) and _done(lambda: keyring.set_password(_SERVICE, self._named(name), secret)):
            self._change(name, None)
            return "the keyring"
        self._change(name, secret)
        return str(self._file)

    def replace(self, name: str, old: str, new: str) -> bool:
        """Keep a secret in the place of the one that it follows; return False, and do nothing, where another is there by now."""
        if self.get(name) != old:
            return False
        if name in self._in_file():
            # It stays in the file, though there is a keyring now: who reads it at night may have none.
            self._change(name, new)
        else:
            self.put(name, new)
        return True

    def drop(self, name: str) -> None:
        """Forget a secret, wherever it is."""
        if keyring := self._keyring():
            _done(lambda: keyring.delete_password(_SERVICE, self._named(name)))
        self._change(name, None)

    def _named(self, name: str) -> str:
        # Two homes may have one account each with another password.
        return f"{name} {self._file.parent.resolve()}"

    def _in_file(self) -> dict[str, str]:
        try:
            held = json.loads(self._file.read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return {}
        return {str(k): str(v) for k, v in held.items()} if isinstance(held, dict) else {}

    def _change(self, name: str, secret: str | None) -> None:
        """Put one secret into the file or, None, take it out."""
        if secret is None and not self._file.exists():
            return
        # Two accounts may be read at a time, and a server give each a new token.
        with FileLock(self._file.with_name(".secrets.lock"), mode=0o600):
            held = self._in_file()
            kept = {k: v for k, v in held.items() if k != name} | ({} if secret is None else {name: secret})
            if kept != held:
                self._write(kept)

    def _write(self, held: dict[str, str]) -> None:
        if not held:
            self._file.unlink(missing_ok=True)
            return
        new = self._file.with_name(f".{self._file.name}.{os.getpid()}.new")
        # Born with its rights: at no moment may anybody else read it.
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.write(json.dumps(held))
            file.flush()
            os.fsync(file.fileno())
        new.replace(self._file)

    def _keyring(self) -> Any:
        """Return the module that speaks to the system's keyring, None where there is none."""
        if not self._use_keyring:
            return None
        try:
            import keyring
            from keyring.backends import fail
        except ImportError:
            return None
        return None if isinstance(keyring.get_keyring(), fail.Keyring) else keyring


def _done(work: Callable[[], object]) -> bool:
    """Do something with a keyring, which may be locked or broken in any way, and tell whether it was done."""
    with suppress(Exception):
        work()
        return True
    return False
