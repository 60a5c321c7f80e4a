"""Every cookie of a desk with https is for its host alone, in a process with the settings of such a desk."""

import json
import os
import subprocess
import sys
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import pytest

SCRIPT = """
import json
import django
django.setup()
from django.core.management import call_command
from django.test import Client
from corrigenda.models import Member
call_command("migrate", verbosity=0)
Member.objects.create_user("ed", "ed@courier.example", "a long passphrase", role="administrator")
lines = []
browser = Client(headers={"host": "desk.example"}, enforce_csrf_checks=True)
def told(response):
    lines.extend(morsel.OutputString() for morsel in response.cookies.values())
    return response
def sent(path, **data):
    token = browser.cookies[f"{PREFIX}csrftoken"].value
    return told(browser.post(path, {"csrfmiddlewaretoken": token, **data}, secure=True,
        headers={"host": "desk.example", "origin": "https://desk.example"}))
def seen(path):
    return told(browser.get(path, secure=True, headers={"host": "desk.example"}))
PREFIX = "__Host-"
seen("/accounts/login/")
sent("/i18n/setlang/", language="uk", next="/log/")
came = sent("/accounts/login/", login="ed", password="a long passphrase", remember="on")
for path in ("/desk/", "/desk/sessions/", "/log/"):
    seen(path)
sent("/desk/sessions/end-others/")
assert seen("/desk/sessions/").status_code == 200
changed = sent("/accounts/password/change/", oldpassword="a long passphrase",
    password1="another long passphrase", password2="another long passphrase")
out = sent("/accounts/logout/")
print(json.dumps({"lines": lines, "codes": [came.status_code, changed.status_code, out.status_code]}))
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What such a desk sets: every line Set-Cookie of a visit, and the answers to three forms."""
    folder: Path = tmp_path_factory.mktemp("desk")
    own = {
        key: value for key, value in os.environ.items() if not key.startswith(("CORRIGENDA_", "DATABASE_"))
    }
    desk = {
        "DJANGO_SETTINGS_MODULE": "corrigenda.config.settings",
        "CORRIGENDA_PUBLIC_URL": "https://desk.example",
        "CORRIGENDA_DATA_DIR": str(folder),
    }
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], env={**own, **desk}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_forms_work_under_the_new_names(told: dict[str, Any]) -> None:
    assert told["codes"] == [302, 302, 302]


def test_every_cookie_is_for_this_host_over_https_and_for_no_script(told: dict[str, Any]) -> None:
    names = set()
    for line in told["lines"]:
        ((name, morsel),) = SimpleCookie(line).items()
        names.add(name)
        assert name.startswith("__Host-"), line
        assert (morsel["secure"], morsel["path"], morsel["domain"]) == (True, "/", ""), line
        assert morsel["samesite"] in {"Lax", "Strict"}, line
        # A cookie that is deleted has no value that a script could read.
        assert morsel["httponly"] or not morsel.value, line
    wanted = {"sessionid", "csrftoken", "django_language", "messages", "corrigenda_device"}
    assert {f"__Host-{name}" for name in wanted} <= names
