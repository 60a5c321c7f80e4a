"""What the plain form reads."""

from corrigenda.models import Address, Article


def headline_of(url: str) -> str:
    """Return the headline of the article that a cleaned address leads to.

    Empty where it is not known yet, and where the article is not public (any more).
    """
    known = Address.objects.select_related("article").filter(url=url).first()
    article = known.article if known else Article.objects.filter(canonical_url=url).first()
    return article.headline if article is not None and article.is_public else ""
