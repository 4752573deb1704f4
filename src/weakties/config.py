"""Settings: TOML file, environment and flags become one frozen `Settings` that knows where each value came from.

Later wins: default, `config.toml` in the home, `WEAKTIES_*` in the environment, flag. A setting that nobody knows is an
error with the nearest name, never ignored.
"""

from __future__ import annotations

import difflib
import json
import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import platformdirs

from weakties.errors import SettingError

FILE = "config.toml"
PREFIX = "WEAKTIES_"


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting with its unit. `origins` tells for each name where its value came from."""

    me: tuple[str, ...] = ()
    """The owner's own mail addresses, when what the mailbox says of them is wrong."""
    minutes: int = 15
    """Minutes that Today may ask for; 1 to 480."""
    per_circle: int = 2
    """People of one circle in one Today, of one organisation where they are in no circle; 1 to 100."""
    horizon_days: int = 90
    """Days within which `alive` speaks of contact; 7 to 730."""
    mutual_peak: int = 10
    """Mutual contacts at which a weak tie is worth most (the inverted U's peak); 1 to 1000."""
    keep_text: bool = False
    """Keep the words of messages as well as the facts read from them."""
    region: str = ""
    """Country (`DE`, `US`) in which telephone numbers without one are dialled."""
    free_mail: tuple[str, ...] = ()
    """Further domains that say nothing of where somebody works."""
    shared: tuple[str, ...] = ()
    """Owners of this home who let its other owners see whom they are in touch with, and nothing else."""
    origins: Mapping[str, str] = field(default_factory=dict)


_RANGES = {"minutes": (1, 480), "per_circle": (1, 100), "horizon_days": (7, 730), "mutual_peak": (1, 1000)}
NAMES = tuple(f.name for f in fields(Settings) if f.name != "origins")


def default_home() -> Path:
    """Return where the home lies unless the user says otherwise; `WEAKTIES_HOME` overrides the platform's folder."""
    named = os.environ.get("WEAKTIES_HOME")
    return Path(named).expanduser() if named else Path(platformdirs.user_data_dir("weakties"))


def load(home: Path, *, environment: Mapping[str, str], flags: Mapping[str, Any] | None = None) -> Settings:
    """Return the settings in force. flags: values by name, None where the flag was not given. Raises SettingError."""
    values: dict[str, Any] = {}
    origins = dict.fromkeys(NAMES, "default")
    layers: list[tuple[str, dict[str, Any]]] = [
        (str(home / FILE), _from_file(home / FILE)),
        ("environment", _from_environment(environment)),
        ("flag", {k: v for k, v in (flags or {}).items() if v not in (None, ())}),
    ]
    for origin, layer in layers:
        for name, raw in layer.items():
            values[name] = _checked(name, raw, origin)
            origins[name] = f"{PREFIX}{name.upper()}" if origin == "environment" else origin
    return Settings(**values, origins=origins)


def change(home: Path, values: Mapping[str, Any]) -> None:
    """Write settings into the home's file, in one step; its comments and all else in it stay as they are.

    values: by name, as `load` takes them; what is the default already is left out unless it stands there. Raises SettingError.
    """
    path = home / FILE
    said = _from_file(path)
    checked = {name: _checked(name, raw, "the form") for name, raw in values.items()}
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        text = ""
    for name, value in checked.items():
        if name in said or value != getattr(Settings(), name):
            text = _with(text, name, value)
    if tomllib.loads(text) != {**said, **{n: _plain(v) for n, v in checked.items() if n in tomllib.loads(text)}}:
        raise SettingError(f"{path} is written in a way that cannot be changed here.", hint="Change it by hand.")
    new = path.with_name(f".{FILE}.{os.getpid()}.new")
    try:
        new.touch(mode=0o600)
        new.write_text(text, encoding="utf-8")
        new.replace(path)
    except OSError as error:
        raise SettingError(f"{path} cannot be written: {error.strerror}.", hint="Change it by hand.") from error
    finally:
        new.unlink(missing_ok=True)


def _with(text: str, name: str, value: Any) -> str:
    """Return the text of a file with a setting in the place of its old value, or before whatever else comes first as a table."""
    line = f"{name} = {_written(value)}"
    lines = text.splitlines(keepends=True)
    for first, old in enumerate(lines):
        if old.lstrip().startswith("["):
            break
        if re.match(rf"\s*[\"']?{name}[\"']?\s*=", old):
            last = next(end for end in range(first + 1, len(lines) + 1) if _whole("".join(lines[first:end])))
            comment = re.search(r"\s+#[^\"']*$", lines[last - 1].rstrip("\n"))
            return "".join([*lines[:first], line, comment[0] if comment else "", "\n", *lines[last:]])
    else:
        return text + ("" if not text or text.endswith("\n") else "\n") + line + "\n"
    return "".join([*lines[:first], line, "\n", *lines[first:]])


def _whole(text: str) -> bool:
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return False
    return True


def _written(value: Any) -> str:
    # A string of JSON is one of TOML as well, and so are its numbers and its lists of strings.
    return json.dumps(_plain(value), ensure_ascii=False)


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _from_file(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            return tomllib.load(file)
    except (FileNotFoundError, NotADirectoryError):
        # Whether the home is a folder is said by whoever opens it.
        return {}
    except OSError as error:
        raise SettingError(
            f"{path} cannot be read: {error.strerror}.",
            hint="It must be a file that you may read; mend it or move it away.",
        ) from error
    except UnicodeDecodeError as error:
        raise SettingError(f"{path} is not text in UTF-8.", hint="Write it anew as UTF-8, or move it away.") from error
    except tomllib.TOMLDecodeError as error:
        raise SettingError(
            f"{path} is not valid TOML: {error}.", hint="Mend the line, or move the file away."
        ) from error


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    # WEAKTIES_HOME and its kin are read elsewhere; only names of settings count here.
    return {name: environment[PREFIX + name.upper()] for name in NAMES if environment.get(PREFIX + name.upper())}


def _checked(name: str, raw: Any, origin: str) -> Any:
    if name not in NAMES:
        near = difflib.get_close_matches(name, NAMES, n=1)
        hint = f"Did you mean {near[0]}?" if near else f"Known settings: {', '.join(NAMES)}."
        raise SettingError(f"{origin} has a setting that nobody knows: {name}.", hint=hint)
    default = getattr(Settings(), name)
    try:
        value = _converted(default, raw)
    except (KeyError, TypeError, ValueError) as error:
        kind = {bool: "true or false", int: "a whole number", str: "a country, e.g. DE", tuple: "a list of texts"}[
            type(default)
        ]
        raise SettingError(f"{origin}: {name} must be {kind}, not {raw!r}.", hint=f"Mend {name} there.") from error
    low, high = _RANGES.get(name, (None, None))
    if low is not None and high is not None and not low <= value <= high:
        raise SettingError(
            f"{origin}: {name} must lie between {low} and {high}, not {value}.", hint=f"Mend {name} there."
        )
    return value


def _converted(default: Any, raw: Any) -> Any:
    if isinstance(default, bool):
        if isinstance(raw, bool):
            return raw
        return {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}[str(raw).lower()]
    if isinstance(default, int):
        if isinstance(raw, (bool, float)):
            raise TypeError(raw)
        return int(raw)
    if isinstance(default, str):
        if not isinstance(raw, str) or (raw and not (len(raw) == 2 and raw.isascii() and raw.isalpha())):
            raise ValueError(raw)
        return raw.upper()
    if isinstance(raw, str):
        return tuple(part.strip() for part in raw.split(",") if part.strip())
    return tuple(str(part) for part in raw)
