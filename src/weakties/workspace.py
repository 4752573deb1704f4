"""The façade: open a home, import into it, ask it questions, tell it what you decided.

One method per question. It hands parts out, never itself: every room below gets tables, days and settings, not the workspace.
Here, and nowhere below, is the clock.
"""

from __future__ import annotations

import os
import shlex
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import duckdb

from weakties import answers, config, refresh
from weakties.config import Settings
from weakties.errors import HomeError, UsageError
from weakties.facts import accounts, erasure, handles, ledger
from weakties.facts import decisions as user
from weakties.facts.accounts import Account
from weakties.facts.decisions import Decision
from weakties.facts.engine import add_facts, connect, rows
from weakties.facts.home import Home, guarded
from weakties.facts.ledger import Import
from weakties.facts.migrations import open_home
from weakties.identity import evidence
from weakties.incognito import shown_id
from weakties.insight import people, timeline, waiting
from weakties.insight import today as due
from weakties.insight.people import Found
from weakties.insight.timeline import Place
from weakties.reading import Reading, opened, read
from weakties.secrets import Secrets
from weakties.ties.reasons import Reason

if TYPE_CHECKING:
    from weakties import doctor, intake, rights
    from weakties.facts.accounts import Status
    from weakties.facts.backup import Backup
    from weakties.facts.scrub import Marks
    from weakties.syncing import Synced

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class AfterImport:
    """What changed for the user. owners: (name, addresses, how that is known); machines: people set aside; open_questions:
    probable merges."""

    owners: tuple[tuple[str, str, str], ...]
    machines: int
    open_questions: int


def open_workspace(home: Path | None = None, *, settings: Settings | None = None, owner: str = "me") -> Workspace:
    """Open a home, made if it is not there. home: the platform's folder if None. Raises HomeError, SettingError."""
    path = home or config.default_home()
    opened_home = open_home(path)
    if opened_home.writable:
        erasure.finish(opened_home)
    return Workspace(opened_home, settings or config.load(path, environment=os.environ), owner=owner)


def known_as(home: Path, text: str, limit: int) -> list[tuple[str, str, bool]]:
    """Return names and handles that contain a text, as `insight.people.like`, from the build in force.

    For answers while somebody types: nothing is built or made, and people that came in since are not known yet.
    """
    at = Home(home)
    build = refresh.in_force(at)
    if build is None or erasure.pending(at):
        return []
    hidden = [d.handle for d in user.standing(at, ["hide"])]
    return people.like(opened(build, {}), text, hidden=hidden, limit=limit)


