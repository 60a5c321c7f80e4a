"""Rendering: one typed dataclass a page, its fields are the template's whole context."""

from dataclasses import fields
from typing import TYPE_CHECKING, ClassVar, Protocol

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render as render_template

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    class Page(DataclassInstance, Protocol):
        """A dataclass that names the template it fills."""

        template: ClassVar[str]


def render(request: HttpRequest, page: "Page", *, status: int = 200) -> HttpResponse:
    """Render a page's template with exactly the fields of its dataclass as context."""
    context = {field.name: getattr(page, field.name) for field in fields(page)}
    return render_template(request, page.template, context, status=status)
