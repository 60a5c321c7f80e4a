"""Sign-in, sign-out, passwords, and the desk pages behind them."""

import re
from ipaddress import ip_network

import pytest
from django.conf import settings
from django.test import Client
from pytest_django import Settings

from corrigenda.models import Member, Site
from tests.rooms.factories import make_member, make_site

pytestmark = pytest.mark.django_db

PASSWORD = "a long passphrase"


@pytest.mark.parametrize("login", ["ed", "ed@courier.example"])
def test_a_member_signs_in_by_name_or_address_and_out_again(client: Client, login: str) -> None:
    make_member()
    shown = client.get("/accounts/login/?next=/desk/sites/")
    assert 'autocomplete="current-password"' in shown.content.decode()
    came = client.post(
        "/accounts/login/", {"login": login, "password": PASSWORD, "next": "/accounts/password/change/"}
    )
    assert (came.status_code, came["Location"]) == (302, "/accounts/password/change/")
    page = client.get("/accounts/password/change/").content.decode()
    assert ">ed</a>" in page
    assert 'action="/accounts/logout/"' in page
    assert "signed in" not in page
    left = client.post("/accounts/logout/")
    assert left["Location"] == "/"
    assert left["Clear-Site-Data"] == '"cache"'
    assert client.get("/accounts/password/change/").status_code == 302


def test_a_wrong_password_is_said_kindly_and_not_kept(client: Client) -> None:
    make_member()
    page = client.post("/accounts/login/", {"login": "ed", "password": "wrong wrong"}).content.decode()
    assert 'role="alert"' in page
    assert 'value="ed"' in page
    assert "wrong wrong" not in page
    assert "desk" in page


def test_the_cookie_of_a_session_that_has_ended_opens_nothing(client: Client) -> None:
    make_member()
    client.post("/accounts/login/", {"login": "ed", "password": PASSWORD})
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    client.post("/accounts/logout/")
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = cookie
    assert thief.get("/desk/").status_code == 302


def test_each_sign_in_has_a_session_of_its_own(client: Client) -> None:
    make_member()
    client.cookies[settings.SESSION_COOKIE_NAME] = "a" * 32
    client.post("/accounts/login/", {"login": "ed", "password": PASSWORD})
    first = client.cookies[settings.SESSION_COOKIE_NAME].value
    assert first != "a" * 32
    assert len(set(first)) > 8  # 32 letters and digits, drawn at random
    assert len(first) == 32
    other = Client()
    other.post("/accounts/login/", {"login": "ed", "password": PASSWORD})
    assert other.cookies[settings.SESSION_COOKIE_NAME].value != first
    assert client.get("/desk/").status_code == other.get("/desk/").status_code == 200


def test_guessing_is_slowed(client: Client) -> None:
    make_member()
    for _ in range(5):
        client.post("/accounts/login/", {"login": "ed", "password": "guess"})
    answer = client.post("/accounts/login/", {"login": "ed", "password": PASSWORD})
    assert "_auth_user_id" not in client.session
    assert answer.status_code in {200, 429}


def _sign_in(login: str, password: str, *, peer: str, forwarded: str) -> bool:
    """Whether an attempt from this peer, with this X-Forwarded-For, ends signed in."""
    client = Client(REMOTE_ADDR=peer)
    data = {"login": login, "password": password}
    client.post("/accounts/login/", data, headers={"x-forwarded-for": forwarded})
    return "_auth_user_id" in client.session


def _guess_much(*, peer: str, forwarded: str) -> None:
    for number in range(11):
        _sign_in(f"nobody{number}", "guess", peer=peer, forwarded=forwarded)


def test_who_guesses_behind_a_proxy_locks_out_nobody_else_behind_it(settings: Settings) -> None:
    changes = {"trusted_proxies": [ip_network("127.0.0.1")]}
    settings.OPTIONS = settings.OPTIONS.model_copy(update=changes)
    make_member()
    _guess_much(peer="127.0.0.1", forwarded="198.51.100.1")
    assert not _sign_in("ed", PASSWORD, peer="127.0.0.1", forwarded="198.51.100.1")
    # What stands left of the address that the proxy saw was written by the sender.
    assert not _sign_in("ed", PASSWORD, peer="127.0.0.1", forwarded="192.0.2.9, 198.51.100.1")
    assert _sign_in("ed", PASSWORD, peer="127.0.0.1", forwarded="203.0.113.7")


def test_a_forged_header_gives_no_new_attempts() -> None:
    make_member()
    _guess_much(peer="198.51.100.1", forwarded="203.0.113.7")
    assert not _sign_in("ed", PASSWORD, peer="198.51.100.1", forwarded="203.0.113.8")


def test_after_sign_in_nobody_is_sent_to_another_site(client: Client) -> None:
    make_member()
    came = client.post(
        "/accounts/login/", {"login": "ed", "password": PASSWORD, "next": "https://evil.example/desk/"}
    )
    assert came["Location"] == "/desk/"


