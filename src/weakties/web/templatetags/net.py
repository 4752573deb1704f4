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


@register.filter
def percent(value: float) -> str:
    """Write a part of one as so many in a hundred."""
    return f"{value:.0%}"


@register.filter
def as_numbers(tenure: Any) -> dict[str, float]:
    """Return the numbers of a tie of somebody at an organisation, as a line draws them."""
    return {"strength": tenure.strength, "alive": tenure.alive}


@register.filter
def less(total: int, named: Any) -> int:
    """Return how many are left of a number where some are named."""
    return total - len(named)


@register.filter
def further(reached: Any) -> int:
    """Return how many are known and further away than over one person."""
    return int(reached.people - reached.direct - reached.second)


@register.filter
def lower_first(text: str) -> str:
    """Write a text that stands within a sentence: a name inside keeps its capitals."""
    return text[:1].lower() + text[1:]
