"""The page as an application of Django."""

from __future__ import annotations

from django.apps import AppConfig


class Web(AppConfig):
    """The page's own tables."""

    name = "weakties.web"
    label = "web"
