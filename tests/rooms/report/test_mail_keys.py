"""The key of a mail: the same as in every version, at a cost that no mail can raise, and made once."""

import hashlib
from pathlib import Path

import pytest
from charset_normalizer import from_bytes
from pytest_django import Settings

from corrigenda.models import Mail
from corrigenda.report.mail import charsets, intake
from corrigenda.report.mail.intake import take_in
from corrigenda.report.mail.keys import key_of
from corrigenda.report.mail.plans import Envelope
from tests.mails import all_mails
from tests.mails.making import Names, mail, text

GIVEN = Names(
    "corrections+r1-x@courier.example",
    "<a@b.example>",
    tuple(f"<r{at}@b.example>" for at in range(4)),
)
KEYS = "f6991b3fc888b10be6037d247fce52eff2d44c9c0d56f061d2960a12377f161a"
"""A digest of the keys of all mails of the tests, made by the version before keys had a limit."""


def test_mails_that_an_earlier_version_took_in_are_known_again() -> None:
    keys = [key_of(raw) for _name, raw in all_mails(GIVEN)]
    assert len(keys) == len(set(keys)) == 94
    assert hashlib.sha256("".join(keys).encode()).hexdigest() == KEYS


@pytest.mark.parametrize(
    "line", [b"Date: \xc0\xe9\r\n", b"Date: " + bytes(range(0xC0, 0x100)) + b"\r\n", b"Date: =?a?q?=ff?=\r\n"]
)
def test_a_key_needs_few_guesses(line: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []

    def counted(data: bytes, *, cp_isolation: list[str]) -> object:
        sizes.append(len(data))
        return from_bytes(data, cp_isolation=cp_isolation)

    monkeypatch.setattr(charsets, "from_bytes", counted)
    for head in (line * 1_000, line * (399_000 // len(line)), line[:-2] * 5_000 + b"\r\n"):
        key_of(head + b"\r\nwords")
    assert len(sizes) <= 3 * 8


def test_what_is_not_decoded_still_counts_and_not_its_folding() -> None:
    long = b"From: a@mail.example\r\nSubject: " + b"=?utf-8?q?a?=\r\n " * 400
    assert key_of(long + b"x\r\n\r\nwords") != key_of(long + b"y\r\n\r\nwords")
    assert key_of(long + b"x\r\n\r\nwords") == key_of((long + b"x\r\n\r\nwords").replace(b"\r\n", b"\n"))


@pytest.mark.django_db
def test_the_key_is_made_once(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.OPTIONS = settings.OPTIONS.model_copy(update={"data_dir": tmp_path})
    made: list[bytes] = []

    def counted(raw: bytes) -> str:
        made.append(raw)
        return key_of(raw)

    monkeypatch.setattr(intake, "key_of", counted)
    take_in(mail("once", text("words")), Envelope(Mail.Way.IMAP))
    assert len(made) == 1
