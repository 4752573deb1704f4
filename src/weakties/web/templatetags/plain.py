"""What only a few pages write: a list of words out of one text."""

from __future__ import annotations

from django import template

register = template.Library()


@register.filter
def split(text: str) -> list[str]:
    """Return the words of a text."""
    return text.split()
