"""The desk's view of mails: what came with a case, what came last, a file, and naming an article."""

from typing import Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from corrigenda.flow import OPEN
from corrigenda.models import Attachment, Case, Member
from corrigenda.report.drafts import RefusedError
from corrigenda.report.held.queries import number_in
from corrigenda.report.mail import actions, queries
from corrigenda.report.mail.attachments import SUFFIXES, path_of
from corrigenda.report.pages import FileLine, LetterLines, MailPage, MailPanel, MailsPage, MailTextPage
from corrigenda.web.back import go_back, member_button
from corrigenda.web.pages import render

WHY: Final = {
    "type": gettext_lazy("files of this type are not kept"),
    "size": gettext_lazy("too large"),
    "sum": gettext_lazy("too large together with the others"),
    "count": gettext_lazy("one of too many"),
    "text": gettext_lazy("the end of a long text; the whole stands below"),
    "end": gettext_lazy("the end of the mail; only its beginning was kept"),
}
"""Why something of a mail was not kept."""


@never_cache
@require_safe
@login_required
def show_panel(request: HttpRequest, case_id: int) -> HttpResponse:
    """Show what came by mail with a case; for htmx a fragment, empty where nothing did."""
    case = get_object_or_404(Case, pk=case_id)
    panel = _panel(case, after=number_in(request.GET.get("after", "")))
    if "HX-Request" not in request.headers:
        return render(request, MailPage(case_id=case.pk, panel=panel))
    return render(request, panel) if panel is not None else HttpResponse()


@never_cache
@require_safe
@login_required
def show_mails(request: HttpRequest) -> HttpResponse:
    """Show the latest answers, the letters that reached nobody, and a page of the mails set aside."""
    after = number_in(request.GET.get("after", ""))
    aside, next_after = queries.page_of_aside(after)
    page = MailsPage(
        follow_ups=queries.latest_follow_ups(),
        undelivered=queries.latest_undelivered(),
        aside=aside,
        aside_count=queries.mails_aside().count(),
        is_beginning=not after,
        next_after=next_after,
        left_count=queries.count_left(),
    )
    return render(request, page)


@never_cache
@require_safe
@login_required
def show_text(request: HttpRequest, mail_id: int) -> HttpResponse:
    """Show the whole text of one mail that belongs to a case."""
    mail = queries.mail_of_case(mail_id)
    if mail is None or mail.report is None or mail.report.case_id is None:
        raise Http404
    comment = mail.follow_up.comment if hasattr(mail, "follow_up") else ""
    page = MailTextPage(mail.report.case_id, comment, mail.text, mail.report.language)
    return render(request, page)


@never_cache
@require_safe
@login_required
def download(request: HttpRequest, attachment_id: int) -> HttpResponse | FileResponse:  # noqa: ARG001
    """Send a file to be saved, never to be shown in a page."""
    found = get_object_or_404(Attachment, pk=attachment_id)
    try:
        content = path_of(found.digest).open("rb")
    except FileNotFoundError:
        raise Http404 from None
    # A name of our own making: the sender's may be anything, and may end in anything.
    name = f"attachment-{found.pk}{SUFFIXES[found.media_type]}"
    return FileResponse(content, as_attachment=True, filename=name, content_type=found.media_type)


@member_button
def name_article(request: HttpRequest, member: Member, case_id: int) -> HttpResponse:
    """Say which article a case is about, and go back."""
    get_object_or_404(Case, pk=case_id)
    try:
        actions.name_article(case_id=case_id, member=member, url=request.POST.get("url", ""))
    except RefusedError as error:
        messages.error(request, " ".join(error.problems.values()))
    else:
        messages.success(request, _("The article will be read in a moment."))
    return go_back(request)


def _panel(case: Case, *, after: int) -> MailPanel | None:
    found, next_after = queries.mails_of_case(case, after=after)
    needs_article = case.state in OPEN and any(
        came.mail.report is not None and came.mail.report.case_id == case.pk and not came.mail.report.url
        for came in found
    )
    if not found and not after:
        return None
    return MailPanel(
        case_id=case.pk,
        letters=[_lines(came) for came in found],
        needs_article=needs_article,
        is_beginning=not after,
        next_after=next_after,
    )


def _lines(came: queries.Came) -> LetterLines:
    mail = came.mail
    return LetterLines(
        number=mail.pk,
        at=mail.taken_at,
        is_answer=came.is_answer,
        is_gone=mail.emptied_at is not None,
        comment=came.comment,
        text=came.text,
        is_cut=came.is_cut,
        language=mail.report.language if mail.report is not None else "",
        files=[
            FileLine(file.pk, file.name or f"attachment-{file.pk}", file.media_type, file.size)
            for file in mail.attachments.all()
        ],
        left_out=[
            f"{left['name']}: {WHY[left['why']]}" if left["name"] else str(WHY[left["why"]])
            for left in mail.left_out
        ],
    )
