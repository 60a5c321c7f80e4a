"""allauth's pages of sign-in, sign-out and a new password, with this desk's limits, audit log and cookie."""

from typing import Any, Final

from allauth.account.views import LoginView, LogoutView, PasswordChangeView
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect

from corrigenda.accounts import alerts, audit, devices
from corrigenda.accounts.actions import OutdatedError, make_room_for_session
from corrigenda.accounts.forms import NewPasswordForm, SignInForm, Slowed
from corrigenda.models import Alert, Member

FORGET: Final = '"cache"'
"""What a browser throws away at sign-out (Clear-Site-Data).

Its cookies stay: one of them is the device's, which outlives sessions. Its storage stays too: it says whether
the keys of the desk are on, and nothing of a reader.
"""


def _slowed(response: HttpResponse, form: Slowed) -> HttpResponse:
    """Give the page of a form that must wait its status, and the seconds for programs."""
    if form.seconds:
        response.status_code = form.status
        response["Retry-After"] = str(form.seconds)
    return response


class SignInView(LoginView):
    """Sign-in."""

    def form_valid(self, form: SignInForm) -> HttpResponse:
        """Remember the browser that a member signed in with, and end a session where there are too many."""
        with transaction.atomic():
            response: HttpResponse = super().form_valid(form)
            member = self.request.user
            if not isinstance(member, Member):
                return response
            origin = audit.origin_of(self.request)
            audit.record(audit.Kind.SIGNED_IN, member=member, origin=origin)
            make_room_for_session(member=member, by=origin)
            if not devices.device_of(self.request, member):
                alerts.alert_member(Alert.Kind.NEW_BROWSER, member=member, origin=origin)
        devices.remember(self.request, response, member)
        return response

    def form_invalid(self, form: SignInForm) -> HttpResponse:
        """Show the form again, with the name that was typed."""
        return _slowed(super().form_invalid(form), form)


class SignOutView(LogoutView):
    """Sign-out."""

    def post(self, *args: object, **kwargs: object) -> HttpResponse:
        """End the session, and let the browser forget the pages that it has seen."""
        response: HttpResponse = super().post(*args, **kwargs)
        response["Clear-Site-Data"] = FORGET
        return response

    def logout(self) -> None:
        """End the session, and note it.

        Not in one transaction: once the session is flushed, any answer takes the browser's cookie away, and
        nobody could end a session that came back because the event could not be written.
        """
        member = self.request.user
        origin = audit.origin_of(self.request)
        super().logout()
        if isinstance(member, Member):
            audit.try_record(audit.Kind.SIGNED_OUT, member=member, origin=origin)


class NewPasswordView(PasswordChangeView):
    """A new password, for somebody who knows the present one."""

    def get_form_kwargs(self) -> dict[str, Any]:
        """Tell the form where the request comes from."""
        return {**super().get_form_kwargs(), "request": self.request}

    def form_valid(self, form: NewPasswordForm) -> HttpResponse:
        """Remember the browser: its former cookie is void with the former password."""
        try:
            response: HttpResponse = super().form_valid(form)
        except OutdatedError:
            # The page again, or sign-in: as the member's session is by now.
            return HttpResponseRedirect(self.request.path)
        devices.remember(self.request, response, form.member)
        return response

    def form_invalid(self, form: NewPasswordForm) -> HttpResponse:
        """Show the form again."""
        return _slowed(super().form_invalid(form), form)
