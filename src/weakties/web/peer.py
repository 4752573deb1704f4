"""Whose program it is that connects from this machine: a link that somebody else saw in the list of processes is of no use to them.

Linux tells it of every connection in `/proc/net/tcp`. Elsewhere, and of a connection from outside of a container, nobody knows.
"""

from __future__ import annotations

import os
import socket
from contextlib import suppress
from pathlib import Path

CONNECTIONS = Path("/proc/net/tcp")


def user_of(address: str, port: int, to: int) -> int | None:
    """Return the number of the user whose connection leads from an address and port of this machine to another port of it.

    None where that is not known. address: of the fourth version, as `127.0.0.1`.
    """
    with suppress(OSError, ValueError, IndexError):
        for line in CONNECTIONS.read_text(encoding="ascii").splitlines()[1:]:
            _, local, remote, _, _, _, _, user, *_ = line.split()
            (here, _, from_port), (_, _, to_port) = local.partition(":"), remote.partition(":")
            if here in _written(address) and (int(from_port, 16), int(to_port, 16)) == (port, to):
                return int(user)
    return None


def _written(address: str) -> tuple[str, str]:
    """Return an address as the two kinds of processors write it there. Raises OSError for what is none."""
    said = socket.inet_aton(address)
    return said[::-1].hex().upper(), said.hex().upper()


def is_other(address: str, port: int, to: int) -> bool:
    """Tell whether it is another user of this machine who connects.

    Whoever comes from another address than the usual one of this machine, and is nobody that is known, may be anybody.

    Root is nobody else: it may read the home anyway, relays of virtual machines run as root, and whoever serves as root serves
    whoever asked them to.
    """
    user = user_of(address, port, to)
    if user is None:
        return address != "127.0.0.1"
    return user != 0 and hasattr(os, "geteuid") and os.geteuid() not in (0, user)
