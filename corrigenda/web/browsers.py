"""Browsers that a member has signed in with, told from strangers' by a signed cookie before Django runs."""

from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

DAYS: Final = 4
"""How long a browser is known after it was last used by somebody who is signed in: a long weekend.

Nothing looks at the account before that: a member whose account is closed keeps a turn for so long.
"""
_RENEWED_DAYS: Final = 1
"""A cookie that is older is replaced; a new one with every answer would be noise."""
_DAY: Final = 86_400
_LONGEST: Final = 200
_SALT: Final = "corrigenda.browser"


def cookie_name() -> str:
    """Return the name of the cookie; browsers take __Host- from https alone, for this host alone."""
    return "__Host-corrigenda_browser" if settings.SECURE else "corrigenda_browser"


def member_of(cookies: str) -> bytes:
    """Return which member a browser is known by, from its header Cookie; b"" for every other browser.

    It opens no page. It says whose work goes first when many ask at once, and costs no question to the
    database.
    """
    marker = f"{cookie_name()}="
    if marker not in cookies:
        return b""
    for part in cookies.split(";"):
        name, _, value = part.strip().partition("=")
        if name == cookie_name():
            return _checked(value, DAYS).encode()
    return b""


class KnowBrowsers:
    """Middleware that gives the browser of a member who is signed in the cookie, and renews it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        response = self.get_response(request)
        # Who asks is not looked up for the cookie's sake: a public page stays one without cookies.
        is_public = response.get("Cache-Control", "").startswith("public")
        if is_public or not request.session.accessed or not request.user.is_authenticated:
            return response
        member = str(request.user.pk)
        if _checked(request.COOKIES.get(cookie_name(), ""), _RENEWED_DAYS) != member:
            response.set_cookie(
                cookie_name(),
                signing.TimestampSigner(salt=_SALT).sign(member),
                max_age=DAYS * _DAY,
                secure=settings.SECURE,
                httponly=True,
                samesite="Lax",
            )
        return response


def _checked(value: str, days: int) -> str:
    if not value or len(value) > _LONGEST:
        return ""
    try:
        return signing.TimestampSigner(salt=_SALT).unsign(value, max_age=days * _DAY)
    except signing.BadSignature:
        return ""
