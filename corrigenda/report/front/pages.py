"""Django behind the server: spared what it cannot make a request of."""

from collections.abc import Callable, Iterable
from typing import Any, Final

from django.utils.http import parse_header_parameters

from corrigenda.connectors.charsets import is_spelled_as_listed
from corrigenda.server.calling import WSGIApplication

LONGEST_CONTENT_TYPE: Final = 200
"""Characters; the longest that a browser sends, with its boundary, has half of them."""


class Readable:
    """A WSGI application that drops a Content-Type that Django would fail at, or keep in memory for ever.

    Django asks Python for whatever charset a request declares, and Python never forgets the name.
    """

    def __init__(self, application: WSGIApplication) -> None:
        self._application = application

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request."""
        if not is_readable(str(environ.get("CONTENT_TYPE", ""))):
            environ["CONTENT_TYPE"] = ""
        return self._application(environ, start_response)


def is_readable(content_type: str) -> bool:
    """Whether Django may be given a Content-Type: a short one, whose charset, if any, is a known one."""
    if len(content_type) > LONGEST_CONTENT_TYPE or "*" in content_type:  # a charset of a parameter's own
        return False
    if ";" not in content_type:
        return True
    try:
        _kind, parameters = parse_header_parameters(content_type)
    except ValueError:
        return False
    return is_spelled_as_listed(parameters.get("charset", "utf-8"))
