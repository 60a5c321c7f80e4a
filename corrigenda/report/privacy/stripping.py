"""Takes out of a report what belongs to its reader, and leaves what the history of its case needs."""

import re
import secrets
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import Q, QuerySet

from corrigenda import ledger
from corrigenda.ledger import Actor, Change
from corrigenda.models import (
    Address,
    AddressChange,
    Article,
    Attachment,
    Contact,
    Delivery,
    FollowUp,
    Mail,
    Report,
    Revision,
    Trace,
)
from corrigenda.web.places import is_harmless

BY: Final = Actor(room="report")
# A page's or a form's own key, or one made of a mail: all of them drawn or computed, none of them words.
_PLAIN_KEY: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|mail-[0-9a-f]{64}")


def erase_report(number: int, *, at: datetime) -> bool:
    """Erase what a reader wrote and left with a report, at the reader's wish; False where it was gone.

    A report with a case keeps its row, for the history names it; one without is deleted. One transaction: a
    process that is killed has done all of it or nothing, and a repeat changes nothing.
    """
    with transaction.atomic():
        report = _taken(number)
        if report is None:
            return False
        if report.case is None:
            _delete_report(report, at=at)
            return True
        is_first = report.erased_at is None
        _strip(report, at=at)
        _drop_contact(report)
        report.suggestion = ""
        report.erased_at = report.erased_at or at
        report.save()
        if is_first:
            ledger.note(report.case, by=BY, change=Change(verb="erased", rows={"report": report.pk}))
    return True


def expire_report(number: int, *, at: datetime) -> bool:
    """Take out of a report what identifies its reader, all but the address; the suggested wording stays.

    A report without a case, which nobody let in, is deleted. Returns False where it was gone.
    """
    with transaction.atomic():
        report = _taken(number)
        if report is None:
            return False
        if report.case is None:
            _delete_report(report, at=at)
            return True
        _strip(report, at=at)
        report.expired_at = report.expired_at or at
        report.save()
    return True


def empty_mails(mails: QuerySet[Mail], *, at: datetime) -> None:
    """Take text, bytes and files out of mails; the rows stay, so that the same mail is known again."""
    Attachment.objects.filter(mail__in=mails).delete()
    mails.filter(emptied_at=None).update(emptied_at=at)
    mails.update(about="", text="", raw=None, left_out=[])


def _strip(report: Report, *, at: datetime) -> None:
    FollowUp.objects.filter(report=report).update(comment="")
    empty_mails(Mail.objects.filter(report=report), at=at)
    Delivery.objects.filter(reply__report=report).update(problem="")
    Trace.objects.filter(at=report.created_at).delete()
    _keep_the_articles_words(report)
    report.comment = report.image = ""
    # Subtags may be anything of eight letters.
    report.language = report.language.partition("-")[0]
    if not _PLAIN_KEY.fullmatch(report.idempotency_key):
        report.idempotency_key = f"erased-{secrets.token_hex(16)}"


def _keep_the_articles_words(report: Report) -> None:
    """Keep of quote, surroundings and address what is the publication's own.

    From the widget the quote is the article's. In the form and in a mail it is typed by hand and may be
    anything: it stays only where it stands in a revision of the article that was read.
    """
    article = _article_of(report)
    report.exact = _if_published(report.exact, article)
    report.prefix = _if_published(report.prefix, article)
    report.suffix = _if_published(report.suffix, article)
    if not report.exact:
        report.position = None
    reported = report.url
    others = Report.objects.filter(url=reported, erased_at=None, expired_at=None).exclude(pk=report.pk)
    is_shared = others.exists()
    if article is not None and article.canonical_url == reported and not is_shared:
        _forget_typed_query(article)
    report.url = article.canonical_url if article is not None else reported.partition("?")[0]
    if reported == report.url or is_shared:
        return
    Address.objects.filter(url=reported).delete()
    AddressChange.objects.filter(Q(old_url=reported) | Q(new_url=reported)).delete()


def _forget_typed_query(article: Article) -> None:
    """Keep an article without the query of its address, unless the newspaper's own page named that.

    Where another article has the address without it, a number takes the place of the query: most servers give
    the same page for it.
    """
    typed = article.canonical_url
    named = article.address_changes.filter(
        new_url=typed, evidence=AddressChange.Evidence.CANONICAL, undone_at=None
    )
    if is_harmless(typed) or named.exists():
        return
    bare = typed.partition("?")[0]
    if Article.objects.filter(canonical_url=bare).exists():
        bare = f"{bare}?article={article.pk}"
    article.canonical_url = bare
    article.save(update_fields=["canonical_url"])
    Report.objects.filter(url=typed).update(url=bare)
    if not Address.objects.filter(url=bare).exists():
        Address.objects.filter(url=typed).update(url=bare)


def _if_published(words: str, article: Article | None) -> str:
    wanted = " ".join(words.split())
    if not wanted or article is None:
        return ""
    texts = Revision.objects.filter(article=article).order_by("-number").values_list("text", flat=True)
    return words if any(wanted in " ".join(text.split()) for text in texts.iterator(chunk_size=10)) else ""


def _article_of(report: Report) -> Article | None:
    if report.case is not None and report.case.article is not None:
        return report.case.article
    known = Address.objects.select_related("article").filter(url=report.url).first()
    return known.article if known is not None else None


def _drop_contact(report: Report) -> None:
    if report.contact_id is not None:
        Contact.objects.filter(pk=report.contact_id).delete()
        report.contact = None


def _delete_report(report: Report, *, at: datetime) -> None:
    """Delete a report that no history names; of its mails the keys stay."""
    mails = Mail.objects.filter(report=report)
    empty_mails(mails, at=at)
    FollowUp.objects.filter(report=report).delete()
    mails.update(report=None)
    Trace.objects.filter(at=report.created_at).delete()
    _drop_contact(report)
    report.delete()


def _taken(number: int) -> Report | None:
    # Locked first and read afterwards: PostgreSQL waits for a lock and then shows the report as it is now,
    # but what is joined as it was before. A case opened meanwhile would be missed, and lose its report.
    if Report.objects.select_for_update().filter(pk=number).first() is None:
        return None
    return Report.objects.select_related("case__article", "contact").get(pk=number)
