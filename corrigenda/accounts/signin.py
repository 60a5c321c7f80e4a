"""allauth as this desk uses it: members are made by an administrator, nobody signs up."""

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from corrigenda.accounts.actions import set_password
from corrigenda.accounts.audit import origin_of
from corrigenda.models import Member
from corrigenda.web.networks import address_of


class ClosedSignup(DefaultAccountAdapter):
    """allauth's adapter with the public sign-up shut, and with this desk's own list of trusted proxies."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Answer no: `corrigenda member add` makes members."""
        return False

    def is_ajax(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Answer no: there is one answer to a form, whatever headers ask for it."""
        return False

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:  # noqa: ARG002
        """Send a member who has a new password back to the desk."""
        return settings.LOGIN_REDIRECT_URL

    def is_safe_url(self, url: str) -> bool:
        """Whether a browser may be sent to an address: one of this very desk.

        allauth's own answer allows every host of ALLOWED_HOSTS, and fails at what is no address ("http://[").
        """
        return url_has_allowed_host_and_scheme(
            url, allowed_hosts={self.request.get_host()}, require_https=self.request.is_secure()
        )

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the address of the sender.

        allauth counts how many proxies are before it, which a visitor who reaches one of them directly can
        forge.
        """
        return address_of(request.META, settings.OPTIONS.trusted_proxies) or "unknown"

    def set_password(self, user: AbstractBaseUser, password: str) -> None:
        """Set a password as the shell does."""
        if not isinstance(user, Member):
            raise TypeError("Only members have passwords here.")
        set_password(member=user, password=password, by=origin_of(self.request))
