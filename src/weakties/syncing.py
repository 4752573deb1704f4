"""Live accounts become imports, part by part: each is staged and committed with its cursor, in one step.

One sync of an account at a time. What the account says no to ends its sync with a sentence that stands in its status; what
was read before that is kept.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from weakties.accounts import Live, Part
from weakties.errors import AccountBusy, AccountError, HomeBusy
from weakties.facts import accounts, erasure, ledger
from weakties.facts.accounts import Account, Status
from weakties.facts.home import Home, guarded
from weakties.facts.ledger import Import
from weakties.facts.staging import Stage, Writer
from weakties.sources import ReadOptions

# Called after each part with the number of records read so far.
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Synced:
    """What a sync brought: one import for each part that said anything, and how it went."""

    account: Account
    imports: tuple[Import, ...]
    status: Status


def sync(
    home: Home,
    account: Account,
    live: Live,
    secret: str | None,
    *,
    now: Callable[[], int],
    keep_text: bool = False,
    region: str = "",
    progress: Progress | None = None,
) -> Synced:
    """Read what is new in an account into the ledger. now: the clock, seconds UTC. Raises AccountBusy, HomeError.

    secret: empty for accounts that need none, None where it is lost.

    What the account says no to is not raised: it is the status, with the imports that came before it.
    """
    options = ReadOptions(keep_text, region, f"owner:{account.owner}")
    done: list[Import] = []
    folders: dict[str, tuple[int, int]] = {}
    number = 0
    with guarded(home), _alone(home, account):
        cursor = accounts.cursor_of(home, account)
        part_number = int(cursor.pop("part", 0))
        try:
            for part in live.parts(account, _there(account, secret), cursor, options):
                folders.update(part.folders)
                if part.extracts or part.cursor != cursor:
                    cursor, part_number = part.cursor, part_number + 1
                    told = {**cursor, "part": part_number}
                    done.append(_keep(home, account, live, part, told, now=now(), options=options))
                number += len(part.extracts)
                if progress:
                    progress(number)
            status = Status(now(), ok=True, said=_said(done, folders), folders=folders)
        except AccountError as error:
            said = f"{error} {error.hint}".strip()
            status = Status(now(), ok=False, said=said, folders=folders)
        status = _screened(home, status)
        accounts.note(home, account.id, status)
    return Synced(account, tuple(done), status)


def _there(account: Account, secret: str | None) -> str:
    if secret is None:
        raise AccountError(f"No password of {account.id} is kept here.", hint="Connect it again.")
    return secret


@contextmanager
def _alone(home: Home, account: Account) -> Iterator[None]:
    """Hold the lock of an account for as long as it is read."""
    with ExitStack() as held:
        try:
            held.enter_context(home.lock(f"sync-{_short(account.id)}", seconds=0))
        except HomeBusy as error:
            raise AccountBusy(f"Another sync of {account.id} is going on.", hint="Wait for it to end.") from error
        yield


def _keep(
    home: Home, account: Account, live: Live, part: Part, cursor: dict[str, object], *, now: int, options: ReadOptions
) -> Import:
    told = json.dumps(cursor, sort_keys=True)
    digest = hashlib.blake2b(f"{account.id}\0{told}".encode(), digest_size=16).hexdigest()
    name = ledger.import_id(source=live.kind, digest=digest, owner=account.owner)
    keep_text, region = options.keep_text, options.region
    record = Import(
        name, live.kind, account.id, account.owner, digest, live.reader, now, keep_text, cursor=told, region=region
    )
    with Stage(home) as folder:
        with Writer(folder, name) as writer:
            for extract in part.extracts:
                writer.add(extract)
        return ledger.commit(home, folder, record, screen=erasure.screen)


def _said(done: list[Import], folders: dict[str, tuple[int, int]]) -> str:
    new = sum(counts.new for record in done for counts in record.counts.values())
    brought = f"{new:,} new {'record' if new == 1 else 'records'}." if new else "Nothing new."
    expected, stored = sum(e for e, _ in folders.values()), sum(s for _, s in folders.values())
    if not folders:
        return brought
    if expected == stored == 1:
        return f"{brought} The one record on the server has been read."
    if expected == stored:
        return f"{brought} All {expected:,} records on the server have been read."
    return (
        f"{brought} {stored:,} of the server's {expected:,} records have been read; the next sync looks for the rest."
    )


def _screened(home: Home, status: Status) -> Status:
    """Return a status without whom the user has forgotten: folders may be called after them. Theirs count as one."""
    marks = erasure.forgotten_in(home, [status.said, *status.folders])
    folders: dict[str, tuple[int, int]] = {}
    for name, (expected, stored) in status.folders.items():
        others = folders.get(told := marks.without(name), (0, 0))
        folders[told] = (others[0] + expected, others[1] + stored)
    return Status(status.at, ok=status.ok, said=marks.without(status.said), folders=folders)


def _short(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=6).hexdigest()
