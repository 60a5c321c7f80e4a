"""The pure parts of reading a mail: charsets, texts, history, quotations, kinds, addresses."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from corrigenda.connectors.reply_address import number_in, reply_address, tag_of
from corrigenda.report.mail.charsets import decoded, header_text
from corrigenda.report.mail.matching import words_in
from corrigenda.report.mail.parse import AsideError, read_mail
from corrigenda.report.mail.quotes import Wording, quotes_in, urls_in, urls_within, wording_in
from corrigenda.report.mail.strip import strip_letter
from corrigenda.report.mail.text import html_part, unflowed

UKRAINIAN = "Добрий день! У статті про пором помилка: рейс о 22:40, а ґанок і їжак ні."


@pytest.mark.parametrize("declared", ["windows-1251", "koi8-u", "KOI8-R", "utf-8", "us-ascii", "", "x-none"])
@pytest.mark.parametrize("real", ["cp1251", "koi8-u", "utf-8"])
def test_ukrainian_is_read_whatever_charset_is_said(real: str, declared: str) -> None:
    assert decoded(UKRAINIAN.encode(real), declared) == UKRAINIAN


@pytest.mark.parametrize(
    ("words", "real", "declared"),
    [
        ("月曜日ではなく火曜日です", "iso-2022-jp", "iso-2022-jp"),
        ("月曜日ではなく火曜日です", "iso-2022-jp", "utf-8"),
        ("“déjà” – où ?", "cp1252", "iso-8859-1"),
        ("Où ça, là-bas à Noël", "latin-1", "iso-8859-1"),
        ("Größe statt Länge", "utf-8", "iso-8859-1"),
        ("ПОМИЛКА В СТАТТІ", "cp1251", "windows-1251"),
        ("помилка в статті", "koi8-u", "koi8-u"),
        ("żółw, gęś", "iso8859-2", "iso-8859-2"),
        ("أهلا", "cp1256", "windows-1256"),
        ("plain", "ascii", "unicode_escape"),
        ("a\\nb", "ascii", "unicode_escape"),
    ],
)
def test_other_charsets(words: str, real: str, declared: str) -> None:
    assert decoded(words.encode(real), declared) == words


@given(
    st.binary(max_size=300), st.sampled_from(["", "utf-8", "windows-1251", "koi8-u", "iso-2022-jp", "idna"])
)
def test_no_bytes_fail_to_be_read(data: bytes, declared: str) -> None:
    decoded(data, declared).encode("utf-8")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("=?koi8-u?B?8M/NyczLwQ==?= =?windows-1251?Q?_=E2?= end", "Помилка в end"),
        ("=?utf-8?B?0J8=?=\r\n =?utf-8?B?0L4=?=", "По"),
        ("Помилка".encode("cp1251").decode("ascii", "surrogateescape"), "Помилка"),
        ("=?utf-8?B?not base64!?=", "=?utf-8?B?not base64!?="),
        ("=?x-none?Q?plain?=", "plain"),
    ],
)
def test_headers_are_decoded(value: str, text: str) -> None:
    assert header_text(value) == text


def test_flowed_lines_are_joined_by_depth() -> None:
    flowed = "One \ntwo\n> quoted \n> on\n>> deeper \n> back\n-- \nname \n stuffed"
    assert unflowed(flowed, delsp=False) == "One two\n> quoted on\n>> deeper \n> back\n-- \nname stuffed"
    assert unflowed("漢 \n字", delsp=True) == "漢字"


def test_html_becomes_lines_quotations_and_links() -> None:
    page = (
        b"<p>One<br>two <a href=' https://a.example/?x=1&amp;y=2 '>link</a></p><blockquote>q<blockquote>deep"
        b"</blockquote></blockquote><div>a</div><div>b</div><pre> x\n  y</pre><td>1<td>2<script>no</script>"
    )
    text, links = html_part(page, charset="utf-8")
    assert text == "One\ntwo link\n\n> q\n>\n>> deep\n\na\nb\n\n x\n  y\n\n1  2"
    assert links == ["https://a.example/?x=1&y=2"]


@pytest.mark.parametrize(
    ("text", "own", "forwarded"),
    [
        ("Mine.\n\nOn Mon, Mar 2, 2026 at 1:00 Desk\n<d@x.example> wrote:\n\n> old\n> older\n", "Mine.", ""),
        ("Моє.\n\nпн, 2 бер. 2026 р. о 12:30 Редакція <d@x.example> пише:\n> старе", "Моє.", ""),
        ("Le lun. 2 mars 2026 à 12:30, Desk <d@x.example> a écrit :\n> vieux\nNon.", "Non.", ""),
        ("Mine.\n\n-----Original Message-----\nFrom: D\nSent: Mon\nTo: Me\nSubject: x\n\nold", "Mine.", ""),
        ("Mine.\n\n________________________________\nVon: D\nGesendet: Mo\nAn: Me\n\nalt", "Mine.", ""),
        ("Mine.\n\nFrom: Desk\nSent: Monday\nTo: Me\n\nold", "Mine.", ""),
        ("The page says:\n\n> The ferry\n\nNo.", "The page says:\n\n> The ferry\n\nNo.", ""),
        ("У статті від 2 березня 2026 Петренко пише:\n\n> Пором", None, ""),
        ("There are:\n\n- the date\n- the name\n\nThanks, it matters.", None, ""),
        ("Look.\n\n-- \nOlena\n+380", "Look.", ""),
        ("Look.\n\nНадіслано з мого телефона", "Look.", ""),
        ("Details: 12:30\nFrom: Kyiv\nTo: Lviv", None, ""),
        ("See:\n\n---------- Forwarded message ---------\nFrom: A\n\nthe text", "See:", "the text"),
        ("From: A <a@b.example>\nDate: Mon\nSubject: Wrong\n\nthe text", "", "the text"),
        ("> only\n> quoted", None, ""),
    ],
)
def test_what_is_the_writers_own(text: str, own: str | None, forwarded: str) -> None:
    parts = strip_letter(text)
    assert parts.own == (text if own is None else own)
    assert parts.forwarded.endswith(forwarded)
    assert bool(parts.forwarded) == bool(forwarded)


def test_what_is_answered_is_dropped_only_from_an_answer() -> None:
    text = "> The ferry\n> sails\n\nNo."
    assert strip_letter(text).quotes == ("The ferry\nsails",)
    assert strip_letter(text, is_reply=True).own == "No."
    assert strip_letter(text, subject="Відп: пором").own == "No."


@pytest.mark.parametrize(
    ("text", "wording"),
    [
        ("У статті «Пором» ви пишете „о 21:40“, а має бути „о 22:40“.", Wording("о 21:40", "о 22:40")),
        ("Має бути «понеділок», а не «неділя».", Wording("неділя", "понеділок")),
        ("Замість «неділя» має бути «понеділок».", Wording("неділя", "понеділок")),
        ("It should be “Monday” instead of “Sunday”.", Wording("Sunday", "Monday")),
        ('It says "21:40" -> "22:40"', Wording("21:40", "22:40")),
        ("Es muss „Größe“ statt „Länge“ heißen", Wording("Länge", "Größe")),
        ("Замість 1939 має бути 1938.", Wording("1939", "1938")),
        ("In “A” you say “B”.", None),
        ("instead of walking", None),
    ],
)
def test_what_should_stand_instead_of_what(text: str, wording: Wording | None) -> None:
    assert wording_in(text) == wording


def test_quotations_of_many_kinds() -> None:
    text = '„a b“ «c\nd» “e” "f" »g« ‚h‘ ‹i› 「j」 «open\n\nno» end.'
    assert [quote.words for quote in quotes_in(text)] == ["a b", "c d", "e", "f", "g", "h", "i", "j"]


def test_addresses_are_taken_out_of_sentences() -> None:
    text = "(https://a.example/x_(y)). <https://a.example/very/\nlong?x=1>, > https://b.example/z!"
    assert urls_in(text) == [
        "https://a.example/x_(y)",
        "https://a.example/very/long?x=1",
        "https://b.example/z",
    ]
    wrapped = "https://scan.example/?id=1&url=https%3A%2F%2Fa.example%2Fx%3Fy%3D1"
    assert list(urls_within(wrapped)) == ["https://a.example/x?y=1"]


def test_a_token_names_its_report_and_no_other(settings: Settings) -> None:
    address = reply_address("desk@courier.example", 41)
    assert address.startswith("desk+r41-")
    assert address.endswith("@courier.example")
    assert len(address.partition("@")[0]) <= 64
    assert number_in(address) == number_in(address.upper()) == 41
    assert number_in(address.replace("r41-", "r42-")) is None
    assert number_in("desk+r41-@courier.example") is None
    assert number_in("desk@courier.example") is None
    assert tag_of("desk+Gazeta@courier.example") == "gazeta"
    assert reply_address("", 41) == ""
    settings.SECRET_KEY = "another"
    assert number_in(address) is None


@pytest.mark.parametrize(
    ("quote", "words"),
    [
        ('The ferry\'s "night" run - at 21:40', "The ferry’s “night” run – at 21:40"),
        ("at 21:40 It was late", "at 21:40\nIt was late"),
        ("at 22:40", ""),
        ("", ""),
    ],
)
def test_words_are_found_as_the_article_has_them(quote: str, words: str) -> None:
    text = "The ferry’s “night” run – at 21:40\nIt was late."
    assert words_in(text, quote) == words
    assert words_in("", quote) == ""


HOSTILE = [
    "\n",
    "> \n",
    ">",
    " ",
    "-",
    "- ",
    "„",
    '"',
    "=_",
    "a 12:30:\n",
    "From: x\n",
    "instead of a ",
    "https://",
]
HOSTILE += ["On 12:30 <a@b> wrote:\n", "<https://", ")", "-- x\n", "a@", "<", "«\n"]


@pytest.mark.long
@pytest.mark.parametrize("piece", HOSTILE)
def test_a_hostile_letter_of_twice_the_length_costs_no_more_than_thrice(piece: str) -> None:
    # A twentieth of a second is lost in what does not grow, as in collecting garbage.
    assert cost_of_letter(piece, 200_000) < 3 * cost_of_letter(piece, 100_000) + 0.05


def cost_of_letter(piece: str, length: int) -> float:
    """Return the seconds of processor time, at best, that a letter of so many characters costs."""
    text = piece * (length // len(piece))
    costs = []
    for _ in range(2):
        started = time.process_time()
        parts = strip_letter(text)
        wording_in(parts.own)
        urls_in(text)
        html_part(("<blockquote>" * (length // 40) + text).encode(), charset="utf-8")
        costs.append(time.process_time() - started)
    return min(costs)


def test_what_is_no_message_is_said_to_be_none() -> None:
    with pytest.raises(AsideError, match="no header"):
        read_mail(b"just words")
