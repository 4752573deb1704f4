"""The rules of the house that a machine can hold: sizes, the public door, the layers' picture, what is documented."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from scripts import write_reference

import weakties
from weakties import config
from weakties.cli.main import COMMANDS

ROOT = Path(weakties.__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "src").rglob("*.py"))

LONGEST_MODULE = 500
LONGEST_FUNCTION = 50
SHARE_OF_LONG_FUNCTIONS = 0.02
# Modules that may be longer. This list may only shrink.
LONG_MODULES: frozenset[str] = frozenset()


def functions() -> list[tuple[str, int]]:
    found = []
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                found.append((f"{path.relative_to(ROOT)}:{node.name}", length))
    return found


def test_no_module_is_too_long() -> None:
    long = {
        str(p.relative_to(ROOT)) for p in SOURCES if len(p.read_text(encoding="utf-8").splitlines()) > LONGEST_MODULE
    }
    assert long <= LONG_MODULES
    assert long >= LONG_MODULES, "a module has become short enough: take it off the list"


def test_hardly_any_function_is_too_long() -> None:
    every = functions()
    long = [f"{name} ({length})" for name, length in every if length > LONGEST_FUNCTION]
    assert len(long) <= SHARE_OF_LONG_FUNCTIONS * len(every), long


def test_every_module_opens_with_what_it_knows() -> None:
    silent = [
        str(p) for p in SOURCES if not ast.get_docstring(ast.parse(p.read_text(encoding="utf-8"))) and p.stat().st_size
    ]
    assert silent == []


def test_the_public_door() -> None:
    assert sorted(weakties.__all__) == sorted([*weakties._HOMES, "__version__"])
    for name in weakties.__all__:
        assert getattr(weakties, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        weakties.nothing  # noqa: B018


def test_the_version_is_in_the_changelog() -> None:
    assert f"## {weakties.__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_reference_of_the_commands_is_what_they_say() -> None:
    text = write_reference.PAGE.read_text(encoding="utf-8")
    assert text == write_reference.page(), "run scripts/write_reference.py"
    assert [name for name in COMMANDS if f"### {name}\n" not in text] == []


def test_every_setting_is_documented() -> None:
    text = (ROOT / "docs" / "reference" / "settings.md").read_text(encoding="utf-8")
    assert [name for name in config.NAMES if f"`{name}`" not in text] == []


def test_every_room_is_in_the_architecture() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    package = ROOT / "src" / "weakties"
    rooms = [p.name for p in package.iterdir() if p.is_dir() and (p / "__init__.py").exists()]
    modules = [p.name for p in package.rglob("*.py") if p.name not in ("__init__.py", "__main__.py")]
    assert [name for name in rooms if f"{name}/" not in text] == []
    assert [name for name in modules if name not in text] == []


def test_links_in_the_docs_lead_somewhere() -> None:
    broken = [
        f"{page.relative_to(ROOT)} -> {target}"
        for page in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8"))
        if not target.startswith(("http://", "https://", "mailto:")) and not (page.parent / target).exists()
    ]
    assert broken == []


def test_decisions_are_numbered_without_gaps() -> None:
    numbers = sorted(int(p.name[:4]) for p in (ROOT / "docs" / "decisions").glob("[0-9]*.md"))
    assert numbers == list(range(1, len(numbers) + 1))


def test_examples_in_the_docs_are_worlds_that_hold() -> None:
    """Every block marked `ledger` in the docs is a line-by-line valid world of the notation."""
    from weakties.testing import parse

    for page in (ROOT / "docs").rglob("*.md"):
        for block in re.findall(r"```ledger\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL):
            for line in block.splitlines():
                if line.strip():
                    parse(line.strip())
