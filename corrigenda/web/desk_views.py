"""The desk pages of the sites, for members who may manage them."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from corrigenda.models import Member, Site
from corrigenda.web.checks import SiteError
from corrigenda.web.forms import SiteForm, initial_of
from corrigenda.web.pages import NewSitePage, SitePage, SitesPage, render
from corrigenda.web.queries import all_sites
from corrigenda.web.sites import add_site, change_site
from corrigenda.web.snippets import embed_snippet

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def _for_managers(view: View[P]) -> View[P]:
    """Ask for sign-in, and refuse members who may not manage sites; no browser keeps these pages."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not _member(request).may_manage_sites:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return never_cache(login_required(guarded))


def _member(request: HttpRequest) -> Member:
    if not isinstance(request.user, Member):
        raise PermissionDenied
    return request.user


@require_safe
@_for_managers
def show_sites(request: HttpRequest) -> HttpResponse:
    """List the sites."""
    return render(request, SitesPage(sites=all_sites()))


@require_http_methods(["GET", "HEAD", "POST"])
@_for_managers
def edit_new_site(request: HttpRequest) -> HttpResponse:
    """Show the form of a new site, and make the site."""
    form = SiteForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            site = add_site(by=_member(request), **form.changes())
        except SiteError as error:
            form.add_problems(error.problems)
        else:
            messages.success(request, _("%(site)s was added.") % {"site": site})
            return HttpResponseRedirect(reverse("web:site", args=[site.slug]))
    return render(request, NewSitePage(form=form), status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@_for_managers
def edit_site(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a site with what to paste into its pages, and change it."""
    site = get_object_or_404(Site.objects.prefetch_related("origins"), slug=slug)
    form = SiteForm(request.POST if request.method == "POST" else None, initial=initial_of(site), site=site)
    form.fields["slug"].disabled = True
    form.fields["slug"].help_text = _("Stands in addresses that are public already, so it stays.")
    if request.method == "POST" and form.is_valid():
        try:
            change_site(site, by=_member(request), **form.changes())
        except SiteError as error:
            form.add_problems(error.problems)
        else:
            messages.success(request, _("The changes were saved."))
            return HttpResponseRedirect(reverse("web:site", args=[site.slug]))
    page = SitePage(site=site, form=form, snippet=embed_snippet(site))
    return render(request, page, status=422 if form.errors else 200)
