"""What the server writes to the terminal or the journal: where the program failed, and of whose data nothing.

Addresses of pages hold names and ids, and what an error says may hold an address, which would stay there after somebody is forgotten.
So of something that nobody foresaw its kind is told and the way through the program that led there; that somebody asked for what is
not there is told nowhere.
"""

from __future__ import annotations

import logging
import sys
import traceback

# Their records are told here, and from this level on.
_LOGGERS = {"django.request": logging.ERROR, "django.security": logging.CRITICAL, "weakties.web": logging.WARNING}
_SAID = "Something went wrong that nobody foresaw; report it with these lines, which hold nothing of yours:"


class _Terminal(logging.Handler):
    """Writes to standard error, as it is at the moment."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write the kind of an error and where it arose."""
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            sys.stderr.write(f"{_SAID}\n{told(error)}\n")


def told(error: BaseException) -> str:
    """Return the kind of an error and the way to it, the first cause first; not what it says."""
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    frames = "".join(
        f"  {each.filename}:{each.lineno} {each.name}\n" for each in traceback.extract_tb(error.__traceback__)
    )
    return (f"{told(before)}\n" if before is not None else "") + f"{frames}{type(error).__name__}"


def begin() -> None:
    """Write so from now on."""
    for name, level in _LOGGERS.items():
        logger = logging.getLogger(name)
        logger.setLevel(level)
        logger.propagate = False
        logger.handlers[:] = [_Terminal()]
