"""Moving in from another program of this kind: the export of a Monica account, the archive of msgvault.

Monica keeps people, how they are related, and what its user wrote down of calls, conversations and activities. msgvault keeps the
messages themselves; of mail it has the originals, which are read as mail is, so that the same message from both counts once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from weakties.facts.model import Extract
from weakties.sources import ReadOptions
from weakties.sources.crm_monica import field_types, is_monica_json, is_monica_sql, read_json, read_sql
from weakties.sources.crm_msgvault import is_msgvault, read_archive
from weakties.sources.files import File, FileSource

READER = 1


class CrmSource(FileSource):
    """Exports of Monica 2 to 4 as JSON or SQL, and the database of msgvault."""

    name = "crm"
    reader = READER
    suffixes = ("monica.json", "monica.sql", "msgvault.db")

    def claims(self, file: File) -> bool:
        """Tell by its beginning whether a file is an export of Monica, by its tables whether it is an archive of msgvault."""
        return is_monica_json(file) or is_monica_sql(file) or is_msgvault(file)

    def extracts(self, file: File, options: ReadOptions) -> Iterator[Extract]:
        """Yield what each person, relation, call, conversation, activity or message says."""
        yield from _extracts(file, options, {})

    def read(self, path: Path, options: ReadOptions) -> Iterator[Extract]:
        """Yield what our files say, in order. Raises SourceError where the path itself cannot be read."""
        yield from _Reading(self.limits).read(path, options)


class _Reading(FileSource):
    """One reading: what stands at the end of a file and is needed at its beginning is looked up first."""

    suffixes = CrmSource.suffixes

    def claims(self, file: File) -> bool:
        return CrmSource().claims(file)

    def read(self, path: Path, options: ReadOptions) -> Iterator[Extract]:
        self._types: dict[str, dict[str, str]] = {}
        if path.exists():
            for file in self.files(path):
                if isinstance(file, File) and is_monica_json(file):
                    self._types[file.name] = field_types(file)
        yield from super().read(path, options)

    def extracts(self, file: File, options: ReadOptions) -> Iterator[Extract]:
        yield from _extracts(file, options, self._types.get(file.name, {}))


def _extracts(file: File, options: ReadOptions, types: Mapping[str, str]) -> Iterator[Extract]:
    if is_monica_json(file):
        yield from read_json(file, options, READER, types)
    elif is_monica_sql(file):
        yield from read_sql(file, options, READER)
    else:
        yield from read_archive(file, options, READER)
