"""Gives the desk under test an article, a notice and reports in several states; run inside its settings."""

from django.utils import timezone

from corrigenda import ledger
from corrigenda.flow import State
from corrigenda.models import Decision, Site
from tests.rooms.disclose.making import BY, make_decided, make_fixed, make_notice
from tests.rooms.factories import make_report

site = Site.objects.get(slug="courier")
corrected = make_decided(site=site)
make_fixed(corrected)
make_notice(corrected, placed_at=timezone.now())
ledger.advance(corrected.case, State.DISCLOSED, by=BY)
make_decided(site=site, path="/other.html", outcome=Decision.Outcome.DECLINE)
make_report(site, exact="31 houses")
