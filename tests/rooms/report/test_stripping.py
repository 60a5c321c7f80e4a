"""What erasing and expiring leave: the words of the article, and addresses that the newspaper gave."""

import itertools
from collections.abc import Callable

import pytest
from django.db.models import Q
from django.utils import timezone

from corrigenda.flow import State
from corrigenda.models import Address, AddressChange, Case, Report
from corrigenda.report.privacy.stripping import erase_report, expire_report
from tests.rooms.disclose.making import HTML, make_decided
from tests.rooms.factories import (
    ORIGIN,
    make_article,
    make_case,
    make_report,
    make_revision,
    make_site,
)

Strip = Callable[..., bool]
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("quote", "kept"),
    [
        ("31 houses in the\n old town.", True),
        ("31 houses", True),
        ("31 horses", False),
        ("Olena, olena@mail.example", False),
        ("", True),
    ],
)
def test_of_a_quotation_the_articles_own_words_stay(quote: str, kept: bool) -> None:
    site = make_site()
    article = make_article(site)
    case = make_case(article, make_revision(article, HTML), exact="31 houses")
    Report.objects.filter(case=case).update(exact=quote, prefix="destroyed ", suffix="Olena", position=7)
    make_revision(article, "<p>Nothing of it.</p>")
    assert erase_report(case.report.pk, at=timezone.now())
    report = Report.objects.get(case=case)
    assert report.exact == (quote if kept else "")
    assert report.position == (7 if kept and quote else None)
    assert (report.prefix, report.suffix) == ("destroyed ", "")


def test_an_address_keeps_what_the_publication_gave_it() -> None:
    site = make_site()
    article = make_article(site)
    typed = f"{ORIGIN}/story.html?from=olena"
    shared = f"{ORIGIN}/story.html?ref=shared"
    cases = []
    for url in (typed, shared):
        Address.objects.create(site=site, url=url, article=article)
        cases.append(make_case(article, make_revision(article, HTML), exact="31 houses"))
        Report.objects.filter(case=cases[-1]).update(url=url)
    make_report(site, exact="x", url=shared)
    unread = make_report(site, exact="x", url=f"{ORIGIN}/none.html?from=olena")
    unread.case = Case.objects.create(
        site=site, state=State.RECEIVED, opened_at=timezone.now(), changed_at=timezone.now()
    )
    unread.save()
    for report in [*(case.report for case in cases), unread]:
        erase_report(report.pk, at=timezone.now())
    assert list(Address.objects.values_list("url", flat=True)) == [article.canonical_url, shared]
    assert {Report.objects.get(case=case).url for case in cases} == {article.canonical_url}
    assert Report.objects.get(pk=unread.pk).url == f"{ORIGIN}/none.html"


@pytest.mark.parametrize("strip", [erase_report, expire_report])
def test_an_article_loses_the_query_that_a_redirect_took_along(strip: Strip) -> None:
    site = make_site()
    article = make_article(site, path="/story.html?name=MARKOlena")
    revision = make_revision(article, HTML)
    reports = []
    for start in ("http://", "https://www."):
        url = article.canonical_url.replace("https://", start)
        Address.objects.create(site=site, url=url, article=article, leads_to=article.canonical_url)
        reports.append(make_case(article, revision, exact="31 houses").report)
        Report.objects.filter(pk=reports[-1].pk).update(url=url)
    strip(reports[0].pk, at=timezone.now())
    article.refresh_from_db()
    assert "MARK" in article.canonical_url  # the other reader's, as far as anybody knows
    strip(reports[1].pk, at=timezone.now())
    article.refresh_from_db()
    assert article.canonical_url == f"{ORIGIN}/story.html"
    assert [(row.url, row.leads_to) for row in Address.objects.all()] == [(article.canonical_url, "")]
    assert set(Report.objects.values_list("url", flat=True)) == {article.canonical_url}


