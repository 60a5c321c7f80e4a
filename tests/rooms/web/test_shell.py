"""The front page, the probe, the languages, the headers, and the pages for errors."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from pydantic import ValidationError
from pytest_django import Settings

import corrigenda
from corrigenda.config.options import Options
from corrigenda.web import views
from tests.rooms.factories import make_member, make_site

STATIC = Path(corrigenda.__file__).parent / "static" / "corrigenda" / "web"
WEB = Path(corrigenda.__file__).parent / "templates" / "web"


@pytest.mark.django_db
def test_the_front_page_leads_to_logs_and_desk(client: Client) -> None:
    assert "no site yet" in client.get("/").content.decode()
    make_site(name="A & B")
    page = client.get("/").content.decode()
    assert '<a class="serif" href="/log/courier/">A &amp; B</a>' in page
    assert 'href="/desk/"' in page
    assert client.get("/log/")["Location"] == "/log/courier/"
    make_site("other", origin="https://other.example")
    assert 'href="/log/other/"' in client.get("/log/").content.decode()


@pytest.mark.django_db
def test_an_address_that_the_language_form_may_not_name_is_not_written_into_the_page(client: Client) -> None:
    """What is asked for comes back five times as long: each & is &amp; there."""
    assert 'name="next" value="/nothing?&amp;"' in client.get("/nothing?&").content.decode()
    length = len(client.get("/nothing").content)
    for path in ("/nothing", "/"):
        page = client.get(f"{path}?{'&' * 39_000}")
        assert 'name="language"' in page.content.decode()
        assert len(page.content) < length + 2_000


@pytest.mark.django_db
def test_the_probe_asks_the_database(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    well = client.get("/healthz")
    assert (well.status_code, well.content) == (200, b"ok\n")
    assert well["Cache-Control"] == "no-store"

    def down() -> bool:
        raise OperationalError

    monkeypatch.setattr(views, "database_answers", down)
    assert client.get("/healthz").status_code == 503


def test_security_txt_says_whom_to_tell(client: Client, settings: Settings) -> None:
    settings.PUBLIC_URL = "https://desk.example"
    settings.DEFAULT_FROM_EMAIL = "corrections@gazette.example"
    answer = client.get("/.well-known/security.txt")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    fields = dict(line.split(": ", 1) for line in answer.content.decode().splitlines())
    assert fields["Contact"] == "mailto:corrections@gazette.example"
    assert fields["Canonical"] == "https://desk.example/.well-known/security.txt"
    left = datetime.fromisoformat(fields["Expires"]) - datetime.now(UTC)
    assert timedelta(days=30) < left < timedelta(days=365)
    settings.OPTIONS = settings.OPTIONS.model_copy(update={"security_contact": "https://desk.example/tell"})
    assert "Contact: https://desk.example/tell\n" in client.get("/.well-known/security.txt").content.decode()


@pytest.mark.django_db
def test_security_txt_names_no_address_that_nobody_has(client: Client, settings: Settings) -> None:
    settings.DEFAULT_FROM_EMAIL = "corrections@localhost"
    settings.OPTIONS = settings.OPTIONS.model_copy(update={"security_contact": ""})
    assert client.get("/.well-known/security.txt").status_code == 404


@pytest.mark.parametrize(
    "contact", ["x", "mailto:x", "https://a b", "mailto:a@b.example\nX: y", "http://a.example"]
)
def test_a_security_contact_is_an_address(contact: str) -> None:
    with pytest.raises(ValidationError):
        Options(security_contact=contact)


@pytest.mark.django_db
def test_the_language_follows_the_browser_and_the_switch() -> None:
    client = Client(enforce_csrf_checks=True)
    page = client.get("/", headers={"accept-language": "uk"}).content.decode()
    assert '<html lang="uk" dir="ltr">' in page
    assert '<button class="link-button" name="language" value="en" lang="en">English</button>' in page
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert token is not None
    assert client.post("/i18n/setlang/", {"language": "uk", "next": "/"}).status_code == 403
    switched = client.post(
        "/i18n/setlang/", {"language": "uk", "next": "//evil.example/", "csrfmiddlewaretoken": token[1]}
    )
    assert switched["Location"] == "/"
    assert '<html lang="uk"' in client.get("/", headers={"accept-language": "en"}).content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/nowhere", "/accounts/login/"])
def test_every_page_is_locked_down(client: Client, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]


@pytest.mark.django_db
def test_errors_have_pages_of_their_own(client: Client, settings: Any) -> None:
    missing = client.get("/<script>alert(1)</script>")
    assert missing.status_code == 404
    assert b"There is no such page" in missing.content
    assert b"<script>alert" not in missing.content
    large = client.post("/accounts/login/", {"login": "x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)})
    assert large.status_code == 413
    assert b"too large" in large.content
    strict = Client(enforce_csrf_checks=True)
    forged = strict.post("/accounts/login/", {"login": "ed"})
    assert forged.status_code == 403
    assert b"open for too long" in forged.content
    bad = client.get("/", headers={"host": "evil.example"})
    assert bad.status_code == 400
    assert b"could not be read" in bad.content


@pytest.mark.django_db
def test_a_fault_of_ours_shows_no_detail(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> list[object]:
        message = "the secret detail"
        raise RuntimeError(message)

    monkeypatch.setattr(views, "all_sites", broken)
    answer = Client(raise_request_exception=False).get("/")
    assert answer.status_code == 500
    assert b"The fault is ours" in answer.content
    assert b"secret detail" not in answer.content


@pytest.mark.django_db
def test_the_desk_hands_its_token_to_htmx(client: Client) -> None:
    client.force_login(make_member())
    page = client.get("/accounts/password/change/").content.decode()
    assert re.search(r"""<body hx-headers='\{"X-CSRFToken": "\w{64}"\}'>""", page)
    assert '"allowEval": false' in page
    assert '"includeIndicatorStyles": false' in page
    assert 'href="/desk/sites/"' not in page


@pytest.mark.django_db
def test_a_session_that_ended_leads_htmx_to_the_sign_in_page(client: Client) -> None:
    fragment = {"hx-request": "true", "hx-current-url": "http://testserver/desk/sites/?page=2"}
    answer = client.get("/desk/sites/new/", headers=fragment)
    assert (answer.status_code, answer["HX-Redirect"]) == (200, "/accounts/login/?next=%2Fdesk%2Fsites%2F")
    assert not answer.content
    assert "HX-Redirect" not in client.get("/log/", headers=fragment)
    client.force_login(make_member())
    assert "HX-Redirect" not in client.get("/desk/sites/new/", headers=fragment)


def test_the_vendored_htmx_is_whole_and_licensed() -> None:
    code = (STATIC / "htmx.min.js").read_text("utf-8")
    assert 'version:"2.0.11"' in code
    assert "Zero-Clause BSD" in (STATIC / "htmx.LICENSE.txt").read_text("utf-8")


def _tokens() -> tuple[dict[str, str], dict[str, str]]:
    source = (STATIC / "tokens.css").read_text("utf-8")
    light, dark = source.split("@media (prefers-color-scheme: dark)")
    pattern = re.compile(r"--([\w-]+): (#[0-9a-f]{6});")
    return dict(pattern.findall(light)), dict(pattern.findall(dark))


def _luminance(colour: str) -> float:
    """Relative luminance of a colour, 0 to 1 (WCAG 2.2, definition)."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


