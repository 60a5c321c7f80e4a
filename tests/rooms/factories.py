"""Plain functions that make rows for the tests of the rooms, each with the least that it needs."""

import hashlib
import secrets
from datetime import datetime
from typing import Final

from django.utils import timezone

from corrigenda.connectors.recipients import digest_of
from corrigenda.flow import State
from corrigenda.models import (
    Address,
    Article,
    Case,
    Contact,
    Member,
    Origin,
    Passage,
    Report,
    Revision,
    Site,
)
from corrigenda.passage import plain_text

ORIGIN = "https://courier.example"
NO_ROW: Final = 999_999_999
"""A number that no row of a test has, however many tests ran before it."""


def make_site(slug: str = "courier", *, origin: str = ORIGIN, **fields: object) -> Site:
    """Make a site with one origin, whose connector is by hand unless told otherwise."""
    values: dict[str, object] = {"name": "The Courier", "fetch_hosts": [origin.split("://")[1]], **fields}
    site = Site.objects.create(slug=slug, **values)
    Origin.objects.create(site=site, origin=origin)
    return site


def make_member(username: str = "ed", *, password: str = "a long passphrase", **fields: object) -> Member:
    """Make an editor who can sign in."""
    return Member.objects.create_user(username, f"{username}@courier.example", password, **fields)


def make_article(site: Site, *, path: str = "/story.html", **fields: object) -> Article:
    """Make an article that has been read, with its own canonical URL as an address."""
    url = f"{site.origins.get().origin}{path}"
    values: dict[str, object] = {
        "headline": "A story",
        "language": "en",
        "outcome": Article.Outcome.READ,
        "read_at": timezone.now(),
        **fields,
    }
    article = Article.objects.create(site=site, canonical_url=url, **values)
    Address.objects.create(site=site, url=url, article=article, outcome=Article.Outcome.READ)
    return article


def make_revision(article: Article, html: str, *, read_at: datetime | None = None) -> Revision:
    """Add a revision of the article."""
    text = plain_text(html)
    return Revision.objects.create(
        article=article,
        number=article.revisions.count() + 1,
        source=Revision.Source.CONNECTOR,
        html=html,
        text=text,
        digest=hashlib.sha256(text.encode()).hexdigest(),
        headline=article.headline,
        read_at=read_at or timezone.now(),
    )


def make_report(
    site: Site, *, exact: str, url: str = f"{ORIGIN}/story.html", email: str = "", **fields: object
) -> Report:
    """Make a report as the door inserts it."""
    values: dict[str, object] = {
        "channel": Report.Channel.WIDGET,
        "language": "en",
        "concern": Report.Concern.FACT,
        **fields,
    }
    return Report.objects.create(
        token=secrets.token_urlsafe(32),
        idempotency_key=secrets.token_urlsafe(16),
        site=site,
        url=url,
        exact=exact,
        contact=Contact.objects.create(email=email, digest=digest_of(email)) if email else None,
        **values,
    )


def make_case(
    article: Article,
    revision: Revision,
    *,
    exact: str,
    state: State = State.LOCATED,
    email: str = "",
    **fields: object,
) -> Case:
    """Make a case with its report and its passage, where `exact` first stands in the revision."""
    now = timezone.now()
    case = Case.objects.create(site=article.site, article=article, state=state, opened_at=now, changed_at=now)
    report = make_report(article.site, exact=exact, url=article.canonical_url, email=email, **fields)
    report.case = case
    report.save()
    start = revision.text.index(exact)
    Passage.objects.create(
        case=case,
        revision=revision,
        start=start,
        end=start + len(exact),
        kind="unchanged",
        confidence=1.0,
        found_at=now,
    )
    return case
