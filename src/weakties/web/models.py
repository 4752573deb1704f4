"""What is the page's own: who may come in, and which views of the list somebody saved."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.utils import timezone

if TYPE_CHECKING:
    from django.contrib.auth.models import User

# A link that was printed lets in once, and for this long.
TICKET_MINUTES = 15


def digest(secret: str) -> str:
    """Return what is kept of a secret that only whoever holds it knows."""
    return hashlib.blake2b(secret.encode(), digest_size=32).hexdigest()


class Ticket(models.Model):
    """A link that lets one browser in, once."""

    objects: ClassVar[models.Manager[Ticket]] = models.Manager()

    digest: models.CharField[str, str] = models.CharField(max_length=64, unique=True)
    until: models.DateTimeField[datetime, datetime] = models.DateTimeField()

    @classmethod
    def issue(cls, *, minutes: int = TICKET_MINUTES) -> str:
        """Return the secret of a new ticket; those that are over go."""
        now = timezone.now()
        cls.objects.filter(until__lt=now).delete()
        secret = secrets.token_urlsafe(24)
        cls.objects.create(digest=digest(secret), until=now + timedelta(minutes=minutes))
        return secret

    @classmethod
    def take(cls, secret: str) -> bool:
        """Use a ticket up; False where there is none, or none any more."""
        taken, _ = cls.objects.filter(digest=digest(secret), until__gte=timezone.now()).delete()
        return taken > 0


class SavedView(models.Model):
    """A view of the list of people that somebody saved. query: as it stands in the address."""

    objects: ClassVar[models.Manager[SavedView]] = models.Manager()

    name: models.CharField[str, str] = models.CharField(max_length=80)
    query: models.CharField[str, str] = models.CharField(max_length=2_000)
    owner: models.CharField[str, str] = models.CharField(max_length=80, default="me")

    class Meta:
        """One name, one view."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["owner", "name"], name="one_view_a_name")
        ]
        ordering: ClassVar[list[str]] = ["name"]


class Token(models.Model):
    """What a program shows to be let in. scopes: what it may do, parted by blanks; user: whose account made it, None on the machine
    that serves; the secret itself is kept nowhere."""

    objects: ClassVar[models.Manager[Token]] = models.Manager()

    name: models.CharField[str, str] = models.CharField(max_length=80)
    digest: models.CharField[str, str] = models.CharField(max_length=64, unique=True)
    scopes: models.CharField[str, str] = models.CharField(max_length=200)
    made: models.DateTimeField[datetime, datetime] = models.DateTimeField(auto_now_add=True)
    used: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    user: models.ForeignKey[User | None, User | None] = models.ForeignKey(
        "auth.User", null=True, on_delete=models.CASCADE
    )

    @classmethod
    def issue(cls, name: str, scopes: str, *, user: User | None = None) -> str:
        """Return the secret of a new token."""
        secret = f"wt_{secrets.token_urlsafe(32)}"
        cls.objects.create(name=name, digest=digest(secret), scopes=scopes, user=user)
        return secret

    @classmethod
    def of(cls, secret: str) -> Token | None:
        """Return the token that a secret stands for."""
        return cls.objects.filter(digest=digest(secret)).first()


class Failure(models.Model):
    """A sign-in that failed: who tried too often waits."""

    objects: ClassVar[models.Manager[Failure]] = models.Manager()

    name: models.CharField[str, str] = models.CharField(max_length=150, db_index=True)
    address: models.CharField[str, str] = models.CharField(max_length=64, db_index=True)
    at: models.DateTimeField[datetime, datetime] = models.DateTimeField(default=timezone.now, db_index=True)
