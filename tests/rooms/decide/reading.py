"""How the tests of the desk read its pages, and what an editor would send."""

import re
from html import unescape

from django.test import Client

from corrigenda.decide.actions import accept_case
from corrigenda.decide.guards import Seen, newest_passage, place_token
from corrigenda.models import (
    Case,
    Decision,
    Member,
    NoticeKind,
)


def address(case: Case, what: str = "") -> str:
    return f"/desk/cases/{case.pk}/{what}/" if what else f"/desk/cases/{case.pk}/"


def page(desk: Client, case: Case, query: str = "") -> str:
    response = desk.get(address(case) + query)
    assert response.status_code == 200
    return response.content.decode()


def text_of(html: str) -> str:
    html = re.sub(r"<(script|style).*?</\1>", "", html, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]*>", "", html)).split())


def field(html: str, identifier: str) -> str:
    """The value of an input or textarea with this id."""
    tag = re.search(rf'<(input|textarea)[^>]*id="{identifier}"[^>]*>', html)
    assert tag is not None, identifier
    if tag.group(1) == "textarea":
        return unescape(html[tag.end() : html.index("</textarea>", tag.end())].removeprefix("\n"))
    value = re.search(r'value="([^"]*)"', tag.group())
    return unescape(value.group(1)) if value else ""


def seen_in(html: str, way: str) -> dict[str, str]:
    return {"seen": field(html, f"{way}_seen"), "place": field(html, f"{way}_place")}


def accept_data(html: str, **changes: str) -> dict[str, str]:
    data = {
        **seen_in(html, "accept"),
        "usual": field(html, "accept_usual"),
        "wording": field(html, "accept_wording"),
        "kind": "correction",
        "notice_text": field(html, "accept_notice_text"),
        "message": "",
    }
    return {**data, **changes}


def accept(case: Case, member: Member) -> Decision:
    return accept_case(
        case_id=case.pk,
        member=member,
        seen=Seen(changed_at=case.changed_at, place=place_token(newest_passage(case))),
        kind=NoticeKind.CORRECTION,
        wording="39 million",
        message="Thank you.",
    )
