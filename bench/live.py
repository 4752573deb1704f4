"""A sync of twenty thousand messages over IMAP on this machine, against a bare loop that fetches the same and throws it away.

The server is Dovecot, filled from the public mailboxes; both ask it for whole messages, sixty-four at a time.
"""

from __future__ import annotations

import os
import sys
from itertools import cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.accounts.dovecot import PASSWORD, USER, available, running

from bench.imports import LARGEST, THREE, missing
from bench.measure import Cost, environment, measured, median, weakties
from bench.peers import messages
from bench.tables import Table

ROOT = Path(__file__).resolve().parent.parent
MESSAGES = 20_000
OURS, BARE = "weakties sync", "bare fetch loop"


def tables(rounds: int) -> list[Table]:
    """Measure the first sync of an account, by turns with the bare loop."""
    table = Table(
        "A first sync over IMAP",
        {"program": "", "s": ".1f", "cpu s": ".1f", "messages/s": ",.0f", "peak MiB": ",.0f", "x bare": ".2f"},
    )
    why = missing((*THREE, *LARGEST)) or available()
    if why:
        table.notes.append(why)
        return [table]
    with running() as settings, TemporaryDirectory(prefix="weakties-bench-") as folder:
        _fill(Path(settings["mail"]))
        password = Path(folder) / "password"
        password.write_text(PASSWORD)
        costs: dict[str, list[Cost]] = {OURS: [], BARE: []}
        for turn in range(rounds):
            home = environment(WEAKTIES_HOME=Path(folder) / f"home-{turn}")
            where: list[str | Path] = [
                "--host",
                "localhost",
                "--port",
                settings["port"],
                "--security",
                "none",
                "--password-file",
                password,
            ]
            measured(weakties("connect", "imap", USER, *where), home)
            costs[OURS].append(measured(weakties("sync"), home, fine=(0, 3)))
            costs[BARE].append(
                measured([sys.executable, "-m", "bench.live", settings["port"]], environment(PYTHONPATH=ROOT))
            )
    bare = median(costs[BARE]).wall
    for name, each in costs.items():
        cost = median(each)
        table.add(name, cost.wall, cost.cpu, MESSAGES / cost.wall, cost.memory, cost.wall / bare)
    table.notes.append(
        f"{MESSAGES:,} messages in one folder; ours reads them, finds out who is who and writes all tables."
    )
    return [table]


def _fill(mail: Path) -> None:
    """Put messages straight into the server's folder, as a delivery would."""
    owner = mail.stat()
    cur = mail / "cur"
    for folder in (cur, mail / "new", mail / "tmp"):
        folder.mkdir(exist_ok=True)
        os.chown(folder, owner.st_uid, owner.st_gid)
    for number, data in enumerate(islice(cycle(messages((*LARGEST, *THREE))), MESSAGES)):
        path = cur / f"{1_000_000_000 + number}.bench:2,S"
        path.write_bytes(data)
        os.chown(path, owner.st_uid, owner.st_gid)


def main(words: list[str]) -> None:
    """Fetch everything in a process of its own. words: the port."""
    from imapclient import IMAPClient

    with IMAPClient("localhost", int(words[0]), ssl=False) as client:
        client.login(USER, PASSWORD)
        client.select_folder("INBOX", readonly=True)
        uids = client.search()
        for first in range(0, len(uids), 64):
            client.fetch(uids[first : first + 64], ["BODY.PEEK[]"])


if __name__ == "__main__":
    main(sys.argv[1:])
