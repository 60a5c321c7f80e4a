"""The headers and the address itself, as parameters of every public address."""

from typing import Final

from django.conf import settings

from corrigenda.report import drafts
from corrigenda.web import sizes
from tests.limits import asking
from tests.limits.asking import Asked
from tests.limits.hostile import HEADERS
from tests.limits.parameter import LEFT_OUT, Parameter

REPORTS: Final = "/api/reports"
KNOWN: Final = "/widget/known"
IN_QUERY: Final = sizes.MOST_TARGET - 100


def _key(value: str) -> Asked:
    body = asking.body_with("language", "en")
    return asking.send_body(REPORTS, body, HTTP_IDEMPOTENCY_KEY=value)


def _type(value: str) -> Asked:
    body = asking.body_with("language", "en")
    return asking.send_body(REPORTS, body, CONTENT_TYPE=value)


def _typed(size: int) -> str:
    return "application/json; a=" + "b" * (size - 20)


def _origin(value: str) -> Asked:
    return asking.send_body(KNOWN, asking.body_with("language", "en"), HTTP_ORIGIN=value)


def _header(name: str, *covers: str, path: str = "/log/courier/", method: str = "GET") -> Parameter:
    reads = tuple(f"read {one}" for one in covers)
    ask = asking.header(name, path=path, method=method)
    return Parameter(
        f"header {name}",
        ask,
        reads,
        sizes.MOST_HEADER,
        "web.sizes.MOST_HEADER",
        431,
        alphabets=HEADERS,
        room=sizes.MOST_HEADER,
    )


HEADER: Final = [
    _header("HTTP_ACCEPT_LANGUAGE", "corrigenda.report.exchange environ HTTP_ACCEPT_LANGUAGE"),
    _header("HTTP_IF_NONE_MATCH", "corrigenda.web.files META HTTP_IF_NONE_MATCH"),
    _header("HTTP_IF_MODIFIED_SINCE"),
    _header("HTTP_IF_MATCH"),
    _header("HTTP_IF_UNMODIFIED_SINCE"),
    _header("HTTP_RANGE"),
    _header("HTTP_X_FORWARDED_FOR", "corrigenda.web.networks environ HTTP_X_FORWARDED_FOR"),
    _header(
        "HTTP_REFERER", "corrigenda.web.back headers Referer", path="/desk/cases/1/article/", method="POST"
    ),
    _header(
        "HTTP_HX_REQUEST",
        "corrigenda.web.back headers HX-Request",
        "corrigenda.web.htmx headers HX-Request",
        "corrigenda.accounts.activity headers HX-Request",
    ),
    _header("HTTP_HX_CURRENT_URL", "corrigenda.web.htmx headers HX-Current-URL", path="/desk/"),
    _header(
        "HTTP_USER_AGENT",
        "corrigenda.accounts.activity headers User-Agent",
        "corrigenda.accounts.audit headers User-Agent",
    ),
    Parameter(
        "header HTTP_ORIGIN",
        _origin,
        ("read corrigenda.web.cors headers Origin", "read corrigenda.report.exchange environ HTTP_ORIGIN"),
        sizes.MOST_HEADER,
        "web.sizes.MOST_HEADER, web.cors",
        431,
        alphabets=HEADERS,
        room=sizes.MOST_HEADER,
    ),
    Parameter(
        "header HTTP_COOKIE",
        asking.header("HTTP_COOKIE"),
        ("read corrigenda.web.sizes META HTTP_COOKIE",),
        sizes.MOST_COOKIES,
        "web.sizes.MOST_COOKIES",
        431,
        sized=lambda size: ("a=b;" * (size // 4 + 1))[:size],
        alphabets={
            name: lambda size, make=make: "csrftoken=" + make(size - 10) for name, make in HEADERS.items()
        }
        | {
            "quoted": lambda size: 'a="' + "\\" * (size - 4) + '"',
            "ours, quoted": lambda size: ('messages="' + "\\" * 4_085 + '";') * (size // 4_096),
        },
    ),
    Parameter(
        "one cookie",
        asking.header("HTTP_COOKIE"),
        (
            "read corrigenda.disclose.answering COOKIES settings.CSRF_COOKIE_NAME",
            "read corrigenda.disclose.views COOKIES settings.LANGUAGE_COOKIE_NAME",
            "read corrigenda.accounts.devices COOKIES cookie_name()",
            "read corrigenda.web.browsers COOKIES cookie_name()",
        ),
        sizes.MOST_COOKIE,
        "web.sizes.MOST_COOKIE",
        LEFT_OUT,
        sized=lambda size: f"{settings.LANGUAGE_COOKIE_NAME}=".ljust(size, "x"),
        alphabets={"language": lambda size: "django_language=" + "a-" * (size // 2)},
    ),
    Parameter(
        "header HTTP_IDEMPOTENCY_KEY",
        _key,
        ("read corrigenda.report.exchange environ HTTP_IDEMPOTENCY_KEY",),
        drafts.MOST_KEY,
        "report.drafts.MOST_KEY",
        400,
        alphabets=HEADERS,
    ),
    Parameter(
        "header CONTENT_TYPE",
        _type,
        (
            "read corrigenda.report.exchange environ CONTENT_TYPE",
            "read corrigenda.report.front.pages environ CONTENT_TYPE",
        ),
        200,
        "report.front.pages, report.exchange",
        415,
        sized=_typed,
        alphabets=HEADERS,
    ),
    Parameter(
        "address",
        lambda value: asking.raw_query("/log/courier/", value),
        ("read corrigenda.web.sizes META QUERY_STRING",),
        sizes.MOST_TARGET - len("/log/courier/"),
        "web.sizes.MOST_TARGET",
        414,
        sized=lambda size: "a=" + "b" * (size - 2),
        alphabets=HEADERS,
        room=IN_QUERY,
    ),
]
