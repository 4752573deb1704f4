"""Write docs/reference from what it describes, the commands and the routes: `python scripts/write_reference.py [--check]`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from weakties.cli.main import COMMANDS, program

OPENAPI = Path(__file__).resolve().parent.parent / "docs" / "reference" / "openapi.json"
PAGE = Path(__file__).resolve().parent.parent / "docs" / "reference" / "commands.md"

HEAD = """# Commands and their JSON

Written from the commands themselves by `scripts/write_reference.py`; a test holds the two together.

`weakties --home FOLDER COMMAND ...` works on another home than `WEAKTIES_HOME` or the platform's. PERSON is any unambiguous
part of a name or handle, or an id; an ambiguous one lists the candidates. A whole address means itself, never a longer one.

**Exit codes**: 0 fine, 1 failed, 2 usage, 3 finished with rejected records. With `--json` an error is
`{"error": "...", "hint": "...", "code": n}` on standard error.

**A read** answers on standard output, and on nothing else,
`{"as_of": "2026-03-01", "question": "today", "formula": "3", "rows": [...], "total": N}`. A person in a row is
`{"id": "...", "name": "...", "handles": [...]}`; a reason is `{"what": "...", "weight": x, "text": "...", "evidence": [fact ids]}`.
Numbers are rounded to six places; the same facts, decisions, settings and day give the same bytes.

| row of | beside `person` |
|---|---|
| `today` | `worth`, `headline`, `kind`, `strength`, `alive`, `embeddedness`, `value`, `answer`, `minutes`, `channel`, `opener`, `last` (`id`, `at`, `direction`, `subject`), `reasons` (their weights add up to `worth`) |
| `waiting` | `waits` (`me` or `them`), `id`, `at`, `days`, `subject` |
| `brief` | `id`, `at`, `subject`, `duration` (seconds), `attendees`: of each the four numbers, `last`, `mutual`, `news` |
| `news` | `kind` (`new job`, `new title`, `birthday`, `back`, `moved`, `new handle`), `day`, `text`, `before`, `after`, `event`, `place` |
| `people` | `organisation`, `kind`, `strength`, `alive`, `value`, `answer`, `sent`, `received`, `silence` (days), `mutual`, `title`, `machine` |
| `org` (rows of organisations) | `house`, `name`, `domain`, `people`, `former`, `in_touch`, `strongest` (a person), `strength`, `alive`, `last_contact`, `came`, `left`, `own` |
| `org NAME` (and of the whole: `organisation` with `first`, `way`) | `title`, `now`, `first_day`, `last_day`, `in_touch`, `kind`, `strength`, `alive`, `answer`, `last_contact`, `came`, `came_from`, `left`, `gone_to` |
| `robustness` (and of the whole: `direct`, `second`, `exposed`, `organisations`, `places`, `distances`, `degrees`, `years`, `circles`) | `strength`, `alive`, `worlds` and `shared` (`kind`, `name`, `people`, `reached`, `doors`), `people_lost`, `lost` (people), `leads`, `other_doors` |
| `map` (rows of files; and of the whole: `people`, `ties`) | `path` |
| `overlooked` (and of the whole: `left_out`) | `group` (`friends`, `family`, `became-friends`, `fell-out`), `worth`, `text`, `step`, `channel`, `evidence` |
| `vouch --list` (no `person`) | `who`, `whom` (people; the owner is `me`), `for`, `how` (`said`, `recommended`, `endorsed`, `reviewed`), `since`, `until`, `consented`, `decision`, `text`, `evidence`, `origins` |
| `why`, `person` | `title`, `organisation`, `machine`, `kind`, the four numbers and `answer`, `computed`, `reasons` by number (log-odds for strength, alive and answer, points for the others), `rhythm`, `answer_hours`, `mutual`, `years`, `began`, `relations`, `news`, `decisions`; `origins` with `--origins` |
| `why A B` | `a`, `b`, `together`, `weight` (log-odds; 4.4 is certain), `reasons` |
| `timeline` | `id`, `at`, `direction` (`out`, `in`, `met`, `heard`, `beside`), `channel`, `subject`, `group_size`, `asks` |
| `evaluate` (rows of methods, not of people) | `dataset`, `task`, `horizon` (days), `method`, `auc`, `ndcg_at_10`, `ap`, `brier`, `ece`, `ece_band`, `brier_skill`, `two_way`, of introducers `mrr`, `hit_at_1`, `hit_at_3`; `ci`: of weakties less this one, `[difference, low, high]`; `beats`: `above`, and whether that is `sure` |
| `review` | `a`, `b` (handles), `weight`, `reasons` |

**An import** answers `{"imports": [{"id": "...", "source": "mail", "path": "...", "events": {"read": n, "new": n, "known": n,
"rejected": n}, "cards": {...}, "links": {...}, "automated": n}]}`: read = new + known + rejected for each kind; known counts what
was there already by any route.

## Commands
"""


def page() -> str:
    """Return the whole page."""
    return HEAD + "\n" + "\n".join(part for name in COMMANDS for part in _command(name)) + "\n"


def _command(name: str) -> Iterator[str]:
    context = click.Context(program, info_name="weakties")
    command = program.get_command(context, name)
    if command is None:
        return
    yield f"### {name}\n"
    yield from _described(command, context, name)
    if isinstance(command, click.Group):
        inner = click.Context(command, info_name=name, parent=context)
        for sub in command.list_commands(inner):
            found = command.get_command(inner, sub)
            if found is not None and not found.hidden:
                yield f"#### {name} {sub}\n"
                yield from _described(found, inner, sub)


def _described(command: click.Command, parent: click.Context, name: str) -> Iterator[str]:
    context = click.Context(command, info_name=name, parent=parent)
    yield (command.help or "").strip() + "\n"
    yield f"`{context.command_path} {' '.join(command.collect_usage_pieces(context))}`\n"
    rows = [p.get_help_record(context) for p in command.params if isinstance(p, click.Option)]
    options = [row for row in rows if row and "--help" not in row[0]]
    if options:
        yield "| option | meaning |\n|---|---|"
        for option, meaning in options:
            yield f"| `{option}` | {' '.join(meaning.split()).replace('|', '/')} |"
        yield ""


def interface() -> bytes:
    """Return the description of the interface for programs."""
    import msgspec

    from weakties.web.configured import configure

    configure(Path("never-written.sqlite"), "")
    from weakties.web.api.answering import ROUTES
    from weakties.web.api.openapi import described

    return msgspec.json.format(msgspec.json.encode(described(ROUTES)), indent=1) + b"\n"


def main() -> int:
    """Write the page, or with --check tell whether it is up to date."""
    if "--check" in sys.argv:
        return 0 if PAGE.read_text(encoding="utf-8") == page() else 1
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(page(), encoding="utf-8")
    OPENAPI.write_bytes(interface())
    return 0


if __name__ == "__main__":
    sys.exit(main())
