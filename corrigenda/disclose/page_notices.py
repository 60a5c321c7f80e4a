"""The published notices of one article as JSON, for its page: GET /widget/notices."""

import hashlib
from http import HTTPStatus
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

import corrigenda
from corrigenda.connectors.addresses import AddressError, clean_url
from corrigenda.connectors.notice_html import find_words
from corrigenda.disclose.answering import answer_if_changed
from corrigenda.disclose.queries import article_at, newest_revision, notices_of
from corrigenda.models import Notice, Revision, Site
from corrigenda.passage import Selector, position_to_json
from corrigenda.web.addresses import said_of
from corrigenda.web.notices import kind_label, notice_url, standing_words
from corrigenda.web.places import web_address
from corrigenda.web.plain import plain
from corrigenda.web.problems import json_response, problem
from corrigenda.web.queries import site_of_url

MOST: Final = 100
"""Notices in one answer, the newest; no page is served by more."""
CACHING: Final = "public, max-age=60"


def show_notices(request: HttpRequest, address: str) -> HttpResponse:
    """Answer with the notices of the article at an address: the same for everybody, for any cache to keep.

    An address of a site that the desk has not read yet has no notices; one of no site is refused.
    """
    try:
        url = clean_url(address)
        site = site_of_url(url)
    except AddressError as error:
        return _refusal(said_of(error, _("The parameter url must be the address of an article.")))
    if site is None:
        return _refusal(_("No publication of this desk has this address."))
    return _answer(request, site, url)


def _answer(request: HttpRequest, site: Site, url: str) -> HttpResponse:
    article = article_at(site, url)
    notices = notices_of(article, limit=MOST) if article is not None else []
    # Where a notice stands is told by the words around it: not those of an article that was withdrawn.
    is_placed = article is not None and article.is_public and bool(notices)
    revision = newest_revision(article) if article is not None and is_placed else None
    if article is not None:
        url, article.site = web_address(article.canonical_url) or url, site
    for notice in notices:
        assert article is not None  # noqa: S101 (or there were no notices)
        notice.article = article

    def respond() -> HttpResponse:
        return json_response(
            {
                "url": url,
                "root": site.root_selectors,
                "notices": [_entry(notice, revision) for notice in notices],
            }
        )

    facts = (
        corrigenda.__version__,
        settings.PUBLIC_URL,
        url,
        site.slug,
        str(site.root_selectors),
        str(revision.pk if revision is not None else 0),
        *(f"{notice.pk} {notice.published_at} {notice.placed_at}" for notice in notices),
    )
    tag = hashlib.sha256("\x00".join(facts).encode()).hexdigest()[:32]
    return answer_if_changed(request, respond, tag=tag, newest=None, caching=CACHING)


def _entry(notice: Notice, revision: Revision | None) -> dict[str, object]:
    assert notice.published_at is not None  # noqa: S101 (only published notices come here)
    return {
        "id": notice.anchor,
        "kind": notice.kind,
        "label": kind_label(notice.kind, notice.language),
        "language": notice.language,
        "text": plain(notice.text),
        "published_at": notice.published_at.isoformat(timespec="seconds"),
        "href": notice_url(notice),
        "placed": notice.placed_at is not None,
        "selector": _place(notice, revision),
    }


def _place(notice: Notice, revision: Revision | None) -> list[dict[str, str] | dict[str, str | int]] | None:
    """Return where the words of a notice stand in the newest revision, None where that is not sure."""
    words = standing_words(notice)
    span = find_words(revision.text, words) if revision is not None and words is not None else None
    if revision is None or span is None:
        return None
    return [Selector.of(revision.text, *span).to_json(), position_to_json(revision.text, *span)]


def _refusal(sentence: str) -> HttpResponse:
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, sentence, problems={"url": sentence})
