"""The pages of sign-in and of a new password: allauth's, with this desk's limits and its device cookie."""

from typing import Final

from allauth.account.views import LoginView, LogoutView, PasswordChangeView
from django.http import HttpResponse

from corrigenda.accounts import devices
from corrigenda.accounts.forms import NewPasswordForm, SignInForm, Slowed

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
        """Remember the browser that a member signed in with."""
        response: HttpResponse = super().form_valid(form)
        if self.request.user.is_authenticated:
            devices.remember(self.request, response, self.request.user)
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


class NewPasswordView(PasswordChangeView):
    """A new password, for somebody who knows the present one."""

    def form_valid(self, form: NewPasswordForm) -> HttpResponse:
        """Remember the browser: its former cookie is void with the former password."""
        response: HttpResponse = super().form_valid(form)
        devices.remember(self.request, response, form.member)
        return response

    def form_invalid(self, form: NewPasswordForm) -> HttpResponse:
        """Show the form again."""
        return _slowed(super().form_invalid(form), form)
