"""Parameters that contradict each other (RFC 2231, 3) are none, in mails, file names, pages and erasure."""

import pytest

from corrigenda.connectors.fetch import _decoded
from corrigenda.models import Mail
from corrigenda.report.mail.letters import Asked, read_letter
from corrigenda.report.mail.parse import read_mail
from corrigenda.report.privacy.people import is_from

HEAD = b"From: olena@mail.example\r\nSubject: s\r\n"


@pytest.mark.parametrize("name", ["charset", "format", "boundary", "name", "smime-type"])
@pytest.mark.parametrize("kind", ["text/plain", "multipart/mixed", "application/pkcs7-mime", "image/png"])
def test_in_a_mail(name: str, kind: str) -> None:
    line = f"Content-Type: {kind}; {name}*=x'y'z; {name}*0*=a\r\n".encode()
    raw = HEAD + line + b"\r\nThe ferry leaves at 21:40.\r\n"
    letter = read_letter(Asked(raw=raw, envelope_sender=None, file_bytes=100, files_bytes=100))
    assert letter.sender == "olena@mail.example"
    mail = Mail(raw=raw, outcome=Mail.Outcome.ASIDE)
    assert is_from(mail, "olena@mail.example")
    assert not is_from(mail, "other@mail.example")


def test_in_the_name_of_a_file() -> None:
    line = b"Content-Disposition: attachment; filename*=x'y'z; filename*0*=a\r\n"
    assert [file.name for file in read_mail(HEAD + line + b"\r\nwords").body.files] == [""]


def test_a_boundary_in_a_charset_that_is_none() -> None:
    line = b"Content-Type: multipart/mixed; boundary*=\x00'y'z\r\n"
    assert read_mail(HEAD + line + b"\r\nwords").sender == "olena@mail.example"


def test_in_a_page() -> None:
    headers = {"content-type": "text/html; charset*=x'y'z; charset*0*=a"}
    assert _decoded("<p>Größe</p>".encode(), headers) == "<p>Größe</p>"


def test_parentheses_in_parentheses_stop_no_erasure() -> None:
    mail = Mail(raw=b"From: " + b"(" * 15_000 + b"\r\nSender: olena@mail.example\r\n\r\n")
    assert is_from(mail, "olena@mail.example")
