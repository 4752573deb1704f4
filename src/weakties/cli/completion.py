"""What a shell is told when Tab is pressed: commands, options, and the people of the build in force.

Names have blanks and addresses have an @, at which bash breaks words; so bash gets a script of our own. Nothing is built for
an answer, and whatever goes wrong is an answer without proposals: a command line in the making is no place for errors.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import click
from click.shell_completion import (
    BashComplete,
    CompletionItem,
    FishComplete,
    ShellComplete,
    ZshComplete,
    split_arg_string,
)

from weakties.cli.common import Words
from weakties.cli.plain import one_line

VARIABLE = "_WEAKTIES_COMPLETE"
_MOST = 40


class PersonName(Words):
    """A person: any unambiguous part of a name or handle, or an id. Tab proposes those that contain what is typed."""

    name = "person"

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Return names and handles that contain the typed part, each with the other beside it."""
        return proposals(ctx, incomplete)


def proposals(ctx: click.Context, typed: str) -> list[CompletionItem]:
    """Return people for a typed part, whoever was written with most first; names, then handles."""
    from weakties import config
    from weakties.workspace import known_as

    home = ctx.find_root().params.get("home")
    names: dict[str, str] = {}
    addresses: dict[str, str] = {}
    for name, address, by_name in known_as(Path(home).expanduser() if home else config.default_home(), typed, _MOST):
        if by_name:
            names.setdefault(name, address)
        if typed.lower() in address:
            addresses.setdefault(address, name)
    # A comma ends a proposal in fish; what would have to be cleaned to be shown would not be found.
    return [
        CompletionItem(value, help=one_line(beside))
        for value, beside in (*names.items(), *addresses.items())
        if value == one_line(value) and "," not in value
    ]


class Bash(BashComplete):
    """Bash: it hands over the line and puts in what it is given, so that blanks and its word breaks come out right."""

    source_template = """\
%(complete_func)s() {
    local type value
    COMPREPLY=()
    while IFS=, read -r type value; do
        case $type in
            dir) compopt -o dirnames ;;
            file) compopt -o default ;;
            plain) COMPREPLY+=("$value") ;;
        esac
    done < <(env COMP_LINE="$COMP_LINE" COMP_POINT="$COMP_POINT" COMP_BREAKS="$COMP_WORDBREAKS" \\
        %(complete_var)s=bash_complete "$1" 2>/dev/null)
}
complete -o nosort -F %(complete_func)s %(prog_name)s
"""

    def get_completion_args(self) -> tuple[list[str], str]:
        """Return the words before the cursor and the part of one at the cursor."""
        line = os.environ["COMP_LINE"][: int(os.environ["COMP_POINT"])]
        # With a letter more, the last word is there also where it is still empty.
        *words, last = split_arg_string(line + "x")
        return words[1:], last[:-1]

    def complete(self) -> str:
        """Return the proposals as bash is to put them in: quoted, without what stands before the last word break."""
        args, typed = self.get_completion_args()
        line = os.environ["COMP_LINE"][: int(os.environ["COMP_POINT"])]
        quoted = re.search(r"(?:^|\s)['\"][^'\"]*$", line) is not None
        breaks = [n for n, c in enumerate(typed, start=1) if c in os.environ["COMP_BREAKS"] and not c.isspace()]
        kept = typed[: breaks[-1]] if breaks and not quoted else ""
        found, lines = [], []
        for item in self.get_completions(args, typed):
            if item.type != "plain":
                lines.append(f"{item.type},{item.value}")
            elif item.value.lower().startswith(kept.lower()):
                found.append(item.value if quoted else _escaped(item.value[len(kept) :]))
        rest = typed[len(kept) :]
        if len(found) > 1 and not all(value.startswith(rest) for value in found):
            # Bash puts in what all proposals begin with, in place of what is typed; what is typed holds it off.
            found.append(rest)
        return "\n".join([*lines, *(f"plain,{value}" for value in found)])


class Zsh(ZshComplete):
    """Zsh: what is typed stands until a proposal is chosen, also where it is no beginning of any."""

    source_template = """\
#compdef %(prog_name)s

%(complete_func)s() {
    local -a completions completions_described response
    local type key descr
    (( ! $+commands[%(prog_name)s] )) && return 1
    response=("${(@f)$(env COMP_WORDS="${words[*]}" COMP_CWORD=$((CURRENT-1)) \\
        %(complete_var)s=zsh_complete %(prog_name)s 2>/dev/null)}")
    for type key descr in ${response}; do
        case $type in
            plain) [[ "$descr" == "_" ]] && completions+=("$key") || completions_described+=("$key":"$descr") ;;
            dir) _path_files -/ ;;
            file) _path_files -f ;;
        esac
    done
    [[ -n "$completions_described" ]] && _describe -V unsorted completions_described -U
    [[ -n "$completions" ]] && compadd -U -V unsorted -a completions
    if (( compstate[nmatches] > 1 )) && [[ "$compstate[unambiguous]" != "$PREFIX"* ]]; then
        compstate[insert]=menu
        compstate[list]=list
    fi
}

if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
    %(complete_func)s "$@"
else
    compdef %(complete_func)s %(prog_name)s
fi
"""


SHELLS: dict[str, type[ShellComplete]] = {"bash": Bash, "zsh": Zsh, "fish": FishComplete}


def script(shell: str, program: click.Command) -> str:
    """Return what a shell has to run once to complete our words."""
    return SHELLS[shell](program, {}, "weakties", VARIABLE).source()


def respond(asked: str, program: click.Command) -> str:
    """Return what the script of a shell asks for, e.g. `bash_complete`; nothing where it cannot be found out."""
    shell, _, what = asked.partition("_")
    try:
        asker = SHELLS[shell](program, {}, "weakties", VARIABLE)
        return asker.complete() if what == "complete" else asker.source()
    except Exception:  # noqa: BLE001  whatever it is, it would land in the line that somebody is typing
        return ""


def _escaped(value: Any) -> str:
    return re.sub(r"([^\w@%+=:,./-])", r"\\\1", value)
