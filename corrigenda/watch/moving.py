"""Which article an address leads to: joins addresses to articles, moves an article, and takes a move back."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from corrigenda import ledger
from corrigenda.connectors.addresses import is_front
from corrigenda.ledger import Actor, Change
from corrigenda.models import Address, AddressChange, Article, Case, Member, Site
from corrigenda.watch import queries
from corrigenda.watch.answers import ForgottenError, NotReadError, TryLaterError
from corrigenda.watch.reading import Reading

ROOM = "watch"

VERBS = {
    AddressChange.Evidence.REDIRECT: "moved_by_redirect",
    AddressChange.Evidence.CANONICAL: "moved_by_canonical",
}
"""The verb of the entry that tells a case that its article is kept under another address."""


def article_for(address: Address, reading: Reading) -> Article:
    """Return the article that a reading belongs to, locked; made where there is none.

    Raises ForgottenError where the address has been erased since.

    An article moves along with the address that it is kept under where the reading has evidence for it. The
    decision was made over rows that may have changed meanwhile, so they are looked at again under the lock.
    The order of locks is site, article, addresses: everybody keeps to it.
    """
    if reading.twins:
        # Two addresses of one stored article that are read for the first time at once are one article.
        Site.objects.select_for_update(no_key=True).get(pk=address.site_id)
    standing_id: int | None = still_known(address).article_id
    if standing_id is not None and not reading.is_apart:
        standing = Article.objects.select_for_update().get(pk=standing_id)
        if standing_id != reading.known_article and standing.canonical_url != reading.canonical:
            raise TryLaterError("Another reading of this address was faster.")
        if reading.evidence and standing.canonical_url == address.url:
            _move(standing, reading)
        return standing
    if standing_id is None and reading.known_article is not None:
        raise TryLaterError("The address was taken away from its article meanwhile.")
    canonical = queries.twin_of(address.site, reading.canonical, reading.twins)
    if not reading.evidence:
        site, text, headline = address.site, reading.text, reading.headline
        canonical = queries.same_at_path(site, canonical, text=text, headline=headline)
    return _article_at(address, canonical)


def named_article(address: Address, canonical: str) -> Article | None:
    """Return the article of an unread address by the canonical URL of its page, made where there is none.

    None where that is another site's.
    """
    try:
        return _article_at(address, canonical)
    except NotReadError:
        return None


def join_addresses(article: Article, *, address: Address, reading: Reading) -> None:
    """Have the address that was read lead to the article, with the ones that are known along with it.

    An address that leads to another article, or is another site's, stays where it is. The AMP address that a
    page names is taken on trust until somebody reports it: then it is read itself.
    """
    urls = {address.url, article.canonical_url} | ({reading.amp} if reading.amp else set())
    # Sorted, so that two workers lock the rows in the same order.
    for url in sorted(urls):
        is_named = url not in {address.url, article.canonical_url}
        outcome = Article.Outcome.UNREAD if is_named else Article.Outcome.READ
        defaults = {"site_id": article.site_id, "article": article, "outcome": outcome}
        row, made = lock_address(url, of=address, defaults=defaults)
        if made and url != address.url:
            continue
        if row.site_id != article.site_id or (
            url != address.url and row.article_id not in {None, article.pk}
        ):
            continue
        if is_named and (row.article_id is not None or row.tried_at is not None):
            continue
        row.article, row.outcome, row.problem = article, outcome, ""
        row.attempts, row.next_attempt_at = 0, None
        row.doubted_text, row.doubted_at = "", None
        row.leads_to = reading.leads_to if url == address.url else row.leads_to
        row.save()


def still_known(address: Address) -> Address:
    """Return the row of an address as it is now; raises ForgottenError where it has been erased since."""
    row = Address.objects.filter(pk=address.pk).first()
    if row is None:
        raise ForgottenError
    return row


def lock_address(url: str, *, of: Address, defaults: dict[str, Any]) -> tuple[Address, bool]:
    """Return the row of an address, locked, and whether it was made.

    The address `of` that was read is not made again: raises ForgottenError where it has been erased since.
    """
    rows = Address.objects.select_for_update()
    if url != of.url:
        return rows.get_or_create(url=url, defaults=defaults)
    row = rows.filter(pk=of.pk).first()
    if row is None:
        raise ForgottenError
    return row, False


def undo_move(*, change: AddressChange, member: Member) -> bool:
    """Keep an article under its former address again; whether that was done.

    Only the last change can be undone, and only while no other article is kept under the former address. The
    same evidence does not move the article a second time. The address that it is taken away from leads to no
    article until somebody reports it; the article is read again at once.
    """
    now = timezone.now()
    with transaction.atomic():
        article = Article.objects.select_for_update().get(pk=change.article_id)
        others = Article.objects.filter(canonical_url=change.old_url).exclude(pk=article.pk)
        former, _made = Address.objects.get_or_create(
            url=change.old_url, defaults={"site_id": article.site_id, "article": article}
        )
        is_ours = former.site_id == article.site_id and former.article_id in {None, article.pk}
        if article.canonical_url != change.new_url or others.exists() or not is_ours:
            return False
        undone = AddressChange.objects.filter(pk=change.pk, undone_at=None)
        if not undone.update(undone_at=now, undone_by=member):
            return False
        article.canonical_url = change.old_url
        article.reading_asked_at = now
        article.save(update_fields=["canonical_url", "reading_asked_at"])
        fresh = {"outcome": Article.Outcome.UNREAD, "problem": "", "attempts": 0, "next_attempt_at": None}
        Address.objects.filter(url=change.new_url, article=article).update(article=None, **fresh)
        Address.objects.filter(pk=former.pk).update(article=article, attempts=0, next_attempt_at=None)
        _tell(article, Actor(ROOM, member), "move_undone", change.new_url, change.old_url)
    return True


def _article_at(address: Address, canonical: str) -> Article:
    Article.objects.get_or_create(canonical_url=canonical, defaults={"site_id": address.site_id})
    article = Article.objects.select_for_update().get(canonical_url=canonical)
    if article.site_id != address.site_id:
        raise NotReadError(Article.Outcome.FAILED, "The page belongs to another site of this desk.")
    return article


def _move(article: Article, reading: Reading) -> None:
    """Keep an article under the address that it was found at, unless something speaks against it.

    Two articles that have become one are for a human to join; an address that those of other articles lead to
    is where stories end that were taken down; what a member has undone stays undone. A text unlike the
    article's first that has replaced several others is perhaps what the site shows for any page that is gone.
    """
    old, new = article.canonical_url, reading.canonical
    others = Address.objects.filter(site=article.site_id, leads_to=new).exclude(article=article)
    if old == new or is_front(new) or queries.is_taken(article.pk, new) or others.exists():
        return
    if reading.is_foreign and queries.is_common(article.site_id, text=reading.text):
        return
    try:
        with transaction.atomic():
            article.canonical_url = new
            article.save(update_fields=["canonical_url"])
    except IntegrityError:  # another worker has made an article of that address just now
        article.canonical_url = old
        return
    change = AddressChange.objects.create(
        article=article, old_url=old, new_url=new, evidence=reading.evidence, changed_at=timezone.now()
    )
    _tell(article, Actor(ROOM), VERBS[AddressChange.Evidence(change.evidence)], old, new)


def _tell(article: Article, by: Actor, verb: str, old: str, new: str) -> None:
    """Write the change into the history of every case of the article.

    Queries are left out: an entry is never deleted, and what stands behind a question mark may be a reader's.
    """
    change = Change(
        verb=verb,
        before=old.partition("?")[0],
        after=new.partition("?")[0],
        rows={"article": article.pk},
    )
    for case in Case.objects.filter(article=article).order_by("id"):
        ledger.note(case, by=by, change=change)
