"""Reads which addresses and articles are to be read now."""

from django.db.models import Exists, Min, OuterRef, Q
from django.utils import timezone

from corrigenda.flow import State
from corrigenda.models import Address, Article, Report, Revision

WAITING = (State.RECEIVED, State.UNLOCATED)
"""States of cases that a text could help on; an editor may already be looking at the second."""


def addresses_to_read(limit: int) -> list[tuple[int, str]]:
    """Return (site, url) of waiting reports whose article has no text yet, each once, oldest report first.

    An address that failed waits for its next attempt.
    """
    known = Address.objects.filter(url=OuterRef("url"))
    settled = known.filter(Q(article__revisions__isnull=False) | Q(next_attempt_at__gt=timezone.now()))
    named = Report.objects.exclude(url="")  # a mail may name no article
    reports = named.filter(~Exists(settled), case__state__in=WAITING).values_list("site", "url")
    return list(reports.annotate(first=Min("pk")).order_by("first").values_list("site", "url")[:limit])


def articles_to_reread(limit: int) -> list[Article]:
    """Return the articles that somebody wants read again, longest waiting first, their sites fetched."""
    waiting = Address.objects.filter(url=OuterRef("canonical_url"), next_attempt_at__gt=timezone.now())
    articles = Article.objects.filter(~Exists(waiting), reading_asked_at__isnull=False)
    return list(articles.select_related("site").order_by("reading_asked_at", "id")[:limit])


def newest_text(canonical: str) -> str:
    """Return the newest text that is known of an article; empty where there is none."""
    revisions = Revision.objects.filter(article__canonical_url=canonical).order_by("-number")
    return revisions.values_list("text", flat=True).first() or ""
