"""Shows the changes of the address that an article is kept under, and which of them can be undone."""

from corrigenda.decide.moments import Moment
from corrigenda.decide.pages import AddressMove
from corrigenda.models import Address, AddressChange, Article


def view_moves(article: Article | None) -> list[AddressMove]:
    """Return the changes of an article's address, newest first; the last one may have a button to undo it."""
    if article is None:
        return []
    changes = AddressChange.objects.filter(article=article).select_related("undone_by").order_by("-id")
    return [_view_move(article, change) for change in changes[:10]]


def _view_move(article: Article, change: AddressChange) -> AddressMove:
    may_undo = change.undone_at is None and change.new_url == article.canonical_url
    return AddressMove(
        change_id=change.pk,
        old=change.old_url,
        new=change.new_url,
        why=str(AddressChange.Evidence(change.evidence).label),
        at=Moment(change.changed_at),
        undone=Moment(change.undone_at) if change.undone_at is not None else None,
        undone_by=str(change.undone_by) if change.undone_by else "",
        may_undo=may_undo and not _is_in_use(article, change.old_url),
    )


def _is_in_use(article: Article, url: str) -> bool:
    """Whether another article has the address by now."""
    kept = Article.objects.filter(canonical_url=url).exclude(pk=article.pk)
    read = Address.objects.filter(url=url, article__isnull=False).exclude(article=article)
    return kept.exists() or read.exists()
