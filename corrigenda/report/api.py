"""What the widget and other programs call: POST /api/reports and GET /widget/config."""

from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from corrigenda.connectors.addresses import AddressError, clean_url
from corrigenda.models import Report, Site
from corrigenda.report.door import answer_language, receive
from corrigenda.report.drafts import MOST_QUOTED
from corrigenda.report.exchange import answer
from corrigenda.report.messages import MESSAGES
from corrigenda.report.spam.seals import make_seal
from corrigenda.web.cors import for_site_pages, is_ours
from corrigenda.web.problems import json_response, problem
from corrigenda.web.queries import site_of_url


@csrf_exempt
def post_report(request: HttpRequest) -> HttpResponse:
    """Take a report in: 201 with its receipt, or a problem and nothing stored."""
    given = answer(request.META, read=request.read, receive=receive, is_ours=is_ours)
    response = HttpResponse(given.body, status=given.status, headers=given.headers)
    if not given.body:
        del response["Content-Type"]
    return response


@for_site_pages("GET")
def show_config(request: HttpRequest) -> HttpResponse:
    """Tell the widget what it needs for the page at `url`, in the language nearest to `lang`."""
    if request.method not in {"GET", "HEAD"}:
        return _wrong_method("GET, HEAD, OPTIONS")
    address = request.GET.get("url", "")
    try:
        url = clean_url(address)
        site = site_of_url(url)
    except AddressError:
        sentence = _("The parameter url must be the address of an article.")
        return problem(HTTPStatus.UNPROCESSABLE_ENTITY, sentence, problems={"url": sentence})
    if site is None:
        sentence = _("No publication of this desk has this address.")
        return problem(HTTPStatus.UNPROCESSABLE_ENTITY, sentence, problems={"url": sentence})
    language = answer_language(request.GET.get("lang", "")[:35], site)
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


def _wrong_method(allowed: str) -> HttpResponse:
    response = problem(HTTPStatus.METHOD_NOT_ALLOWED, _("This method is not allowed here."))
    response["Allow"] = allowed
    return response
