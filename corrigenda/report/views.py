"""The plain form, for readers without the widget: it works without JavaScript."""

import uuid

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from corrigenda.connectors.addresses import AddressError, clean_url
from corrigenda.models import Report, Site
from corrigenda.report.door import receive
from corrigenda.report.drafts import RefusedError
from corrigenda.report.forms import ReportForm
from corrigenda.report.pages import ReportPage
from corrigenda.report.queries import headline_of
from corrigenda.web.pages import render
from corrigenda.web.queries import site_of_url


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def show_form(request: HttpRequest) -> HttpResponse:
    """Show the form, with article and quote filled in from the address, and take it in."""
    if request.method == "POST":
        return _take(request)
    address = request.GET.get("url", "")
    form = ReportForm(
        initial={"url": address, "quote": request.GET.get("quote", ""), "key": str(uuid.uuid4())}
    )
    return _show(request, form, address)


def _take(request: HttpRequest) -> HttpResponse:
    form = ReportForm(request.POST)
    if form.is_valid():
        try:
            receipt = receive(
                draft=form.draft(language=get_language() or ""),
                idempotency_key=form.cleaned_data["key"],
                channel=Report.Channel.FORM,
            )
        except RefusedError as error:
            form.add_problems(error.problems)
        else:
            return HttpResponseRedirect(receipt.status, status=303)
    return _show(request, form, request.POST.get("url", ""))


def _show(request: HttpRequest, form: ReportForm, address: str) -> HttpResponse:
    site, url = _place(address)
    if address and site is None and not form.is_bound:
        form.cleaned_data = {}
        form.add_error("url", _("No publication of this desk has this address."))
    page = ReportPage(form=form, site=site, url=url, headline=headline_of(url) if site else "")
    return render(request, page, status=422 if form.errors else 200)


def _place(address: str) -> tuple[Site | None, str]:
    try:
        url = clean_url(address)
        return site_of_url(url), url
    except AddressError:
        return None, address
