"""The wire format: what it takes, and the member that it names."""

import json
from typing import Any

import pytest

from corrigenda.report.drafts import RefusedError
from corrigenda.report.wire import LAST_POSITION, NotJsonError, decode_report

QUOTE = {"type": "TextQuoteSelector", "exact": "e", "prefix": "p", "suffix": "s"}
PLACE = {"type": "TextPositionSelector", "start": 4, "end": 5}
BODY: dict[str, Any] = {
    "url": "https://courier.example/a",
    "language": "en",
    "target": {"source": "https://courier.example/a", "selector": [QUOTE, PLACE]},
    "concern": "fact",
    "suggestion": "s",
    "comment": "c",
    "email": "",
}


def body(**changes: object) -> bytes:
    """Return the body with members changed; None leaves a member out."""
    return json.dumps(
        {name: value for name, value in {**BODY, **changes}.items() if value is not None}
    ).encode()


def with_selectors(*selectors: object) -> bytes:
    """Return the body with other selectors."""
    return body(target={"source": "x", "selector": selectors})


def test_every_member_arrives() -> None:
    draft = decode_report(body())
    assert (draft.url, draft.language, draft.concern) == ("https://courier.example/a", "en", "fact")
    assert (draft.exact, draft.prefix, draft.suffix, draft.position) == ("e", "p", "s", 4)
    assert (draft.suggestion, draft.comment, draft.email) == ("s", "c", "")


def test_what_may_be_left_out() -> None:
    draft = decode_report(
        body(
            suggestion=None,
            comment=None,
            email=None,
            target={"source": "", "selector": [{"type": "TextQuoteSelector", "exact": "e"}]},
        )
    )
    assert (draft.prefix, draft.suffix, draft.position, draft.suggestion) == ("", "", None, "")


@pytest.mark.parametrize(
    ("data", "field"),
    [
        (body(url=None), "url"),
        (body(language=None), "language"),
        (body(target=None), "target"),
        (body(concern=None), "concern"),
        (body(target={"source": "x"}), "target.selector"),
        (body(target={"selector": []}), "target.source"),
        (body(target=3), "target"),
        (body(comment=3), "comment"),
        (body(colour="red"), "colour"),
        (body(**{"we`ird - at `$.x`": 1}), "we`ird - at `$.x`"),
        (body(target={"source": "x", "selector": [], "more": 1}), "target.more"),
        (with_selectors(), "target.selector"),
        (with_selectors(PLACE), "target.selector"),
        (with_selectors(QUOTE, QUOTE), "target.selector"),
        (with_selectors(QUOTE, PLACE, PLACE), "target.selector"),
        (with_selectors(*[QUOTE] * 5), "target.selector"),
        (with_selectors({"type": "CssSelector", "value": "p"}), "target.selector.type"),
        (with_selectors({"exact": "x"}), "target.selector.type"),
        (with_selectors({"type": "TextQuoteSelector"}), "target.selector.exact"),
        (with_selectors({**QUOTE, "exact": None}), "target.selector.exact"),
        (with_selectors({**QUOTE, "start": 1}), "target.selector.start"),
        (with_selectors(QUOTE, {**PLACE, "start": -1}), "target.selector.start"),
        (with_selectors(QUOTE, {**PLACE, "start": 9}), "target.selector"),
        (with_selectors(QUOTE, {**PLACE, "end": LAST_POSITION + 1}), "target.selector.end"),
        (with_selectors(QUOTE, {**PLACE, "end": 1.5}), "target.selector.end"),
        (b"[]", ""),
        (b'"text"', ""),
        (b"null", ""),
    ],
)
def test_the_member_at_fault_is_named(data: bytes, field: str) -> None:
    with pytest.raises(RefusedError) as caught:
        decode_report(data)
    assert list(caught.value.problems) == [field]


def test_a_long_name_is_not_sent_back_whole() -> None:
    with pytest.raises(RefusedError) as caught:
        decode_report(body(**{"x" * 5000: 1}))
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"nope",
        b"{",
        b"\xff\xfe",
        b'{"url": "\xff"}',
        b'{"url": "\x00"}',
        b'{"url": "\\ud800"}',
        b"{'a': 1}",
        b"NaN",
    ],
)
def test_what_is_not_json_is_told_apart(data: bytes) -> None:
    with pytest.raises(NotJsonError):
        decode_report(data)


@pytest.mark.parametrize("data", [b"[" * 60_000, b'{"target":' * 6000, b'{"x":' + b"[" * 60_000])
def test_deep_nesting_is_refused(data: bytes) -> None:
    with pytest.raises((NotJsonError, RefusedError)):
        decode_report(data)
