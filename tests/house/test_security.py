"""docs/reference/security.md has each requirement once, and what it says can be found in the code."""

import ast
import logging
import re
import sys
from collections import Counter
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import global_settings, settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.test import Client

import corrigenda.config.settings as configured
from corrigenda.accounts import counting
from corrigenda.config.options import Options
from corrigenda.models import Member
from corrigenda.web.log_limits import BoundedLines
from tests.house.asvs import NUMBERS
from tests.house.test_rules import ROOT, product_modules
from tests.rooms.factories import make_member

TEXT = (ROOT / "docs/reference/security.md").read_text("utf-8")
STATES = {"met", "met, no test", "open", "n.a."}
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in TEXT.splitlines()
    if re.match(r"\| \d+\.\d+\.\d+ \|", line)
]
TESTS = sorted(set(re.findall(r"`([\w/]+\.py)::(\w+)`", TEXT)))
FILES = sorted(set(re.findall(r"`((?:corrigenda|deploy|widget|tests|docs)/[\w./-]+\.[\w.]+)`", TEXT)))
CONNECTING = {"socket", "httpcore", "smtplib", "imapclient", "ssl", "asyncio", "aiosmtpd", "dj_database_url"}
APART = {"corrigenda/demo/", "corrigenda/web/networks.py", "corrigenda/cli/"}
"""The demo's own, a module that only reads addresses, and commands that call what is listed."""


def section(title: str) -> str:
    """Return a section of the document without its title."""
    return TEXT.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def test_every_requirement_is_in_the_document_once() -> None:
    assert len(NUMBERS) == 253
    assert Counter(row[0] for row in ROWS) == Counter(NUMBERS)
    assert [row[0] for row in ROWS] == list(NUMBERS)


def test_what_is_open_is_listed_before_the_tables() -> None:
    listed = re.findall(r"\d+\.\d+\.\d+", section("What is open"))
    assert listed == [row[0] for row in ROWS if row[2] == "open"]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row[0]))
def test_a_row_says_what_its_state_needs(row: list[str]) -> None:
    _number, asks, state, where = row
    assert state in STATES
    assert asks
    assert where, "where it is met, what is planned, or why it does not apply"
    names_a_test = "::" in where
    if state == "met":
        assert names_a_test, "met needs a test; else it is “met, no test”"
    if state == "met, no test":
        assert not names_a_test
    if state == "open":
        assert re.search(r"Plan\b.*\w", where)


@pytest.mark.parametrize(("path", "name"), TESTS)
def test_a_test_that_is_named_exists(path: str, name: str) -> None:
    file = ROOT / "tests" / path
    assert file.exists()
    names = {
        node.name
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef)
    }
    assert name in names


@pytest.mark.parametrize("path", FILES)
def test_a_file_that_is_named_exists(path: str) -> None:
    assert (ROOT / path).exists()


def test_no_way_of_naming_escapes_the_two_tests_above() -> None:
    assert TEXT.count("::") == len(re.findall(r"`[\w/]+\.py::\w+`", TEXT))
    assert len(FILES) > 40


def test_every_salt_is_in_the_document() -> None:
    salts = set()
    for path in product_modules():
        tree = ast.parse(path.read_text("utf-8"))
        salts |= {
            node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
            if re.fullmatch(r"corrigenda\.[a-z.-]+", node.value)
            if "salt" in path.read_text("utf-8") and "MIDDLEWARE" not in path.read_text("utf-8")
        }
    named = set(re.findall(r"\| `(corrigenda\.[a-z.-]+)` \|", section("Keys and algorithms")))
    assert named == salts


def test_every_logger_is_in_the_document() -> None:
    loggers = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for path in product_modules()
        if "getLogger(__name__)" in path.read_text("utf-8")
    }
    named = set(re.findall(r"`(corrigenda(?:\.\w+)+)`", section("Logs")))
    assert named == loggers


