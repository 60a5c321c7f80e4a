"""POST /widget/known: what a passage has already, asked by the widget before its reader types."""

from http import HTTPStatus
from typing import Final

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from corrigenda.connectors.addresses import AddressError, clean_url
from corrigenda.disclose.known import known_as_json
from corrigenda.disclose.known_queries import known_about
from corrigenda.disclose.known_wire import UnreadableError, decode_question
from corrigenda.web.addresses import said_of
from corrigenda.web.limits import seconds_to_wait
from corrigenda.web.plain import spoken_language
from corrigenda.web.problems import json_response, problem
from corrigenda.web.queries import site_of_url

LOOKS_A_REPORT: Final = 10
"""A network may ask so many times as often as it may report: not every passage that is marked is reported."""


LOOK_BACK: Final = 4
"""Further questions that one counts as whose words are looked for in older revisions of the page.

Where a network has none left, it is told what is known of the newest revision: nothing, and no refusal.
"""


def show_known(request: HttpRequest) -> HttpResponse:
    """Say what a passage has already: {"known": null}, or its open case, its notice or its decline."""
    refused = _refused(request)
    if refused is not None:
        return refused
    try:
        question = decode_question(request.body)
    except RequestDataTooBig:
        return problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, _("This is too large."))
    except UnreadableError as error:
        named = {error.field: str(error)}
        return problem(HTTPStatus.UNPROCESSABLE_ENTITY, str(error), problems=named)
    sentence = _("No publication of this desk has this address.")
    try:
        url = clean_url(question.url)
        site = site_of_url(url)
    except AddressError as error:
        site, url, sentence = None, "", said_of(error, sentence)
    if site is None:
        return problem(HTTPStatus.UNPROCESSABLE_ENTITY, sentence, problems={"url": sentence})
    language = spoken_language(question.language, site.language)
    known = known_about(site, url, question, may_look_back=lambda: not _wait(request, cost=LOOK_BACK))
    with translation.override(language):
        response = json_response({"known": known_as_json(known, now=timezone.now())})
    response["Cache-Control"] = "no-store"
    response["Content-Language"] = language
    return response


def _refused(request: HttpRequest) -> HttpResponse | None:
    """Return the answer to a request that is refused before its body is read.

    Only what would be read is counted: any page of the web can make its visitors send the rest.
    """
    if request.content_type != "application/json":
        # Anything else would reach us from any page of the web without a preflight.
        return problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, _("The body must be JSON (application/json)."))
    if int(request.META.get("CONTENT_LENGTH") or 0) > settings.OPTIONS.report_bytes:
        return problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, _("This is too large."))
    seconds = _wait(request)
    if not seconds:
        return None
    response = problem(
        HTTPStatus.TOO_MANY_REQUESTS,
        _("Too many requests came from your network. Please try again later."),
    )
    response["Retry-After"] = str(seconds)
    return response


def _wait(request: HttpRequest, *, cost: int = 1) -> int:
    return seconds_to_wait(request.META, counting="known", times=LOOKS_A_REPORT, cost=cost)
