"""The cookie by which a member's browser is told from strangers' before Django runs."""

import time

import pytest
from django.core import signing
from django.test import Client, override_settings
from django.urls import reverse

from corrigenda.models import Member
from corrigenda.web.browsers import DAYS, cookie_name, member_of

pytestmark = pytest.mark.django_db
COOKIE = "corrigenda_browser"


@pytest.fixture
def member() -> Member:
    return Member.objects.create_user("anna", "anna@paper.example", "a-long-pass-phrase")


def test_a_browser_is_known_from_its_sign_in_and_after_its_sign_out(client: Client, member: Member) -> None:
    address = reverse("account_login")
    assert COOKIE not in client.get(address).cookies
    answered = client.post(address, {"login": "anna", "password": "a-long-pass-phrase"})
    given = answered.cookies[COOKIE]
    assert (given["httponly"], given["samesite"], given["max-age"]) == (True, "Lax", DAYS * 86_400)
    assert member_of(f"a=b; {COOKIE}={given.value}; c=d") == str(member.pk).encode()
    # Not again with every page.
    assert COOKIE not in client.get("/desk/").cookies
    client.logout()
    assert member_of(f"{COOKIE}={given.value}") == str(member.pk).encode()


def test_strangers_and_public_pages_get_none(client: Client, member: Member) -> None:
    assert COOKIE not in client.get("/").cookies
    assert COOKIE not in client.get("/healthz").cookies
    assert COOKIE not in client.post(reverse("account_login"), {"login": "anna", "password": "wrong"}).cookies
    client.force_login(member)
    assert COOKIE not in client.get("/healthz").cookies


def test_what_is_not_signed_by_this_desk_is_a_strangers(member: Member) -> None:
    good = signing.TimestampSigner(salt="corrigenda.browser").sign(str(member.pk))
    assert member_of(f"{COOKIE}={good}")
    other = signing.TimestampSigner(key="another key", salt="corrigenda.browser").sign(str(member.pk))
    forged = (other, good[:-1] + ("a" if good[-1] != "a" else "b"), f"2{good}", "", "1", "x" * 10_000)
    for value in (*forged, signing.TimestampSigner(salt="sessions").sign(str(member.pk))):
        assert member_of(f"{COOKIE}={value}") == b"", value
    assert member_of(f"not_{COOKIE}={good}") == b""


def test_it_ends_after_its_days(member: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    good = signing.TimestampSigner(salt="corrigenda.browser").sign(str(member.pk))
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + DAYS * 86_400 - 60)
    assert member_of(f"{COOKIE}={good}")
    monkeypatch.setattr(time, "time", lambda: now + DAYS * 86_400 + 60)
    assert member_of(f"{COOKIE}={good}") == b""


def test_a_closed_member_keeps_no_turn_for_long(
    client: Client, member: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.force_login(member)
    given = client.get("/desk/").cookies[COOKIE].value
    Member.objects.update(is_active=False)
    assert COOKIE not in client.get("/desk/").cookies
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 5 * 86_400)
    assert member_of(f"{COOKIE}={given}") == b""


def test_a_browser_in_use_is_known_for_as_long_as_it_is_used(
    client: Client, member: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.force_login(member)
    given = client.get("/desk/").cookies[COOKIE].value
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 1.5 * 86_400)
    renewed = client.get("/desk/").cookies[COOKIE].value
    assert renewed != given
    monkeypatch.setattr(time, "time", lambda: now + (DAYS + 1) * 86_400)
    assert (member_of(f"{COOKIE}={given}"), member_of(f"{COOKIE}={renewed}")) == (b"", b"%d" % member.pk)


@override_settings(SECURE=True)
def test_with_https_it_is_for_this_host_alone(client: Client, member: Member) -> None:
    client.force_login(member)
    given = client.get("/desk/").cookies[cookie_name()]
    assert cookie_name().startswith("__Host-")
    assert (given["secure"], given["path"], given["domain"]) == (True, "/", "")