def test_logs_go_to_standard_error_alone() -> None:
    handlers = configured.LOGGING["handlers"]
    assert handlers == {"console": {"class": "corrigenda.web.log_limits.BoundedLines", "formatter": "line"}}
    assert issubclass(BoundedLines, logging.StreamHandler)
    assert BoundedLines().stream is sys.stderr
    said = {
        path
        for path in product_modules()
        if re.search(r"\b(File|SysLog|HTTP|SMTP)Handler\b", path.read_text())
    }
    assert said == set()


def test_every_module_that_connects_is_in_the_document() -> None:
    found = set()
    for path in product_modules():
        name = str(path.relative_to(ROOT))
        nodes = [*ast.walk(ast.parse(path.read_text("utf-8")))]
        imported = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
        imported |= {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
        roots = {module.partition(".")[0] for module in imported}
        if roots & CONNECTING and not any(name.startswith(apart) for apart in APART):
            found.add(name)
    named = set(re.findall(r"`(corrigenda/[\w/]+\.py)`", section("Connections")))
    assert found - named == set()


def test_every_table_has_a_class() -> None:
    told = section("Classes of data")
    tables = {model.__name__ for model in apps.get_app_config("corrigenda").get_models()}
    assert {name for name in tables if not re.search(rf"\b{name}\b", told)} == set()


def test_every_role_is_in_the_table_of_roles() -> None:
    head = section("Roles").strip().splitlines()[0]
    assert {role.value for role in Member.Role} <= set(re.findall(r"\w+", head))


def test_the_numbers_of_sign_in_are_those_of_the_code() -> None:
    told = section("Signing in")
    numbers = {5: "five", 10: "ten", 20: "20"}
    scopes = (counting.PAIR, counting.NAME, counting.NETWORK, counting.DEVICE, counting.CHANGE)
    said = (
        "for a name from one network",
        "for a name from everywhere",
        "network",
        "for a browser",
        "present",
    )
    free = told.partition("The free attempts are ")[2].partition(". Then")[0].split(", ")
    assert len(free) == len(scopes)
    for scope, words, part in zip(scopes, said, free, strict=True):
        assert part.startswith(numbers[scope.free])
        assert words in part
    assert f"{counting.FIRST_WAIT.seconds} seconds, 60, and so on up to 15 minutes" in told
    assert counting.LONGEST_WAIT.seconds == 15 * 60


def test_passwords_are_hashed_slowly() -> None:
    assert not hasattr(configured, "PASSWORD_HASHERS")
    first = global_settings.PASSWORD_HASHERS[0]
    assert first.endswith(".PBKDF2PasswordHasher")
    assert PBKDF2PasswordHasher.iterations >= 1_000_000
    assert PBKDF2PasswordHasher.algorithm == "pbkdf2_sha256"


def test_the_defaults_are_the_safe_ones() -> None:
    defaults = {name: field.default for name, field in Options.model_fields.items()}
    assert defaults["debug"] is False
    assert defaults["hsts_subdomains"] is True
    assert (defaults["mail_security"], defaults["mailbox_security"]) == ("starttls", "tls")
    assert defaults["host"] == "127.0.0.1"
    assert defaults["secret_key"].get_secret_value() == ""


@pytest.mark.django_db
def test_a_new_desk_has_no_members() -> None:
    assert Member.objects.count() == 0


@pytest.mark.django_db
def test_fields_of_passwords_are_hidden_and_known_to_password_managers(client: Client) -> None:
    sign_in = client.get(settings.LOGIN_URL if settings.LOGIN_URL.startswith("/") else "/accounts/login/")
    client.force_login(make_member())
    pages = [sign_in.content.decode(), client.get("/accounts/password/change/").content.decode()]
    for page, number in zip(pages, (1, 3), strict=True):
        fields = re.findall(r'<input[^>]*name="(?:old|new)?password[12]?"[^>]*>', page)
        assert len(fields) == number
        for field in fields:
            assert 'type="password"' in field
            assert re.search(r'autocomplete="(current|new)-password"', field)
            assert "onpaste" not in field
    scripts = Path(configured.PACKAGE / "static/corrigenda")
    assert not [
        path for path in scripts.rglob("*.js") if re.search(r"[\"']paste[\"']", path.read_text("utf-8"))
    ]
