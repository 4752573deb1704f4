"""Sources whose files are gone through twice: what the first message means is known only after the last.

Whose account it is, who belongs to a group, whether 3/4 is in March: an export says so late, in another file, or only taken as
a whole. So all files of a path are gone through once to learn that, and once more to say what they hold, in constant memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Generic, TypeVar

from weakties.facts.model import Extract
from weakties.sources import ReadOptions
from weakties.sources.files import File, FileSource

Learned = TypeVar("Learned")


class TwiceRead(FileSource, Generic[Learned]):
    """Base of such a source. Write `claims`, `learn` and `told`; what is learned belongs to one reading alone."""

    def learn(self, files: Iterator[File], path: Path) -> Learned:
        """Return what all our files together show. files: to be gone through in order; path: what is imported."""
        raise NotImplementedError

    def told(self, file: File, number: int, learned: Learned, options: ReadOptions) -> Iterator[Extract]:
        """Yield what each record of a file says, in order. number: of the file among ours, from 0, in the order of `learn`."""
        raise NotImplementedError

    def read(self, path: Path, options: ReadOptions) -> Iterator[Extract]:
        """Yield what our files say, in order. Raises SourceError where the path itself cannot be read."""
        yield from _Reading(self).read(path, options)


class _Reading(FileSource, Generic[Learned]):
    """One reading of a path."""

    def __init__(self, source: TwiceRead[Learned]) -> None:
        super().__init__(source.limits)
        self.suffixes = source.suffixes
        self._source = source
        self._learned: Learned | None = None
        self._number = count()

    def claims(self, file: File) -> bool:
        return self._source.claims(file)

    def files(self, path: Path) -> Iterator[File | Extract]:
        ours = (file for file in super().files(path) if isinstance(file, File))
        self._learned = self._source.learn(ours, path)
        yield from super().files(path)

    def extracts(self, file: File, options: ReadOptions) -> Iterator[Extract]:
        if self._learned is not None:
            yield from self._source.told(file, next(self._number), self._learned, options)