@pytest.mark.parametrize("odd", ["http://[", "//[", "http://[::1", "http://\u2100.example/"])
def test_an_address_to_go_to_that_is_none_is_no_fault_of_ours(client: Client, odd: str) -> None:
    member = make_member()
    assert client.get("/accounts/login/", {"next": odd}).status_code == 200
    came = client.post("/accounts/login/", {"login": member.username, "password": PASSWORD, "next": odd})
    assert came["Location"] == "/desk/"
    assert client.get("/accounts/login/", {"next": odd})["Location"] == "/desk/"


def test_after_sign_in_nobody_is_sent_to_a_sub_domain(client: Client, settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["testserver", ".example.org"]
    make_member()
    came = client.post(
        "/accounts/login/", {"login": "ed", "password": PASSWORD, "next": "http://ads.example.org/desk/"}
    )
    assert came["Location"] == "/desk/"


@pytest.mark.parametrize(
    "path", ["signup/", "email/", "password/reset/", "password/set/", "confirm-email/", "social/login/", ""]
)
def test_nobody_signs_up_and_the_rest_of_allauth_is_away(client: Client, path: str) -> None:
    assert client.get(f"/accounts/{path}").status_code == 404
    assert client.post(f"/accounts/{path}", {"email": "a@b.example"}).status_code == 404


def test_a_password_is_changed(client: Client) -> None:
    client.force_login(make_member())
    refused = client.post(
        "/accounts/password/change/", {"oldpassword": "no", "password1": "short", "password2": "shorter"}
    )
    assert refused.content.decode().count('class="field__error"') >= 2
    new = "another long passphrase"
    done = client.post(
        "/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new}
    )
    assert done["Location"] == "/desk/"
    assert Member.objects.get().check_password(new)


def test_the_sites_are_for_those_who_may_manage_them(client: Client) -> None:
    make_site()
    pages = ["/desk/sites/", "/desk/sites/new/", "/desk/sites/courier/"]
    for page in pages:
        assert client.get(page)["Location"] == f"/accounts/login/?next={page}"
        assert client.post(page).status_code in {302, 405}
    client.force_login(make_member())
    for page in pages:
        assert client.get(page).status_code == 403
    assert client.post("/desk/sites/new/", {"name": "x"}).status_code == 403
    client.force_login(make_member("chief", role=Member.Role.ADMINISTRATOR))
    for page in pages:
        assert client.get(page).status_code == 200
    assert client.get("/desk/sites/none/").status_code == 404


def _fields(page: str) -> dict[str, str]:
    """Return what the site form on a page would send if nobody touched it."""
    texts = re.findall(r'<textarea name="(\w+)"[^>]*>\s*(.*?)</textarea>', page, re.DOTALL)
    inputs = re.findall(r'<input type="text" name="(\w+)" value="([^"]*)"', page)
    chosen = re.findall(r'<input type="radio" name="(\w+)" value="([^"]*)"[^>]* checked', page)
    return dict(texts + inputs + chosen)


def test_an_administrator_adds_a_site_and_changes_it(client: Client) -> None:
    client.force_login(make_member(role=Member.Role.ADMINISTRATOR))
    fields = {
        "name": "Herald <b>",
        "slug": "herald",
        "origins": "https://herald.example\r\n\r\nhttps://m.herald.example\r\n",
        "root_selectors": "article\r\n",
        "languages": "uk\r\nen",
        "corrections_policy": "First.\r\n\r\nSecond.",
        "connector": "by_hand",
    }
    refused = client.post("/desk/sites/new/", {**fields, "languages": "??", "origins": "herald.example"})
    page = refused.content.decode()
    assert refused.status_code == 422
    assert 'href="#id_languages"' in page
    assert 'href="#id_origins"' in page
    assert "Herald &lt;b&gt;" in page
    assert not Site.objects.exists()

    added = client.post("/desk/sites/new/", fields)
    assert added["Location"] == "/desk/sites/herald/"
    site = Site.objects.get()
    assert (site.languages, site.fetch_hosts) == (["uk", "en"], ["herald.example", "m.herald.example"])
    assert site.corrections_policy == "First.\n\nSecond."

    page = client.get("/desk/sites/herald/").content.decode()
    assert "was added" in page
    assert "&lt;script async src=" in page
    assert "data-corrigenda=&quot;report&quot;" in page
    assert "<b>" not in page
    kept = _fields(page)
    assert kept["fetch_hosts"].split() == ["herald.example", "m.herald.example"]
    changed = client.post("/desk/sites/herald/", {**kept, "name": "The Herald", "slug": "other"})
    assert changed["Location"] == "/desk/sites/herald/"
    assert Site.objects.get().name == "The Herald"
