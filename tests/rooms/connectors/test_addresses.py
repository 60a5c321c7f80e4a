"""Addresses are cleaned of tracking and nothing else, compared with a site's hosts, and made canonical."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corrigenda.connectors.addresses import (
    TRACKING,
    AddressError,
    amp_of,
    canonical_of,
    clean_url,
    host_and_port,
    is_listed,
    is_tracking,
    origin_of,
    origin_of_clean,
)

HOSTS = ["courier.example", "amp.courier.example", "courier.example:8080"]
ORIGINS = ["https://courier.example", "https://amp.courier.example"]
STORY = "https://courier.example/story.html"


@pytest.mark.parametrize(
    ("given_url", "clean"),
    [
        ("https://courier.example/a?utm_source=x&id=5&UTM_Medium=y", "https://courier.example/a?id=5"),
        ("https://courier.example/a?fbclid=1&gclid=2", "https://courier.example/a"),
        ("https://courier.example/a?b=2&a=1&b=1", "https://courier.example/a?b=2&a=1&b=1"),
        ("https://courier.example/a?x=%7E+%20;y=1&&z", "https://courier.example/a?x=%7E+%20;y=1&&z"),
        ("https://courier.example/a?utm%5Fsource=x&b", "https://courier.example/a?b"),
        ("https://courier.example/a?page=2&ref=home&source=x", None),
        ("https://courier.example/a#comments", "https://courier.example/a"),
        ("https://courier.example/a?b=1#:~:text=wrong,words", "https://courier.example/a?b=1"),
        ("https://courier.example/a#?utm_source=x", "https://courier.example/a"),
        ("https://courier.example/a?", "https://courier.example/a"),
        ("https://courier.example/utm_source=x/a", None),
        ("https://courier.example/a/", None),
        ("HTTPS://Courier.Example:443/A", "https://courier.example/A"),
        ("http://courier.example:80", "http://courier.example/"),
        ("http://courier.example:443/", None),
        ("https://courier.example/a/../b/./c", "https://courier.example/b/c"),
        ("https://courier.example/a%2fb", "https://courier.example/a%2Fb"),
        (
            "https://вісник.укр/новини/1?назва=x",
            "https://xn--b1amgkt9j.xn--j1amh/%D0%BD%D0%BE%D0%B2%D0%B8%D0%BD%D0%B8/1?%D0%BD%D0%B0%D0%B7%D0%B2%D0%B0=x",
        ),
        (" https://courier.example/a\tb\n", "https://courier.example/ab"),
        ("http:\\\\courier.example\\a", "http://courier.example/a"),
        ("http://0x7f.1/", "http://127.0.0.1/"),
        ("http://[0:0::1]:8080/", "http://[::1]:8080/"),
        ("https://courier.example/?q='\"<>", "https://courier.example/?q=%27%22%3C%3E"),
    ],
)
def test_clean_url(given_url: str, clean: str | None) -> None:
    """A browser's spelling, less fragment and tracking; None stands for unchanged."""
    assert clean_url(given_url) == (given_url if clean is None else clean)


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "story.html",
        "//courier.example/a",
        "javascript:alert(1)",
        "ftp://courier.example/a",
        "file:///etc/passwd",
        "https://",
        "https://ed:secret@courier.example/",
        "https://courier.example@evil.example/",
        "https://courier.example:99999/",
        "https://courier.example:port/",
        "http://courier example/",
        "http://courier.example/\ud800",
        "https://courier.example/" + "a" * 2000,
    ],
)
def test_what_is_no_address_is_refused_with_a_sentence(bad: str) -> None:
    """The message can be shown to the person who gave the address, and does not repeat what they typed."""
    with pytest.raises(AddressError, match=r"^[A-Z][^<>]+\.$") as caught:
        clean_url(bad)
    assert "evil" not in str(caught.value)


def test_every_listed_parameter_is_dropped_and_explained() -> None:
    """The list is data; each name in it works and has its reason."""
    for name, reason in TRACKING.items():
        example = name.replace("*", "anything")
        assert is_tracking(example), name
        assert (
            clean_url(f"https://courier.example/?a=1&{example}=x&b=2") == "https://courier.example/?a=1&b=2"
        )
        assert len(reason) > 4


@pytest.mark.parametrize(
    "name", ["ref", "source", "id", "page", "p", "amp", "s", "from", "utm", "mtm", "igs", "_g"]
)
def test_names_that_may_mean_content_are_kept(name: str) -> None:
    """Dropping one of these would lose an article."""
    assert not is_tracking(name)


@given(
    st.lists(
        st.tuples(st.text("abcxyz_%20+;:@", max_size=6), st.text("abc123%=+;/?", max_size=8)), max_size=6
    )
)
def test_other_parameters_stay_byte_for_byte(pairs: list[tuple[str, str]]) -> None:
    """The others come through in order, whatever tracking stands among them; cleaning twice is once."""
    others = [f"{name}={value}" for name, value in pairs]
    mixed = [piece for other in others for piece in ("utm_source=x", other)] + ["fbclid=1"]
    clean = clean_url("https://courier.example/a?" + "&".join(mixed))
    assert clean == "https://courier.example/a" + ("?" + "&".join(others) if others else "")
    assert clean_url(clean) == clean


