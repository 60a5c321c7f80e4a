"""The page of the plain form."""

from dataclasses import dataclass
from typing import ClassVar

from corrigenda.models import Site
from corrigenda.report.forms import ReportForm


@dataclass(frozen=True, slots=True)
class ReportPage:
    """The form; where the article is known it is named, else its address is asked for."""

    template: ClassVar[str] = "report/form.html"
    form: ReportForm
    site: Site | None
    """The publication that has the address; None where the address is missing or nobody's."""
    url: str
    headline: str
