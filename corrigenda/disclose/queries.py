"""What waits to be said in public, and what the public pages read."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from corrigenda.flow import DECIDED, State
from corrigenda.models import (
    Address,
    Article,
    Case,
    Decision,
    Fix,
    Merge,
    Notice,
    Report,
    Revision,
    Site,
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What has become of a case so far, as far as its reader may know."""

    case: Case
    """The case itself, or the one that it was joined to."""
    is_open: bool
    """Whether its decision may still be undone: until then there is none for the outside."""
    decision: Decision | None
    notice: Notice | None
    """The published notice."""
    fix: Fix | None
    """The fix that is live."""


def cases_to_draft() -> list[int]:
    """Return the cases whose standing decision calls for a notice that nobody has drafted."""
    undrafted = Decision.objects.filter(case=OuterRef("pk"), undone_at=None, notice=None)
    cases = Case.objects.filter(Exists(undrafted), state__in=(State.ACCEPTED, State.NOTED))
    # In the order of the index on states: in that of the keys SQLite would read every closed case first.
    return list(cases.order_by("state", "id").values_list("pk", flat=True))


def drafts_to_withdraw() -> list[int]:
    """Return the drafts whose decision was undone."""
    drafts = Notice.objects.filter(status=Notice.Status.DRAFT, decision__undone_at__isnull=False)
    return list(drafts.order_by("id").values_list("pk", flat=True))


def cases_due(state: State) -> list[int]:
    """Return the cases that stand in a state and whose time has come, oldest first."""
    return list(Case.objects.due(state).values_list("pk", flat=True))


def standing_decision(case: Case) -> Decision:
    """Return the decision that stands; Decision.DoesNotExist where a case is ahead of its decisions."""
    return case.decisions.select_related("case__site", "case__article", "passage").get(undone_at=None)


def drafted_notice(decision: Decision) -> Notice | None:
    """Return the draft of a decision's notice, None before it is drafted."""
    drafts = Notice.objects.select_related("decision", "article__site")
    return drafts.filter(decision=decision, status=Notice.Status.DRAFT).first()


def reports_to_answer(case: Case) -> list[Report]:
    """Return the reports of a case and of those joined to it that have no reply yet, oldest first."""
    family = Merge.objects.family(case)
    reports = Report.objects.filter(case__in=family, reply=None).select_related("contact")
    return list(reports.order_by("id"))


def site_with(slug: str) -> Site | None:
    """Return the site of a log, None where there is none of that name."""
    return Site.objects.prefetch_related("origins").filter(slug=slug).first()


def published_notices(site: Site) -> QuerySet[Notice]:
    """Return what stands in a site's log, newest first."""
    # A condition and no join: SQLite would begin with the site's articles and sort the whole log for a page.
    own = Article.objects.filter(pk=OuterRef("article"), site=site)
    notices = Notice.objects.filter(Exists(own), status=Notice.Status.PUBLISHED)
    return notices.select_related("article", "decision").order_by("-published_at", "-pk")


def notices_before(site: Site, *, kind: str, before: Notice | None, limit: int) -> list[Notice]:
    """Return up to `limit` published notices of a kind ("" for all) that are older than `before`."""
    notices = published_notices(site)
    if kind:
        notices = notices.filter(kind=kind)
    if before is not None:
        at, pk = before.published_at, before.pk
        notices = notices.filter(Q(published_at__lt=at) | Q(published_at=at, pk__lt=pk))
    found = list(notices[:limit])
    for notice in found:
        # For the same reason not joined; it is known already.
        notice.article.site = site
    return found


def article_at(site: Site, url: str) -> Article | None:
    """Return the article that a cleaned address leads to, None where the desk does not know it."""
    known = Address.objects.select_related("article").filter(site=site, url=url).first()
    article = known.article if known is not None else None
    return article or Article.objects.filter(site=site, canonical_url=url).first()


def notices_of(article: Article, *, limit: int) -> list[Notice]:
    """Return the newest published notices of an article, oldest first."""
    found = Notice.objects.filter(article=article, status=Notice.Status.PUBLISHED).select_related("decision")
    return list(found.order_by("-published_at", "-pk")[:limit])[::-1]


def newest_revision(article: Article) -> Revision | None:
    """Return the revision of an article that was read last, without its HTML; None before the first."""
    return article.revisions.defer("html").order_by("-number").first()


@dataclass(frozen=True, slots=True)
class LogVersion:
    """What changes whenever a log does: its newest notice, by its key, and when that was published."""

    pk: int
    newest: datetime | None


def log_version(site: Site) -> LogVersion:
    """Return the version of a site's log: notices are only ever added, at its end."""
    newest = published_notices(site).values_list("pk", "published_at").first()
    return LogVersion(*newest) if newest else LogVersion(pk=0, newest=None)


def report_with(token: str) -> Report | None:
    """Return the report whose status page a token opens, with the rows that the page tells of."""
    rows = Report.objects.select_related("site", "contact", "case__article", "reply__delivery")
    return rows.filter(token=token).first() if "\x00" not in token else None


def public_outcome(case: Case) -> Outcome:
    """Return what can be said of a case to its reader: a decision only once it cannot be undone any more."""
    case = Merge.objects.end_of(case)
    waits = case.state in DECIDED and case.not_before is not None and case.not_before > timezone.now()
    decision = None if waits else case.decisions.filter(undone_at=None).first()
    notice = fix = None
    if decision is not None:
        notices = Notice.objects.select_related("article__site", "decision")
        notice = notices.filter(decision=decision, status=Notice.Status.PUBLISHED).first()
        fix = Fix.objects.filter(decision=decision, live_at__isnull=False).first()
    return Outcome(case=case, is_open=waits, decision=decision, notice=notice, fix=fix)
