"""How long the parts of a request may be: longer ones are answered, or left out, before they are read."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext_lazy

from corrigenda.web.plain import MOST_LANGUAGE

MOST_TARGET: Final = 40_000
"""Bytes of an address with its query: room for the longest address and quote of `/report`, escaped."""

MOST_HEADER: Final = 8_192
"""Bytes of one header; nginx refuses longer ones by itself (large_client_header_buffers)."""

MOST_COOKIE: Final = 4_096
"""Bytes of one cookie, name and value: as many as browsers keep (RFC 6265bis, 5.7)."""

MOST_COOKIES: Final = 65_536
"""Bytes of the header Cookie: those of the whole domain come along, which the reader did not choose."""

MOST_NEXT: Final = 2_000
"""Characters of the address to go to after signing in or after choosing a language."""

DOOR: Final = "/api/reports"
"""Reports are not held to these limits: the door reads five headers, and looks at the length of each."""

_READ_FROM_FORMS: Final = {"next": MOST_NEXT, "language": MOST_LANGUAGE}
_OF_LIBRARIES: Final = ("/accounts/", "/i18n/")
"""Where views of libraries read those fields, which check no length."""
_QUOTING: Final = frozenset({"messages", "__Host-messages"})
"""The names of the cookie of ours whose value is quoted: Django's messages. One of them is read."""

_SENTENCES: Final = {
    HTTPStatus.REQUEST_URI_TOO_LONG: gettext_lazy("The address of this page is too long. Please shorten it."),
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: gettext_lazy(
        "Your browser sent more about itself than this desk reads. "
        "Please delete the cookies of this site and try again."
    ),
    HTTPStatus.BAD_REQUEST: gettext_lazy("The address to go to next, or the language, is too long."),
}


class CookiesWorthReading:
    """Middleware that leaves out cookies that no browser keeps, and quoted ones that are not ours.

    Python before 3.12.6 takes the backslashes out of a quoted cookie in a time that grows with the square of
    their number (CVE-2024-7592). It stands before everything that asks for a cookie.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request with the cookies that are left."""
        header = str(request.META.get("HTTP_COOKIE", ""))
        if header:
            request.META["HTTP_COOKIE"] = worth_reading(header)
        return self.get_response(request)


def worth_reading(header: str) -> str:
    """Return a header Cookie without the cookies that are too long, or quoted and not ours."""
    if len(header) <= MOST_COOKIE and "\\" not in header:
        return header
    kept = [cookie for cookie in header.split(";") if len(cookie) <= MOST_COOKIE]
    quoting = [at for at, cookie in enumerate(kept) if "\\" in cookie and _name_of(cookie) in _QUOTING][-1:]
    # By its place: a stranger may send the same cookie many times.
    return ";".join(cookie for at, cookie in enumerate(kept) if "\\" not in cookie or at in quoting)


def _name_of(cookie: str) -> str:
    return cookie.partition("=")[0].strip()


class SizeLimits:
    """Middleware that answers 414 to an address that is too long, and 431 to a header that is.

    It stands behind what makes such an answer readable (language, problems for programs), which reads no
    more of a request than the first characters of a few headers.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request, or refuse it."""
        status = _too_long(request) if request.path != DOOR else None
        return self.get_response(request) if status is None else _refusal(request, status)

    def process_view(self, request: HttpRequest, *_view: object) -> HttpResponseBase | None:
        """Answer 400 where a form that a library's view reads holds a field that is too long."""
        if not request.path_info.startswith(_OF_LIBRARIES):
            return None
        for fields in (request.GET, request.POST):
            for name, most in _READ_FROM_FORMS.items():
                if any(len(str(value)) > most for value in fields.getlist(name)):
                    return _refusal(request, HTTPStatus.BAD_REQUEST)
        return None


def _too_long(request: HttpRequest) -> HTTPStatus | None:
    headers = {name: value for name, value in request.META.items() if name.startswith("HTTP_")}
    if len(request.META.get("QUERY_STRING", "")) + len(request.path) > MOST_TARGET:
        return HTTPStatus.REQUEST_URI_TOO_LONG
    if len(headers.pop("HTTP_COOKIE", "")) > MOST_COOKIES or any(
        len(str(value)) > MOST_HEADER for value in headers.values()
    ):
        return HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
    return None


def _refusal(request: HttpRequest, status: HTTPStatus) -> HttpResponse:
    # Without a request the page has no form to change the language, which would repeat the address.
    context = {"sentence": _SENTENCES[status], "request": None}
    return render(request, "too_long.html", context, status=status)
