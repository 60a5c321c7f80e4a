"""The cookie of a browser that has signed in before: attempts from there are counted by themselves."""

import secrets
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponseBase
from django.utils.crypto import salted_hmac

from corrigenda.models import Member

AGE: Final = timedelta(days=90)
"""Counted from the last sign-in in this browser."""
MOST: Final = 4
"""Accounts that one browser remembers: colleagues share a computer."""
_BETWEEN: Final = "~"
_LONGEST: Final = 1_000


def cookie_name() -> str:
    """Return the cookie's name; with https a browser takes it from this very host alone (RFC 6265bis)."""
    return "__Host-corrigenda_device" if settings.SECURE else "corrigenda_device"


def device_of(request: HttpRequest | None, member: Member) -> str:
    """Return the name of a browser that has signed in to this account with its present password, else ""."""
    tokens = _tokens(request)
    signer = _signer(member)
    for token in tokens:
        try:
            return signer.unsign(token, max_age=AGE)
        except signing.BadSignature:
            continue
    return ""


def remember(request: HttpRequest, response: HttpResponseBase, member: Member) -> None:
    """Give the browser a cookie for this account; it keeps those of others, and its name if it has one."""
    signer = _signer(member)
    device = device_of(request, member) or secrets.token_urlsafe(12)
    others = [token for token in _tokens(request) if not _is_signed(signer, token)]
    response.set_cookie(
        cookie_name(),
        _BETWEEN.join([signer.sign(device), *others][:MOST]),
        max_age=AGE,
        secure=settings.SECURE,
        httponly=True,
        samesite="Strict",
    )


def _tokens(request: HttpRequest | None) -> list[str]:
    text = request.COOKIES.get(cookie_name(), "") if request is not None else ""
    return text.split(_BETWEEN)[:MOST] if 0 < len(text) <= _LONGEST else []


def _is_signed(signer: signing.TimestampSigner, token: str) -> bool:
    try:
        signer.unsign(token)
    except signing.BadSignature:
        return False
    return True


def _signer(member: Member) -> signing.TimestampSigner:
    # The hash of the password is part of the key: with a new password every cookie of the account is void.
    key = salted_hmac("corrigenda.accounts.devices", f"{member.pk}:{member.password}", algorithm="sha256")
    return signing.TimestampSigner(key=key.hexdigest(), salt="corrigenda.accounts.devices", fallback_keys=[])
