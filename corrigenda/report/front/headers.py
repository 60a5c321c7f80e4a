"""The headers that Django's middleware adds to every answer, taken from that middleware itself."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from io import BytesIO
from typing import Any, Final

from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest, HttpResponse
from django.utils.module_loading import import_string

from corrigenda.report.answers import Answer
from corrigenda.server.calling import Answered

ALWAYS: Final = (
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "corrigenda.web.headers.PermissionsPolicy",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
)
"""Those of settings.MIDDLEWARE that add headers to an answer whatever was asked, but for http or https."""


def headers_of_every_answer(environ: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Return the headers that the answer to a WSGI request must bear."""
    proxy = settings.SECURE_PROXY_SSL_HEADER
    said_by_proxy = str(environ.get(proxy[0], "")) if proxy else ""
    return headers_as_set(str(environ["wsgi.url_scheme"]), said_by_proxy)


def send(given: Answer, environ: Mapping[str, Any], answered: Answered) -> None:
    """Send an answer with all of its headers."""
    headers = [*given.headers.items(), *headers_of_every_answer(environ)]
    headers.append(("Content-Length", str(len(given.body))))
    answered(given.status.value, headers, given.body)


@lru_cache(maxsize=16)
def headers_as_set(scheme: str, said_by_proxy: str) -> tuple[tuple[str, str], ...]:
    """Return them for a scheme and a proxy's word for it, by the settings as they were when first asked."""
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": "/",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "wsgi.url_scheme": scheme,
        "wsgi.input": BytesIO(),
    }
    if said_by_proxy and settings.SECURE_PROXY_SSL_HEADER:
        environ[settings.SECURE_PROXY_SSL_HEADER[0]] = said_by_proxy
    handle: Callable[[HttpRequest], HttpResponse] = _nothing
    for name in reversed([name for name in settings.MIDDLEWARE if name in ALWAYS]):
        handle = import_string(name)(handle)
    given = handle(WSGIRequest(environ))
    return tuple((name, value) for name, value in given.headers.items() if name != "Content-Type")


def _nothing(_request: HttpRequest) -> HttpResponse:
    return HttpResponse()
