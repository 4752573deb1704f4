"""The bench: `make bench`, or `make bench ARGS="imports reads --rounds 5 --json timings.json"`.

Times depend on the machine and on who else is using it; read the ratios. Nothing here is a test, and nothing of the data is
printed but numbers.
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Run as a program, this file's own folder comes first and would hide the package of the same name.
sys.path[0] = str(ROOT)

# name -> (module with `tables(rounds)`, one line for --list), in the order of a first day.
BENCHES = {
    "imports": ("bench.imports", "mailboxes end to end, against mu and notmuch on the same messages"),
    "stages": ("bench.stages", "where the seconds of an import go"),
    "refresh": ("bench.refresh", "facts to derived tables of a large invented home, against one bare GROUP BY"),
    "scoring": ("bench.scoring", "learning and scoring against the refresh they stand on, and `why` inside a process"),
    "size": ("bench.size", "an import of 100,000 varied messages (--messages N): memory of all processes together"),
    "graph": (
        "bench.graph",
        "a graph of a million people (--people N --ties N): building, opening, paths, against peers",
    ),
    "sources": ("bench.sources", "large exports of other kinds than mail, against the bare parse of the same file"),
    "live": ("bench.live", "a first sync of 20,000 messages over IMAP, against a bare fetch loop"),
    "reads": (
        "bench.reads",
        "--help, today, waiting, people, why; as processes and inside one, also at a million messages",
    ),
}


def main(words: list[str]) -> int:
    """Run the benches that are named, all if none is, and return the exit code."""
    parser = argparse.ArgumentParser(prog="bench/run.py", description="Timings against peers, as ratios.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which: {', '.join(BENCHES)} (default: all)")
    parser.add_argument("--rounds", type=int, default=3, help="how often each is measured (default: 3)")
    parser.add_argument(
        "--participations", type=int, metavar="N", help="size of the home of `refresh` and `scoring` (default: 5000000)"
    )
    parser.add_argument("--messages", type=int, metavar="N", help="messages of the import of `size` (default: 100000)")
    parser.add_argument("--people", type=int, metavar="N", help="people of `graph` (default: 1000000)")
    parser.add_argument("--ties", type=int, metavar="N", help="ties of `graph` (default: 10000000)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the numbers there as well")
    parser.add_argument("--list", action="store_true", help="list the benches")
    asked = parser.parse_args(words)
    if asked.list:
        print("\n".join(f"{name:10}{line}" for name, (_, line) in BENCHES.items()))
        return 0
    if unknown := [name for name in asked.names if name not in BENCHES]:
        parser.error(f"there is no bench {unknown[0]!r}; there are: {', '.join(BENCHES)}")
    if asked.rounds < 1:
        parser.error("--rounds is 1 at least")
    sizes: dict[str, dict[str, int]] = {}
    if asked.participations:
        sizes["refresh"] = sizes["scoring"] = {"participations": asked.participations}
    if asked.messages:
        sizes["size"] = {"messages": asked.messages}
    if graph := {name: number for name in ("people", "ties") if (number := getattr(asked, name))}:
        sizes["graph"] = graph
    return _run(asked.names or list(BENCHES), asked.rounds, sizes, asked.json)


def _run(names: list[str], rounds: int, sizes: dict[str, dict[str, int]], file: Path | None) -> int:
    from bench.datasets import DATA
    from bench.measure import CommandFailed, machine, versions

    if not DATA.is_dir():
        print("The data folder is not there: what is measured on it is left out; set DATA to it.")
    about = {"machine": machine(), "versions": versions()}
    print("\n".join(about.values()), flush=True)
    done, failed = [], 0
    for name in names:
        try:
            tables = importlib.import_module(BENCHES[name][0]).tables(rounds, **sizes.get(name, {}))
        except CommandFailed as error:
            print(f"\n{name}: {error}", file=sys.stderr)
            failed = 1
            continue
        for table in tables:
            print(f"\n{table.markdown()}", flush=True)
            done.append(table.as_json())
    if file:
        file.write_text(json.dumps({**about, "tables": done}, indent=1) + "\n", encoding="utf-8")
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