@pytest.mark.parametrize("strip", [erase_report, expire_report])
def test_former_addresses_of_an_article_lose_the_query_that_redirects_took_along(strip: Strip) -> None:
    """The article has moved several times since it was reported, and is kept without the query by now."""
    site = make_site()
    article = make_article(site)
    hosts = ("http://gazette.example", "https://gazette.example", "https://www.gazette.example", ORIGIN)
    urls = [f"{host}/old.html?name=MARKOlena" for host in hosts] + [article.canonical_url]
    canonical, redirect = AddressChange.Evidence.CANONICAL, AddressChange.Evidence.REDIRECT
    for old, new in itertools.pairwise(urls):
        Address.objects.create(site=site, url=old, article=article, leads_to=new)
        AddressChange.objects.create(
            article=article,
            old_url=old,
            new_url=new,
            evidence=canonical if new == article.canonical_url else redirect,
            changed_at=timezone.now(),
        )
    harmless = AddressChange.objects.create(
        article=article,
        old_url=f"{ORIGIN}/old.html?p=3",
        new_url=article.canonical_url,
        evidence=redirect,
        changed_at=timezone.now(),
    )
    revision = make_revision(article, HTML)
    one, other = (make_case(article, revision, exact="31 houses").report for _ in range(2))
    for report, url in ((one, urls[0]), (other, urls[2])):
        Report.objects.filter(pk=report.pk).update(url=url)
    strip(one.pk, at=timezone.now())
    left = {url for row in AddressChange.objects.all() for url in (row.old_url, row.new_url)}
    assert left >= {urls[2], urls[3]}  # the other reader's, as far as anybody knows
    assert not left & {urls[0], urls[1]}
    assert {row.url for row in Address.objects.filter(url__contains="MARK")} == {urls[2], urls[3]}
    strip(other.pk, at=timezone.now())
    assert list(AddressChange.objects.all()) == [harmless]
    assert not Address.objects.filter(Q(url__contains="MARK") | Q(leads_to__contains="MARK")).exists()
    assert set(Report.objects.values_list("url", flat=True)) == {article.canonical_url}


@pytest.mark.parametrize("strip", [erase_report, expire_report])
@pytest.mark.parametrize("is_taken", [False, True])
def test_an_article_loses_the_query_that_readers_gave_it(strip: Strip, is_taken: bool) -> None:
    site = make_site()
    bare = f"{ORIGIN}/story.html"
    if is_taken:
        make_article(site)
    article = make_article(site, path="/story.html?name=MARKOlena")
    revision = make_revision(article, HTML)
    one, other = (make_case(article, revision, exact="31 houses").report for _ in range(2))
    strip(one.pk, at=timezone.now())
    article.refresh_from_db()
    assert "MARK" in article.canonical_url  # the other reader's, as far as anybody knows
    strip(other.pk, at=timezone.now())
    article.refresh_from_db()
    address = f"{bare}?article={article.pk}" if is_taken else bare
    assert article.canonical_url == address
    assert set(Report.objects.values_list("url", flat=True)) == {address}
    assert article.addresses.get().url == address
    assert not Address.objects.filter(url__contains="MARK").exists()


@pytest.mark.parametrize(
    ("query", "evidence", "is_kept"),
    [
        ("p=412", None, True),
        ("title=a-story", AddressChange.Evidence.CANONICAL, True),
        ("title=a-story", AddressChange.Evidence.REDIRECT, False),
        ("title=a-story", None, False),
    ],
)
def test_an_article_keeps_the_query_that_the_newspaper_named(
    query: str, evidence: str | None, is_kept: bool
) -> None:
    article = make_article(make_site(), path=f"/story.html?{query}")
    url = article.canonical_url
    if evidence:
        AddressChange.objects.create(
            article=article,
            old_url=f"{ORIGIN}/old.html",
            new_url=url,
            evidence=evidence,
            changed_at=timezone.now(),
        )
    report = make_case(article, make_revision(article, HTML), exact="31 houses").report
    erase_report(report.pk, at=timezone.now())
    article.refresh_from_db()
    assert (article.canonical_url == url) == is_kept


@pytest.mark.parametrize(
    ("key", "kept"),
    [
        ("4f3c2f1e-0000-4000-8000-000000000001", True),
        (f"mail-{'0a' * 32}", True),
        ("olena@mail.example-1", False),
    ],
)
def test_a_key_stays_where_it_cannot_be_words(key: str, kept: bool) -> None:
    report = make_decided().case.report
    Report.objects.filter(pk=report.pk).update(idempotency_key=key, language="uk-olena")
    erase_report(report.pk, at=timezone.now())
    report.refresh_from_db()
    assert (report.idempotency_key == key) == kept
    assert report.language == "uk"
