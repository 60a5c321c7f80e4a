"""Cuts text into words, figures, white space and single marks: the units in which people see a change.

A figure is one unit with its sign, separators, decimals, magnitude, unit and currency: "$31.5 million",
"68 %", "5–7", "21:40", "2024-03-12". What is left of it when a part changes is another figure.
"""

import re
from functools import cache
from itertools import pairwise
from typing import Final

import regex

from corrigenda.passage.scripts import JOINED, words_of

Span = tuple[int, int]

_SINGLE: Final = r"[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー]"
"""Signs that are units of their own: without spaces, a clause would be one word."""

_HANGUL: Final = r"[[\p{Script=Hangul}]--\p{Nd}]"
_INVISIBLE: Final = r"[\u00ad\u200b-\u200d\u2060\ufe00-\ufe0f]"
"""What shows nothing and is written inside words: soft hyphen, joiners, variation selectors."""

_LETTER: Final = rf"[[\p{{L}}\p{{M}}\p{{N}}\p{{Pc}}{_INVISIBLE}]--{_SINGLE}--{JOINED}--{_HANGUL}]"
_APOSTROPHE: Final = "'’ʼ‘`´"
_HYPHEN: Final = r"\-‐‑"
_SPACE: Final = r"[ \u00a0\u2002-\u200a\u202f]"

_SIGN: Final = r"(?:(?<![\p{L}\p{M}\p{N}])[+\-−±]|(?<![^\s(\[])[–~≈<>≤≥])"
_CODES: Final = (
    "AUD BRL CAD CHF CNY CZK DKK EUR GBP HKD HUF INR JPY KRW MXN NOK NZD PLN RON RUB SEK TRY UAH USD ZAR"
)
_MONEY: Final = rf"(?:(?:AU?|CA?|HK|NZ|R|S|US)?\p{{Sc}}|{_CODES.replace(' ', '|')})"
_GROUPED: Final = rf"(?<!\d)\d{{1,3}}(?:{_SPACE}\d{{3}})+(?!\d)(?:[.,٫]\d+)?"
# 24/7 and 03/12/2024, but no path of an address.
_SLASHED: Final = r"(?<![/\d])\d{1,4}/\d{1,4}(?:/\d{1,4})?(?![/\d])"
_DIGITS: Final = rf"(?:{_GROUPED}|{_SLASHED}|\d+(?:[.,:'’·٫٬]\d+)*)"
_NUMBER: Final = rf"(?:{_DIGITS}|\p{{No}})\p{{No}}*"
# Ten thousand, a hundred million, and so on: "3億5000万".
_EASTERN: Final = "[十百千万萬亿億兆십백천만억조]"
_EASTERN_MONEY: Final = "[元円圓圆원]"

_MAGNITUDES: Final = """
    hundred thousand million millions billion billions trillion trillions quadrillion mn bn tn trn
    tausend tsd mio mill mrd million millionen milliarde milliarden billionen
    mille millier milliers milliard milliards mil millón millones milhão milhões bilhão bilhões mila milione
    milioni miliardo miliardi duizend miljoen miljard tusen miljon miljoner miljarder millioner milliarder
    tys tysiąc tysiące tysięcy mln mld milion miliony milionów miliard miliardy miliardów tisíc tisíce milionu
    miliarda miliardu bin milyon milyar trilyon ezer millió milliárd tuhat miljoonaa miljardia mii milioane
    miliarde nghìn ngàn triệu tỷ tỉ ribu juta miliar triliun
    тис тисяч тисяча тисячі млн мільйон мільйона мільйони мільйонів млрд мільярд мільярда мільярди мільярдів
    трлн трильйон трильйонів тыс тысяч тысяча тысячи миллион миллиона миллионов миллиард миллиарда миллиардов
    χιλιάδες εκατομμύρια εκατομμύριο δισεκατομμύρια δισεκατομμύριο
    ألف ألفا آلاف مليون مليونا ملايين مليار مليارات תריליון מיליארד מיליון אלף אלפים هزار میلیون میلیارد
    हज़ार हजार लाख करोड़ करोड़ अरब হাজার লাখ কোটি
"""
_UNITS: Final = """
    percent prozent procent procenta proc процентов процента
    відсотків відсотка відсотки yüzde
    mm cm dm m km ft yd nm mg g kg t oz lb lbs ml cl dl l hl ha mm² cm² m² km² m³ cm³ km/h mph kn
    min h hrs hr kb mb gb tb kw kwh mw mwh gw gwh w wh v kv hz khz mhz ghz hpa kcal kj bpm
    мм см м км мг г кг т л га км² м² м³ хв год мин ч квт мвт гвт
    kr zł kč грн руб крб eur usd gbp chf uah pln
"""


def _any_of(words: str) -> str:
    """Return the words as alternatives, the longer ones first."""
    return "|".join(sorted(set(words.split()), key=len, reverse=True))


