"""Takes out of a report what belongs to its reader, and leaves what the history of its case needs."""

import re
import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Final

from django.db.models import Q, QuerySet

from corrigenda import ledger
from corrigenda.ledger import Actor, Change, StaleCaseError
from corrigenda.models import (
    Address,
    AddressChange,
    Article,
    Attachment,
    Case,
    Contact,
    Delivery,
    FollowUp,
    Mail,
    Report,
    Trace,
)
from corrigenda.report.privacy.published import Published, article_of, basis_of, published_of
from corrigenda.web.places import is_harmless
from corrigenda.web.sharing import TURNS

BY: Final = Actor(room="report")
_NAMED: Final = AddressChange.Evidence.CANONICAL
MOST_TRIES: Final = 10
"""Each further one needs a writer that was there in the seconds of the one before."""
# A page's or a form's own key, or one made of a mail: all of them drawn or computed, none of them words.
_PLAIN_KEY: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|mail-[0-9a-f]{64}")


def erase_report(number: int, *, at: datetime) -> bool:
    """Erase what a reader wrote and left with a report, at the reader's wish; False where it was gone.

    A report with a case keeps its row, for the history names it; one without is deleted. One transaction: a
    process that is killed has done all of it or nothing, and a repeat changes nothing.
    """
    return _clear(number, at=at, clear=_erase)


def expire_report(number: int, *, at: datetime) -> bool:
    """Take out of a report what identifies its reader, all but the address; the suggested wording stays.

    A report without a case, which nobody let in, is deleted. Returns False where it was gone.
    """
    return _clear(number, at=at, clear=_expire)


def _clear(number: int, *, at: datetime, clear: Callable[[Report, Case, Published, datetime], None]) -> bool:
    """Clear a report in one transaction, which begins when the article's texts have been searched.

    A long article has hundreds of them: everybody else's writes would wait on SQLite. Where report or article
    have changed since, they are searched again.
    """
    for _try in range(MOST_TRIES):
        published = published_of(number)
        with TURNS.transaction():
            report = _taken(number)
            if report is None:
                return False
            if report.case is None:
                _delete_report(report, at=at)
                return True
            if published is not None and published.basis == basis_of(report):
                clear(report, report.case, published, at)
                return True
    message = f"Report {number} was changed by others all the time; nothing of it was cleared."
    raise StaleCaseError(message)


def _erase(report: Report, case: Case, published: Published, at: datetime) -> None:
    is_first = report.erased_at is None
    _strip(report, published, at=at)
    _drop_contact(report)
    report.suggestion = ""
    report.erased_at = report.erased_at or at
    report.save()
    if is_first:
        ledger.note(case, by=BY, change=Change(verb="erased", rows={"report": report.pk}))


def _expire(report: Report, case: Case, published: Published, at: datetime) -> None:  # noqa: ARG001 (as for _erase)
    _strip(report, published, at=at)
    report.expired_at = report.expired_at or at
    report.save()


def empty_mails(mails: QuerySet[Mail], *, at: datetime) -> None:
    """Take text, bytes and files out of mails; the rows stay, so that the same mail is known again."""
    Attachment.objects.filter(mail__in=mails).delete()
    mails.filter(emptied_at=None).update(emptied_at=at)
    mails.update(about="", text="", raw=None, left_out=[])


def _strip(report: Report, published: Published, *, at: datetime) -> None:
    FollowUp.objects.filter(report=report).update(comment="")
    empty_mails(Mail.objects.filter(report=report), at=at)
    Delivery.objects.filter(reply__report=report).update(problem="")
    Trace.objects.filter(at=report.created_at).delete()
    _keep_the_articles_words(report, published)
    report.comment = report.image = ""
    # Subtags may be anything of eight letters.
    report.language = report.language.partition("-")[0]
    if not _PLAIN_KEY.fullmatch(report.idempotency_key):
        report.idempotency_key = f"erased-{secrets.token_hex(16)}"


def _keep_the_articles_words(report: Report, published: Published) -> None:
    """Keep of quote, surroundings and address what is the publication's own."""
    article = article_of(report)
    report.exact, report.prefix, report.suffix = published.exact, published.prefix, published.suffix
    if not report.exact:
        report.position = None
    reported = report.url
    others = Report.objects.filter(url=reported, erased_at=None, expired_at=None).exclude(pk=report.pk)
    is_shared = others.exists()
    if article is not None and not is_shared:
        passed = _passed_through(report, article)
        if _is_only_theirs(report, article):
            _forget_typed_query(article)
        _forget_addresses(passed)
    report.url = article.canonical_url if article is not None else reported.partition("?")[0]
    if reported == report.url or is_shared:
        return
    Address.objects.filter(url=reported).delete()
    AddressChange.objects.filter(Q(old_url=reported) | Q(new_url=reported)).delete()


def _is_only_theirs(report: Report, article: Article) -> bool:
    """Whether the article's address is the one that was reported, or where that redirects, and nobody else's.

    A redirect takes the query along, as from http to https.
    """
    kept = article.canonical_url
    leading = Address.objects.filter(leads_to=kept).values("url")
    if kept != report.url and not leading.filter(url=report.url).exists():
        return False
    others = Report.objects.filter(Q(url=kept) | Q(url__in=leading), erased_at=None, expired_at=None)
    return not others.exclude(pk=report.pk).exists()


def _passed_through(report: Report, article: Article) -> list[str]:
    """Return the former addresses of the article through which a redirect took the reported query along.

    The article may have moved several times since. What the newspaper's own page named stays, and what
    another reader's report has or is redirected to.
    """
    query = report.url.partition("?")[2]
    if is_harmless(report.url):
        return []
    changes = list(article.address_changes.values_list("old_url", "new_url", "evidence", "undone_at"))
    named = {new for _old, new, evidence, undone in changes if evidence == _NAMED and undone is None}
    passed = {url for old, new, *_rest in changes for url in (old, new) if url.partition("?")[2] == query}
    passed -= {article.canonical_url, *named}
    leading = Address.objects.filter(leads_to__in=passed)
    others = Report.objects.filter(Q(url__in=passed) | Q(url__in=leading.values("url")))
    others = others.filter(erased_at=None, expired_at=None).exclude(pk=report.pk)
    theirs = set(others.values_list("url", flat=True))
    theirs |= set(leading.filter(url__in=theirs).values_list("leads_to", flat=True))
    return sorted(passed - theirs)


def _forget_addresses(urls: list[str]) -> None:
    Address.objects.filter(url__in=urls).delete()
    AddressChange.objects.filter(Q(old_url__in=urls) | Q(new_url__in=urls)).delete()
    for url in urls:
        Address.objects.filter(leads_to=url).update(leads_to=url.partition("?")[0])


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
    Address.objects.filter(leads_to=typed).update(leads_to=bare)
    if Address.objects.filter(url=bare).exists():
        Address.objects.filter(url=typed).delete()
    else:
        Address.objects.filter(url=typed).update(url=bare)
    AddressChange.objects.filter(Q(old_url=typed) | Q(new_url=typed)).delete()


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
    # but what is joined as it was before. A case opened in between would be missed, and lose its report.
    if Report.objects.select_for_update().filter(pk=number).first() is None:
        return None
    return Report.objects.select_related("case__article", "contact").get(pk=number)
