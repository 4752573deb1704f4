"""`python -m weakties` and the `weakties` program."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line."""
    from weakties.cli.main import run

    sys.exit(run())


if __name__ == "__main__":
    main()
