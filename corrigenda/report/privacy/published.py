"""Says which of a report's words are the publication's own; no row is locked while its texts are searched."""

from collections.abc import Iterator
from typing import NamedTuple

from corrigenda.models import Address, Article, Report, Revision


class Basis(NamedTuple):
    """What it follows from: where the same holds later, the words that were found count."""

    article: int | None
    newest: int | None
    """The newest revision."""
    exact: str
    prefix: str
    suffix: str


class Published(NamedTuple):
    """What may stay of a report's quotation, empty where nobody published it; and what that follows from."""

    basis: Basis
    exact: str
    prefix: str
    suffix: str


def published_of(number: int) -> Published | None:
    """Return which words of a report its article has or had; None where it is gone or has no case.

    From the widget the quote is the article's. In the form and in a mail it is typed by hand and may be
    anything: it stays only where it is in a revision of the article that was read.
    """
    report = Report.objects.select_related("case__article").filter(pk=number).first()
    if report is None or report.case is None:
        return None
    basis = basis_of(report)
    wanted = {words: " ".join(words.split()) for words in (basis.exact, basis.prefix, basis.suffix)}
    found: set[str] = set()
    for text in _texts(basis.article):
        if not (missing := {words for words, one in wanted.items() if one} - found):
            break
        bare = " ".join(text.split())
        found |= {words for words in missing if wanted[words] in bare}
    exact, prefix, suffix = (words if words in found else "" for words in basis[2:])
    return Published(basis, exact, prefix, suffix)


def basis_of(report: Report) -> Basis:
    """Return what is asked about a report as it is now; no text of an article is read."""
    article = article_of(report)
    newest = None
    if article is not None:
        newest = article.revisions.order_by("-number").values_list("pk", flat=True).first()
    pk = article.pk if article is not None else None
    return Basis(pk, newest, report.exact, report.prefix, report.suffix)


def article_of(report: Report) -> Article | None:
    """Return the article of a report: its case's, or the one that its address leads to."""
    if report.case is not None and report.case.article is not None:
        return report.case.article
    known = Address.objects.defer("doubted_text").select_related("article").filter(url=report.url).first()
    return known.article if known is not None else None


def _texts(article: int | None) -> Iterator[str]:
    """Yield the texts of an article's revisions, the newest first; no statement is left open in between."""
    revisions = Revision.objects.filter(article=article).order_by("-number")
    for pk in list(revisions.values_list("pk", flat=True)) if article is not None else ():
        yield Revision.objects.values_list("text", flat=True).get(pk=pk)
