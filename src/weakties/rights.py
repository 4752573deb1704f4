"""What somebody may ask of whoever knows them: to be shown everything that is kept of them, and to be forgotten."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from weakties import answers
from weakties.errors import UsageError
from weakties.facts import decisions, erasure, ledger, state
from weakties.facts.engine import quoted, rows
from weakties.facts.erasure import Preview
from weakties.facts.home import Home
from weakties.facts.scrub import Marks
from weakties.facts.tables import TABLES
from weakties.insight import people
from weakties.insight.people import Found
from weakties.reading import Reading
from weakties.refresh import TABLES as DERIVED

# What the facts say of a person, by the handles in `marked`; the text of a message only if it was kept.
_KEPT = {
    "messages": """
        SELECT e.id, e."at", e.channel, p.role, p.handle, p.name, e.subject, e.terms, e.asks, e.text, e.folder,
            e.group_size, e.import, e.file, e."offset"
        FROM participations p JOIN marked m USING (handle) JOIN events e ON e.id = p.event AND e.import = p.import
        ORDER BY ALL
    """,
    "cards": """
        SELECT * FROM cards WHERE handle IN (FROM marked)
            OR list_has_any(string_split(handles, chr(10)), (SELECT list(handle) FROM marked)) ORDER BY ALL
    """,
    "links": 'SELECT * FROM links WHERE a IN (FROM marked) OR b IN (FROM marked) OR "by" IN (FROM marked) ORDER BY ALL',
}


@dataclass(frozen=True, slots=True)
class ToForget:
    """What forgetting a person would do. others: names of theirs that others bear, with those others' handles; such names
    stay. backups: (seconds UTC, path) of those made of this home, which still hold the person. originals: whether the home
    keeps files that were sent to the page, which all go.
    """

    person: answers.Person
    marks: Marks
    others: Mapping[str, Sequence[str]]
    preview: Preview
    backups: Sequence[tuple[int, str]]
    originals: bool = False


def to_forget(home: Home, view: Reading, found: Found) -> ToForget:
    """Return what forgetting a person would do; nothing is changed. Raises UsageError for the owner."""
    owners = view.connection.execute("SELECT 1 FROM owners WHERE person = $1", [found.person]).fetchall()
    if owners:
        raise UsageError(
            f"{found.name} is whose mail this is.",
            hint="To forget everything, delete the home; weakties doctor says where it is.",
        )
    person, handles = _known_as(view, found)
    marks, others = erasure.marks_of(view.connection, handles, name=person.name)
    originals = home.uploads.exists()
    return ToForget(person, marks, others, erasure.preview(home, marks), state.backups(home), originals)


def _known_as(view: Reading, found: Found) -> tuple[answers.Person, list[str]]:
    """Return who somebody is, and all of their handles."""
    handles = people.handles_of(view.connection, [found.person])[found.person]
    return answers.persons(view, [found.person])[found.person], handles


def everything_on(home: Home, view: Reading, found: Found) -> dict[str, Any]:
    """Return all that is kept of a person: the answer to a request for access, as plain values for JSON."""
    person, handles = _known_as(view, found)
    marks, _ = erasure.marks_of(view.connection, handles, name=person.name)
    view.connection.execute("CREATE OR REPLACE TEMP TABLE marked AS SELECT unnest($1::VARCHAR[]) AS handle", [handles])
    everything = decisions.everything(home)
    about = [d for d in everything if marks.bears(d.handle) or marks.bears(d.other)]
    naming = [d for d in everything if d not in about and marks.without(json.dumps(d.value)) != json.dumps(d.value)]
    return {
        "person": {"id": person.id, "name": person.name, "handles": handles},
        "derived": {
            "people": rows(view.connection, "SELECT * FROM people WHERE person = $id", {"id": found.person}),
            "ties": rows(view.connection, "SELECT * FROM ties WHERE person = $id", {"id": found.person}),
        },
        "decisions": [asdict(d) for d in about],
        "decisions_naming_them": [asdict(d) for d in naming],
        **{kind: rows(view.connection, query) for kind, query in _KEPT.items()},
        "messages_naming_them": _naming(view, marks),
        "imports": {i.id: i.path for i in ledger.imports(home)},
    }


def _naming(view: Reading, marks: Marks) -> list[dict[str, Any]]:
    """Return the messages of others whose subject or kept text names a person."""
    patterns = marks.for_sql()
    if not patterns:
        return []
    tests = " OR ".join(f"regexp_matches(subject || ' ' || text, $p{number})" for number in range(len(patterns)))
    query = f"""
        SELECT id, "at", channel, subject, text, import, file, "offset" FROM events
        WHERE ({tests}) AND id NOT IN (SELECT event FROM participations WHERE handle IN (FROM marked)) ORDER BY ALL
    """  # noqa: S608  numbered parameters
    return rows(view.connection, query, {f"p{number}": pattern for number, pattern in enumerate(patterns)})


def write_all(home: Home, view: Reading, target: Path) -> dict[str, int]:
    """Write everything as a zip of CSV files, one per table, that any program opens; return the rows of each.

    The facts as they were said, what is derived from them as of the view's day, and the decisions. Raises UsageError.
    """
    if target.exists():
        raise UsageError(f"{target} is there already.", hint="Name a file that is not.")
    if not target.parent.is_dir():
        raise UsageError(f"There is no folder {target.parent}.", hint="Name a file in a folder that is there.")
    written = {}
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with (
            TemporaryDirectory(prefix=".weakties-", dir=target.parent) as folder,
            zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as whole,
        ):
            part.chmod(0o600)
            for table in (*TABLES, *DERIVED, "ties"):
                file = Path(folder) / f"{table}.csv"
                query = f"COPY (SELECT * FROM {table} ORDER BY ALL) TO {quoted(file)} (FORMAT csv, HEADER)"  # noqa: S608  our own names
                written[table] = int(view.connection.execute(query).fetchall()[0][0])
                whole.write(file, file.name)
                file.unlink()
            said = [asdict(d) for d in decisions.standing(home)]
            whole.writestr("decisions.json", json.dumps(said, ensure_ascii=False, indent=1))
            written["decisions"] = len(said)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return written
