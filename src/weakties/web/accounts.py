"""Who may sign in from other machines: names and passwords, kept by Django beside the page's other tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from weakties.errors import UsageError
from weakties.facts.home import Home
from weakties.web.configured import configure, migrate

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may sign in. last: the day they did last, None if never."""

    name: str
    since: date
    last: date | None


def ready(home: Home) -> None:
    """Make the page's tables ready for use."""
    configure(home.path / "web.sqlite", home.secret())
    migrate()
    (home.path / "web.sqlite").chmod(0o600)


def listed() -> list[Account]:
    """Return who may sign in, by name."""
    from django.contrib.auth.models import User

    return [
        Account(user.username, user.date_joined.date(), user.last_login.date() if user.last_login else None)
        for user in User.objects.order_by("username")
    ]


def add(name: str, password: str) -> None:
    """Let somebody sign in. Raises UsageError where the name is taken or odd, or the password weak."""
    from django.contrib.auth.models import User

    _plain(name)
    if User.objects.filter(username=name).exists():
        raise UsageError(f"{name} has an account already.", hint=f"weakties users password {name} sets a new one.")
    _strong(name, password)
    User.objects.create_user(name, password=password)


def set_password(name: str, password: str) -> int:
    """Give somebody another password, by which every browser of theirs is signed out, and return how many tokens of theirs ended
    with it. Raises UsageError."""
    user = _user(name)
    _strong(name, password)
    user.set_password(password)
    user.save()
    return _revoked(user)


def remove(name: str) -> int:
    """Let somebody in no more, and return how many tokens of theirs ended with it. Raises UsageError."""
    user = _user(name)
    revoked = _revoked(user)
    user.delete()
    return revoked


def _revoked(user: User) -> int:
    from weakties.web.models import Token

    return Token.objects.filter(user=user).delete()[0]


def _user(name: str) -> User:
    from django.contrib.auth.models import User

    found = User.objects.filter(username=name).first()
    if found is None:
        known = ", ".join(account.name for account in listed())
        raise UsageError(f"There is no account {name!r}.", hint=f"There are: {known or 'none'}.")
    return found


def _plain(name: str) -> None:
    from django.contrib.auth.validators import UnicodeUsernameValidator
    from django.core.exceptions import ValidationError

    try:
        UnicodeUsernameValidator()(name)
    except ValidationError as error:
        raise UsageError(
            f"{name!r} is no name to sign in with.", hint="Letters, digits and . _ - + @ will do."
        ) from error


def _strong(name: str, password: str) -> None:
    from django.contrib.auth.models import User
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError

    try:
        validate_password(password, User(username=name))
    except ValidationError as error:
        said: Sequence[str] = error.messages
        raise UsageError(" ".join(said), hint="Several words are easy to remember and hard to guess.") from error
