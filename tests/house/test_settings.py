"""What browsers and strangers are allowed: the settings that keep the doors shut."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

PRINT_SETTINGS = """
import json, sys
from goodterms.site import settings
print(json.dumps({name: getattr(settings, name) for name in sys.argv[1:]}, default=str))
"""


def _settings_with(names: list[str], **environment: str) -> dict[str, Any]:
    env = {**os.environ, **environment}
    command = [sys.executable, "-c", PRINT_SETTINGS, *names]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr.strip().splitlines()[-1])
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.django_db
def test_pages_carry_a_strict_policy() -> None:
    """The browser is told to run nothing inline and to load nothing from elsewhere."""
    policy = Client().get("/auth/login/").headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy


def test_everything_asks_for_sign_in_unless_it_says_otherwise() -> None:
    """A new page is private until somebody makes it public on purpose."""
    assert "django.contrib.auth.middleware.LoginRequiredMiddleware" in settings.MIDDLEWARE
    answer = Client().get("/auth/2fa/")
    assert answer.status_code == 302
    assert "/auth/login/" in answer.headers["Location"]


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/auth/login/", "/auth/login/code/", "/auth/signup/", "/auth/password/reset/"])
def test_the_ways_in_are_open(path: str) -> None:
    """Signing in needs no sign-in."""
    assert Client().get(path).status_code == 200


@pytest.mark.django_db
def test_health_needs_no_sign_in() -> None:
    """A load balancer has no account."""
    assert Client().get("/healthz").content == b"ok\n"


def test_cookies_are_secure_on_https() -> None:
    """A session never travels in clear text."""
    names = [
        "SESSION_COOKIE_SECURE",
        "CSRF_COOKIE_SECURE",
        "SECURE_HSTS_SECONDS",
        "MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN",
    ]
    found = _settings_with(names, GOODTERMS_PUBLIC_URL="https://account.example")
    assert found["SESSION_COOKIE_SECURE"] is True
    assert found["CSRF_COOKIE_SECURE"] is True
    assert found["SECURE_HSTS_SECONDS"] > 0
    assert found["MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN"] is False


def test_plain_http_is_for_this_machine_only() -> None:
    """A public address without TLS is refused at the start, not noticed later."""
    with pytest.raises(RuntimeError, match="must start with https"):
        _settings_with(["SECURE"], GOODTERMS_PUBLIC_URL="http://account.example")


def test_the_secret_key_is_made_once_and_kept(tmp_path: Any) -> None:
    """Sessions survive a restart, and nobody else on the machine reads the key."""
    environment = {"GOODTERMS_DATA": str(tmp_path), "GOODTERMS_SECRET_KEY": ""}
    first = _settings_with(["SECRET_KEY"], **environment)
    assert len(first["SECRET_KEY"]) > 40
    assert _settings_with(["SECRET_KEY"], **environment) == first
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600


def test_no_password_in_clear() -> None:
    """One hasher, and it is Argon2."""
    assert settings.PASSWORD_HASHERS == ["django.contrib.auth.hashers.Argon2PasswordHasher"]
