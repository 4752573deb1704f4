"""What comes in: files and live accounts, and the imports that they became."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from weakties.errors import UnknownImport, UsageError
from weakties.facts import accounts, handles, ledger
from weakties.facts.accounts import Account
from weakties.facts.engine import add_facts, connect, rows
from weakties.facts.ledger import Import
from weakties.insight import leaving
from weakties.reading import Reading, opened
from weakties.secrets import Secrets
from weakties.workspace.desk import Desk, now

if TYPE_CHECKING:
    from weakties import intake
    from weakties.facts.accounts import Status
    from weakties.syncing import Synced


@dataclass(frozen=True, slots=True)
class AfterImport:
    """What changed for the user. owners: (name, addresses, how that is known); machines: people set aside; open_questions:
    probable merges."""

    owners: tuple[tuple[str, str, str], ...]
    machines: int
    open_questions: int


class ComingIn(Desk):
    """The part of the façade that brings in."""

    def import_(
        self,
        path: Path,
        *,
        keep_text: bool | None = None,
        progress: intake.Progress | None = None,
        unread: Callable[[Sequence[str]], None] | None = None,
    ) -> list[Import]:
        """Import a file or folder; return one import per source that found something. Raises SourceError, HomeError.

        unread: told the names of files in it that nobody reads.
        """
        # The readers of mail are loaded by who imports: a read need not wait for them.
        from weakties import intake
        from weakties.sources.registry import available

        keep = self.settings.keep_text if keep_text is None else keep_text
        request = intake.Request(path, self.owner, now(), keep_text=keep, region=self.settings.region)
        found = intake.take_in(self.home, request, available()[0], progress, unread=unread)
        ledger.compact(self.home, now=request.now)
        return found

    def accounts(self) -> list[tuple[Account, Status | None]]:
        """Return the live accounts that are connected, each with how its last sync went."""
        return accounts.connected(self.home)

    def connect(self, kind: str, name: str, settings: Mapping[str, str], secret: str) -> tuple[str, str]:
        """Sign in to an account and keep it; return what is there, in one sentence, and where the secret is kept.

        name: as it is shown and typed, without its kind. secret: empty for kinds that need none, for which none is kept.
        Raises AccountError, UsageError.
        """
        from weakties.accounts.registry import OPEN, of_kind

        account = Account(f"{kind}:{name}", kind, self.owner, now(), dict(settings))
        newest = [secret]
        said = of_kind(kind, newest.append).check(account, secret)
        kept = Secrets(self.home.secrets).put(account.id, newest[-1]) if kind not in OPEN else ""
        accounts.connect(self.home, account)
        return said, kept

    def disconnect(self, name: str) -> None:
        """Forget an account and its secret; what it brought stays. Raises UsageError."""
        if not accounts.disconnect(self.home, name):
            known = ", ".join(account.id for account, _ in self.accounts())
            raise UsageError(f"No account {name!r} is connected.", hint=f"There are: {known or 'none'}.")
        Secrets(self.home.secrets).drop(name)

    def sync(self, account: Account, *, progress: intake.Progress | None = None) -> Synced:
        """Read what is new in an account. Raises AccountBusy, HomeError; what the account says no to is in the status."""
        from weakties import syncing
        from weakties.accounts.registry import OPEN, of_kind

        secrets = Secrets(self.home.secrets)
        secret = "" if account.kind in OPEN else secrets.get(account.id)
        keep, region = self.settings.keep_text, self.settings.region
        newest = [secret or ""]

        def keep_secret(new: str) -> None:
            # An account that was dropped or connected anew meanwhile keeps what it has now.
            if secrets.replace(account.id, newest[-1], new):
                newest.append(new)

        live = of_kind(account.kind, keep_secret)
        done = syncing.sync(self.home, account, live, secret, now=now, keep_text=keep, region=region, progress=progress)
        ledger.compact(self.home, now=now())
        return done

    @contextmanager
    def rehearsal(self) -> Iterator[Self]:
        """Yield a workspace whose imports count as they would here, one after the other, and are forgotten at the end."""
        with ledger.rehearsal(self.home) as home:
            yield type(self)(home, self.settings, owner=self.owner)

    def imports(self) -> list[Import]:
        """Return every import, the oldest first."""
        return ledger.imports(self.home)

    def known_imports(self) -> list[Import]:
        """Return the imports of the owner, and of those who share their facts with her, the oldest first."""
        owners = {self.owner, *self.settings.shared}
        return [record for record in self.imports() if record.owner in owners]

    def known_import(self, name: str, *, own: bool = False) -> Import:
        """Return one of `known_imports` by the beginning of its id. own: whether it is to be the owner's. Raises UnknownImport."""
        record = self.import_record(name)
        if record.owner != self.owner and (own or record.owner not in self.settings.shared):
            raise UnknownImport(f"No import of yours is called {name}.", hint="Sources lists them.")
        return record

    def rejected(self, name: str) -> list[dict[str, Any]]:
        """Return what an import could not read: kind, reason, file, offset. Raises UnknownImport."""
        record = ledger.find(self.home, name)
        connection = connect()
        add_facts(connection, ledger.snapshot(self.home).files())
        query = 'SELECT kind, reason, file, "offset" FROM rejected WHERE import = $id ORDER BY file, "offset", reason'
        return rows(connection, query, {"id": record.id})

    def import_record(self, name: str) -> Import:
        """Return one import by the beginning of its id. Raises UnknownImport."""
        return ledger.find(self.home, name)

    def known_only_from(self, name: str, *, view: Reading | None = None) -> int:
        """Return how many people nothing but this import names, who go where it is undone. name: its whole id."""
        return leaving.known_only_from((view or self.read()).connection, name)

    def facts_only_from(self, name: str, *, view: Reading | None = None) -> int:
        """Return how many facts nothing but this import says, which go where it is undone. name: its whole id."""
        return leaving.facts_only_from((view or self.read()).connection, name)

    def count_facts(self, *, view: Reading | None = None) -> int:
        """Return how many facts there are, each once however many imports say it."""
        return leaving.facts((view or self.read()).connection)

    def after_import(self) -> AfterImport:
        """Bring the derived tables up to date and return what an import shows of them."""
        connection = self._steadily(lambda: opened(self.refresh(), ledger.snapshot(self.home).files()))
        owners = rows(connection, "SELECT owner, handles, reason FROM owners ORDER BY owner")
        shown = [
            (o["owner"], ", ".join(map(handles.value, filter(None, o["handles"].split("\n")))), o["reason"])
            for o in owners
        ]
        counts = connection.execute(
            "SELECT (SELECT count(*) FROM people WHERE machine <> ''), (SELECT count(*) FROM review)"
        ).fetchall()[0]
        return AfterImport(tuple(shown), *counts)

    def undo_import(self, name: str) -> Import:
        """Remove exactly one import, as if it had never been. Raises UnknownImport."""
        return ledger.undo(self.home, name)

    def reread(self, name: str, *, progress: intake.Progress | None = None) -> Import:
        """Read an import's original again with the reader of today. Raises UnknownImport, SourceError."""
        from weakties import intake
        from weakties.sources.registry import available

        record = ledger.find(self.home, name)
        known = available()[0]
        return intake.read_again(self.home, record, known, now=now(), region=self.settings.region, progress=progress)
