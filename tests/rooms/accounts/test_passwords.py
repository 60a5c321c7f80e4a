"""Which passwords are refused, and why."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client

from corrigenda.accounts import passwords
from corrigenda.models import Member
from tests.rooms.accounts.guessing import PASSWORD, attempt, is_signed_in
from tests.rooms.factories import make_member, make_site

pytestmark = pytest.mark.django_db


def codes(password: str, member: Member | None = None) -> set[str | None]:
    """Why a password is refused."""
    try:
        validate_password(password, member)
    except ValidationError as error:
        return {one.code for one in error.error_list}
    return set()


@pytest.mark.parametrize(
    "password",
    [
        "1234567890",
        "Password123",
        "PASSWORD1234",
        "qwertyuiop",
        "  qwertyuiop  ",
        "basketball1",
        "monkey!!2026",
        "manchester",
        "aaaaaaaaaaaaaaaa",
        "abababababab",
        "1212121212121212",
        # What is common holds digits itself.
        "1234567890!!!",
        "12345678901234",
        "!!abc123!!!!",
    ],
)
def test_common_passwords_are_refused_also_with_decoration(password: str) -> None:
    assert "password_too_common" in codes(password)


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery staple",
        " spaces at both ends ",
        "сім кілометрів пішки",
        "زيتون وليمون ونعناع",
        "🦜🪵🧭🫖🧵🪁🎺🛶🥁🪴",
        "84061739250417",
        "tulipsgrowonmonday",
        "x" + "never-ending " * 78,
    ],
)
def test_spaces_all_characters_and_long_passphrases_are_allowed(password: str) -> None:
    assert codes(password) == set()


@pytest.mark.parametrize("password", ["short", "ninechars", "п'ять"])
def test_short_ones_are_refused(password: str) -> None:
    assert "password_too_short" in codes(password)


def test_the_longest_is_allowed_and_one_more_is_refused() -> None:
    longest = ("many different words " * 60)[: passwords.LONGEST]
    assert codes(longest) == set()
    assert codes(longest + "x") == {"password_too_long"}
    assert codes("x" * 1_000_000) == {"password_too_long"}


@pytest.mark.parametrize(
    "password", ["The Courier 2026", "courier.example", "Corrigenda-2026", "courier1234567", "couriercourier"]
)
def test_names_of_the_desk_and_its_newspapers_are_refused(password: str) -> None:
    make_site()
    assert "password_of_this_desk" in codes(password)
    assert codes("a courier brought tulips") == set()


@pytest.mark.parametrize("password", ["anna.kovalenko", "AnnaKovalenko1", "kovalenko-anna"])
def test_names_of_the_member_are_refused(password: str) -> None:
    member = Member(
        username="anna.kovalenko", email="anna.kovalenko@courier.example", first_name="Anna Kovalenko"
    )
    assert "password_too_similar" in codes(password, member)


def test_a_password_counts_as_it_is_typed_with_its_spaces() -> None:
    make_member(password=" spaces at both ends ")
    assert not is_signed_in(attempt("ed", "spaces at both ends"))
    assert is_signed_in(attempt("ed", " spaces at both ends "))


def test_the_form_refuses_what_the_shell_refuses() -> None:
    make_site()
    browser = Client()
    member = make_member()
    browser.force_login(member)
    for new in ("Password123", "courier2026", "y" * 2_000):
        page = browser.post(
            "/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new}
        )
        assert page.status_code == 200
        assert 'class="field__error"' in page.content.decode()
        assert new not in page.content.decode()
    member.refresh_from_db()
    assert member.check_password(PASSWORD)
