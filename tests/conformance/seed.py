"""Gives the desk under test the story that docs/reference/api.md tells; run inside its settings."""

from datetime import UTC, datetime
from typing import Final

from corrigenda import ledger
from corrigenda.flow import State
from corrigenda.models import Article, Case, Decision, Fix, Notice, Report, Site
from tests.rooms.disclose.making import BY, make_decided, make_fixed, make_notice
from tests.rooms.factories import make_report, make_revision

TOKEN: Final = "kq3FZ0c9Tn2wXv5bLr8sJd1uHy6mPa4eGi7oCx0QzWs"
"""Of the report that was followed by a correction."""

BEFORE: Final = "<p>The bridge, which opened in 1931, was built in two years.</p><p>It carries trams.</p>"
NOTICE: Final = (
    "An earlier version of this article wrongly said “opened in 1931”. It should have said “opened in 1932”."
)
SENT: Final = datetime(2026, 3, 1, 12, 5, 10, tzinfo=UTC)
DECIDED: Final = datetime(2026, 3, 1, 12, 29, 30, tzinfo=UTC)
LIVE: Final = datetime(2026, 3, 1, 12, 29, 58, tzinfo=UTC)
PUBLISHED: Final = datetime(2026, 3, 1, 12, 30, 0, tzinfo=UTC)


def seed() -> None:
    """Make a corrected passage with its notice, a declined one, and a report that nobody has read."""
    Site.objects.update(name="The Harbour Courier")
    site = Site.objects.get(slug="courier")
    decision = make_decided(
        site=site, path="/news/bridge.html", html=BEFORE, exact="opened in 1931", wording="opened in 1932"
    )
    article = decision.case.article
    assert article is not None
    make_fixed(decision)
    make_revision(article, BEFORE.replace("1931", "1932"))
    make_notice(
        decision,
        headline="The bridge",
        text=NOTICE,
        prefix="The bridge, which ",
        suffix=", was built in two years.",
        published_at=PUBLISHED,
        placed_at=PUBLISHED,
    )
    ledger.advance(decision.case, State.DISCLOSED, by=BY)
    Article.objects.update(headline="The bridge")
    Decision.objects.update(decided_at=DECIDED)
    Fix.objects.update(live_at=LIVE)
    Report.objects.update(token=TOKEN, created_at=SENT)
    _make_others(site)
    assert Case.objects.count() == 2
    assert Notice.objects.count() == 1


def _make_others(site: Site) -> None:
    make_decided(site=site, path="/other.html", outcome=Decision.Outcome.DECLINE)
    make_report(site, exact="31 houses")
