"""Every parameter of a public address: how large it may be, and what is answered to one more."""

import base64
import json
import secrets
from collections.abc import Callable
from typing import Any, Final

from corrigenda.connectors.addresses import MOST_CHARACTERS
from corrigenda.disclose import known_wire
from corrigenda.report import bounds, drafts
from corrigenda.report.wire import LAST_POSITION
from corrigenda.web import sizes
from corrigenda.web.plain import MOST_LANGUAGE
from tests.limits import asking
from tests.limits.asking import PAGE, Asked, Raw
from tests.limits.headers import HEADER, IN_QUERY, KNOWN, REPORTS
from tests.limits.hostile import ALPHABETS
from tests.limits.parameter import LEFT_OUT, Parameter

IN_PATH: Final = 8_000


def address(size: int) -> str:
    """Return the address of an article with so many characters."""
    return PAGE + "?" + "a" * (size - len(PAGE) - 1)


def mailbox(size: int) -> str:
    """Return an e-mail address with so many characters."""
    rest = size - 60 - 1 - len(".example")
    labels = "".join("b" * 49 + "." for _ in range(rest // 50 + 1))
    return "a" * 60 + "@" + labels[:rest].rstrip(".").ljust(rest, "b") + ".example"


def digits(size: int) -> Raw:
    """Return a number that is larger by one than `size`, or `size` itself, as JSON."""
    return Raw(str(size))


def _wire(struct_member: str) -> tuple[str, ...]:
    return (f"json corrigenda.report.wire {struct_member}",)


def _asked(struct_member: str) -> tuple[str, ...]:
    return (f"json corrigenda.disclose.known_wire {struct_member}",)


def _of_report(member: str, struct_member: str, most: int | None, limit: str, **further: Any) -> Parameter:
    told = further.pop("told", struct_member.partition(".")[2])
    ask = asking.posted(REPORTS, member)
    return Parameter(f"{REPORTS} {member}", ask, _wire(struct_member), most, limit, told=told, **further)


def _of_question(member: str, struct_member: str, most: int | None, limit: str, **further: Any) -> Parameter:
    return Parameter(
        f"{KNOWN} {member}", asking.posted(KNOWN, member), _asked(struct_member), most, limit, **further
    )


def _text(name: str, member: str | None = None, struct: str = "ReportBody", **further: Any) -> Parameter:
    return _of_report(member or name, f"{struct}.{name}", bounds.MOST[name], "report.bounds.MOST", **further)


def _selectors(size: int) -> list[dict[str, Any]]:
    """Return one quotation and further places; two are right, and more than four are not even looked at."""
    place = {"type": "TextPositionSelector", "start": 0, "end": 1}
    return [{"type": "TextQuoteSelector", "exact": "the bridge"}, *[place] * (size - 1)]


def nested(size: int) -> Raw:
    """Return JSON that is nested so deep."""
    return Raw("[" * (size // 2) + "]" * (size // 2))


_ENUM: Final = "the parser: one of a few names"
_TYPES: Final = "the parser: a tag of two"
_WIRE: Final = "disclose.known_wire.MOST_QUOTED"
_DEEP: Final = {**ALPHABETS, "nesting": nested}

IN_REPORTS: Final = [
    _of_report(
        "url", "ReportBody.url", MOST_CHARACTERS, "connectors.addresses.MOST_CHARACTERS", sized=address
    ),
    _of_report("language", "ReportBody.language", MOST_LANGUAGE, "web.plain.MOST_LANGUAGE", beyond=LEFT_OUT),
    _of_report("concern", "ReportBody.concern", 4, _ENUM, sized=lambda size: "fact"[:size].ljust(size, "x")),
    _of_report("part", "ReportBody.part", 4, _ENUM, sized=lambda size: "body"[:size].ljust(size, "x")),
    _text("image"),
    _text("suggestion"),
    _text("comment"),
    _text("email", sized=mailbox),
    _text("exact", "quote.exact", "TextQuoteSelector", told="target.selector.exact"),
    _text("prefix", "quote.prefix", "TextQuoteSelector", told="target.selector.prefix"),
    _text("suffix", "quote.suffix", "TextQuoteSelector", told="target.selector.suffix"),
    _of_report("website", "ReportBody.website", None, "the body"),
    _of_report("seal", "ReportBody.seal", 40, "report.spam.seals", beyond=LEFT_OUT),
    _of_report("altcha", "ReportBody.altcha", 2000, "report.spam.challenge", beyond=LEFT_OUT),
    _of_report("target", "ReportBody.target", None, "the parser", alphabets=_DEEP),
    _of_report("target.source", "Target.source", None, "the body: nothing reads it"),
    _of_report(
        "target.selector",
        "Target.selector",
        2,
        "report.wire.Target",
        sized=_selectors,
        told="target.selector",
    ),
    _of_report(
        "place.start",
        "TextPositionSelector.start",
        5,
        "report.wire.LAST_POSITION",
        sized=digits,
        told="target.selector",
    ),
    _of_report(
        "place.end",
        "TextPositionSelector.end",
        LAST_POSITION,
        "report.wire.LAST_POSITION",
        sized=digits,
        told="target.selector.end",
    ),
    _of_report("place.type", "TextPositionSelector.type", None, _TYPES),
    _of_report("quote.type", "TextQuoteSelector.type", None, _TYPES),
]

IN_QUESTIONS: Final = [
    _of_question(
        "url",
        "KnownBody.url",
        MOST_CHARACTERS,
        "connectors.addresses.MOST_CHARACTERS",
        sized=address,
        told="url",
    ),
    _of_question("language", "KnownBody.language", MOST_LANGUAGE, "disclose.known_wire", beyond=LEFT_OUT),
    _of_question("part", "KnownBody.part", 4, _ENUM, sized=lambda size: "body"[:size].ljust(size, "x")),
    _of_question("image", "KnownBody.image", known_wire.MOST_QUOTED, _WIRE, told="image"),
    _of_question("quote.exact", "TextQuoteSelector.exact", known_wire.MOST_QUOTED, _WIRE, told="exact"),
    _of_question("quote.prefix", "TextQuoteSelector.prefix", known_wire.MOST_QUOTED, _WIRE, told="prefix"),
    _of_question("quote.suffix", "TextQuoteSelector.suffix", known_wire.MOST_QUOTED, _WIRE, told="suffix"),
    _of_question("target", "KnownBody.target", None, "the parser", alphabets=_DEEP),
    _of_question("target.selector", "Target.selector", 2, "disclose.known_wire.Target", sized=_selectors),
    _of_question(
        "place.start", "TextPositionSelector.start", LAST_POSITION, "disclose.known_wire", sized=digits
    ),
    _of_question("place.end", "TextPositionSelector.end", LAST_POSITION, "disclose.known_wire", sized=digits),
    _of_question("place.type", "TextPositionSelector.type", None, _TYPES),
    _of_question("quote.type", "TextQuoteSelector.type", None, _TYPES),
]


def _whole_body(path: str) -> Callable[[Any], Asked]:
    def send(value: Any) -> Asked:
        body = value.encode() if isinstance(value, str) else value
        return asking.send_body(path, body)

    return send


def _padded(size: int) -> bytes:
    return asking.body_with("language", "en").ljust(size)


def _solution(member: str) -> Callable[[str], Asked]:
    """Return what sends a solution in which one member holds a value."""
    whole = {"algorithm": "SHA-256", "challenge": "c", "number": 1, "salt": "s", "signature": "s"}

    def send(value: str) -> Asked:
        made: dict[str, object] = {**whole, member: value}
        written = base64.b64encode(json.dumps(made, ensure_ascii=False).encode("utf-8", "replace")).decode()
        return asking.posted(REPORTS, "altcha")(written)

    return send


SOLUTION: Final = [
    Parameter(
        f"altcha {member}",
        _solution(member),
        (f"json corrigenda.report.spam.challenge _Payload.{member}",),
        None,
        "report.spam.challenge: of the whole",
        room=40_000,
    )
    for member in ("algorithm", "challenge", "number", "salt", "signature")
]

_WHOLE: Final = (
    "read corrigenda.report.exchange environ CONTENT_LENGTH",
    "read corrigenda.web.bodies META CONTENT_LENGTH",
    "read corrigenda.disclose.known_api META CONTENT_LENGTH",
)

BODIES: Final = [
    Parameter(
        f"{REPORTS} body",
        _whole_body(REPORTS),
        _WHOLE,
        64_000,
        "CORRIGENDA_REPORT_BYTES",
        413,
        _padded,
        alphabets=_DEEP,
    ),
    Parameter(
        f"{KNOWN} body",
        _whole_body(KNOWN),
        _WHOLE,
        64_000,
        "CORRIGENDA_REPORT_BYTES",
        413,
        _padded,
        alphabets=_DEEP,
    ),
]


def _in_query(path: str, name: str, most: int | None, limit: str, **further: Any) -> Parameter:
    fixed = further.pop("fixed", "")
    covers = (f"query {path} {name}", *further.pop("covers", ()))

    def send(value: str) -> Asked:
        return asking.get(
            path.replace("{token}", "t" * 43).replace("{site}", "courier"), fixed=fixed, **{name: value}
        )

    return Parameter(f"{path} ?{name}", send, covers, most, limit, room=IN_QUERY // 9, **further)


_BEFORE: Final = "disclose.answering.notice_or_404: digits of a number"
_FIXED: Final = f"url={PAGE}"
_ADDRESS: Final = "connectors.addresses.MOST_CHARACTERS"

QUERIES: Final = [
    _in_query("/widget/config", "url", MOST_CHARACTERS, _ADDRESS, sized=address, told="url"),
    _in_query("/widget/config", "lang", MOST_LANGUAGE, "report.api", beyond=LEFT_OUT, fixed=_FIXED),
    _in_query("/widget/notices", "url", MOST_CHARACTERS, _ADDRESS, sized=address, told="url"),
    _in_query("/api/reports/{token}", "lang", None, "web.plain.MOST_LANGUAGE"),
    _in_query(
        "/log/{site}/feed.json",
        "before",
        18,
        _BEFORE,
        beyond=404,
        sized=lambda size: "9" * size,
        covers=("read corrigenda.disclose.feeds GET before",),
    ),
    _in_query(
        "/log/{site}/",
        "before",
        18,
        _BEFORE,
        beyond=404,
        sized=lambda size: "9" * size,
        covers=("read corrigenda.disclose.views GET before",),
    ),
    _in_query(
        "/log/{site}/",
        "kind",
        10,
        _ENUM,
        beyond=404,
        sized=lambda size: "correction".ljust(size, "x"),
        covers=("read corrigenda.disclose.views GET kind",),
    ),
    _in_query(
        "/report",
        "url",
        MOST_CHARACTERS,
        _ADDRESS,
        sized=address,
        told="url",
        covers=("read corrigenda.report.views GET url",),
    ),
    _in_query(
        "/report",
        "quote",
        bounds.MOST_QUOTED,
        "report.bounds.MOST_QUOTED",
        fixed=_FIXED,
        told="quote",
        covers=("read corrigenda.report.views GET quote",),
    ),
    _in_query(
        "/accounts/login/",
        "next",
        sizes.MOST_NEXT,
        "web.sizes.MOST_NEXT",
        beyond=400,
        sized=lambda size: "/" + "a" * (size - 1),
    ),
]


def _field(name: str, most: int | None, limit: str, **further: Any) -> Parameter:
    covers = (f"field ReportForm.{name}", *further.pop("covers", ()))
    further.setdefault("told", name)
    return Parameter(f"/report {name}", asking.report_form(name), covers, most, limit, **further)


FORM: Final = [
    _field(
        "url", MOST_CHARACTERS, _ADDRESS, sized=address, covers=("read corrigenda.report.views POST url",)
    ),
    _field("quote", bounds.MOST["exact"], "report.bounds.MOST"),
    _field("suggestion", bounds.MOST["suggestion"], "report.bounds.MOST"),
    _field("concern", 4, _ENUM, sized=lambda size: "fact".ljust(size, "x")),
    _field("comment", bounds.MOST["comment"], "report.bounds.MOST"),
    _field("email", bounds.MOST["email"], "report.bounds.MOST", sized=mailbox),
    _field(
        "key", drafts.MOST_KEY, "report.drafts.MOST_KEY", sized=lambda size: secrets.token_hex(size)[:size]
    ),
    _field("seal", 40, "report.spam.seals", beyond=LEFT_OUT),
    _field("website", None, "the body"),
]
PEOPLE: Final = [
    *(
        Parameter(
            f"/accounts/login/ {name}", asking.sign_in(name), (f"field SignInForm.{name}",), None, "the body"
        )
        for name in ("login", "password", "remember")
    ),
    Parameter(
        "/accounts/login/ next",
        asking.sign_in("next"),
        (),
        sizes.MOST_NEXT,
        "web.sizes.MOST_NEXT",
        400,
        sized=lambda size: "/" + "a" * (size - 1),
    ),
    Parameter(
        "/i18n/setlang/ next",
        asking.language_form("next"),
        (),
        sizes.MOST_NEXT,
        "web.sizes.MOST_NEXT",
        400,
        sized=lambda size: "/" + "a" * (size - 1),
    ),
    Parameter(
        "/i18n/setlang/ language",
        asking.language_form("language"),
        (),
        MOST_LANGUAGE,
        "web.plain.MOST_LANGUAGE",
        400,
    ),
    Parameter(
        "/stop/… resume",
        lambda value: asking.form("/stop/token/", {"resume": value}),
        ("read corrigenda.send.views POST resume",),
        None,
        "the body: only its name counts",
    ),
]


def _path(route: str, written: str, *covers: str) -> Parameter:
    names = tuple(f"path {route} {name}" for name in covers)
    return Parameter(
        f"{route} {covers[-1]}",
        lambda value: asking.ask("GET", written.format(value.replace("/", "-"))),
        names,
        None,
        "the database: no row has it",
        room=IN_PATH,
    )


PATHS: Final = [
    _path("/api/reports/<token>", "/api/reports/{}", "token"),
    _path("/log/<site>/feed.json", "/log/{}/feed.json", "site"),
    _path("/log/<slug:slug>/", "/log/{}/", "slug"),
    _path("/log/<slug:slug>/<int:pk>/", "/log/{}/1/", "slug"),
    _path("/log/<slug:slug>/<int:pk>/", "/log/courier/{}/", "pk"),
    _path("/log/<slug:slug>/feed.atom", "/log/{}/feed.atom", "slug"),
    _path("/status/<str:token>/", "/status/{}/", "token"),
    _path("/stop/<str:token>/", "/stop/{}/", "token"),
]


PARAMETERS: Final = [
    *IN_REPORTS,
    *IN_QUESTIONS,
    *SOLUTION,
    *BODIES,
    *QUERIES,
    *FORM,
    *PEOPLE,
    *PATHS,
    *HEADER,
]
