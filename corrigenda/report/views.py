"""The plain form, for readers without the widget: it works without JavaScript."""

import logging
import uuid
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from corrigenda.connectors.addresses import MOST_CHARACTERS, AddressError, clean_url
from corrigenda.models import Report, Site
from corrigenda.report.answers import FULL_SECONDS, RETRY_SECONDS
from corrigenda.report.bounds import MOST_QUOTED
from corrigenda.report.door import UnavailableError, receive
from corrigenda.report.drafts import RefusedError
from corrigenda.report.forms import ReportForm
from corrigenda.report.pages import ReportPage
from corrigenda.report.queries import headline_of
from corrigenda.report.spam.seals import make_seal, with_doubts
from corrigenda.web.addresses import too_long
from corrigenda.web.bodies import length_of
from corrigenda.web.disk import DISK
from corrigenda.web.limits import count_report
from corrigenda.web.pages import render
from corrigenda.web.queries import site_of_url

logger = logging.getLogger(__name__)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def show_form(request: HttpRequest) -> HttpResponse:
    """Show the form, with article and quote filled in from the address, and take it in."""
    if request.method == "POST":
        return _take(request)
    address = request.GET.get("url", "")
    form = ReportForm(
        initial={
            "url": address,
            "quote": request.GET.get("quote", ""),
            "key": str(uuid.uuid4()),
            "seal": make_seal(),
        }
    )
    return _show(request, form, address)


def _take(request: HttpRequest) -> HttpResponse:
    form = ReportForm(request.POST)
    seconds, is_beyond_share = count_report(request.META, size=length_of(request))
    if seconds:
        form.add_error(None, _("Too many reports came from your network. Please try again later."))
        return _show_later(request, form, HTTPStatus.TOO_MANY_REQUESTS, seconds)
    if DISK.is_full():
        form.add_error(None, _("The desk cannot answer at this moment. Please try again."))
        return _show_later(request, form, HTTPStatus.SERVICE_UNAVAILABLE, FULL_SECONDS)
    if form.is_valid():
        try:
            receipt = receive(
                draft=with_doubts(
                    form.draft(language=get_language() or ""),
                    is_browser=True,
                    is_beyond_share=is_beyond_share,
                ),
                idempotency_key=form.cleaned_data["key"],
                channel=Report.Channel.FORM,
            )
        except RefusedError as error:
            form.add_problems(error.problems)
        except UnavailableError as error:
            logger.warning("A report could not be stored: %s", error)
            # The form keeps its key, so that sending it once more cannot store it twice.
            form.add_error(None, _("We cannot say whether your report arrived. Please send it once more."))
            return _show_later(request, form, HTTPStatus.SERVICE_UNAVAILABLE, RETRY_SECONDS)
        else:
            return HttpResponseRedirect(receipt.status, status=303)
    return _show(request, form, request.POST.get("url", ""))


def _show_later(request: HttpRequest, form: ReportForm, status: HTTPStatus, seconds: int) -> HttpResponse:
    response = _show(request, form, request.POST.get("url", ""), status=status)
    response["Retry-After"] = str(seconds)
    return response


def _show(
    request: HttpRequest, form: ReportForm, address: str, *, status: HTTPStatus | None = None
) -> HttpResponse:
    site, url = _place(address)
    if not form.is_bound:
        _say_what_is_wrong(form, address, site)
    page = ReportPage(form=form, site=site, url=url, headline=headline_of(url) if site else "")
    return render(request, page, status=status or (422 if form.errors else 200))


def _say_what_is_wrong(form: ReportForm, address: str, site: Site | None) -> None:
    """Say of a form that was filled in from an address what the reader could not send like this."""
    form.cleaned_data = {}
    if len(address.partition("#")[0]) > MOST_CHARACTERS:
        form.add_error("url", too_long(MOST_CHARACTERS))
    elif address and site is None:
        form.add_error("url", _("No publication of this desk has this address."))
    if len(str(form.initial["quote"])) > MOST_QUOTED:
        form.add_error("quote", too_long(MOST_QUOTED))


def _place(address: str) -> tuple[Site | None, str]:
    try:
        url = clean_url(address)
        return site_of_url(url), url
    except AddressError:
        return None, address
