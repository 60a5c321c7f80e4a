"""What the widget and other programs call: POST /api/reports and GET /widget/config."""

from http import HTTPStatus
from typing import Annotated

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from ninja import Query, Router

from corrigenda.connectors.addresses import AddressError, clean_url
from corrigenda.models import Report, Site
from corrigenda.report.bounds import MOST_QUOTED
from corrigenda.report.door import answer_language, receive
from corrigenda.report.exchange import answer
from corrigenda.report.messages import MESSAGES
from corrigenda.report.openapi import ANSWERS_CONFIG, POST_REPORT, Receipt, WidgetConfig
from corrigenda.report.spam.seals import make_seal
from corrigenda.web.addresses import said_of
from corrigenda.web.cors import is_ours
from corrigenda.web.openapi import WebAddress
from corrigenda.web.problems import json_response, problem
from corrigenda.web.queries import site_of_url

router = Router()


@router.post(
    "/api/reports",
    response={201: Receipt},
    operation_id="postReport",
    summary="Hand in a report",
    tags=["reports"],
    url_name="reports",
    openapi_extra=POST_REPORT,
)
@csrf_exempt
def post_report(request: HttpRequest) -> HttpResponse:
    """Store a report, once however often it is sent: a known key is answered with the first receipt."""
    given = answer(request.META, read=request.read, receive=receive, is_ours=is_ours)
    response = HttpResponse(given.body, status=given.status, headers=given.headers)
    if not given.body:
        del response["Content-Type"]
    return response


@router.get(
    "/widget/config",
    response=WidgetConfig,
    operation_id="showConfig",
    summary="Tell a form for reports what it needs",
    tags=["articles"],
    url_name="config",
    openapi_extra=ANSWERS_CONFIG,
)
def show_config(
    request: HttpRequest,  # noqa: ARG001 (a view)
    url: Annotated[WebAddress, Query(description="Address of the article.")],
    lang: Annotated[str, Query(description="Language of the words that are marked (BCP 47).")] = "",
) -> HttpResponse:
    """Tell what is needed for the page at `url`, in the language nearest to `lang`."""
    try:
        url = clean_url(url)
        site = site_of_url(url)
    except AddressError as error:
        sentence = said_of(error, _("The parameter url must be the address of an article."))
        return problem(HTTPStatus.UNPROCESSABLE_ENTITY, sentence, problems={"url": sentence})
    if site is None:
        sentence = _("No publication of this desk has this address.")
        return problem(HTTPStatus.UNPROCESSABLE_ENTITY, sentence, problems={"url": sentence})
    language = answer_language(lang[:35], site)
    response = json_response(_config(site, url, language))
    response["Cache-Control"] = "public, max-age=300"
    response["Content-Language"] = language
    return response


def _config(site: Site, url: str, language: str) -> dict[str, object]:
    with translation.override(language):
        return {
            "site": site.name,
            "language": language,
            "dir": "rtl" if translation.get_language_bidi() else "ltr",
            "root": site.root_selectors,
            "form": f"{settings.PUBLIC_URL}{reverse('report:form')}?{urlencode({'url': url})}",
            "maxQuote": MOST_QUOTED,
            "seal": make_seal(),
            "concerns": [{"value": one.value, "label": str(one.label)} for one in Report.OFFERED],
            "messages": {key: _(sentence) for key, sentence in MESSAGES.items()},
        }
