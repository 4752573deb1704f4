"""Rights and safety: forgetting, handing out, backing up."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from weakties import config
from weakties.facts import erasure
from weakties.workspace.desk import now
from weakties.workspace.questions import Questions

if TYPE_CHECKING:
    from weakties import rights
    from weakties.facts.backup import Backup
    from weakties.facts.scrub import Marks


class Safety(Questions):
    """The part of the façade that forgets, hands out and keeps safe."""

    def to_forget(self, text: str, *, as_of: date | None = None) -> rights.ToForget:
        """Return what forgetting somebody would do; nothing is changed. Raises UnknownPerson, AmbiguousPerson, UsageError."""
        from weakties import rights

        view = self.read(as_of)
        return rights.to_forget(self.home, view, self.find(text, view=view))

    def forget(self, marks: Marks) -> list[str]:
        """Forget somebody for ever; return where in the home something of them is left, which is nowhere."""
        erasure.entomb(self.home, marks, at=now(), author=self.owner)
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

    def back_up(self, target: Path, passphrase: str, *, called: str = "") -> Backup:
        """Write an encrypted backup and read it back. called: as in `facts.backup.make`. Raises UsageError, HomeError."""
        from weakties.facts import backup

        return backup.make(self.home, target, passphrase, now=now(), called=called)

    def change_settings(self, values: Mapping[str, Any]) -> None:
        """Write settings into the home's file; they hold from now on. values: by name. Raises SettingError."""
        config.change(self.home.path, values)
        self.settings = config.load(self.home.path, environment=os.environ)
