"""One's own sessions and alerts, and the audit log for administrators."""

from typing import Final
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from corrigenda.accounts import actions, alerts, queries
from corrigenda.accounts.audit import origin_of
from corrigenda.accounts.pages import AlertsPart, AuditPage, SessionsPage, alert_row, event_row, session_row
from corrigenda.accounts.sessions import SessionStore
from corrigenda.models import AuditEvent, Member
from corrigenda.web.back import member_button
from corrigenda.web.pages import render
from corrigenda.web.plain import one_line

PAGE: Final = 50
MOST_ALERTS: Final = 5
_LONGEST_NUMBER: Final = 18
"""Digits that a 64-bit number surely holds."""


@require_safe
@never_cache
@login_required
def show_sessions(request: HttpRequest) -> HttpResponse:
    """List the member's own sessions."""
    this = _this(request)
    rows = [session_row(session, this) for session in queries.sessions_of(_member(request))]
    rows.sort(key=lambda row: not row.is_this)
    return render(request, SessionsPage(rows=rows, has_others=any(not row.is_this for row in rows)))


@never_cache
@member_button
def end_one(request: HttpRequest, member: Member) -> HttpResponse:
    """End one session; ending the one that asks is a sign-out."""
    try:
        public_id = UUID(request.POST.get("session", "")[:36])
    except ValueError:
        is_ended = False
    else:
        is_ended = actions.end_session(member=member, public_id=public_id, by=origin_of(request))
    if is_ended:
        messages.success(request, _("The session was ended."))
    else:
        messages.info(request, _("This session had ended already."))
    return HttpResponseRedirect(reverse("accounts:sessions"))


@never_cache
@member_button
def end_others(request: HttpRequest, member: Member) -> HttpResponse:
    """End all sessions but the one that asks."""
    number = actions.end_sessions(member=member, by=origin_of(request), keep=_this(request))
    said = ngettext("%(number)d session was ended.", "%(number)d sessions were ended.", number)
    messages.success(request, said % {"number": number})
    return HttpResponseRedirect(reverse("accounts:sessions"))


@require_safe
@never_cache
@login_required
def show_alerts(request: HttpRequest) -> HttpResponse:
    """Show the alerts that the member has not seen, as a fragment."""
    return _alerts(request, _member(request))


@never_cache
@member_button
def see(request: HttpRequest, member: Member) -> HttpResponse:
    """Note that the member has seen the alerts."""
    upto = request.POST.get("upto", "")
    if _is_number(upto):
        alerts.see_alerts(member=member, session=_this(request), upto=int(upto))
    if request.headers.get("HX-Request") == "true":
        return _alerts(request, member)
    return HttpResponseRedirect(reverse("accounts:sessions"))


@require_safe
@never_cache
@login_required
def show_audit(request: HttpRequest) -> HttpResponse:
    """Show the audit log, to administrators."""
    if not _member(request).may_manage_sites:
        raise PermissionDenied
    asked = {name: one_line(request.GET.get(name, ""))[:150] for name in ("member", "kind")}
    wanted = {name: value for name, value in asked.items() if value}
    before = request.GET.get("before", "")
    found = list(queries.events(**asked, before=int(before) if _is_number(before) else None)[: PAGE + 1])
    address = reverse("accounts:audit")
    more = {**wanted, "before": found[PAGE - 1].pk} if len(found) > PAGE else None
    page = AuditPage(
        rows=[event_row(event) for event in found[:PAGE]],
        members=queries.all_members(),
        kinds=[(value, str(label)) for value, label in AuditEvent.Kind.choices],
        member=asked["member"],
        kind=asked["kind"],
        first_url=f"{address}?{urlencode(wanted)}" if before else "",
        next_url=f"{address}?{urlencode(more)}" if more else "",
    )
    return render(request, page)


def _alerts(request: HttpRequest, member: Member) -> HttpResponse:
    found = list(alerts.alerts_to_show(member=member, session=_this(request))[:MOST_ALERTS])
    upto = max((alert.pk for alert in found), default=0)
    return render(request, AlertsPart(alerts=[alert_row(alert) for alert in found], upto=upto))


def _member(request: HttpRequest) -> Member:
    if not isinstance(request.user, Member):
        raise PermissionDenied
    return request.user


def _this(request: HttpRequest) -> UUID | None:
    session = request.session
    return session.row.public_id if isinstance(session, SessionStore) and session.row else None


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= _LONGEST_NUMBER
