"""The program: which commands there are, loaded only when called, and what is printed when something goes wrong.

`--help` must not load an engine, so a command is named here by its module and one line, and imported when it is run.
"""

from __future__ import annotations

import difflib
import errno
import importlib
import os
import sys
from pathlib import Path
from typing import Any

import click

from weakties import __version__
from weakties.cli import common
from weakties.cli.plain import json_text, plain
from weakties.contract.envelope import failure
from weakties.errors import HomeError, WeaktiesError

# name -> (module, attribute, one line for --help), in the order of a first day.
COMMANDS: dict[str, tuple[str, str, str]] = {
    "import": ("intake", "import_", "Read exports; counts add up, twice adds nothing."),
    "today": ("answers", "today", "Who deserves a word today, and why."),
    "waiting": ("answers", "waiting", "Who waits for my answer, and whose I wait for."),
    "brief": ("coming", "brief", "Before a meeting: who takes part, last words, what is new."),
    "news": ("coming", "news", "New jobs, titles, places, birthdays; who is back."),
    "people": ("answers", "people", "Everybody, one row each."),
    "person": ("person", "person", "One person; `person add` for somebody met off-line."),
    "why": ("person", "why", "Every number of a person opened down to the facts."),
    "timeline": ("person", "timeline", "The facts between me and a person."),
    "circles": ("network", "circles", "The circles your people live in; rename, merge."),
    "connectors": ("connectors", "connectors", "Who connects worlds; how much I do; whom I could introduce."),
    "loose": ("connectors", "loose", "Contacts of contacts within reach, and through whom."),
    "intro": ("network", "intro", "Who would introduce me to somebody, and a note to forward."),
    "between": ("network", "between", "The chains of people between two."),
    "org": ("organisations", "org", "Whom you know in which organisation; who came, who left; the best way in."),
    "robustness": ("robustness", "robustness", "What hangs on one person; how far you reach, and how that grew."),
    "overlooked": ("overlooked", "overlooked", "Close in private, absent from business; ties that broke off."),
    "map": ("mapping", "map_", "The network as a file for Gephi, NetworkX, yEd or a spreadsheet."),
    "touch": ("decide", "touch", "Say that you were in touch with somebody."),
    "snooze": ("decide", "snooze", "Do not name somebody before a day."),
    "cadence": ("decide", "cadence", "How often you want to be in touch with somebody."),
    "note": ("decide", "note", "Write a note on somebody."),
    "tag": ("decide", "tag", "Tag somebody."),
    "relation": ("decide", "relation", "Say what somebody is to you."),
    "hide": ("decide", "hide", "Never show somebody again."),
    "overrule": ("decide", "overrule", "Put your own number in place of a computed one."),
    "vouch": ("vouch", "vouch", "Who vouches for whom, for what; said and seen."),
    "outcome": ("decide", "outcome", "Say what came through somebody: value learns from it."),
    "human": ("decide", "human", "Say that an address is a person's, or a machine's."),
    "merge": ("decide", "merge", "Say that two handles are one person."),
    "split": ("decide", "split", "Say that two handles are two people."),
    "undo": ("decide", "undo", "Undo a decision, or list them."),
    "review": ("answers", "review", "Probable merges, both sides shown."),
    "imports": ("intake", "imports", "What came in; what was rejected and why; undo; reread."),
    "connect": ("live", "connect", "Connect a live account, or see how they do."),
    "sync": ("live", "sync", "Read what is new in the connected accounts."),
    "forget": ("rights", "forget", "Forget somebody for ever: a preview first."),
    "export": ("rights", "export", "All that is kept of somebody, or everything as CSV."),
    "backup": ("rights", "backup", "The whole home in one encrypted file."),
    "restore": ("rights", "restore", "Bring a backup back into an empty home."),
    "refresh": ("setup", "refresh", "Bring the derived tables up to date, or prove them."),
    "evaluate": ("evaluate", "evaluate", "How good the score is, against every published one."),
    "serve": ("serve", "serve", "The page: Today, people, map, introductions, in your browser."),
    "users": ("users", "users", "Who may sign in to the page from other machines."),
    "demo": ("demo", "demo", "An invented person's eight years, imported for real."),
    "config": ("setup", "config", "The settings in force and where each came from."),
    "source": ("source", "source", "Which sources there are; a test for your own."),
    "doctor": ("setup", "doctor", "Check the set-up, each finding with its fix."),
    "completion": ("setup", "completion", "Print the completion script of a shell."),
}


# What the engines say of a file that is not what was written, by name: here they are not loaded. Their other errors are ours.
_UNREADABLE = frozenset(
    ("_duckdb.Error", "_duckdb.InvalidInputException", "_duckdb.IOException", "_duckdb.SerializationException",
     "pyarrow.lib.ArrowInvalid", "pyarrow.lib.ArrowSerializationError", "builtins.UnicodeDecodeError"),
)  # fmt: skip


