"""The work on a mail grows with its size and no faster, whatever it holds."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from corrigenda.report.mail.parse import (
    DEEPEST,
    LONGEST_PARAMETERS,
    MOST_HEADER_TEXT,
    MOST_HEADERS,
    MOST_LINES,
    MOST_LOOKS,
    MOST_NAMED,
    TOO_MANY_HEADERS,
    TOO_MANY_LINES,
    TOO_MANY_PARTS,
    AsideError,
    read_mail,
)
from corrigenda.report.mail.text import MOST_TEXT
from tests.rooms.report.mail_growth import HEAD, ROWS, inside, read

BOMB = Path(__file__).parents[2] / "mails/hostile/80-content-type-parameter-bomb.eml"
NAMES = [name for name, _function, _make in ROWS]
SMALLEST_SECONDS = 0.02


def seconds(function: Callable[[Any], object], given: object) -> float:
    """Return the CPU seconds of one call, the best of five."""

    def one() -> float:
        start = time.process_time()
        function(given)
        return time.process_time() - start

    return min(one() for _ in range(5))


@pytest.mark.long
@pytest.mark.parametrize("row", ROWS, ids=NAMES)
def test_twice_the_input_is_at_most_two_and_a_half_times_the_work(row: tuple[str, Any, Any]) -> None:
    _name, function, make = row
    size = 2000
    while (once := seconds(function, make(size))) < SMALLEST_SECONDS and size < 200_000:
        size *= 2
    twice = seconds(function, make(2 * size))
    print(f"{size} {once:.4f} {twice:.4f}")  # noqa: T201 (shown with -s)
    assert twice <= max(2.5 * once, SMALLEST_SECONDS)


@pytest.mark.timeout(60)
@pytest.mark.parametrize("row", ROWS, ids=NAMES)
def test_a_hundred_kilobytes_are_read_to_their_end(row: tuple[str, Any, Any]) -> None:
    # Milliseconds each; what is not linear is ended by the time limit, a hundred times as long.
    _name, function, make = row
    function(make(100_000))


def test_the_parameter_bomb_is_a_letter_with_its_first_parameters() -> None:
    letter = read(BOMB.read_bytes())
    assert letter is not None
    assert letter.text.strip()
    mail = read_mail(BOMB.read_bytes())
    assert len(str(mail.source["Content-Type"])) <= LONGEST_PARAMETERS


def test_what_is_too_much_is_refused_before_the_work() -> None:
    parts = HEAD + b"Content-Type: multipart/mixed; boundary=x\r\n\r\n" + b"--x\r\n\r\na\r\n" * 100_000
    headers = HEAD + b"X: y\r\n" * (MOST_HEADERS + 1) + b"\r\nwords"
    long = HEAD + b"X: " + b"y" * MOST_HEADER_TEXT + b"\r\n\r\nwords"
    for raw, reason in ((parts, TOO_MANY_PARTS), (headers, TOO_MANY_HEADERS), (long, TOO_MANY_HEADERS)):
        with pytest.raises(AsideError, match=reason):
            read_mail(raw)


@pytest.mark.timeout(60)
@pytest.mark.parametrize("end", [b"\n", b"\r", b"\r\n"], ids=["LF", "CR", "CRLF"])
def test_a_mail_of_too_many_lines_is_refused_before_it_is_parsed(end: bytes) -> None:
    with pytest.raises(AsideError, match=TOO_MANY_LINES):
        read_mail(HEAD + b"\r\n" + end * MOST_LINES)


@pytest.mark.timeout(60)
def test_the_deeper_the_parts_the_fewer_lines_are_read() -> None:
    lines = MOST_LOOKS // DEEPEST
    with pytest.raises(AsideError, match=TOO_MANY_LINES):
        read_mail(inside(DEEPEST - 1, b"\n" * (lines + lines // 10)))
    assert read_mail(inside(DEEPEST - 1, b"words\n" * (lines - 200))).body.text.startswith("words")


def test_the_largest_mail_of_files_in_base64_is_read() -> None:
    code = (b"QUJD" * 19 + b"\r\n") * (24_900_000 // 78)
    file = b"Content-Type: image/png; name=a.png\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    (found,) = read_mail(inside(10, code, file)).body.files
    assert found.name == "a.png"
    assert found.content == b"ABC" * (19 * (24_900_000 // 78))


def test_a_letter_has_one_limit_for_all_its_parts() -> None:
    part = b"--x\r\n\r\n" + b"words " * 10_000 + b"\r\n"
    kind = b"Content-Type: multipart/mixed; boundary=x\r\n\r\n"
    letter = read(HEAD + kind + part * 10)
    assert letter is not None
    assert letter.is_cut
    assert MOST_TEXT <= len(letter.text) <= MOST_TEXT + 20
    short = read(HEAD + kind + part * 2)
    assert short is not None
    assert not short.is_cut


def test_only_so_many_recipients_are_named() -> None:
    many = b"To: " + b", ".join(b"a%d@b.example" % number for number in range(400)) + b"\r\n"
    mail = read_mail(many * 20 + HEAD + b"\r\nwords")
    assert len(mail.recipients) == MOST_NAMED
