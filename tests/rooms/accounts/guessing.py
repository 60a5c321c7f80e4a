"""Attempts to sign in, as editors and as attackers make them."""

from datetime import timedelta
from typing import ClassVar

from django.contrib.auth.hashers import MD5PasswordHasher
from django.db.models import F
from django.http import HttpResponse
from django.test import Client

from corrigenda.models import SignInCount

PASSWORD = "a long passphrase"
WRONG = "not the passphrase"


class CountingHasher(MD5PasswordHasher):
    """A quick hasher that notes each hash that it computes."""

    computed: ClassVar[list[str]] = []

    def encode(self, password: str, salt: str) -> str:
        """Return the hash, and note the password."""
        self.computed.append(password)
        return super().encode(password, salt)


COUNTING = [f"{CountingHasher.__module__}.{CountingHasher.__name__}"]


def attempt(
    login: str, password: str, *, peer: str = "198.51.100.7", browser: Client | None = None
) -> HttpResponse:
    """Send the form of sign-in from an address; the client has no cookies unless one is given."""
    client = browser or Client()
    data = {"login": login, "password": password}
    return client.post("/accounts/login/", data, REMOTE_ADDR=peer)  # type: ignore[return-value]  # the client's own


def is_signed_in(response: HttpResponse) -> bool:
    """Whether an attempt ended signed in."""
    return response.status_code == 302 and response["Location"] == "/desk/"


def let_pass(time: timedelta) -> None:
    """Move every count into the past, as if so much time had gone by."""
    SignInCount.objects.update(at=F("at") - time, until=F("until") - time)


def networks(number: int) -> list[str]:
    """Return addresses of so many IPv6 networks that are counted by themselves."""
    return [f"2001:db8:{one:x}::7" for one in range(1, number + 1)]
