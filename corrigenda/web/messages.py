"""Where messages wait for the next page: in a cookie of this very host, or else in the session."""

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage


class HostCookie(CookieStorage):
    """Django's cookie, under the prefix of this desk's other cookies. Django has no setting for its name."""

    cookie_name = f"{settings.COOKIE_PREFIX}messages"


class HostMessages(FallbackStorage):
    """Django's order: the cookie while there is room in it, then the session."""

    storage_classes = (HostCookie, SessionStorage)
