"""Moving in from another program of this kind: the export of a Monica account, the archive of msgvault.

Monica keeps people, how they are related, and what its user wrote down of calls, conversations and activities. msgvault keeps the
messages themselves; of mail it has the originals, which are read as mail is, so that the same message from both counts once.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from weakties.facts.model import Extract
from weakties.sources import ReadOptions
from weakties.sources.crm_monica import field_types, is_monica_json, is_monica_sql, read_json, read_sql
from weakties.sources.crm_msgvault import is_msgvault, read_archive
from weakties.sources.files import File
from weakties.sources.twice import TwiceRead

READER = 1


class CrmSource(TwiceRead[dict[str, dict[str, str]]]):
    """Exports of Monica 2 to 4 as JSON or SQL, and the database of msgvault."""

    name = "crm"
    reader = READER
    suffixes = ("monica.json", "monica.sql", "msgvault.db")

    def claims(self, file: File) -> bool:
        """Tell by its beginning whether a file is an export of Monica, by its tables whether it is an archive of msgvault."""
        return is_monica_json(file) or is_monica_sql(file) or is_msgvault(file)

    def learn(self, files: Iterator[File], path: Path) -> dict[str, dict[str, str]]:  # noqa: ARG002  the files say enough
        """Return by file what stands at its end and is needed at its beginning."""
        return {file.name: field_types(file) for file in files if is_monica_json(file)}

    def told(
        self,
        file: File,
        number: int,  # noqa: ARG002  the name is enough
        learned: dict[str, dict[str, str]],
        options: ReadOptions,
    ) -> Iterator[Extract]:
        """Yield what each person, relation, call, conversation, activity or message says."""
        if is_monica_json(file):
            yield from read_json(file, options, READER, learned[file.name])
        elif is_monica_sql(file):
            yield from read_sql(file, options, READER)
        else:
            yield from read_archive(file, options, READER)
