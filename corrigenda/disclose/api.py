"""What programs ask this room: the state of a report, and what is said in public about an article."""

import hashlib
from typing import Annotated

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from ninja import Path, Query, Router
from pydantic import WithJsonSchema

from corrigenda.disclose import feeds, known_api, page_notices, queries
from corrigenda.disclose.openapi import ASK_KNOWN, NOT_MODIFIED, SHOW_LOG, VALIDATORS, Known, PageNotices
from corrigenda.disclose.state import ReportState, state_of
from corrigenda.web.openapi import Details, WebAddress, refusal, refusals
from corrigenda.web.plain import spoken_language

Token = Annotated[str, WithJsonSchema({"type": "string", "pattern": "^[A-Za-z0-9_-]{43}$"})]
Slug = Annotated[str, WithJsonSchema({"type": "string", "pattern": "^[-a-zA-Z0-9_]+$"})]

router = Router()


def _kept(refused: dict[int, Details]) -> Details:
    """Return what is said of an answer that a caller may keep and ask about again."""
    return {"responses": {200: {"headers": VALIDATORS}, 304: NOT_MODIFIED, **refusals(), **refused}}


@router.get(
    "/api/reports/{token}",
    response=ReportState,
    operation_id="showReport",
    summary="Tell what has become of a report",
    tags=["reports"],
    url_name="report",
    openapi_extra=_kept({404: refusal(404, sentence="No report has this token.")}),
)
def show_report(
    request: HttpRequest,
    token: Annotated[Token, Path(description="The end of the receipt's `Location`; a secret.")],
    lang: Annotated[str, Query(description="Language of the answer (BCP 47); else that of the report.")] = "",
) -> HttpResponse:
    """For whoever has the token, which only the receipt of the report told.

    It holds no contact data, nothing of other readers, and none of the reader's own words.
    """
    report = queries.report_with(token)
    if report is None:
        raise Http404
    language = spoken_language(lang, report.language, report.site.language)
    body = state_of(report, language).model_dump_json()
    etag = quote_etag(hashlib.sha256(body.encode()).hexdigest()[:32])
    response = get_conditional_response(request, etag=etag)
    if response is None:
        response = HttpResponse(body, content_type="application/json")
        response["Content-Language"] = language
    assert isinstance(response, HttpResponse)  # noqa: S101 (so says its signature: what it was given, or 304)
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"
    return response


@router.get(
    "/widget/notices",
    response=PageNotices,
    operation_id="listNotices",
    summary="List the published notices of an article",
    tags=["articles"],
    url_name="notices",
    openapi_extra=_kept({422: refusal(422)}),
)
def list_notices(
    request: HttpRequest, url: Annotated[WebAddress, Query(description="Address of the article.")]
) -> HttpResponse:
    """The same for everybody, so that any cache may keep it; pages of every origin may read it."""
    return page_notices.show_notices(request, url)


@router.get(
    "/log/{site}/feed.json",
    response={200: None},
    operation_id="showLog",
    summary="Show a site's corrections log",
    tags=["articles"],
    url_name="log",
    openapi_extra=SHOW_LOG,
)
def show_log(
    request: HttpRequest, site: Annotated[Slug, Path(description="Short name of the site.")]
) -> HttpResponse:
    """All published notices, 50 a page, as JSON Feed 1.1; pages of every origin may read it."""
    return feeds.show_json(request, slug=site)


@router.post(
    "/widget/known",
    response=Known,
    operation_id="askKnown",
    summary="Ask what a passage has already",
    tags=["articles"],
    url_name="known",
    openapi_extra=ASK_KNOWN,
)
def ask_known(request: HttpRequest) -> HttpResponse:
    """Before a reader types: whether others have reported the passage, and what became of it."""
    return known_api.show_known(request)
