"""A real IMAP server for tests: Dovecot on a free port of this machine, with a mailbox of its own that is gone at the end."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

USER, PASSWORD = "ana@home.example", "correct-horse"

_CONFIG = """
base_dir = {root}/run
state_dir = {root}/state
log_path = {root}/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = {ssl}
{certificates}
disable_plaintext_auth = no
default_internal_user = dovecot
default_login_user = dovenull
default_vsz_limit = 512M
first_valid_uid = 0
mail_location = maildir:{root}/mail
mail_uid = {uid}
mail_gid = {gid}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
  }}
}}
service anvil {{
  chroot =
}}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={root}/mail
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Sent {{
    special_use = \\Sent
    auto = create
  }}
  mailbox Trash {{
    special_use = \\Trash
    auto = create
  }}
  mailbox Junk {{
    special_use = \\Junk
    auto = create
  }}
}}
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _program() -> str | None:
    return shutil.which("dovecot") or shutil.which("/usr/sbin/dovecot")


def available() -> str:
    """Return why the server cannot be run here, the empty text where it can."""
    if _program() is None:
        return "Dovecot is not installed: apt-get install dovecot-imapd"
    return "" if os.getuid() == 0 else "Dovecot is tested as root only."


@contextmanager
def running(*, certificate: tuple[Path, Path] | None = None) -> Iterator[dict[str, str]]:
    """Run the server and yield the settings of an account on it; skip where there is none."""
    if why := available():
        pytest.skip(why)
    with TemporaryDirectory(prefix="weakties-dovecot-") as folder:
        yield from _running(Path(folder), certificate)


def _running(root: Path, certificate: tuple[Path, Path] | None) -> Iterator[dict[str, str]]:
    # Mail belongs to somebody who is nobody: Dovecot reads none of root's.
    nobody = pwd.getpwnam("nobody")
    root.chmod(0o755)
    (root / "mail").mkdir()
    os.chown(root / "mail", nobody.pw_uid, nobody.pw_gid)
    port, tls_port = free_port(), free_port()
    certificates = "" if certificate is None else f"ssl_cert = <{certificate[0]}\nssl_key = <{certificate[1]}"
    config = root / "dovecot.conf"
    config.write_text(
        _CONFIG.format(
            root=root, uid=nobody.pw_uid, gid=nobody.pw_gid, port=port, tls_port=tls_port,
            password=PASSWORD, ssl="yes" if certificate else "no", certificates=certificates,
        )
    )  # fmt: skip
    server = subprocess.Popen(
        [_program() or "", "-F", "-c", str(config)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait(port, server, root)
        yield {
            "host": "localhost",
            "port": str(port),
            "tls_port": str(tls_port),
            "user": USER,
            "security": "none",
            "mail": str(root / "mail"),
        }
    finally:
        server.terminate()
        server.wait(timeout=20)


def _wait(port: int, server: subprocess.Popen[bytes], root: Path) -> None:
    for _ in range(200):
        with socket.socket() as probe:
            if server.poll() is None and probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    log = root / "dovecot.log"
    pytest.fail(f"Dovecot did not start: {log.read_text() if log.exists() else 'no log'}")
