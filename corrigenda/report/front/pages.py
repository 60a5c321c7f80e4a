"""Django behind the server: spared what it cannot make a request of."""

from collections.abc import Callable, Iterable
from typing import Any, Final

from django.utils.http import parse_header_parameters

from corrigenda.connectors.charsets import is_spelled_as_listed
from corrigenda.server.calling import WSGIApplication

LONGEST_CONTENT_TYPE: Final = 200
"""Characters; the longest that a browser sends, with its boundary, has half of them."""

_FORM_IN_PARTS: Final = "multipart/form-data"
_QUOTED: Final = str.maketrans({"\\": "\\\\", '"': '\\"'})


class Readable:
    """A WSGI application that gives Django a Content-Type that it can read, and keeps no name of a charset.

    Django asks Python for whatever charset a request declares, and Python never forgets the name. A form in
    another charset than "utf-8", spelled like this, makes every look at its fields fail.
    """

    def __init__(self, application: WSGIApplication) -> None:
        self._application = application

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request."""
        environ["CONTENT_TYPE"] = as_read(str(environ.get("CONTENT_TYPE", "")))
        return self._application(environ, start_response)


def as_read(content_type: str) -> str:
    """Return the Content-Type that Django is given; empty for one that it may not be given.

    A form keeps what says where its parts end. A charset is left out: the fields of a form are UTF-8 whatever
    it says (WHATWG URL, 5.1), and a browser never says anything else. Django would also read the query of the
    address in it, and some charsets (UTF-7) hold halves of surrogate pairs, which no page can show.
    """
    if not is_readable(content_type):
        return ""
    if ";" not in content_type:
        return content_type
    kind, parameters = parse_header_parameters(content_type)
    if kind == _FORM_IN_PARTS:
        boundary = str(parameters.get("boundary", "")).translate(_QUOTED)
        return f'{kind}; boundary="{boundary}"'
    return kind


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
