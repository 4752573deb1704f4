"""Set-up: refresh, the settings in force, the checks of doctor, completion."""

from __future__ import annotations

from dataclasses import replace

import click

from weakties.cli import common
from weakties.contract import upkeep


@click.command()
@click.option("--check", is_flag=True, help="Build again and prove that every table has the same bytes.")
@click.option("--anew", is_flag=True, help="Build again whatever is there, e.g. where doctor finds damage.")
def refresh(check: bool, anew: bool) -> int:
    """Bring the derived tables up to date with the facts and the decisions."""
    space = common.workspace()
    if check:
        different = space.check()
        if different:
            common.show(f"Different from a fresh build: {', '.join(different)}.")
            common.hint(f"{common.program()} refresh --anew makes them again.")
            return 1
        common.show("Proved equal: a fresh build has the same bytes.")
        return 0
    build = space.refresh(anew=anew, progress=common.note)
    # So that the first question of the day need not work it out.
    space.read()
    common.show(f"Build {build.key} is in force.")
    return 0


@click.group()
def config() -> None:
    """The settings."""


@config.command("show")
@click.option("--json", "as_json", is_flag=True)
def show(as_json: bool) -> None:
    """Show every setting in force and where its value came from."""
    from weakties.config import FILE

    space = common.workspace()
    settings = upkeep.settings(space.settings)
    if as_json:
        common.print_json({"home": str(space.home.path), "settings": settings})
        return
    table = common.table("setting", "value", "from")
    for name, found in settings.items():
        value = found["value"]
        table.add_row(name, ", ".join(value) if isinstance(value, tuple) else str(value), found["from"])
    common.show(f"home: {space.home.path}", f"file: {space.home.path / FILE}", "", table)


@click.command()
@click.option("--json", "as_json", is_flag=True)
def doctor(as_json: bool) -> int:
    """Check the set-up: permissions, disk, imports, derived tables, plugins; each finding with its fix."""
    findings = [replace(f, fix=common.reaching(f.fix)) for f in common.workspace().examine()]
    if as_json:
        common.print_json({"findings": [upkeep.finding(f) for f in findings]})
    else:
        for found in findings:
            common.hint(f"{'ok' if found.ok else '!!'}  {found.what}", *([f"    {found.fix}"] if found.fix else []))
    return 0 if all(found.ok for found in findings) else 1


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the completion script of a shell: eval "$(weakties completion bash)"."""
    from weakties.cli.completion import script
    from weakties.cli.main import program

    click.echo(script(shell, program))
