"""The exceptions of weakties: one tree, each with a hint that says what to type.

::

    WeaktiesError                 exit code 1
    ├── UsageError                exit code 2: the words of the call are off
    │   ├── UnknownPerson         nobody, or nobody any more, answers to this
    │   ├── AmbiguousPerson       several people answer to this; carries them as candidates
    │   ├── UnknownImport         no import has this id
    │   ├── UnknownGroup          no circle, or no organisation, goes by this
    │   └── SettingError          a setting has an impossible value
    ├── SourceError               a file or account cannot be read as what it claims to be
    │   ├── UnknownFormat         no source recognises the file
    │   └── AccountError          a live account says no; the hint is what to do about it
    │       └── AccountBusy       another sync of it is going on
    ├── Stopped                   whoever asked for it stopped it; nothing of the step was kept
    └── HomeError                 the home folder cannot be used
        ├── NewerHome             written by a newer weakties than this one
        ├── HomeBusy              another process holds the lock for longer than we wait
        └── HomeFull              the disk has no room; nothing of the step was kept

Bad data is not an exception: it is a `weakties.facts.model.Rejected` in the stream, counted and shown.
"""

from __future__ import annotations

from collections.abc import Sequence


class WeaktiesError(Exception):
    """Anything weakties says no to. `hint` is one sentence with what to type; `exit_code` is the program's."""

    exit_code = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class UsageError(WeaktiesError):
    """The words of the call are off."""

    exit_code = 2


class UnknownPerson(UsageError):
    """Nobody, or nobody any more, answers to this name, handle or id."""


class AmbiguousPerson(UsageError):
    """Several people answer to this; `candidates` are (person id, name, handle) of the likeliest, best first."""

    def __init__(self, message: str, *, hint: str = "", candidates: Sequence[tuple[str, str, str]] = ()) -> None:
        super().__init__(message, hint=hint)
        self.candidates = tuple(candidates)


class UnknownImport(UsageError):
    """No import has this id."""


class UnknownGroup(UsageError):
    """No circle, or no organisation, goes by this name or id."""


class SettingError(UsageError):
    """A setting has an impossible value, or a name nobody knows."""


class SourceError(WeaktiesError):
    """A file or account cannot be read as what it claims to be."""


class UnknownFormat(SourceError):
    """No source recognises the file."""


class AccountError(SourceError):
    """A live account says no: the password, the certificate, the network, a limit. retry_after: seconds, where it said so."""

    def __init__(self, message: str, *, hint: str = "", retry_after: float | None = None) -> None:
        super().__init__(message, hint=hint)
        self.retry_after = retry_after


class AccountBusy(AccountError):
    """Another sync of this account is going on."""


class Stopped(WeaktiesError):
    """Whoever asked for a step stopped it; nothing of it was kept. Raised by what is told of progress."""

    exit_code = 130


class HomeError(WeaktiesError):
    """The home folder cannot be used."""


class NewerHome(HomeError):
    """The home was written by a newer weakties than this one."""


class HomeBusy(HomeError):
    """Another process holds the lock for longer than we wait."""


class HomeFull(HomeError):
    """The disk has no room; nothing of the step was kept."""
