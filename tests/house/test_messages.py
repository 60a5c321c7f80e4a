"""The catalogues are whole and well made, and what is compiled is what is written."""

import gettext
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.finders import get_finder
from django.test import Client
from django.utils.translation import override

from corrigenda.models import NoticeKind
from corrigenda.report.messages import MESSAGES
from tests import messages, tools
from tests.rooms.factories import ORIGIN, make_site

LOCALE: Final = messages.PACKAGE / "locale"
CATALOGUES: Final = sorted(LOCALE.rglob("*.po"))
LANGUAGES: Final = [path.parts[-3] for path in CATALOGUES]

QUOTES: Final = {"ar": "«»", "de": "„“", "es": "«»", "fr": "«»’", "pl": "„”", "pt": "“”", "uk": "«»’"}
"""The quotation marks and apostrophes of each language; no other may stand in its texts."""

ANY_QUOTE: Final = re.compile("[\"'`´«»‹›‘’‚‛“”„‟]")
MARKUP: Final = re.compile(r"<[^<>]+>")
PLACEHOLDER: Final = re.compile(r"%\(\w+\)[a-z]|%[a-z%]|\{\w*\}")
END: Final = re.compile(r"[\s\u00a0\u202f]?([.:?!…؟])$")
# What is to be typed or is sent as it stands keeps its own marks.
NAMED: Final = re.compile(r"“corrigenda[^”]*”|«corrigenda[^»]*»")

FORMS: Final = {
    # Numbers that meet in one form, as CLDR's plural rules sort whole numbers; form after form.
    "ar": ([0], [1], [2], [3, 10, 103, 110], [11, 26, 99, 111], [100, 101, 102, 200, 1000, 2000]),
    "de": ([1], [0, 2, 5, 11, 101]),
    "es": ([1], [0, 2, 5, 11, 101]),
    "fr": ([0, 1], [2, 5, 11, 101]),
    "pl": ([1], [2, 4, 22, 104], [0, 5, 11, 12, 14, 21, 101, 112]),
    "pt": ([1], [0, 2, 5, 11, 101]),
    "uk": ([1, 21, 101], [2, 4, 22, 104], [0, 5, 11, 12, 14, 111, 112]),
}


def compiled(language: str) -> gettext.GNUTranslations:
    with (LOCALE / language / "LC_MESSAGES" / "django.mo").open("rb") as file:
        return gettext.GNUTranslations(file)


def texts(language: str) -> list[tuple[str, str]]:
    """Every text beside its translation; of a plural, the English plural beside each form."""
    entries = vars(compiled(language))["_catalog"]
    source = (LOCALE / language / "LC_MESSAGES" / "django.po").read_text(encoding="utf-8")
    joined = re.sub(r'"\n"', "", source)
    plurals = dict(re.findall(r'^msgid "(.*)"\nmsgid_plural "(.*)"$', joined, re.MULTILINE))
    return [
        (plurals[key[0]].encode().decode("unicode_escape").encode("latin-1").decode(), text)
        if isinstance(key, tuple)
        else (key, text)
        for key, text in entries.items()
        if key
    ]


def said_of_one_number(language: str) -> set[str]:
    """Forms of plurals that stand for one number alone, and may say it as a word."""
    alone = {form for form, numbers in enumerate(FORMS[language]) if len(numbers) == 1}
    entries = vars(compiled(language))["_catalog"].items()
    return {text for key, text in entries if isinstance(key, tuple) and key[1] in alone}


