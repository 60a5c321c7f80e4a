"""Rendering: one typed dataclass a page, its fields are the template's whole context."""

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, ClassVar, Protocol

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render as render_template

from corrigenda.models import Site
from corrigenda.web.forms import SiteForm

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    class Page(DataclassInstance, Protocol):
        """A dataclass that names the template it fills."""

        template: ClassVar[str]


def render(request: HttpRequest, page: "Page", *, status: int = 200) -> HttpResponse:
    """Render a page's template with exactly the fields of its dataclass as context."""
    context = {field.name: getattr(page, field.name) for field in fields(page)}
    return render_template(request, page.template, context, status=status)


@dataclass(frozen=True, slots=True)
class HomePage:
    """What this desk is, and where its logs are."""

    template: ClassVar[str] = "web/home.html"
    sites: list[Site]


@dataclass(frozen=True, slots=True)
class LogsPage:
    """The corrections logs of a desk that serves several sites."""

    template: ClassVar[str] = "web/logs.html"
    sites: list[Site]


@dataclass(frozen=True, slots=True)
class SitesPage:
    """The sites of this desk, for those who may change them."""

    template: ClassVar[str] = "web/sites.html"
    sites: list[Site]


@dataclass(frozen=True, slots=True)
class NewSitePage:
    """The form of a new site."""

    template: ClassVar[str] = "web/new_site.html"
    form: SiteForm


@dataclass(frozen=True, slots=True)
class SitePage:
    """One site: what to paste into its pages, and its form."""

    template: ClassVar[str] = "web/site.html"
    site: Site
    form: SiteForm
    snippet: str
