"""Gives the desk under test articles, a notice and reports in several states; run inside its settings."""

from django.utils import timezone

from corrigenda import ledger
from corrigenda.flow import State
from corrigenda.models import Decision, Site
from tests.rooms.disclose.making import BY, HTML, make_decided, make_fixed, make_notice
from tests.rooms.factories import make_report, make_revision


def seed() -> None:
    """Make a corrected passage with its notice, a declined one, and a report that nobody has read."""
    site = Site.objects.get(slug="courier")
    corrected = make_decided(site=site)
    article = corrected.case.article
    assert article is not None
    make_fixed(corrected)
    make_revision(article, HTML.replace("31 houses", "39 houses"))
    make_notice(corrected, placed_at=timezone.now())
    ledger.advance(corrected.case, State.DISCLOSED, by=BY)
    make_decided(site=site, path="/other.html", outcome=Decision.Outcome.DECLINE)
    make_report(site, exact="31 houses")


seed()
