"""The public pages: the log, one notice, and a reader's status page."""

from typing import Final
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from corrigenda.disclose import queries
from corrigenda.disclose.answering import (
    answer_if_changed,
    log_tag,
    notice_or_404,
    page_tag,
    site_or_404,
)
from corrigenda.disclose.entries import entry_of
from corrigenda.disclose.linked_data import correction_of, linked_data_block
from corrigenda.disclose.pages import KindLink, LogPage, NoticePage, StatusPage
from corrigenda.disclose.standing import (
    DECIDED,
    gone_sentence,
    is_joined,
    mail_sentence,
    moments_of,
    outcome_of,
    sentence_of,
    standing_of,
    title_of,
)
from corrigenda.models import NoticeKind, Report, Site
from corrigenda.passage import Selector
from corrigenda.web.answers import answer_of
from corrigenda.web.notices import kind_label
from corrigenda.web.pages import render
from corrigenda.web.places import exact_place, public_place
from corrigenda.web.plain import spoken_language

ENTRIES: Final = 30
# The pages hold the form that changes the language, and in it a token of the visitor's own: no shared cache
# may keep them.
CACHING: Final = "private, no-cache"


@require_safe
def show_log(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a page of a site's log; `kind` filters it, `before` names the notice that the page follows."""
    site = site_or_404(slug)
    kind = request.GET.get("kind", "")
    if kind and kind not in NoticeKind.values:
        raise Http404
    before = notice_or_404(site, request.GET.get("before"))
    version = queries.log_version(site)

    def respond() -> HttpResponse:
        found = queries.notices_before(site, kind=kind, before=before, limit=ENTRIES + 1)
        shown = found[:ENTRIES]
        page = LogPage(
            site=site,
            entries=[entry_of(notice, request.LANGUAGE_CODE) for notice in shown],
            kinds=_kind_links(site, kind, request.LANGUAGE_CODE),
            is_filtered=bool(kind),
            newest_url=_log_path(site, kind=kind) if before else "",
            older_url=_log_path(site, kind=kind, before=shown[-1].pk) if len(found) > ENTRIES else "",
            atom_url=reverse("disclose:atom", args=[slug]),
            json_url=reverse("api:log", args=[slug]),
        )
        return render(request, page)

    tag = log_tag(site, version, page_tag(request))
    return answer_if_changed(request, respond, tag=tag, newest=version.newest, caching=CACHING)


@require_safe
def show_notice(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Show one published notice at its permanent address."""
    site = site_or_404(slug)
    notice = notice_or_404(site, str(pk))
    if notice is None:
        raise Http404

    def respond() -> HttpResponse:
        page = NoticePage(
            site=site,
            entry=entry_of(notice, request.LANGUAGE_CODE),
            linked_data=linked_data_block(correction_of(notice)),
            log_url=_log_path(site),
            atom_url=reverse("disclose:atom", args=[slug]),
            json_url=reverse("api:log", args=[slug]),
        )
        return render(request, page)

    version = queries.LogVersion(pk=notice.pk, newest=notice.published_at)
    tag = log_tag(site, version, notice.article.canonical_url, notice.article.outcome, page_tag(request))
    return answer_if_changed(request, respond, tag=tag, newest=notice.published_at, caching=CACHING)


@require_safe
@never_cache
def show_status(request: HttpRequest, token: str) -> HttpResponse:
    """Show one reader what has become of the report; whoever has the address is that reader."""
    report = queries.report_with(token)
    if report is None:
        raise Http404
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    language = spoken_language(chosen, report.language, report.site.language)
    with translation.override(language):
        response = render(request, _status_page(report, language))
    response["Content-Language"] = language
    # No other origin learns the address; "no-referrer" would also take the Origin from our own forms.
    response["Referrer-Policy"] = "same-origin"
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response


def _status_page(report: Report, language: str) -> StatusPage:
    outcome = outcome_of(report)
    standing = standing_of(report, outcome)
    case = outcome.case if outcome is not None else None
    article = case.article if case is not None else None
    notice = outcome.notice if outcome is not None else None
    answer = None
    if outcome is not None and outcome.decision is not None and standing in DECIDED:
        answer = answer_of(decision=outcome.decision, notice=notice, language=language)
    url = article.canonical_url if article is not None else report.url
    own = Selector(report.exact, report.prefix, report.suffix)
    place = exact_place(url, notice=None, words=own)
    if case is not None:
        place = public_place(url, case=case, is_decided=standing in DECIDED, notice=notice, own=own)
    return StatusPage(
        site=report.site,
        standing=standing,
        title=title_of(standing, outcome),
        sentence=sentence_of(standing, outcome),
        is_joined=is_joined(report.case),
        moments=moments_of(report, outcome),
        headline=article.headline if article is not None and article.is_public else "",
        quote=report.exact,
        suggestion=report.suggestion,
        comment=report.comment,
        concern=str(Report.Concern(report.concern).label),
        report_language=report.language,
        answer=answer,
        note_language=notice.language if notice is not None else "",
        place_url=place,
        mail=mail_sentence(report, mail_is_on=bool(settings.EMAIL_HOST)),
        gone=gone_sentence(report, language),
    )


def _kind_links(site: Site, current: str, language: str) -> list[KindLink]:
    links = [KindLink(label=_("All"), url=_log_path(site), is_current=not current)]
    for kind in NoticeKind.values:
        label = kind_label(kind, language)
        links.append(KindLink(label=label, url=_log_path(site, kind=kind), is_current=kind == current))
    return links


def _log_path(site: Site, *, kind: str = "", before: int | None = None) -> str:
    query = {"kind": kind, "before": str(before or "")}
    written = urlencode({name: value for name, value in query.items() if value})
    path = reverse("disclose:log", args=[site.slug])
    return f"{path}?{written}" if written else path
