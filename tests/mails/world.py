"""The desk that the mails of the tests reach: two newspapers, their articles, letters that were sent."""

from dataclasses import dataclass

from django.utils import timezone

from corrigenda.connectors.reply_address import reply_address
from corrigenda.flow import State
from corrigenda.models import Article, Decision, Delivery, Mail, Member, Reply, Report, Site
from tests.mails.making import DESK, Names
from tests.rooms.factories import make_article, make_case, make_member, make_revision, make_site

UKRAINIAN = "https://gazeta.example"
SILENT = "<p>The harbour office did not answer our questions.</p>"
GIFT = "<p>Guides call it the keeper’s lamp – a gift from 1881.</p>"
PRICE = "<p>A ticket costs 4 crowns.</p>"
STORIES = {
    "/night-ferry.html": (
        "The night ferry returns",
        f"<p>The night ferry leaves the harbour at 21:40 every day except Sunday.</p>{SILENT}{PRICE}",
    ),
    "/lighthouse.html": (
        "A lamp for the lighthouse",
        f"<p>The lamp was lit for the first time in 1879, in a storm.</p>{SILENT}{GIFT}",
    ),
}
ISTORII = {
    "/porom.html": (
        "Нічний пором повертається",
        "<p>Нічний пором вирушає з гавані о 21:40 щодня, крім неділі.</p><p>Квиток коштує 4 крони.</p>",
    ),
    "/khlib.html": (
        "Хліб із водоростей",
        "<p>Хліб із водоростей печуть у двох пекарнях міста, і обидві не встигають.</p>",
    ),
}


@dataclass(frozen=True)
class World:
    """The rows that the mails speak of."""

    courier: Site
    gazeta: Site
    answered: Report
    letters: list[Delivery]

    @property
    def names(self) -> Names:
        """What answers and bounces call our letters."""
        first, *others = [letter.message_id for letter in self.letters]
        return Names(reply_address(DESK, self.answered.pk), first, tuple(others))


def make_world() -> World:
    """Make the rows: five letters have been sent, the first of which will be answered."""
    courier = make_site("courier")
    gazeta = make_site("gazeta", origin=UKRAINIAN, name="Газета", languages=["uk"])
    articles = [_add(courier, path, *story) for path, story in STORIES.items()]
    for path, story in ISTORII.items():
        _add(gazeta, path, *story)
    member = make_member()
    letters = [_letter(articles[0], member, number) for number in range(5)]
    return World(courier, gazeta, letters[0].reply.report, letters)


def _add(site: Site, path: str, headline: str, html: str) -> Article:
    article = make_article(site, path=path, headline=headline, language=site.language)
    make_revision(article, html)
    return article


def _letter(article: Article, member: Member, number: int) -> Delivery:
    """Decline a report and send the answer, as the rooms do."""
    revision = article.revisions.get()
    case = make_case(
        article,
        revision,
        exact="A ticket costs 4 crowns",
        state=State.CLOSED,
        email=f"r{number}@mail.example",
    )
    decision = Decision.objects.create(
        case=case,
        member=member,
        outcome=Decision.Outcome.DECLINE,
        reason=Decision.Reason.ACCURATE,
        decided_at=timezone.now(),
    )
    reply = Reply.objects.create(report=case.report, decision=decision, created_at=timezone.now())
    return Delivery.objects.create(
        case=case,
        reply=reply,
        contact=case.report.contact,
        message_id=f"<letter-{number}@courier.example>",
        next_attempt_at=timezone.now(),
        delivered_at=timezone.now(),
    )


def became(name: str, mail: Mail) -> str:
    """Return one line that says what a mail became."""
    told = [f"{name:34}", f"{mail.outcome:9}", *_said(mail)]
    told += [f"kept {file.media_type} {file.name}".strip() for file in mail.attachments.all()]
    told += [f"left out {left['why']} {left['name']}".strip() for left in mail.left_out]
    return " | ".join(told).rstrip()


def _said(mail: Mail) -> list[str]:
    report = mail.report
    if report is None:
        delivery = mail.delivery
        return [mail.reason] if delivery is None else [f"{delivery.message_id}: {delivery.problem}"]
    if mail.outcome == Mail.Outcome.FOLLOW_UP:
        return [f"to report {report.exact!r}", _short(mail.follow_up.comment)]
    about = f"{report.site.slug} {report.url.partition('.example')[2] or '(no article)'}"
    wording = f"«{_short(report.exact)}»" + (f" → «{_short(report.suggestion)}»" if report.suggestion else "")
    by = "" if report.contact else "no address"
    return [about, wording, _short(report.comment), *([by] if by else [])]


def _short(text: str) -> str:
    line = " / ".join(text.split("\n"))
    return line if len(line) <= 90 else f"{line[:88]} …"
