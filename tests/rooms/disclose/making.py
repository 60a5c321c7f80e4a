"""Plain functions that make decisions, notices and replies, for the tests of disclose and send."""

from datetime import timedelta

from django.utils import timezone

from corrigenda import ledger
from corrigenda.flow import State
from corrigenda.ledger import Actor
from corrigenda.models import Case, Decision, Delivery, Fix, Member, Notice, Reply, Report, Site
from tests.rooms.factories import make_article, make_case, make_revision, make_site

HTML = "<p>First one.</p><p>The fire destroyed 31 houses in the old town. Then it rained.</p>"
BY = Actor(room="tests")


def make_decision(
    case: Case, *, outcome: Decision.Outcome = Decision.Outcome.ACCEPT, **fields: object
) -> Decision:
    """Decide about a case as the desk does, without a move."""
    # Without a password: hashing one takes longer than the rest of a test.
    member, _made = Member.objects.get_or_create(username="ed")
    passage = case.passages.last()
    values: dict[str, object] = {
        "kind": "" if outcome == Decision.Outcome.DECLINE else "correction",
        "reason": "accurate" if outcome == Decision.Outcome.DECLINE else "",
        "old": passage.exact if passage else "",
        "wording": "39 houses" if outcome == Decision.Outcome.ACCEPT else "",
        "notice_text": "Thirty-one is right." if outcome == Decision.Outcome.NOTE else "",
        **fields,
    }
    return Decision.objects.create(
        case=case, member=member, passage=passage, outcome=outcome, decided_at=timezone.now(), **values
    )


def make_decided(
    *,
    outcome: Decision.Outcome = Decision.Outcome.ACCEPT,
    site: Site | None = None,
    path: str = "/story.html",
    html: str = HTML,
    exact: str = "31 houses",
    email: str = "",
    report: dict[str, str] | None = None,
    **fields: object,
) -> Decision:
    """Make a case in the state that follows its decision, its time to undo already over."""
    states = {
        Decision.Outcome.ACCEPT: State.ACCEPTED,
        Decision.Outcome.NOTE: State.NOTED,
        Decision.Outcome.DECLINE: State.DECLINED,
    }
    article = make_article(site or make_site(), path=path)
    case = make_case(article, make_revision(article, html), exact=exact, email=email)
    if report:
        Report.objects.filter(case=case).update(**report)
        case.report.refresh_from_db()
    decision = make_decision(case, outcome=outcome, **fields)
    ledger.advance(case, states[outcome], by=BY, not_before=timezone.now() - timedelta(seconds=1))
    return decision


def make_fixed(decision: Decision, *, seconds: float = 3.0, by_hand: bool = False) -> Fix:
    """Make the fix of an accepted case, live since so many seconds, and move the case on."""
    live_at = timezone.now() - timedelta(seconds=seconds)
    fix = Fix.objects.create(
        case=decision.case,
        decision=decision,
        status=Fix.Status.LIVE,
        prepared_at=live_at,
        applied_at=None if by_hand else live_at,
        live_at=live_at,
    )
    ledger.advance(decision.case, State.FIXED, by=BY)
    return fix


def make_notice(decision: Decision, **fields: object) -> Notice:
    """Make the notice of a decision, published unless a field says otherwise."""
    now = timezone.now()
    article = decision.case.article
    assert article is not None
    values: dict[str, object] = {
        "headline": article.headline,
        "text": "An earlier version of this article wrongly said “31 houses”.",
        "old": decision.old,
        "new": decision.wording or decision.old,
        "prefix": "The fire destroyed ",
        "suffix": " in the old town.",
        "kind": decision.kind,
        "language": "en",
        "status": Notice.Status.PUBLISHED,
        "published_at": now,
        **fields,
    }
    return Notice.objects.create(
        case=decision.case, decision=decision, article=article, drafted_at=now, **values
    )


def make_draft(decision: Decision, **fields: object) -> Notice:
    """Make the draft of a decision's notice."""
    return make_notice(decision, status=Notice.Status.DRAFT, published_at=None, **fields)


def make_reply(decision: Decision, notice: Notice | None = None) -> Reply:
    """Make the reply to the report of a decided case."""
    return Reply.objects.create(
        report=decision.case.report, decision=decision, notice=notice, created_at=timezone.now()
    )


def make_delivery(decision: Decision, notice: Notice | None = None) -> Delivery:
    """Put the mail for the reader of a decided case into the outbox."""
    reply = make_reply(decision, notice)
    delivery = ledger.post(case=decision.case, reply=reply, by=BY, sender_domain="courier.example")
    assert delivery is not None
    return delivery
