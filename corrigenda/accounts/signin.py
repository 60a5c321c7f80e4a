"""Sign-in at the desk: members are made by an administrator, nobody signs up."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import ChangePasswordForm, LoginForm
from django.conf import settings
from django.forms import BaseForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from corrigenda.web.networks import address_of


class ClosedSignup(DefaultAccountAdapter):
    """allauth's adapter with the public sign-up shut, and with this desk's own list of trusted proxies."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Answer no: `corrigenda member add` makes members."""
        return False

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:  # noqa: ARG002
        """Send a member who has a new password back to the desk."""
        return settings.LOGIN_REDIRECT_URL

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the address that attempts to sign in are counted by; those from no network count as one.

        allauth counts how many proxies stand before it, which a visitor who reaches one of them directly can
        forge.
        """
        return address_of(request.META, settings.OPTIONS.trusted_proxies) or "unknown"


def _label(form: BaseForm, **labels: object) -> None:
    """Label the fields outside of them: allauth's placeholders are gone as soon as somebody types."""
    for name, label in labels.items():
        form.fields[name].label = str(label)
        form.fields[name].widget.attrs.pop("placeholder", None)


class SignInForm(LoginForm):
    """Name or e-mail address, and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _label(self, login=_("User name or e-mail address"), password=_("Password"))
        self.fields["login"].widget.attrs["autocomplete"] = "username"
        self.fields["password"].help_text = ""
        self.fields["remember"].label = _("Stay signed in on this device")


class NewPasswordForm(ChangePasswordForm):
    """The present password, and the new one twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _label(
            self,
            oldpassword=_("Present password"),
            password1=_("New password"),
            password2=_("New password, again"),
        )
