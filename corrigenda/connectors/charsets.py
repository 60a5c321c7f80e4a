"""The charset names that a stranger may use: only these reach Python's codecs, which never forget a name.

`encodings.search_function` keeps every name that it does not know, and the interpreter keeps every spelling
of one that it knows. A request or a mail can hold names of any number and length, so they are compared with a
fixed list first, and `bound_lookups` closes the way for the code of others (Django, Python's email package).
"""

import codecs
import encodings
import pkgutil
import re
from encodings.aliases import aliases
from typing import Final

LONGEST: Final = 40
"""Characters; the longest label of the lists has fewer."""

# Python's codecs that texts are written in. Left out are those that are no charset (base64, zip, idna …).
_CODEC_NAMES: Final = (
    "ascii big5 big5hkscs cp037 cp1006 cp1026 cp1125 cp1140 cp1250 cp1251 cp1252 cp1253 cp1254 cp1255 cp1256 "
    "cp1257 cp1258 cp273 cp424 cp437 cp500 cp720 cp737 cp775 cp850 cp852 cp855 cp856 cp857 cp858 cp860 cp861 "
    "cp862 cp863 cp864 cp865 cp866 cp869 cp874 cp875 cp932 cp949 cp950 euc_jis_2004 euc_jisx0213 euc_jp "
    "euc_kr gb18030 gb2312 gbk hp_roman8 hz iso2022_jp iso2022_jp_1 iso2022_jp_2 iso2022_jp_2004 "
    "iso2022_jp_3 iso2022_jp_ext iso2022_kr iso8859_1 iso8859_10 iso8859_11 iso8859_13 iso8859_14 "
    "iso8859_15 iso8859_16 "
    "iso8859_2 iso8859_3 iso8859_4 iso8859_5 iso8859_6 iso8859_7 iso8859_8 iso8859_9 johab koi8_r koi8_t "
    "koi8_u kz1048 latin_1 mac_cyrillic mac_greek mac_iceland mac_latin2 mac_roman mac_turkish ptcp154 "
    "shift_jis shift_jis_2004 shift_jisx0213 tis_620 utf_16 utf_16_be utf_16_le utf_32 utf_32_be utf_32_le "
    "utf_7 utf_8 utf_8_sig"
)
_CODECS: Final = frozenset(_CODEC_NAMES.split())

# The labels of WHATWG Encoding (4.2), under Python's nearest codec; under none where it has none.
_WHATWG: Final = {
    "utf_8": "unicode-1-1-utf-8 unicode11utf8 unicode20utf8 utf-8 utf8 x-unicode20utf8",
    "cp866": "866 cp866 csibm866 ibm866",
    "iso8859_2": "csisolatin2 iso-8859-2 iso-ir-101 iso8859-2 iso88592 iso_8859-2 iso_8859-2:1987 l2 latin2",
    "iso8859_3": "csisolatin3 iso-8859-3 iso-ir-109 iso8859-3 iso88593 iso_8859-3 iso_8859-3:1988 l3 latin3",
    "iso8859_4": "csisolatin4 iso-8859-4 iso-ir-110 iso8859-4 iso88594 iso_8859-4 iso_8859-4:1988 l4 latin4",
    "iso8859_5": "csisolatincyrillic cyrillic iso-8859-5 iso-ir-144 iso8859-5 iso88595 iso_8859-5 "
    "iso_8859-5:1988",
    "iso8859_6": "arabic asmo-708 csiso88596e csiso88596i csisolatinarabic ecma-114 iso-8859-6 iso-8859-6-e "
    "iso-8859-6-i iso-ir-127 iso8859-6 iso88596 iso_8859-6 iso_8859-6:1987",
    "iso8859_7": "csisolatingreek ecma-118 elot_928 greek greek8 iso-8859-7 iso-ir-126 iso8859-7 iso88597 "
    "iso_8859-7 iso_8859-7:1987 sun_eu_greek",
    "iso8859_8": "csiso88598e csiso88598i csisolatinhebrew hebrew iso-8859-8 iso-8859-8-e iso-8859-8-i "
    "iso-ir-138 iso8859-8 iso88598 iso_8859-8 iso_8859-8:1988 logical visual",
    "iso8859_10": "csisolatin6 iso-8859-10 iso-ir-157 iso8859-10 iso885910 l6 latin6",
    "iso8859_13": "iso-8859-13 iso8859-13 iso885913",
    "iso8859_14": "iso-8859-14 iso8859-14 iso885914",
    "iso8859_15": "csisolatin9 iso-8859-15 iso8859-15 iso885915 iso_8859-15 l9",
    "iso8859_16": "iso-8859-16",
    "koi8_r": "cskoi8r koi koi8 koi8-r koi8_r",
    "koi8_u": "koi8-ru koi8-u",
    "mac_roman": "csmacintosh mac macintosh x-mac-roman",
    "cp874": "dos-874 iso-8859-11 iso8859-11 iso885911 tis-620 windows-874",
    "cp1250": "cp1250 windows-1250 x-cp1250",
    "cp1251": "cp1251 windows-1251 x-cp1251",
    "cp1252": "ansi_x3.4-1968 ascii cp1252 cp819 csisolatin1 ibm819 iso-8859-1 iso-ir-100 iso8859-1 iso88591 "
    "iso_8859-1 iso_8859-1:1987 l1 latin1 us-ascii windows-1252 x-cp1252",
    "cp1253": "cp1253 windows-1253 x-cp1253",
    "cp1254": "cp1254 csisolatin5 iso-8859-9 iso-ir-148 iso8859-9 iso88599 iso_8859-9 iso_8859-9:1989 l5 "
    "latin5 windows-1254 x-cp1254",
    "cp1255": "cp1255 windows-1255 x-cp1255",
    "cp1256": "cp1256 windows-1256 x-cp1256",
    "cp1257": "cp1257 windows-1257 x-cp1257",
    "cp1258": "cp1258 windows-1258 x-cp1258",
    "mac_cyrillic": "x-mac-cyrillic x-mac-ukrainian",
    "gbk": "chinese csgb2312 csiso58gb231280 gb2312 gb_2312 gb_2312-80 gbk iso-ir-58 x-gbk",
    "gb18030": "gb18030",
    "big5hkscs": "big5 big5-hkscs cn-big5 csbig5 x-x-big5",
    "euc_jp": "cseucpkdfmtjapanese euc-jp x-euc-jp",
    "iso2022_jp": "csiso2022jp iso-2022-jp",
    "cp932": "csshiftjis ms932 ms_kanji shift-jis shift_jis sjis windows-31j x-sjis",
    "cp949": "cseuckr csksc56011987 euc-kr iso-ir-149 korean ks_c_5601-1987 ks_c_5601-1989 ksc5601 ksc_5601 "
    "windows-949",
    "utf_16_be": "unicodefffe utf-16be",
    "utf_16_le": "csunicode iso-10646-ucs-2 ucs-2 unicode unicodefeff utf-16 utf-16le",
    "": "csiso2022kr hz-gb-2312 iso-2022-cn iso-2022-cn-ext iso-2022-kr replacement x-user-defined",
}

