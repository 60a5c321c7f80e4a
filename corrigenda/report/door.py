"""The one door for reports: it inserts a Report, with its Contact, and nothing else."""

import secrets
from dataclasses import dataclass

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import get_supported_language_variant
from django.utils.translation import gettext as _

from corrigenda.models import Contact, Report, Site
from corrigenda.report.drafts import RefusedError, ReportDraft, check_key, cleaned
from corrigenda.web.queries import site_of_url


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the sender gets; the same again for a repeat under the same key."""

    id: str
    status: str
    """Address of the reader's status page; whoever has it may read it."""
    message: str
    language: str
    """That of the message: the one of this desk that is nearest to the report's."""
    replayed: bool


def receive(*, draft: ReportDraft, idempotency_key: str, channel: Report.Channel) -> Receipt:
    """Store a report and return its receipt; a key that is known already stores nothing.

    From the widget the quote is needed; elsewhere a quote or a comment is. Raises RefusedError, with nothing
    stored, where the key or a field is not as it must be, or no site here has the address.
    """
    check_key(idempotency_key)
    known = _find(idempotency_key)
    if known is not None:
        return _receipt(known, replayed=True)
    clean = cleaned(draft, quote_needed=channel == Report.Channel.WIDGET)
    site = site_of_url(clean.url)
    if site is None:
        raise RefusedError(
            {"url": _("No publication of this desk has this address, so the report was not stored.")}
        )
    try:
        with transaction.atomic():
            return _receipt(_insert(clean, site, idempotency_key, channel), replayed=False)
    except IntegrityError:
        # The same report arrived twice at once and the other one was first.
        known = _find(idempotency_key)
        if known is None:
            raise
        return _receipt(known, replayed=True)


def answer_language(language: str, site: Site | None) -> str:
    """Return the language of this desk that is nearest to a reader's, else to the site's, else our own."""
    for wanted in (language, site.language if site else "", settings.LANGUAGE_CODE):
        try:
            return get_supported_language_variant(wanted.lower())
        except LookupError:
            continue
    return settings.LANGUAGE_CODE


def _find(key: str) -> Report | None:
    return Report.objects.select_related("site").filter(idempotency_key=key).first()


def _insert(clean: ReportDraft, site: Site, key: str, channel: Report.Channel) -> Report:
    contact = Contact.objects.create(email=clean.email) if clean.email else None
    return Report.objects.create(
        token=secrets.token_urlsafe(32),
        idempotency_key=key,
        site=site,
        channel=channel,
        url=clean.url,
        language=clean.language or site.language,
        concern=clean.concern,
        exact=clean.exact,
        prefix=clean.prefix,
        suffix=clean.suffix,
        position=clean.position,
        suggestion=clean.suggestion,
        comment=clean.comment,
        contact=contact,
    )


def _receipt(report: Report, *, replayed: bool) -> Receipt:
    language = answer_language(report.language, report.site)
    with translation.override(language):
        message = _("Thank you. The newsroom of %(site)s has your report.") % {"site": report.site}
    return Receipt(
        id=str(report.pk),
        status=f"{settings.PUBLIC_URL}{reverse('disclose:status', args=[report.token])}",
        message=message,
        language=language,
        replayed=replayed,
    )
