"""Charset names of strangers: only listed ones reach Python's codecs, and none is kept."""

import codecs
import encodings
import subprocess
import sys
from collections.abc import Iterator
from email import message_from_bytes
from email.utils import collapse_rfc2231_value

import pytest
from django.test import Client
from django.test.client import BOUNDARY

from corrigenda.connectors.charsets import (
    LONGEST,
    WHATWG_LABELS,
    bound_lookups,
    codec_of,
    is_spelled_as_listed,
    whatwg_codec_of,
)
from corrigenda.connectors.fetch import _decoded
from corrigenda.report.front.pages import LONGEST_CONTENT_TYPE, Readable, as_read, is_readable
from corrigenda.report.mail.charsets import decoded, header_text
from corrigenda.report.mail.letters import Asked, read_letter
from tests.mails.making import Part, mail, many, text

ODD = [f"odd-{number}-{'x' * 1000}" for number in range(50)]
SPELLINGS = [f"utf{'.' * number}8" for number in range(2, 52)]


@pytest.fixture(autouse=True)
def unmoved() -> Iterator[None]:
    """Fail where a test leaves a name behind; names of real codecs may come."""
    before = set(encodings._cache)
    yield
    more = set(encodings._cache) - before
    assert {name for name in more if len(name) > LONGEST or "odd" in name or ".." in name} == set()


