"""A page that would become far more nodes than it has tags is refused before a tree is built."""

import random
import re
from pathlib import Path

import pytest
import turbohtml

import corrigenda
from corrigenda.passage import CannotPatch, OverfullError, article_root, bounded, patch, plain_text

BOLD = "".join(f"<b a={number}>" for number in range(500))
BOMB = f"<article><h1>Head</h1><div>{BOLD}</div>{'<div>x</div>' * 35_000}"
NAMES = """
    b a i font div div p li ul span table tr td svg math desc title style script noscript textarea object
    template select button h1 mi form body marquee xmp
""".split()  # noqa: SIM905
ODD = ("x", "<!--", "-->", "<![CDATA[", "]]>", "<p q='", "'>")


@pytest.mark.parametrize(
    "bomb",
    [
        BOMB,
        f"<!doctype html><body>{BOMB}",
        BOMB.replace("</div>", f"<!--{'</b>' * 500}--></div>", 1),
        BOMB.replace("</div>", f"<script>{'</b>' * 500}</script></div>", 1),
        BOMB.replace("</div>", f"<table><tr><td>{'</b>' * 500}</table></div>", 1),
        BOMB.replace("<article>", "<article><svg><style>", 1),
        BOMB.replace("<article>", "<article><select><style></select>", 1),
        "".join(f"<body a{number}=1>" for number in range(14_000)),
        "".join(f"<HTML\na{number}>" for number in range(14_000)),
        "".join(f"<body {' '.join(f'{name}{number}' for number in range(2_000))}>" for name in "abcdef"),
        f"<body a>x<body {' a=b' * 60_000}",
    ],
)
def test_a_page_of_open_tags_is_refused_before_it_is_parsed(bomb: str) -> None:
    for read in (plain_text, article_root, bounded.parse, bounded.parse_fragment):
        with pytest.raises(OverfullError, match="leaves so many tags open"):
            read(bomb)
    with pytest.raises(CannotPatch, match="leaves so many tags open"):
        patch(bomb, 0, 1, "y")


@pytest.mark.parametrize(
    "html",
    [
        "<div><p>A <a href='/x'><b>word</b><svg><title>Go</title><path d='m'/></svg></a> <i>in</i></p></div>"
        * 8000,
        "<p><b>left open</p>" * 8000,
        f"<html lang=en><body data-state='{'x' * 150_000}'>{'<html lang=uk><body class=a>' * 40}",
        "<html lang=en><body class=a>" + "<code>&lt;body class=a></code> <html><body>" * 8000,
        "<a href='/x'><div><p>card</p></div>" * 8000,
        "<table>" + "<tr><td><font color=red>cell</font><td><a href=x>y</a>" * 8000 + "</table>",
        "<script>/* <![CDATA[ */ x='<a href>' /* ]]> */</script><p><a href=x><svg><path/></svg></a>" * 4000,
    ],
)
def test_real_markup_of_any_length_is_let_through(html: str) -> None:
    bounded.check_nodes(html)


@pytest.mark.parametrize("seed", range(300))
def test_the_count_is_not_too_small(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the markup: what is let through has at most a small multiple of the counted nodes."""
    chance = random.Random(seed)  # noqa: S311
    names = [*chance.sample(NAMES, chance.randint(2, 8)), "b"]
    parts = []
    for _ in range(chance.randint(20, 120)):
        name, kind = chance.choice(names), chance.random()
        start = f"<{name} z={chance.randint(0, 40)}>" if kind < 0.3 else f"<{name}>"
        parts.append(start if kind < 0.5 else f"</{name}>" if kind < 0.9 else chance.choice(ODD))
    html = "".join(parts) + "-->]]><div>x</div>" * 60
    for scripting in (False, True):
        nodes = sum(1 for _ in turbohtml.parse(html, scripting=scripting).descendants)
        monkeypatch.setattr(bounded, "MOST_NODES", nodes // 4 - 10)
        with pytest.raises(OverfullError):
            bounded.check_nodes(html)


def test_every_parse_of_a_page_goes_through_the_check() -> None:
    """Only the module itself, a constant, and the first 4096 bytes of a mail are parsed without it."""
    root = Path(corrigenda.__file__).parent
    direct = {
        path.relative_to(root).as_posix()
        for path in root.rglob("*.py")
        if re.search(r"turbohtml\.parse(_fragment)?\(", path.read_text(encoding="utf-8"))
    }
    assert direct == {"passage/bounded.py", "web/checks.py", "report/mail/text.py"}


def test_a_text_is_counted_once_however_often_it_is_parsed() -> None:
    html = "<p>counted once <b>x</b></p>"
    before = bounded.check_nodes.cache_info().misses
    for _ in range(3):
        bounded.parse(html)
        bounded.parse_fragment(html)
    assert bounded.check_nodes.cache_info().misses == before + 1
    for _ in range(2):
        with pytest.raises(OverfullError):
            bounded.parse(BOMB)
