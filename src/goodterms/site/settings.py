"""Django's settings. Everything an operator sets comes from the environment; see docs for the list.

Importing this module starts nothing and writes nothing but, once, the secret key's file in an existing data
directory. The command line and the tests choose and start the database first
(`goodterms.storage.embedded.configure_environment`).
"""

import os
import secrets
import sys
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from goodterms.site.logs import logging_config
from goodterms.storage.address import read_address
from goodterms.storage.embedded import locate_server


def _flag(name: str) -> bool:
    return os.environ.get(name, "").lower() in {"1", "true", "yes", "on"}


def _rate(name: str, default: str) -> tuple[int, int] | None:
    """Read "requests/seconds"; None for "0", which is no limit."""
    given = os.environ.get(name, "") or default
    if given == "0":
        return None
    requests, _, seconds = given.partition("/")
    if not (requests.isdecimal() and seconds.isdecimal() and int(requests) and int(seconds)):
        raise ImproperlyConfigured(f"{name} is requests/seconds, like 6000/60, or 0 for no limit")
    return int(requests), int(seconds)


def _minutes(name: str, default: int) -> int:
    """Read a number of minutes, at most 30 days."""
    given = os.environ.get(name, "") or str(default)
    if not (given.isascii() and given.isdecimal() and 1 <= int(given) <= 43_200):
        raise ImproperlyConfigured(f"{name} is a whole number of minutes from 1 to 43200")
    return int(given)


DEMO = _flag("GOODTERMS_DEMO")
SANDBOX = os.environ.get("GOODTERMS_SANDBOX", "")
#: Invented rows, test cards and a clock that can be moved: nothing here is anybody's.
TEST_WORLD = DEMO or bool(SANDBOX)
DEBUG = _flag("GOODTERMS_DEBUG")
DATA_DIR = Path(os.environ.get("GOODTERMS_DATA", "data")).expanduser().resolve()

FENCE_FILE = Path(os.environ.get("GOODTERMS_FENCE_FILE") or DATA_DIR / "fence.json").expanduser().resolve()

# --- where we are reached ----------------------------------------------------------------------

PUBLIC_URL = os.environ.get("GOODTERMS_PUBLIC_URL", "http://localhost:8000").rstrip("/")
_public = urlsplit(PUBLIC_URL)
_LOOPBACK = ["localhost", "127.0.0.1", "[::1]"]
SECURE = _public.scheme == "https"
if not SECURE and not DEMO and f"{_public.hostname}" not in {"localhost", "127.0.0.1", "::1"}:
    raise ImproperlyConfigured(
        "GOODTERMS_PUBLIC_URL must start with https:// (http is accepted for this machine only)"
    )
ALLOWED_HOSTS = [_public.hostname or "localhost", *_LOOPBACK]
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
if _flag("GOODTERMS_BEHIND_PROXY"):
    # Only for a proxy that always sets these headers itself: otherwise anybody could.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ALLAUTH_TRUSTED_PROXY_COUNT = 1  # rates count visitors, not the proxy


# --- secrets ---------------------------------------------------------------------------------


def _secret_key() -> str:
    """Return the key from the environment, or from a file in the data directory, made on first use."""
    given = os.environ.get("GOODTERMS_SECRET_KEY")
    if given:
        return given
    if not DATA_DIR.is_dir():
        return secrets.token_urlsafe(50)  # nothing is served without a data directory or a key
    path = DATA_DIR / "secret_key"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(descriptor, "w") as file:
        key = secrets.token_urlsafe(50)
        file.write(key)
    return key


SECRET_KEY = _secret_key()

# --- the database: two roles in one ----------------------------------------------------------


def _database(name: str, url: str, **more: Any) -> dict[str, Any]:
    """Turn a PostgreSQL URL, which came by that name, into Django's dictionary."""
    parts = read_address(name, url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.pop("dbname", "goodterms"),
        "USER": parts.pop("user", ""),
        "PASSWORD": parts.pop("password", None) or "",
        "HOST": parts.pop("host", ""),
        "PORT": str(parts.pop("port", None) or ""),
        "OPTIONS": {**parts, **more.pop("OPTIONS", {})},
        **more,
    }


