"""The environ of a request: the header names as they were sent, and none that could pass for another."""

from dataclasses import dataclass, field
from itertools import permutations
from typing import Any

import pytest

from corrigenda.server.environ import environ_of


@dataclass
class Lines:
    """Header lines as granian gives them: lines of one name together, in the order in which they came."""

    lines: list[tuple[str, str]]

    def items(self) -> list[tuple[str, str]]:
        """Return them."""
        return self.lines


@dataclass
class Asked:
    """A request."""

    headers: Lines = field(default_factory=lambda: Lines([]))
    http_version: str = "1.1"
    server: str = "127.0.0.1:8000"
    client: str = "203.0.113.9:52011"
    scheme: str = "http"
    method: str = "GET"
    path: str = "/"
    query_string: str = ""
    authority: str | None = None


def environ(*lines: tuple[str, str], **changes: Any) -> dict[str, Any]:
    """Return the environ of a request with these header lines."""
    return environ_of(Asked(Lines(list(lines)), **changes))


@pytest.mark.parametrize("name", ["x_forwarded_for", "x-forwarded_for", "x_forwarded-for"])
def test_a_name_with_an_underscore_never_passes_for_another(name: str) -> None:
    lines = [(name, "192.0.2.66"), ("x-forwarded-for", "198.51.100.1"), ("zz", "1"), ("cookie", "a=b")]
    for order in permutations(lines):
        assert environ(*order)["HTTP_X_FORWARDED_FOR"] == "198.51.100.1"
    assert "HTTP_X_FORWARDED_FOR" not in environ((name, "192.0.2.66"))


@pytest.mark.parametrize("name", ["content_length", "content_type", "x_forwarded_proto", "host_"])
def test_other_names_with_an_underscore_are_left_out_too(name: str) -> None:
    assert environ((name, "9")) == environ()


def test_lines_of_one_name_are_one_list_and_cookies_one_header() -> None:
    made = environ(
        ("x-forwarded-for", "192.0.2.66"),
        ("x-forwarded-for", "198.51.100.1"),
        ("cookie", "a=b"),
        ("cookie", "c=d"),
        ("content-type", "text/plain"),
        ("content-type", "application/json"),
    )
    assert made["HTTP_X_FORWARDED_FOR"] == "192.0.2.66,198.51.100.1"
    assert made["HTTP_COOKIE"] == "a=b; c=d"
    assert made["CONTENT_TYPE"] == "text/plain"
    assert "HTTP_CONTENT_TYPE" not in made


def test_a_path_is_bytes_as_characters() -> None:
    assert environ(path="/log/Ї")["PATH_INFO"].encode("latin-1").decode() == "/log/Ї"


def test_addresses_are_parted_from_ports() -> None:
    made = environ(client="[2001:db8::1]:4711", server="[::1]:8000")
    assert (made["REMOTE_ADDR"], made["SERVER_NAME"], made["SERVER_PORT"]) == ("2001:db8::1", "::1", "8000")
    assert environ(client="/run/socket")["REMOTE_ADDR"] == ""


def test_the_host_is_named_where_http_2_names_it_elsewhere() -> None:
    assert environ(http_version="2", authority="desk.example")["HTTP_HOST"] == "desk.example"
    assert environ(("host", "desk.example"), authority="other.example")["HTTP_HOST"] == "desk.example"