def test_origin_and_host() -> None:
    """Origins are spelled as browsers send them."""
    assert origin_of("HTTPS://Courier.Example:443/a?b#c") == "https://courier.example"
    assert origin_of("http://courier.example:8080/a") == "http://courier.example:8080"
    assert origin_of("http://[::1]:8001/a") == "http://[::1]:8001"
    for address in (
        "HTTPS://Courier.Example:443/a?b#c",
        "http://courier.example:8080",
        "http://[::1]:8001?a/b",
    ):
        assert origin_of_clean(clean_url(address)) == origin_of(address)
    assert host_and_port("https://courier.example/a") == ("courier.example", 443)
    assert host_and_port("http://[::1]:8001/a") == ("::1", 8001)


@pytest.mark.parametrize(
    ("url", "hosts", "listed"),
    [
        ("https://courier.example/a", ["courier.example"], True),
        ("http://courier.example/a", ["courier.example"], True),
        ("https://courier.example/a", ["courier.example:443"], True),
        ("http://courier.example/a", ["courier.example:443"], False),
        ("http://courier.example:8080/a", ["courier.example"], False),
        ("http://courier.example:8080/a", ["Courier.Example:8080"], True),
        ("https://evil.example/a", ["courier.example"], False),
        ("https://courier.example.evil.example/a", ["courier.example"], False),
        ("https://www.courier.example/a", ["courier.example"], False),
        ("https://xn--b1amgkt9j.xn--j1amh/", ["вісник.укр"], True),
        ("http://[::1]:8001/", ["[::1]:8001"], True),
        ("https://courier.example/a", ["", "not a host", "*"], False),
        ("https://courier.example/a", [], False),
    ],
)
def test_is_listed(url: str, hosts: list[str], listed: bool) -> None:
    """Whole hosts and ports are compared, never endings."""
    assert is_listed(url, hosts) is listed


@pytest.mark.parametrize(
    ("head", "canonical"),
    [
        ('<link rel="canonical" href="https://courier.example/real">', "https://courier.example/real"),
        (
            '<link rel="canonical" href="/real?utm_source=x&amp;id=1#top">',
            "https://courier.example/real?id=1",
        ),
        ("<link rel='shortlink CANONICAL' href=real>", "https://courier.example/real"),
        ('<base href="/deep/"><link rel="canonical" href="real">', "https://courier.example/deep/real"),
        ('<link rel="canonical" href="https://evil.example/real">', STORY),
        ('<link rel="canonical" href="https://courier.example:81/real">', STORY),
        ('<link rel="canonical" href="https://courier.example/">', STORY),
        ('<link rel="canonical" href="https://courier.example/?p=7">', STORY),
        ('<link rel="canonical" href="https://amp.courier.example/index.html">', STORY),
        ('<link rel="canonical" href="http://courier.example/real">', STORY),
        ('<link rel="canonical" href="javascript:alert(1)">', STORY),
        ('<link rel="canonical" href="http://[">', STORY),
        ('<link rel="canonical" href="/one"><link rel="canonical" href="/two">', STORY),
        (
            '<link rel="canonical" href="/one"><link rel="canonical" href="/one">',
            "https://courier.example/one",
        ),
        ('<link rel="amphtml" href="/one">', STORY),
        ("<title>No link</title>", STORY),
        ("", STORY),
    ],
)
def test_canonical_of(head: str, canonical: str) -> None:
    """One rel=canonical in the head, at an origin of the site, that is not a front page."""
    html = f"<!doctype html><html><head>{head}</head><body><p>x</p></body></html>"
    assert canonical_of(html, STORY + "?fbclid=1", ORIGINS) == canonical


def test_canonical_in_the_body_does_not_count() -> None:
    """A reader's comment cannot move an article."""
    html = "<html><head></head><body><link rel=canonical href=/elsewhere></body></html>"
    assert canonical_of(html, STORY, ORIGINS) == STORY


def test_canonical_of_the_front_page_itself() -> None:
    """The front page may name itself."""
    html = '<head><link rel="canonical" href="https://courier.example/"></head>'
    assert canonical_of(html, "https://courier.example/?utm_source=x", ORIGINS) == "https://courier.example/"


def test_amp_pages_are_joined_both_ways() -> None:
    """The AMP page names its canonical page, and the canonical page its AMP version."""
    amp = '<html amp><head><link rel="canonical" href="https://courier.example/story.html"></head>'
    page = '<head><link rel="amphtml" href="https://amp.courier.example/story"></head>'
    assert canonical_of(amp, "https://amp.courier.example/story", ORIGINS) == STORY
    assert amp_of(page, STORY, ORIGINS) == "https://amp.courier.example/story"
    assert amp_of(page, STORY, ["https://courier.example"]) is None
    assert amp_of(amp, STORY, ORIGINS) is None
