"""How it keeps coming in: live accounts, read over the network only because the user connected them.

A live account is read in parts. Each part is a list of extracts, as a file's source would yield them, and the cursor that is
right once the part is kept; both are committed in one step. Cut off anywhere, the next sync goes on behind the last whole part.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from weakties.facts.accounts import Account
from weakties.facts.model import Extract
from weakties.sources import ReadOptions


@dataclass(frozen=True, slots=True)
class Part:
    """What was read in one go. cursor: how far the whole account is read with it, as JSON can say it; folders: how many records
    the server has in each folder that was looked at, and how many of them are here with this part."""

    extracts: list[Extract]
    cursor: dict[str, Any]
    folders: Mapping[str, tuple[int, int]] = field(default_factory=dict)


class Live(Protocol):
    """A kind of account. kind: as in `Account.kind`; reader: version, raised whenever it learns something."""

    kind: str
    reader: int

    def check(self, account: Account, secret: str) -> str:
        """Sign in, look, change nothing; return in one sentence what is there. Raises AccountError."""

    def parts(self, account: Account, secret: str, cursor: Mapping[str, Any], options: ReadOptions) -> Iterator[Part]:
        """Yield what is new behind a cursor, `{}` for everything, in parts of at most some thousand records.

        A part without extracts still moves the cursor or tells of folders. Raises AccountError where the account cannot be read
        further; what was yielded before stays.
        """