@pytest.fixture
def asked_for(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The names that come to Python's search function, whoever asks."""
    names: list[str] = []

    def search(name: str) -> None:
        names.append(name)

    codecs.unregister(encodings.search_function)
    codecs.register(search)
    bound_lookups()
    yield names
    codecs.unregister(search)


@pytest.mark.parametrize(
    ("label", "codec"),
    [
        ("UTF-8", "utf-8"),
        (' "windows-1251" ', "cp1251"),
        ("koi8-u", "koi8-u"),
        ("ISO_8859-1:1987", "iso8859-1"),
        ("utf-8*en", "utf-8"),
        ("x-gbk", "gbk"),
        ("utf-7", "utf-7"),
        ("", ""),
        ("base64", ""),
        ("zip", ""),
        ("idna", ""),
        ("unicode_escape", ""),
        ("utf-8" + " " * 1000, ""),
        (ODD[0], ""),
    ],
)
def test_a_label_has_a_codec_or_none(label: str, codec: str) -> None:
    assert codec_of(label) == codec


def test_pages_may_declare_what_whatwg_lists() -> None:
    assert len(WHATWG_LABELS) == 228
    assert whatwg_codec_of(" Windows-1251\n") == "whatwg-windows-1251"
    assert [whatwg_codec_of(label) for label in (*ODD, *SPELLINGS, "utf-7", "cp037")] == [""] * 102
    unknown = []
    for label in WHATWG_LABELS:
        try:
            b"a".decode(whatwg_codec_of(label))
        except LookupError:
            unknown.append(label)
    # turbohtml passes over the labels with a year or a number of a standard.
    assert len(unknown) == 13
    assert all(label[-1].isdigit() for label in unknown)


def test_python_forgets_names_that_it_does_not_know() -> None:
    for name in (*ODD, *SPELLINGS):
        with pytest.raises(LookupError):
            codecs.lookup(name)
    assert "bücher.example".encode("idna") == b"xn--bcher-kva.example"
    assert codecs.lookup("ISO-8859-1").name == "iso8859-1"


def test_the_guard_is_set_in_every_process_that_has_the_settings() -> None:
    script = (
        "import codecs, encodings, django; django.setup()\n"
        "for number in range(100):\n"
        "    try: codecs.lookup(f'odd-{number}')\n"
        "    except LookupError: pass\n"
        "print(sum('odd' in name for name in encodings._cache))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "0\n"


def test_a_mail_leaves_no_name_behind() -> None:
    for odd in (*ODD[:5], *SPELLINGS[:5]):
        kind = f"text/plain; charset={odd}; name*={odd}''x"
        part = Part("слово".encode(), kind, "8bit", {"Content-Disposition": f"inline; filename*={odd}''%d0"})
        mails = [
            mail("odd", part, subject=f"=?{odd[:50]}?q?=d0=b0?="),
            mail("odd", many("multipart/mixed", part, text("words")), Content_Language=odd),
            mail("odd", Part(b"--x\r\n\r\nwords\r\n--x--\r\n", f"multipart/mixed; boundary*={odd}''x")),
            mail(
                "odd", Part(b"Action: failed\r\n", f"multipart/report; report-type*={odd}''delivery-status")
            ),
        ]
        for raw in mails:
            read_letter(Asked(raw=raw, envelope_sender="", file_bytes=9, files_bytes=9))
            read_letter(Asked(raw=raw, envelope_sender="a@b.example", file_bytes=9, files_bytes=9))
        assert decoded("слово".encode(), odd) == "слово"
        assert header_text(f"=?{odd[:50]}?q?=d0=b0?=") == "а"
        collapse_rfc2231_value((odd, "", "x"))
        message_from_bytes(f"Content-Type: text/plain; charset={odd}\n\n\xff".encode("latin-1")).get_payload()


def test_our_own_code_asks_for_listed_names_alone(asked_for: list[str]) -> None:
    for odd in (*ODD, *SPELLINGS):
        codec_of(odd)
        whatwg_codec_of(odd)
        decoded("слово".encode(), odd)
        header_text(f"=?{odd[:50]}?q?=d0=b0?=")
        _decoded(b"<p>", {"content-type": f"text/html; charset={odd}"})
        is_readable(f"text/plain; charset={odd}")
    assert [name for name in asked_for if "odd" in name or ".." in name] == []


def test_a_page_with_an_odd_charset_is_read_as_without() -> None:
    for odd in (*ODD, *SPELLINGS):
        assert _decoded("<p>слово".encode(), {"content-type": f"text/html; charset={odd}"}) == "<p>слово"
    assert _decoded("слово".encode("cp1251"), {"content-type": "text/html; charset=x-cp1251"}) == "слово"


@pytest.mark.parametrize(
    ("content_type", "fine"),
    [
        ("", True),
        ("application/json", True),
        ("application/json; charset=utf-8", True),
        ("application/x-www-form-urlencoded; charset=UTF-8", True),
        (f"multipart/form-data; boundary={BOUNDARY}", True),
        ("text/plain; charset=odd", False),
        ("text/plain; charset=utf..8", False),
        ("text/plain; charset=base64", False),
        ("text/plain; x*=odd''y", False),
        ("text/plain; charset*=odd''y", False),
        (f"text/plain; a={'b' * LONGEST_CONTENT_TYPE}", False),
    ],
)
def test_content_types_that_django_may_see(content_type: str, fine: bool) -> None:
    seen: list[str] = []

    def application(environ: dict[str, str], _start: object) -> list[bytes]:
        seen.append(environ["CONTENT_TYPE"])
        return []

    assert is_readable(content_type) is fine
    Readable(application)({"CONTENT_TYPE": content_type}, lambda *_: None)
    assert seen == [as_read(content_type) if fine else ""]


@pytest.mark.parametrize(
    ("content_type", "read"),
    [
        ("application/x-www-form-urlencoded; charset=UTF8", "application/x-www-form-urlencoded"),
        ("application/x-www-form-urlencoded; charset=iso-8859-1", "application/x-www-form-urlencoded"),
        ("Application/X-WWW-Form-urlencoded;charset=utf-8", "application/x-www-form-urlencoded"),
        ("multipart/form-data; charset=utf8; boundary=ab", 'multipart/form-data; boundary="ab"'),
        ('multipart/form-data; boundary="a\\"b"; charset=utf8', 'multipart/form-data; boundary="a\\"b"'),
        ("application/json; charset=utf-8", "application/json"),
        ("text/plain; charset=utf-7", "text/plain"),
    ],
)
def test_a_request_is_read_without_its_charset(content_type: str, read: str) -> None:
    assert as_read(content_type) == read


def test_few_spellings_are_let_through() -> None:
    assert is_spelled_as_listed("UTF-8")
    assert is_spelled_as_listed("iso-8859-1")
    assert not any(is_spelled_as_listed(label) for label in (*ODD, *SPELLINGS, "rot13", ""))


@pytest.mark.django_db
def test_requests_leave_no_name_behind(client: Client) -> None:
    for odd in (*ODD[:20], *SPELLINGS[:20]):
        client.get("/healthz", CONTENT_TYPE=f"text/plain; charset={odd}")
        client.get("/report", HTTP_ACCEPT=f"text/html; x*={odd}''y", HTTP_ACCEPT_CHARSET=odd)
        lines = f"--x\r\nContent-Disposition: form-data; name*={odd}''a; filename*={odd}''b\r\n"
        body = f"{lines}Content-Type: text/plain; charset={odd}\r\n\r\nc\r\n--x--\r\n".encode()
        client.post("/report", body, content_type="multipart/form-data; boundary=x")