WHATWG_LABELS: Final = frozenset(label for labels in _WHATWG.values() for label in labels.split())
"""What a page may declare."""

_UNLIKE_LETTERS: Final = re.compile(r"[^a-z0-9]+")


def _plain(label: str) -> str:
    return _UNLIKE_LETTERS.sub("_", label.lower()).strip("_")


# What Python knows a label as counts before the nearest codec of WHATWG's.
_BY_LABEL: Final = {
    **{_plain(label): codec for codec, labels in _WHATWG.items() if codec for label in labels.split()},
    **{alias: codec for alias, codec in aliases.items() if codec in _CODECS},
    **{codec: codec for codec in _CODECS},
}
# Names that Python itself and its libraries ask for. No package of codecs comes at run time.
_PYTHONS: Final = frozenset({*aliases, *(module.name for module in pkgutil.iter_modules(encodings.__path__))})
_OUR_SPELLINGS: Final = str.maketrans("-. ", "___")


def codec_of(label: str) -> str:
    """Return the name of Python's codec for a charset that a stranger declares; empty for any other text.

    The name is the one that `codecs.lookup` gives ("utf-8", "iso8859-1", "koi8-u"). A language behind "*"
    (RFC 2231, 5) and quotation marks are not part of the label.
    """
    short = label[: 2 * LONGEST].strip().strip("\"'").partition("*")[0]
    codec = _BY_LABEL.get(_plain(short), "") if len(label) <= 2 * LONGEST else ""
    return codecs.lookup(codec).name if codec else ""


def whatwg_codec_of(label: str) -> str:
    """Return the name of turbohtml's codec for a label of WHATWG Encoding; empty for any other text."""
    short = label[: LONGEST + 1].strip("\t\n\f\r ").lower()
    return f"whatwg-{short}" if short in WHATWG_LABELS and len(label) <= 2 * LONGEST else ""


def is_spelled_as_listed(label: str) -> bool:
    """Whether Python may be asked for a label just as it is written: there are few spellings of these."""
    return len(label) <= LONGEST and label.lower().translate(_OUR_SPELLINGS) in _BY_LABEL


def bound_lookups() -> None:
    """Make Python's codecs forget the names that they do not know, in this process and for all its code.

    Other search functions, such as turbohtml's, are left as they are. A second call changes nothing.
    """
    codecs.unregister(encodings.search_function)
    codecs.unregister(_search)
    codecs.register(_search)


def _search(name: str) -> codecs.CodecInfo | None:
    known = name.translate(_OUR_SPELLINGS) in _PYTHONS
    return encodings.search_function(name) if known else None