@pytest.fixture(scope="module")
def gathered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the package whose catalogues have just been brought up to date."""
    tools.require(tools.GETTEXT, shutil.which("msgfmt"))
    package = tmp_path_factory.mktemp("messages") / "corrigenda"
    shutil.copytree(
        messages.PACKAGE, package, ignore=shutil.ignore_patterns("__pycache__", "articles", "assets")
    )
    messages.gather(package)
    return package


def test_readers_have_every_catalogue_and_the_desk_those_that_are_whole() -> None:
    assert {code for code, _ in settings.LANGUAGES} == {"en", *LANGUAGES}
    assert set(settings.DESK_LANGUAGES) == {"en", *messages.WHOLE}
    assert [code for code, _ in settings.LANGUAGES] == sorted(code for code, _ in settings.LANGUAGES)


def test_the_table_of_languages_says_what_the_catalogues_say() -> None:
    table = (messages.ROOT / "docs" / "reference" / "languages.md").read_text(encoding="utf-8")
    for code, name in settings.LANGUAGES:
        with override(code):
            kinds = " | ".join(str(kind.label) for kind in NoticeKind)
        desk = "yes |" if code in settings.DESK_LANGUAGES else "|"
        assert f"| `{code}` | {name} | {desk} {kinds} |\n" in table


@pytest.mark.parametrize(
    ("source", "readers"),
    [
        ("report/messages.py", True),
        ("report/mail/views.py", False),
        ("disclose/standing.py", True),
        ("decide/labels.py", False),
        ("models/reports.py", True),
        ("models/members.py", False),
        ("web/notices.py", True),
        ("web/checks.py", False),
        ("templates/404.html", True),
        ("templates/web/site.html", False),
        ("a_new_room/views.py", True),
    ],
)
def test_a_source_that_nobody_sorted_is_for_readers(source: str, *, readers: bool) -> None:
    assert messages.is_for_readers(source) == readers


@pytest.mark.parametrize("catalogue", CATALOGUES, ids=LANGUAGES)
def test_every_text_is_translated(gathered: Path, catalogue: Path) -> None:
    fresh = gathered / catalogue.relative_to(messages.PACKAGE)
    command = ["msgattrib", "--only-fuzzy", "--no-obsolete", str(fresh)]
    fuzzy = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    command = ["msgattrib", "--untranslated", "--no-obsolete", str(fresh)]
    untranslated = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert fuzzy == "", "these were guessed by a tool; run make messages and look at them"
    assert untranslated == "", "these lack a translation; run make messages and write one"


@pytest.mark.parametrize("catalogue", CATALOGUES, ids=LANGUAGES)
def test_the_compiled_catalogue_is_the_written_one(catalogue: Path, tmp_path: Path) -> None:
    tools.require(tools.GETTEXT, shutil.which("msgfmt"))
    messages.compile_catalogue(catalogue, tmp_path / "fresh.mo")
    assert (tmp_path / "fresh.mo").read_bytes() == catalogue.with_suffix(".mo").read_bytes()


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_and_markup_are_neither_lost_nor_added(language: str) -> None:
    may_lack = said_of_one_number(language)
    for pattern in (PLACEHOLDER, MARKUP):
        for english, text in texts(language):
            wanted, found = set(pattern.findall(english)), set(pattern.findall(text))
            assert found == wanted or (text in may_lack and found < wanted), text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_ends_as_its_text_does(language: str) -> None:
    for english, text in texts(language):
        assert text == text.strip(), text
        ends = [END.search(one) for one in (english, text)]
        marks = ["" if end is None else end[1].replace("؟", "?") for end in ends]
        assert marks[0] == marks[1], text


@pytest.mark.parametrize("language", LANGUAGES)
def test_quotation_marks_are_those_of_the_language(language: str) -> None:
    found = {
        (mark, text)
        for _, text in texts(language)
        for mark in ANY_QUOTE.findall(MARKUP.sub("", text))
        if mark not in QUOTES[language]
    }
    assert found == set()
    for _, text in texts(language):
        assert text.count(QUOTES[language][0]) == text.count(QUOTES[language][1]), text


def test_french_keeps_a_space_that_does_not_break_before_its_tall_marks() -> None:
    for english, text in texts("fr"):
        bare = re.sub(r"https?://", "", text)
        assert re.search(r"(?<![\u00a0\u202f])[:;?!»]|«(?!\u00a0)", bare) is None, (english, text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_number_finds_its_form(language: str) -> None:
    catalogue = compiled(language)
    plural: Any = vars(catalogue)["plural"]
    found = [{plural(number) for number in numbers} for numbers in FORMS[language]]
    assert found == [{form} for form in range(len(FORMS[language]))]
    header = catalogue.info()["plural-forms"]
    assert header.startswith(f"nplurals={len(FORMS[language])};")


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_are_in_the_script_of_their_language(language: str) -> None:
    """A text left in English, or pasted from another catalogue, has letters that do not belong."""
    scripts = {"ar": "\u0600-\u06ff", "uk": "\u0400-\u04ff"}
    own = scripts.get(language)
    for english, text in texts(language):
        if own is None:
            assert not re.search("[\u0400-\u06ff]", text), text
        elif re.search("[a-z]{4}", PLACEHOLDER.sub("", english)):
            assert text == english or re.search(f"[{own}]", text), text
    if language == "uk":
        assert [text for _, text in texts("uk") if re.search("[ыэъё]", text.lower())] == []


@pytest.fixture
def moved_application(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Django finds the catalogues of its applications by the folder that each stands in."""
    with monkeypatch.context() as patched:
        patched.setattr(apps.get_app_config("corrigenda"), "path", str(tmp_path))
        yield
    # Whatever looked for static files meanwhile must not go on looking there.
    get_finder.cache_clear()  # type: ignore[attr-defined]  # the stubs hide functools.cache


@pytest.mark.django_db
@pytest.mark.usefixtures("moved_application")
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_missing_translation_is_said_in_english(language: str, settings: Any, tmp_path: Path) -> None:
    folder = tmp_path / "locale" / language / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n', "utf-8"
    )
    messages.compile_catalogue(folder / "django.po", folder / "django.mo")
    settings.LOCALE_PATHS = [tmp_path / "locale"]
    site = make_site()
    config = Client().get("/widget/config", {"url": ORIGIN, "lang": language}).json()
    assert config["language"] == language
    said_otherwise = {key for key, said in config["messages"].items() if said != MESSAGES[key]}
    assert said_otherwise <= {"cancel"}  # which Django's own catalogues have
    page = Client().get("/report", {"url": ORIGIN}, headers={"accept-language": language})
    assert "Suggest a correction" in page.content.decode()
    with override(language):
        assert str(site.Connector.BY_HAND.label) == "by hand in your own CMS"
