"""Pages, addresses and reports that the tests of this room begin with, and time that passes."""

from datetime import timedelta

from corrigenda import ledger
from corrigenda.locate import step as locate
from corrigenda.models import Address, Article, Case, Report, Site
from corrigenda.watch import step
from tests.rooms.connectors.servers import Answer, page
from tests.rooms.factories import make_report

BRIDGE = " ".join(
    f"The new bridge over the strait costs {n} million, and pier {n} is done." for n in range(30)
)
FERRY = " ".join(f"On day {n} the night ferry left {n} minutes late from berth {n}." for n in range(30))
LOGIN = "Please log in to go on reading. " + " ".join(
    f"Offer {n} gives you {n} weeks free." for n in range(40)
)


def html(text: str, *, head: str = "", title: str = "A bridge") -> Answer:
    return Answer(page(f"<article><h1>{title}</h1><p>{text}</p></article>", head=head))


def link(path: str, *, rel: str = "canonical") -> str:
    return f'<link rel="{rel}" href="{path}">'


def to(path: str, status: int = 302) -> Answer:
    return Answer(status=status, headers={"Location": path})


def report(site: Site, url: str, quote: str = "costs 3 million") -> Case:
    case = ledger.open_case(site=site, by=ledger.Actor("report"), rows={})
    made = make_report(site, exact=quote, url=url)
    made.case = case
    made.save()
    return case


def work() -> None:
    step.run()
    locate.run()


def later(**time: int) -> None:
    """Let time pass: what waits is due, and what was doubted has been for longer."""
    passed = timedelta(**time)
    for made in Report.objects.all():
        Report.objects.filter(pk=made.pk).update(created_at=made.created_at - passed)
    for row in Address.objects.all():
        row.tried_at = row.tried_at and row.tried_at - passed
        row.next_attempt_at = row.next_attempt_at and row.next_attempt_at - passed
        row.doubted_at = row.doubted_at and row.doubted_at - passed
        row.save()
    for article in Article.objects.all():
        article.read_at = article.read_at and article.read_at - passed
        article.reading_asked_at = article.reading_asked_at and article.reading_asked_at - passed
        article.save()
