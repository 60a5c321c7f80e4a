"""What an editor does about mails: says which article one is about."""

from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from corrigenda import ledger
from corrigenda.connectors.addresses import AddressError, clean_url, origin_of
from corrigenda.flow import OPEN
from corrigenda.ledger import Actor, Change
from corrigenda.models import Case, Member, Report
from corrigenda.report.drafts import RefusedError
from corrigenda.web.queries import site_of_origin

ROOM: Final = "report"


def name_article(*, case_id: int, member: Member, url: str) -> None:
    """Say which article a report is about that came without one; it is read and searched like any other.

    Raises RefusedError where the address is none, or not of the publication that the report is for, or where
    the report has an article by now or is decided.
    """
    try:
        cleaned = clean_url(url.strip())
        site = site_of_origin(origin_of(cleaned))
    except AddressError as error:
        sentence = _("This is not the address of an article: it begins with https:// or http://.")
        raise RefusedError({"url": sentence}) from error
    with transaction.atomic():
        case = Case.objects.filter(pk=case_id, state__in=OPEN).taken().first()
        if case is None or site != case.site:
            sentence = (
                _("This address belongs to another publication, or to none of this desk.")
                if case
                else _("This case has been decided meanwhile.")
            )
            raise RefusedError({"url": sentence})
        if not Report.objects.filter(case=case, url="").update(url=cleaned):
            raise RefusedError({"url": _("The article of this report is known already.")})
        report = Report.objects.get(case=case)
        rows = {"report": report.pk}
        ledger.note(
            case, by=Actor(ROOM, member), change=Change(verb="article_named", after=cleaned, rows=rows)
        )