_embedded = locate_server(DATA_DIR)
_APP_URL = os.environ.get("DATABASE_URL") or _embedded.app_url()
_OWNER_NAME = "DATABASE_OWNER_URL" if os.environ.get("DATABASE_OWNER_URL") else "DATABASE_URL"
_OWNER_URL = os.environ.get(_OWNER_NAME) or _embedded.owner_url()
DATABASES = {
    # Serves. May not define tables nor change the journal and the ledger.
    "default": _database(
        "DATABASE_URL",
        _APP_URL,
        CONN_MAX_AGE=600,
        CONN_HEALTH_CHECKS=True,
        OPTIONS={"server_side_binding": True, "application_name": "goodterms"},
    ),
    # Migrates: `migrate --database owner`.
    "owner": _database(_OWNER_NAME, _OWNER_URL, OPTIONS={"application_name": "goodterms-owner"}),
}
# Programs' reads are prepared once a connection. A pooler that gives each transaction another one must know of that.
PREPARED_STATEMENTS = os.environ.get("GOODTERMS_PREPARED_STATEMENTS", "1") != "0"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- the program -----------------------------------------------------------------------------

INSTALLED_APPS = [
    # Ours first: their templates replace those of the libraries.
    "goodterms.site",
    "goodterms.portal",
    "goodterms.desk",
    "goodterms.storage",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_htmx",
    "csp",
]
if TEST_WORLD:
    INSTALLED_APPS.insert(0, "goodterms.demo")
MIDDLEWARE = [
    # First, and alone for what it answers: programs bring a key, and nothing that the others look at.
    "goodterms.api.door.ApiDoor",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "goodterms.site.odd_input.OddInputMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    # Deny by default: a public view says so with @login_not_required.
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "goodterms.site.urls"
WSGI_APPLICATION = "goodterms.site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "goodterms.site.context.company",
            ],
        },
    }
]
STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True  # served from the package itself: no collecting step
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
LOGGING_CONFIG = "logging.config.dictConfig"
LOGGING = logging_config(plain=DEMO or DEBUG or sys.stderr.isatty())

# --- sign-in ---------------------------------------------------------------------------------

AUTH_USER_MODEL = "storage.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1"]  # passwords exist; who signs up sets one later, see identity.SignUp
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_VERIFICATION = "mandatory"  # a verified address is what links a sign-in to a customer
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_ADAPTER = "goodterms.portal.identity.Adapter"
ACCOUNT_FORMS = {
    "request_login_code": "goodterms.portal.identity.RequestCode",
    "signup": "goodterms.portal.identity.SignUp",
}
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if SECURE else "http"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/5m/key",
    "request_login_code": "20/m/ip,3/m/key",
    "signup": "20/m/ip",
    "reset_password": "20/m/ip,5/m/key",
    "confirm_email": "1/10s/key",
    "refund_form": "10/h/ip",  # the public refund form
}
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "goodterms"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SECURE
USERSESSIONS_TRACK_ACTIVITY = True

# --- what browsers are told ------------------------------------------------------------------

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],  # data: the QR code of an authenticator app
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# --- the API ---------------------------------------------------------------------------------

API_KEY_KIND = "test" if TEST_WORLD else "live"
API_KEY_MEMORY_SECONDS = 5  # a key that was revoked is still taken for so long
API_KEY_MEMORY = 10_000  # keys remembered at a time
OFFLINE_MINUTES = _minutes("GOODTERMS_OFFLINE_MINUTES", 60)  # how long a signed offline answer lives at most
API_RATE_LIMIT = _rate("GOODTERMS_API_RATE", "6000/60")

# --- mail ------------------------------------------------------------------------------------

DEFAULT_FROM_EMAIL = SERVER_EMAIL = os.environ.get("GOODTERMS_MAIL_FROM", "goodterms@localhost")
_smtp = urlsplit(os.environ.get("GOODTERMS_SMTP_URL", ""))
if _smtp.hostname:
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST = _smtp.hostname
    EMAIL_PORT = _smtp.port or (465 if _smtp.scheme == "smtps" else 587)
    EMAIL_HOST_USER = unquote(_smtp.username or "")
    EMAIL_HOST_PASSWORD = unquote(_smtp.password or "")
    EMAIL_USE_SSL = _smtp.scheme == "smtps"
    EMAIL_USE_TLS = not EMAIL_USE_SSL and parse_qs(_smtp.query).get("tls", ["1"]) != ["0"]
    EMAIL_TIMEOUT = 20
else:  # no mail server given: letters are kept as files, where the operator and the demo can read them
    EMAIL_BACKEND = "goodterms.demo.mail.Backend" if TEST_WORLD else "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = DATA_DIR / "outbox"
