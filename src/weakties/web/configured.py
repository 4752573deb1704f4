"""Django's settings, made from ours: there is no settings module to edit, the home's `config.toml` is the place for that.

Django keeps what is the page's own in `web.sqlite` in the home: sessions, tickets, saved views, accounts, tokens. What the user
decides of people is a decision like any other and lies in the home's state.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import django
from django.conf import settings

# A browser that was let in stays so for a month.
SESSION_SECONDS = 30 * 86_400
# What a form may hold besides files.
_FORM_BYTES = 2 * 2**20
_FORM_FIELDS = 2_000
# Files of one folder that is dropped.
MOST_FILES = 20_000

_MIDDLEWARE = (
    "weakties.web.guard.Headers",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "weakties.web.guard.Hosts",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "weakties.web.guard.Entered",
    "weakties.web.guard.Told",
)


def configure(database: Path, secret: str, *, secure: bool = False, behind_proxy: bool = False) -> None:
    """Configure Django once for this process. secret: the home's; secure: whether the page is reached over TLS alone."""
    if settings.configured:
        return
    # Cookies know no ports: pages of two homes on one machine would put each other out.
    home = hashlib.blake2b(b"cookies" + secret.encode(), digest_size=4).hexdigest()
    settings.configure(
        SECRET_KEY=hashlib.blake2b(b"web" + secret.encode(), digest_size=32).hexdigest(),
        DEBUG=False,
        # The guard holds the names by which we may be asked against what is served, which may change.
        ALLOWED_HOSTS=["*"],
        ROOT_URLCONF="weakties.web.urls",
        INSTALLED_APPS=[
            "django.contrib.contenttypes",
            "django.contrib.auth",
            "django.contrib.sessions",
            "django.contrib.messages",
            "weakties.web.app.Web",
        ],
        MIDDLEWARE=[*_MIDDLEWARE, "django.contrib.messages.middleware.MessageMiddleware"],
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": str(database),
                # Readers do not wait for a writer, and a writer waits for another.
                "OPTIONS": {
                    "timeout": 20,
                    "transaction_mode": "IMMEDIATE",
                    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA secure_delete=ON;",
                },
                "CONN_MAX_AGE": None,
            }
        },
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "APP_DIRS": True,
                "OPTIONS": {
                    "context_processors": [
                        "django.template.context_processors.request",
                        "django.contrib.messages.context_processors.messages",
                        "weakties.web.chrome.around",
                    ],
                    "builtins": [
                        "weakties.web.templatetags.ties",
                        "weakties.web.templatetags.net",
                        "weakties.web.templatetags.plain",
                    ],
                },
            }
        ],
        USE_TZ=True,
        TIME_ZONE="UTC",
        USE_I18N=False,
        SESSION_COOKIE_NAME=f"weakties-{home}",
        SESSION_COOKIE_AGE=SESSION_SECONDS,
        SESSION_COOKIE_SAMESITE="Strict",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SECURE=secure,
        CSRF_COOKIE_NAME=f"weakties-csrf-{home}",
        CSRF_COOKIE_SAMESITE="Strict",
        CSRF_COOKIE_HTTPONLY=True,
        CSRF_COOKIE_SECURE=secure,
        CSRF_FAILURE_VIEW="weakties.web.pages.refused.forged",
        MESSAGE_STORAGE="django.contrib.messages.storage.session.SessionStorage",
        SECURE_PROXY_SSL_HEADER=("HTTP_X_FORWARDED_PROTO", "https") if behind_proxy else None,
        SECURE_REFERRER_POLICY="same-origin",
        SECURE_CONTENT_TYPE_NOSNIFF=True,
        SECURE_CROSS_ORIGIN_OPENER_POLICY="same-origin",
        X_FRAME_OPTIONS="DENY",
        LOGIN_URL="/sign-in",
        AUTH_PASSWORD_VALIDATORS=[
            {
                "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
                "OPTIONS": {"min_length": 10},
            },
            {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
            {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
            {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
        ],
        DATA_UPLOAD_MAX_MEMORY_SIZE=_FORM_BYTES,
        DATA_UPLOAD_MAX_NUMBER_FIELDS=_FORM_FIELDS,
        DATA_UPLOAD_MAX_NUMBER_FILES=MOST_FILES,
        # Nothing of a form goes to disk; where files are sent, they go into the home by a handler of its own.
        FILE_UPLOAD_HANDLERS=["django.core.files.uploadhandler.MemoryFileUploadHandler"],
        # As much as any other address takes, so that whoever sends too much is told so by the page.
        FILE_UPLOAD_MAX_MEMORY_SIZE=4 * 2**20,
        LOGGING_CONFIG=None,
        SILENCED_SYSTEM_CHECKS=["security.W001"],
    )
    django.setup()


def migrate() -> None:
    """Bring the tables of the page up to date, in a file that is nobody else's."""
    from django.core.management import call_command

    Path(settings.DATABASES["default"]["NAME"]).touch(mode=0o600)
    call_command("migrate", verbosity=0, interactive=False)
