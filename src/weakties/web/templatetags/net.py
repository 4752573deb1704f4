"""How the pages of the network say what is known between others, and which circle is meant."""

from __future__ import annotations

from typing import Any

from django import template

from weakties.contract import sentences

register = template.Library()


@register.filter
def how_known(known: Any) -> str:
    """Say how it is known that two people know each other."""
    return sentences.how_known(known)


@register.filter
def of(names: Any, key: str) -> str:
    """Return what a word stands for on a page."""
    return str(names.get(key, key))
