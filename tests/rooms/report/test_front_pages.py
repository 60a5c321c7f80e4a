"""Django behind the server: called in one thread from beginning to end, and spared types that it fails at."""

import threading
from typing import Any

import pytest
from django.http import HttpResponse, StreamingHttpResponse

from corrigenda.server.calling import called
from tests.rooms.factories import make_site
from tests.rooms.report.wsgi import call, front_door, plain_view, request

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_page_is_whole_and_ended_when_it_is_answered(caplog: pytest.LogCaptureFixture) -> None:
    ended: list[str] = []

    class Page(HttpResponse):
        def close(self) -> None:
            ended.append(threading.current_thread().name)
            super().close()

    def application(environ: dict[str, Any], start_response: Any) -> Any:
        if environ["PATH_INFO"] == "/fails":
            raise OSError("as it may")
        start_response("200 OK", [("X-Own", "yes")])
        return (
            StreamingHttpResponse(iter([b"a", b"b"])) if environ["PATH_INFO"] == "/stream" else Page(b"page")
        )

    answered = called(application, request(PATH_INFO="/"))
    assert (answered.status, answered.headers, answered.body) == (200, [("X-Own", "yes")], b"page")
    assert ended == [threading.current_thread().name]
    assert called(application, request(PATH_INFO="/stream")).body == b"ab"
    failed = called(application, request(PATH_INFO="/fails"))
    assert (failed.status, b"fault is ours" in failed.body) == (500, True)
    assert "as it may" in caplog.text


def test_a_type_that_django_fails_at_is_no_failure_elsewhere_either() -> None:
    make_site()
    with front_door() as door:
        answered = call(
            door, request(b"a=b", PATH_INFO="/report", CONTENT_TYPE="text/plain; charset*=bogus'en'x")
        )
    assert answered.code == 403


@pytest.mark.parametrize("path", ["/report", "/accounts/login/"])
def test_a_declared_charset_does_not_reach_the_query(path: str) -> None:
    # "+2AA-" is half of a surrogate pair in UTF-7: no answer can hold it.
    asked = request(
        b"",
        REQUEST_METHOD="GET",
        PATH_INFO=path,
        QUERY_STRING="url=%2B2AA-&quote=%2B2AA-&next=%2F%2B2AA-",
        CONTENT_TYPE="text/plain; charset=utf-7",
    )
    answered = call(plain_view(), asked)
    assert answered.code in {200, 422}
    assert b"+2AA-" in answered.body