_MAGNITUDE: Final = rf"(?i:{_any_of(_MAGNITUDES)})(?!{_LETTER})"
_MEASURE: Final = (
    rf"(?:[%‰‱％٪°′″]+(?:{_SPACE}?[CFK])?|{_MONEY}|(?i:{_any_of(_UNITS)}))(?![{_APOSTROPHE}]?{_LETTER})"
)
_FIGURE: Final = (
    rf"{_SIGN}?(?:{_MONEY}{_SPACE}?[+\-−]?)?{_NUMBER}(?:[%‰％]?[–—−{_HYPHEN}]{_MONEY}?{_NUMBER})*"
    rf"(?:{_EASTERN}+(?:\d+{_EASTERN}+)*{_EASTERN_MONEY}?|{_EASTERN_MONEY}|(?:[{_HYPHEN}]?{_LETTER}+)+)?"
    # The stop of an abbreviation belongs to the figure where its unit follows, as in "31 Mio. Euro".
    rf"(?:{_SPACE}?{_MAGNITUDE}(?:\.(?={_SPACE}{_MEASURE}))?)?(?:{_SPACE}?{_MEASURE})?"
)
_WORD: Final = rf"{_LETTER}+(?:[{_APOSTROPHE}{_HYPHEN}.]{_LETTER}+)*"
_JOINED: Final = regex.compile(JOINED, regex.VERSION1)


@cache
def _token() -> regex.Pattern[str]:
    """The units. Compiled when first needed: it takes 70 ms, which most commands need not wait for."""
    words = rf"{_WORD}|(?:{_HANGUL}|\p{{M}}|{_INVISIBLE})+|(?:{JOINED}|{_INVISIBLE})+"
    return regex.compile(
        rf"(?=[\d\p{{No}}\p{{Sc}}+\-−±–~≈<>≤≥A-Z]){_FIGURE}|{words}|\n|[^\S\n]+|\X",
        regex.VERSION1 | regex.DOTALL,
    )


@cache
def _part() -> regex.Pattern[str]:
    letters = rf"(?:(?!\d){_LETTER})+"
    return regex.compile(rf"\d+(?:[.,:/'’·٫٬]\d+)*|{letters}|\n|[^\S\n]+|\X", regex.VERSION1 | regex.DOTALL)


@cache
def _unit() -> regex.Pattern[str]:
    return regex.compile(
        rf"{_DIGITS}{_LETTER}*|{_LETTER}+|(?:{_HANGUL}|\p{{M}})+|{JOINED}+|\n|(?!\s)\X",
        regex.VERSION1 | regex.DOTALL,
    )


HANGUL: Final = regex.compile(_HANGUL, regex.VERSION1)

# For text of whole scripts without marks, which most is, `re` does the same four times as fast.
_MARKED: Final = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u0590-\u1cff\u1dc0-\u1dff\u20d0-\u20ff\u2de0-\u2dff\u302a-\u302f\u3099\u309a"
    "\ua66f-\ua6f1\ua800-\ud7ff\ufb1e\ufe00-\ufe2f\U00010000-\U0010ffff]"
)
_PLAIN_SIGNS: Final = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_PLAIN_UNIT: Final = re.compile(
    rf"{_DIGITS}[^\W{_PLAIN_SIGNS}]*"
    rf"|[^\W{_PLAIN_SIGNS}]+|[^\s\w]|[{_PLAIN_SIGNS}]|\n"
)


def tokens(text: str) -> list[str]:
    """The text cut into units; joined again they are the text. The work is linear."""
    found: list[str] = _token().findall(text)
    if _JOINED.search(text) is None:
        return found
    return [word for token in found for word in (words_of(token) if _JOINED.match(token) else (token,))]


def spans(text: str, start: int, end: int) -> list[Span]:
    """The spans of the units in a stretch of text, which is taken to begin and to end between two of them."""
    return _spans(_token(), text, start, end)


def unit_spans(text: str, start: int, end: int) -> list[Span]:
    """The spans of finer units, without the spaces between them: what is compared.

    An apostrophe or a hyphen parts words here, and a figure's sign, magnitude and unit are apart.
    """
    if _MARKED.search(text, start, end) is None:
        return [match.span() for match in _PLAIN_UNIT.finditer(text, start, end)]
    return _spans(_unit(), text, start, end)


def _spans(pattern: regex.Pattern[str], text: str, start: int, end: int) -> list[Span]:
    found: list[Span] = [match.span() for match in pattern.finditer(text, start, end)]
    if _JOINED.search(text, start, end) is None:
        return found
    return [part for span in found for part in _parted(text, *span)]


def _parted(text: str, start: int, end: int) -> list[Span]:
    """A unit, or the spans of the words in a clause without spaces."""
    if _JOINED.match(text, start, end) is None:
        return [(start, end)]
    borders = [start]
    for word in words_of(text[start:end]):
        borders.append(borders[-1] + len(word))
    return list(pairwise(borders))


def parts(token: str) -> list[str]:
    """The smallest parts of a unit that can be changed alone: "$", "31", " ", "million" of "$31 million"."""
    return _part().findall(token)


def is_word(token: str) -> bool:
    """Whether a unit is a word or a figure rather than white space or a mark."""
    return any(map(str.isalnum, token))
