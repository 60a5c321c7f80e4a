"""What the widget and other programs call: POST /api/reports and GET /widget/config."""

import logging
from http import HTTPStatus

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from corrigenda.connectors.addresses import AddressError, clean_url
from corrigenda.models import Report, Site
from corrigenda.report.cors import for_site_pages
from corrigenda.report.door import answer_language, receive
from corrigenda.report.drafts import MOST_QUOTED, RefusedError
from corrigenda.report.messages import MESSAGES
from corrigenda.report.problems import json_response, problem
from corrigenda.report.wire import NotJsonError, decode_report, wire_name
from corrigenda.web.queries import site_of_url

logger = logging.getLogger(__name__)


@csrf_exempt
@for_site_pages("POST")
def post_report(request: HttpRequest) -> HttpResponse:
    """Take a report in: 201 with its receipt, or a problem and nothing stored."""
    unfit = _unfit(request)
    if unfit is not None:
        return unfit
    key = request.headers["Idempotency-Key"]
    try:
        draft = decode_report(request.body)
        with translation.override(answer_language(draft.language, None)):
            receipt = receive(draft=draft, idempotency_key=key, channel=Report.Channel.WIDGET)
    except DatabaseError:
        logger.exception("A report could not be stored.")
        return _busy()
    except RequestDataTooBig:
        return _too_large()
    except NotJsonError:
        return problem(HTTPStatus.BAD_REQUEST, _("The body is not JSON in UTF-8."))
    except RefusedError as error:
        return _refused(error)
    body = {"id": receipt.id, "status": receipt.status, "message": receipt.message}
    response = json_response(body, status=HTTPStatus.CREATED)
    response["Cache-Control"] = "no-store"
    response["Content-Language"] = receipt.language
    if receipt.replayed:
        response["Idempotent-Replayed"] = "true"
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
            "concerns": [{"value": value, "label": str(label)} for value, label in Report.Concern.choices],
            "messages": {key: _(sentence) for key, sentence in MESSAGES.items()},
        }


def _unfit(request: HttpRequest) -> HttpResponse | None:
    """Return the answer to a request that is refused before its body is read."""
    if request.method != "POST":
        return _wrong_method("POST, OPTIONS")
    if request.content_type != "application/json":
        # Anything else would reach us from any page of the web without a preflight.
        return problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, _("The body must be sent as application/json."))
    if not request.headers.get("Content-Length", "").isdecimal():
        return problem(HTTPStatus.LENGTH_REQUIRED, _("The header Content-Length is missing."))
    if int(request.headers["Content-Length"]) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        return _too_large()
    if not request.headers.get("Idempotency-Key"):
        return problem(HTTPStatus.BAD_REQUEST, _("The header Idempotency-Key is missing."))
    return None


def _busy() -> HttpResponse:
    # The commit may have reached the disk before its answer was lost: only the same key again makes sure.
    sentence = _("We cannot say whether your report arrived. Please send it once more.")
    response = problem(HTTPStatus.SERVICE_UNAVAILABLE, sentence)
    response["Retry-After"] = "5"
    return response


def _too_large() -> HttpResponse:
    sentence = _("This is too large: a report has %(most)s bytes at most.")
    return problem(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE, sentence % {"most": settings.DATA_UPLOAD_MAX_MEMORY_SIZE}
    )


def _wrong_method(allowed: str) -> HttpResponse:
    response = problem(HTTPStatus.METHOD_NOT_ALLOWED, _("This method is not allowed here."))
    response["Allow"] = allowed
    return response


def _refused(error: RefusedError) -> HttpResponse:
    if "idempotency_key" in error.problems:
        return problem(HTTPStatus.BAD_REQUEST, error.problems["idempotency_key"])
    problems = {wire_name(name): sentence for name, sentence in error.problems.items()}
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, " ".join(problems.values()), problems=problems)
