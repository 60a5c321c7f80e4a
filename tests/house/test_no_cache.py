"""Nothing is counted or kept in a cache: a cache forgets, and strangers can make it forget."""

import ast
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.cache.backends.base import BaseCache
from django.test import Client
from pytest_django import Settings

from tests.rooms.accounts.guessing import PASSWORD, WRONG, attempt, is_signed_in
from tests.rooms.factories import make_member

ROOT = Path(__file__).resolve().parents[2]


class Forbidden(BaseCache):
    """A cache that nobody may use."""

    def __init__(self, location: str, parameters: dict[str, Any]) -> None:  # noqa: ARG002 (Django's)
        super().__init__(parameters)

    def _refuse(self, *arguments: object, **named: object) -> Any:
        raise AssertionError(f"somebody used the cache: {arguments} {named}")

    add = get = set = touch = delete = clear = has_key = incr = get_many = set_many = _refuse


def imported(source: str) -> set[str]:
    """The modules that a source imports, with the names that it takes from them."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


FORGETFUL = (
    "django.core.cache",
    "django.contrib.sessions.backends.cache",
    "django.views.decorators.cache.cache_page",
)


def forgetful(source: str) -> list[str]:
    """The imports of a source that keep something in a cache."""
    return sorted(name for name in imported(source) if name.startswith(FORGETFUL))


def test_no_module_uses_a_cache() -> None:
    found = {
        str(path.relative_to(ROOT)): names
        for path in (ROOT / "corrigenda").rglob("*.py")
        if (names := forgetful(path.read_text()))
    }
    assert found == {}


@pytest.mark.parametrize(
    "source",
    [
        "from django.core.cache import cache",
        "import django.core.cache",
        "from django.core import cache",
        "def f():\n    from django.core.cache import caches",
        "from django.views.decorators.cache import cache_page",
    ],
)
def test_the_rule_finds_a_planted_one(source: str) -> None:
    assert forgetful(source)


def test_the_settings_keep_nothing_in_a_cache() -> None:
    assert {one["BACKEND"] for one in settings.CACHES.values()} == {
        "django.core.cache.backends.dummy.DummyCache"
    }
    assert settings.ACCOUNT_RATE_LIMITS is False
    assert "cache" not in settings.SESSION_ENGINE
    assert not any("cache" in name.lower() for name in settings.MIDDLEWARE)


@pytest.mark.django_db
def test_sign_in_and_a_new_password_use_no_cache(settings: Settings) -> None:
    settings.CACHES = {"default": {"BACKEND": "tests.house.test_no_cache.Forbidden"}}
    with pytest.raises(AssertionError):
        cache.get("a planted use")
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    make_member()
    browser, new = Client(), "another long passphrase"
    for _ in range(6):
        answer = attempt("ed", WRONG, browser=browser)
    assert answer.status_code == 429
    assert is_signed_in(attempt("ed", PASSWORD, peer="203.0.113.9", browser=browser))
    for present in (WRONG, PASSWORD):
        form = {"oldpassword": present, "password1": new, "password2": new}
        answer = browser.post("/accounts/password/change/", form)  # type: ignore[assignment]  # the client's own
    assert answer.status_code == 302
    assert browser.post("/accounts/logout/").status_code == 302
