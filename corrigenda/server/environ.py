"""The WSGI environ (PEP 3333) of a request of granian's, from the header names as they were sent."""

import sys
from functools import lru_cache
from typing import Any, Final, Protocol

BARE: Final = {"content-type": "CONTENT_TYPE", "content-length": "CONTENT_LENGTH"}
"""Headers that CGI, and so WSGI, names without HTTP_ (RFC 3875, 4.1.18)."""
_LONGEST_KEPT: Final = 40
"""Characters of a name that is remembered; longer ones would be memory that a stranger fills."""


class Headers(Protocol):
    """Header lines: names in small letters, the same name as often as it was sent."""

    def items(self) -> list[tuple[str, str]]:
        """Return name and value of every line whose value is printable ASCII, in no order among names."""


class Scope(Protocol):
    """A request without its body, as the RSGI specification 1.6 has it."""

    http_version: str
    server: str
    client: str
    scheme: str
    method: str
    path: str
    query_string: str
    authority: str | None

    @property
    def headers(self) -> Headers:
        """The header lines."""


def environ_of(scope: Scope) -> dict[str, Any]:
    """Return the environ of a request, without wsgi.input.

    A header whose name has an underscore is left out: the environ could not tell X_Forwarded_For, which
    anybody may send through a proxy, from the X-Forwarded-For that the proxy wrote.
    """
    address, _port = _parted(scope.client)
    name, port = _parted(scope.server)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        # WSGI wants the bytes of the path, each as one character.
        "PATH_INFO": _as_bytes(scope.path),
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": name,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": "HTTP/1.0" if scope.http_version == "1" else f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": address,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for header, value in scope.headers.items():
        key = _key_of(header) if len(header) <= _LONGEST_KEPT else _named(header)
        if key is None:
            continue
        before = environ.get(key)
        if before is None:
            environ[key] = value
        elif key == "HTTP_COOKIE":
            environ[key] = f"{before}; {value}"
        elif header not in BARE:
            # Lines of one name are one list (RFC 9110, 5.3), in the order in which they came.
            environ[key] = f"{before},{value}"
    if "HTTP_HOST" not in environ and scope.authority:
        environ["HTTP_HOST"] = scope.authority
    return environ


def _named(header: str) -> str | None:
    """Return the name of a header in the environ, None for one that may not get there."""
    if "_" in header:
        return None
    return BARE.get(header) or f"HTTP_{header.replace('-', '_').upper()}"


_key_of = lru_cache(maxsize=512)(_named)


def _as_bytes(path: str) -> str:
    return path if path.isascii() else path.encode().decode("latin-1")


def _parted(address: str) -> tuple[str, str]:
    host, _, port = address.rpartition(":")
    return host.strip("[]"), port