TEXT = [
    *[
        (ink, ground)
        for ink in ("ink", "ink-soft", "accent", "accent-strong")
        for ground in ("paper", "sheet", "sunk")
    ],
    *[("danger", ground) for ground in ("paper", "sheet", "danger-wash")],
    ("good", "good-wash"),
    ("warn", "warn-wash"),
    ("accent", "accent-wash"),
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
    ("on-danger", "danger"),
    ("ink", "mark"),
]
EDGES = [(edge, ground) for edge in ("rule-strong", "focus") for ground in ("paper", "sheet", "sunk")]


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_the_colours_can_be_told_apart(scheme: int) -> None:
    colours = _tokens()[scheme]
    dim = {pair: round(_contrast(*(colours[name] for name in pair)), 2) for pair in TEXT + EDGES}
    assert {pair: ratio for pair, ratio in dim.items() if ratio < (4.5 if pair in TEXT else 3)} == {}


def test_light_and_dark_name_the_same_colours() -> None:
    light, dark = _tokens()
    assert light.keys() == dark.keys()


def test_the_styles_follow_the_direction_of_the_script() -> None:
    for path in STATIC.glob("*.css"):
        source = path.read_text("utf-8")
        assert not re.search(
            r"(margin|padding|border|inset)-(left|right)|text-align: (left|right)|float:", source
        ), path
        assert "@import" not in source
        assert "url(" not in source


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/log/", "/nope", "/report", "/accounts/login/", "/log/nope/"])
def test_nobody_keeps_a_page_with_the_token_of_its_visitor(client: Client, path: str) -> None:
    make_site()
    make_site("other", origin="https://other.example")
    page = client.get(path)
    assert "csrfmiddlewaretoken" in page.content.decode()
    assert {"no-store", "private"} <= set(page["Cache-Control"].replace(" ", "").split(","))
    refused = Client(enforce_csrf_checks=True).post(path, {})
    assert "no-store" in refused["Cache-Control"]