class Enough(Exception):
    """Whoever read our output has closed the pipe. click takes the error of the system for a failure of ours."""


class Lazy(click.Group):
    """A group that imports a command when it is run, and answers a mistyped one with the nearest."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of a first day."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command, imported now."""
        if cmd_name not in COMMANDS:
            return None
        module, attribute, _ = COMMANDS[cmd_name]
        command: click.Command = getattr(importlib.import_module(f"weakties.cli.{module}"), attribute)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or name the nearest one."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            near = difflib.get_close_matches(args[0], COMMANDS, n=2, cutoff=0.5)
            hint = f" Did you mean {' or '.join(near)}?" if near else " weakties --help lists the commands."
            raise click.UsageError(f"There is no command {args[0]!r}.{hint}")
        return super().resolve_command(ctx, args)

    def make_context(self, *args: Any, **more: Any) -> click.Context:
        """Take the words apart; --help and --version print while this is done."""
        try:
            return super().make_context(*args, **more)
        except BrokenPipeError as error:
            raise Enough from error

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command. What an error below tells to type is made to reach the home in use, which only we know."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:
            raise Enough from error
        except WeaktiesError as error:
            error.hint = common.reaching(error.hint)
            raise
        except Exception as error:
            if said := _damage(error):
                hint = common.reaching("weakties doctor finds what is damaged and names the fix.")
                raise HomeError(said, hint=hint) from error
            raise

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write one line per command without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, _, line) in COMMANDS.items()])


def _damage(error: Exception) -> str:
    """Return what is damaged in the home, if that may be why something unforeseen happened; else the empty text."""
    if isinstance(error, (click.ClickException, click.Abort, click.exceptions.Exit)):
        return ""
    from weakties import doctor

    if said := doctor.damage(common.home_path()):
        return said
    if f"{type(error).__module__}.{type(error).__name__}" in _UNREADABLE:
        return "A table of the home cannot be read: " + str(error).strip().partition("\n")[0].rstrip(".") + "."
    return ""


@click.group(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="weakties")
@click.option(
    "--home", type=click.Path(path_type=Path), help="The home folder. [default: WEAKTIES_HOME or the platform's]"
)
@click.option("--debug", is_flag=True, help="Show tracebacks.")
@click.pass_context
def program(ctx: click.Context, home: Path | None, debug: bool) -> None:
    """Which of my many loose connections deserve a word today, and why?"""
    ctx.obj = {"home": home, "debug": debug}


def run(args: list[str] | None = None) -> int:
    """Run the program and return its exit code: 0 fine, 1 failed, 2 usage, 3 finished with rejected records."""
    words = sys.argv[1:] if args is None else args
    as_json, debug = "--json" in words, "--debug" in words
    if sys.stdout is None:
        # Called with standard output closed; what nobody reads goes nowhere.
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115  open for as long as the process
    if asked := os.environ.get("_WEAKTIES_COMPLETE"):
        from weakties.cli.completion import respond

        click.echo(respond(asked, program))
        return 0
    try:
        result = program.main(words, prog_name="weakties", standalone_mode=False)
        sys.stdout.flush()
        return result if isinstance(result, int) else 0
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return 2
    except click.UsageError as error:
        return _say(error.format_message(), _usage_hint(error), 2, as_json=as_json)
    except click.ClickException as error:
        return _say(error.format_message(), "", error.exit_code, as_json=as_json)
    except (click.Abort, KeyboardInterrupt):
        return _say("Stopped; nothing of this step was kept.", "", 130, as_json=as_json)
    except (Enough, BrokenPipeError):
        # Whoever read our output has had enough; Python must not complain about that on its way out.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except WeaktiesError as error:
        if debug:
            raise
        return _say(str(error), _hint(error), error.exit_code, as_json=as_json)
    except Exception as error:
        if debug:
            raise
        return _say(*_inside(error), 1, as_json=as_json)


def _inside(error: Exception) -> tuple[str, str]:
    # What the disk of a home says is ours to tell (HomeFull); what is left is where the answer was sent to.
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return f"The answer cannot be written: {error.strerror}.", "Send it to a disk that has room."
    text = f"Something went wrong inside weakties: {type(error).__name__}: {error}"
    return text, "Run it again with `weakties --debug ...` and report what it prints."


def _usage_hint(error: click.UsageError) -> str:
    return f"{error.ctx.command_path} --help shows how." if error.ctx is not None else ""


def _hint(error: WeaktiesError) -> str:
    # Below, only the variable is known; on the command line the home may come from the flag as well.
    return (
        error.hint.replace("WEAKTIES_HOME", "--home or WEAKTIES_HOME") if isinstance(error, HomeError) else error.hint
    )


def _say(message: str, hint: str, code: int, *, as_json: bool) -> int:
    if as_json:
        click.echo(json_text(failure(message, hint, code)), err=True)
    else:
        click.echo(f"weakties: {plain(message)}", err=True)
        if hint:
            click.echo(f"  {plain(hint)}", err=True)
    return code