class Workspace:
    """A home, its settings and whose ties are asked about. Every read takes `as_of`, today if None."""

    def __init__(self, home: Home, settings: Settings, *, owner: str = "me") -> None:
        self.home = home
        self.settings = settings
        self.owner = owner

    # What comes in.

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
        request = intake.Request(path, self.owner, _now(), keep_text=keep, region=self.settings.region)
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

        account = Account(f"{kind}:{name}", kind, self.owner, _now(), dict(settings))
        said = of_kind(kind).check(account, secret)
        kept = Secrets(self.home.secrets).put(account.id, secret) if kind not in OPEN else ""
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

        secret = "" if account.kind in OPEN else Secrets(self.home.secrets).get(account.id)
        keep, region = self.settings.keep_text, self.settings.region
        live = of_kind(account.kind)
        done = syncing.sync(
            self.home, account, live, secret, now=_now, keep_text=keep, region=region, progress=progress
        )
        ledger.compact(self.home, now=_now())
        return done

    @contextmanager
    def rehearsal(self) -> Iterator[Workspace]:
        """Yield a workspace whose imports count as they would here, one after the other, and are forgotten at the end."""
        with ledger.rehearsal(self.home) as home:
            yield Workspace(home, self.settings, owner=self.owner)

    def imports(self) -> list[Import]:
        """Return every import, the oldest first."""
        return ledger.imports(self.home)

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
        return intake.read_again(self.home, record, known, now=_now(), region=self.settings.region, progress=progress)

    def refresh(self, *, anew: bool = False, progress: refresh.Progress | None = None) -> refresh.Build:
        """Bring the derived tables up to date and return the build in force. Raises HomeError, HomeBusy, HomeFull.

        An erasure that was cut off is finished first: who is to be forgotten is never shown again. anew: also where they are
        up to date.
        """
        erasure.finish(self.home)
        if not self.home.writable and not refresh.is_current(self.home, self.settings):
            raise HomeError(
                f"{self.home.path} can only be read, and its derived tables are older than its facts.",
                hint=f"Ask a copy of it: cp -r {shlex.quote(str(self.home.path))} COPY; weakties --home COPY today",
            )
        return refresh.ensure(self.home, self.settings, now=_now(), anew=anew, progress=progress)

    def check(self) -> list[str]:
        """Build the derived tables again and return those that differ from the ones in force: empty means proved equal."""
        self.refresh()
        with guarded(self.home):
            return refresh.check(self.home, self.settings)

    # Questions.

    def read(self, as_of: date | None = None, *, incognito: bool = False) -> Reading:
        """Return the view of a day; the derived tables are brought up to date first.

        incognito: names, handles, organisations, subjects and terms are stable invented ones.
        """
        return self._steadily(lambda: self._read(as_of or _today(), incognito=incognito))

    def today(
        self, *, as_of: date | None = None, minutes: int | None = None, view: Reading | None = None
    ) -> list[answers.Suggestion]:
        """Return who deserves a word, within the minutes, the worthiest first."""
        view = view or self.read(as_of)
        return answers.with_words(view, self._due(view, minutes or self.settings.minutes))

    def how_many_due(self, *, minutes: int, view: Reading) -> int:
        """Return how many people deserve a word, had one so many minutes."""
        return len(self._due(view, minutes))

    def waiting(self, *, as_of: date | None = None, view: Reading | None = None) -> list[waiting.Open]:
        """Return the open conversations, first those that wait for the owner."""
        view = view or self.read(as_of)
        return waiting.waiting(view.connection, owner=view.owner, as_of_day=view.as_of_day)

    def people(
        self,
        *,
        as_of: date | None = None,
        view: Reading | None = None,
        sort: str = "value",
        limit: int | None = None,
        skip: int = 0,
        **wanted: Any,
    ) -> list[dict[str, Any]]:
        """Return one row per person. wanted: query, kind, organisation, automated as in `insight.people.Wanted`, and tag;
        sort, limit, skip as in `insight.people.listed`.
        """
        view = view or self.read(as_of)
        found = people.listed(view.connection, _wanted(view, **wanted), sort=sort, limit=limit, skip=skip)
        for row in found:
            row["id"] = shown_id(row["person"], view.masked_with)
        return found

    def count_people(self, *, as_of: date | None = None, view: Reading | None = None, **wanted: Any) -> int:
        """Return how many people `people` would return without a limit."""
        view = view or self.read(as_of)
        return people.counted(view.connection, _wanted(view, **wanted))

    def news(self, *, as_of: date | None = None, view: Reading | None = None) -> list[answers.Told]:
        """Return what is new of people, by cards, birthdays and returns: what matters most first."""
        return answers.news(view or self.read(as_of))

    def brief(self, *, as_of: date | None = None, view: Reading | None = None, days: int = 0) -> list[answers.Brief]:
        """Return the meetings of a day, and of so many days after it, with who takes part."""
        return answers.brief(view or self.read(as_of), days=days)

    def find(self, text: str, *, view: Reading | None = None) -> Found:
        """Return the one person whom a text means. Raises UnknownPerson, AmbiguousPerson."""
        return people.find((view or self.read()).connection, text)

    def handle_of(self, person: str, *, view: Reading | None = None) -> str:
        """Return the handle that decisions on a person are kept under: the oldest."""
        rows = (
            (view or self.read()).connection.execute("SELECT handle FROM people WHERE person = $1", [person]).fetchall()
        )
        return str(rows[0][0])

    def handle_meant(self, text: str, *, view: Reading | None = None) -> str:
        """Return the handle that a text means: the one that it names, or the oldest of the one person it fits.

        Raises UnknownPerson, AmbiguousPerson.
        """
        view = view or self.read()
        found = self.find(text, view=view)
        return found.handle if found.handle == handles.parse(text) else self.handle_of(found.person, view=view)

    def my_handle(self, address: str) -> str:
        """Return the handle of an address that the owner says is hers. Raises UsageError."""
        handle = handles.parse(address)
        if handle is None:
            hint = "An address, a number with its country, or KIND:VALUE: --me ana@example.com, --me +14165550100"
            raise UsageError(f"{address!r} is no handle.", hint=hint)
        return handle

    def persons(self, ids: Sequence[str], *, view: Reading) -> dict[str, answers.Person]:
        """Return who these people are, by id."""
        return answers.persons(view, ids)

    def handles(self, ids: Sequence[str], *, view: Reading) -> dict[str, list[str]]:
        """Return the handles of these people, by id, the busiest first."""
        return people.handles_of(view.connection, ids)

    def person(self, found: Found, view: Reading) -> answers.Person:
        """Return who somebody is."""
        return answers.persons(view, [found.person])[found.person]

    def why(self, text: str, *, as_of: date | None = None, view: Reading | None = None) -> answers.Why:
        """Return one person with every number opened down to the facts. Raises UnknownPerson, AmbiguousPerson."""
        view = view or self.read(as_of)
        return answers.why(view, people.find(view.connection, text).person, self.settings, self._decisions())

    def compare(self, a: str, b: str, *, view: Reading | None = None) -> answers.Compared:
        """Return the evidence for and against two people, or handles, being one."""
        view = view or self.read()
        if view.masked_with:
            raise UsageError("Two people are compared by their real addresses.", hint="Leave out --incognito.")
        one, two = people.find(view.connection, a), people.find(view.connection, b)
        both = answers.persons(view, [one.person, two.person])
        mine = [h for row in self.owners(view=view) for h in row["handles"].split("\n")]
        said = refresh.compare(self.home, one.handle, two.handle, mine)
        reasons = tuple(Reason(e.what, e.weight, e.text) for e in said)
        return answers.Compared(
            both[one.person],
            both[two.person],
            (one.handle, two.handle),
            one.person == two.person,
            evidence.weight(said),
            reasons,
        )

    def timeline(
        self, text: str, *, as_of: date | None = None, view: Reading | None = None, limit: int = 50
    ) -> tuple[answers.Person, list[dict[str, Any]], int]:
        """Return a person, the facts between you and them (newest first), and how many there are."""
        view = view or self.read(as_of)
        found = people.find(view.connection, text)
        rows, total = timeline.timeline(
            view.connection, found.person, owner=view.owner, as_of_day=view.as_of_day, limit=limit
        )
        return self.person(found, view), rows, total

    def origins(self, events: Sequence[str], *, view: Reading | None = None) -> dict[str, list[Place]]:
        """Return where each fact stands in its source."""
        return timeline.origins((view or self.read()).connection, events)

    def review(self, *, view: Reading | None = None) -> list[dict[str, Any]]:
        """Return probable merges, the surest first: handles a and b, weight, reasons."""
        view = view or self.read()
        return rows(view.connection, "SELECT a, b, weight, reasons FROM review ORDER BY weight DESC, a, b")

    def questions(self, pairs: Sequence[Mapping[str, Any]]) -> list[answers.Question]:
        """Return what the pairs of `review` ask of the user, in their order."""
        return answers.questions(pairs)

    def owners(self, *, view: Reading | None = None) -> list[dict[str, Any]]:
        """Return whose mail this is and how that is known."""
        view = view or self.read()
        return rows(view.connection, "SELECT owner, person, handles, reason FROM owners ORDER BY owner")

    # Decisions.

    def decide(self, kind: user.Kind, handle: str, *, other: str = "", **said: Any) -> Decision:
        """Write a decision down. handle, other: as text in normal form; said: what was decided, by name."""
        return user.decide(self.home, kind, handle, at=_now(), author=self.owner, other=other, value=said)

    def add_person(self, name: str, *, handle: str = "", **said: Any) -> Decision:
        """Add somebody by hand. handle: a mail address or other handle, their bare name if empty. Raises UsageError."""
        known = handles.parse(handle) if handle else handles.bare_name(name, "hand")
        if known is None:
            raise UsageError(f"{handle or name!r} is no handle.", hint="Give a mail address, or kind:value.")
        return self.decide("person", known, name=name, **said)

    def decisions(self) -> list[Decision]:
        """Return the decisions that hold, the oldest first."""
        return self._decisions()

    def unheeded(self, *, view: Reading | None = None) -> list[Decision]:
        """Return the merges and splits that do not hold, because something said later contradicts them or they an owner."""
        view = view or self.read()
        said = [d for d in self._decisions() if d.kind in ("merge", "split")]
        person_of = people.persons_of(view.connection, [h for d in said for h in (d.handle, d.other)])
        known = [d for d in said if d.handle in person_of and d.other in person_of]
        return [d for d in known if (person_of[d.handle] == person_of[d.other]) != (d.kind == "merge")]

    def undo(self, number: int | None = None) -> Decision:
        """Undo a decision, the last one if no number is given. Raises UsageError."""
        return user.undo(self.home, number, at=_now())

    def today_is(self) -> date:
        """Return the day it is, in UTC."""
        return _today()

    def examine(self) -> list[doctor.Finding]:
        """Check the set-up; each finding with its fix."""
        from weakties import doctor

        return list(doctor.examine(self.home, self.settings, now=_now()))

    # Rights and safety.

    def to_forget(self, text: str) -> rights.ToForget:
        """Return what forgetting somebody would do; nothing is changed. Raises UnknownPerson, AmbiguousPerson, UsageError."""
        from weakties import rights

        view = self.read()
        return rights.to_forget(self.home, view, self.find(text, view=view))

    def forget(self, marks: Marks) -> list[str]:
        """Forget somebody for ever; return where in the home something of them is left, which is nowhere."""
        erasure.entomb(self.home, marks, at=_now(), author=self.owner)
        erasure.finish(self.home)
        self.refresh()
        return erasure.left_in(self.home, marks)

    def everything_on(self, text: str, *, as_of: date | None = None) -> dict[str, Any]:
        """Return all that is kept of somebody. Raises UnknownPerson, AmbiguousPerson."""
        from weakties import rights

        view = self.read(as_of)
        return rights.everything_on(self.home, view, self.find(text, view=view))

    def export(self, target: Path, *, as_of: date | None = None) -> dict[str, int]:
        """Write everything as a zip of CSV files; return the rows of each table. Raises UsageError."""
        from weakties import rights

        return rights.write_all(self.home, self.read(as_of), target)

    def back_up(self, target: Path, passphrase: str) -> Backup:
        """Write an encrypted backup and read it back. Raises UsageError, HomeError."""
        from weakties.facts import backup

        return backup.make(self.home, target, passphrase, now=_now())

    def _due(self, view: Reading, minutes: int) -> list[due.Suggestion]:
        wishes = view.wishes
        ties = due.candidates(view.connection, wanted=wishes.cadences)
        everybody = due.suggest(ties, snoozed=wishes.snoozed, cadences=wishes.cadences)
        return due.within(everybody, minutes=minutes, per_organisation=self.settings.per_organisation)

    def _decisions(self) -> list[Decision]:
        return user.standing(self.home)

    def _read(self, as_of: date, *, incognito: bool) -> Reading:
        build = self.refresh()
        at = ledger.snapshot(self.home)
        connection = opened(build, at.files(), ledger.imports(self.home))
        return read(
            connection,
            build,
            self.home,
            owner=self.owner,
            as_of=as_of,
            decisions=self._decisions(),
            settings=self.settings,
            mask_with=self.home.secret() if incognito else "",
        )

    def _steadily(self, ask: Callable[[], T]) -> T:
        """Ask again when a file was replaced between looking it up and opening it: a writer and readers never wait."""
        for attempt in range(4):
            try:
                return ask()
            except (FileNotFoundError, duckdb.IOException):
                if attempt == 3:
                    raise
        raise AssertionError("unreachable")


def _wanted(view: Reading, *, tag: str = "", **wanted: Any) -> people.Wanted:
    tagged = frozenset(p for p, tags in view.wishes.tags.items() if tag in tags) if tag else None
    return people.Wanted(view.owner, view.as_of_day, hidden=view.wishes.hidden, tagged=tagged, **wanted)


def _now() -> int:
    return int(time.time())


def _today() -> date:
    return datetime.now(UTC).date()
