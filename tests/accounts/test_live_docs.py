"""The page on live accounts says what the program says, and offers what there is."""

from __future__ import annotations

import re
from pathlib import Path

import weakties
from weakties.accounts.registry import KINDS

ROOT = Path(weakties.__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "how-to" / "live-accounts.md").read_text(encoding="utf-8")


def test_every_sentence_in_the_table_is_said_somewhere() -> None:
    code = "".join(p.read_text(encoding="utf-8") for p in (ROOT / "src" / "weakties" / "accounts").glob("*.py"))
    code += (ROOT / "src" / "weakties" / "syncing.py").read_text(encoding="utf-8")
    # A calendar stands for an address book as well.
    # Who lets in is one of two.
    code = re.sub("|".join(("{name}", "{provider.name}")), "Google", code)
    code = re.sub(r"\{[^{}]*\}", "_", code.replace("{self.protocol.word}", "calendar"))
    rows = re.findall(r"^\| ([^|]+) \|", PAGE.partition("## What the status says")[2], re.MULTILINE)[1:]
    said = [re.sub(r"\b(HOST|USER|PATH|ACCOUNT|FOLDER|N)\b", "_", row) for row in rows]
    assert len(said) > 20
    assert [sentence for sentence in said if sentence not in code] == []


def test_every_kind_of_account_is_on_the_page() -> None:
    assert [kind for kind in KINDS if f"`weakties connect {kind} " not in PAGE] == []
