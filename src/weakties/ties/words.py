"""Numbers and channels as a person would say them."""

from __future__ import annotations

# Channels that are not called what they are written as.
_CHANNELS = {
    "call": "telephone", "email": "mail", "facebook": "Facebook", "imessage": "iMessage", "in-person": "in person",
    "instagram": "Instagram", "linkedin": "LinkedIn", "signal": "Signal", "slack": "Slack", "sms": "text message",
    "telegram": "Telegram", "whatsapp": "WhatsApp", "x": "X",
}  # fmt: skip


def plural(number: int, one: str, many: str) -> str:
    """Return a number with its noun, e.g. `1 person`, `2,310 people`."""
    return f"{number:,} {one if number == 1 else many}"


def channel(name: str) -> str:
    """Return what a channel is called: `WhatsApp`, `telephone`, `meeting`."""
    return _CHANNELS.get(name, name)


def times(number: int) -> str:
    """Return how often: `not once`, `once`, `twice`, `23 times`."""
    return {0: "not once", 1: "once", 2: "twice"}.get(number, f"{number:,} times")


def span(days: float) -> str:
    """Return a number of days, one at least: `3 weeks`, `14 months`."""
    for unit, size, upto in (("day", 1.0, 14), ("week", 7.0, 60), ("month", 30.44, 730)):
        if days < upto:
            return plural(max(1, round(days / size)), unit, f"{unit}s")
    return f"{days / 365.25:,.0f} years"


def every(days: float) -> str:
    """Return how often something comes back: `day`, `3 weeks`."""
    return span(days).removeprefix("1 ")


def ago(days: float) -> str:
    """Return how long ago: `today`, `3 weeks ago`."""
    return "today" if days < 1 else f"{span(days)} ago"


def hours(number: float) -> str:
    """Return a time in hours, a minute at least: `20 min`, `3 h`, `4 days`."""
    if number < 1:
        return f"{max(1, round(number * 60))} min"
    return f"{round(number)} h" if number < 48 else f"{round(number / 24)} days"
