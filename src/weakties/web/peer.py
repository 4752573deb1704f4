"""Whose program it is that connects from this machine: a link that somebody else saw in the list of processes is of no use to them.

Linux tells it of every connection in `/proc/net/tcp`. Elsewhere, and of a connection from outside of a container, nobody knows.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

CONNECTIONS = Path("/proc/net/tcp")
# 127.0.0.1, as either kind of processor writes it.
_LOOPBACK = ("0100007F", "7F000001")


def user_of(port: int, to: int) -> int | None:
    """Return the number of the user whose connection leads from one port of this machine to another, None where that is not known."""
    with suppress(OSError, ValueError, IndexError):
        for line in CONNECTIONS.read_text(encoding="ascii").splitlines()[1:]:
            _, local, remote, _, _, _, _, user, *_ = line.split()
            ends = [end.partition(":") for end in (local, remote)]
            if all(address in _LOOPBACK for address, _, _ in ends) and [int(p, 16) for _, _, p in ends] == [port, to]:
                return int(user)
    return None


def is_other(port: int, to: int) -> bool:
    """Tell whether it is another user of this machine who connects.

    Root is nobody else: it may read the home anyway, relays of virtual machines run as root, and whoever serves as root serves
    whoever asked them to.
    """
    user = user_of(port, to)
    return user not in (None, 0) and hasattr(os, "geteuid") and os.geteuid() not in (0, user)
