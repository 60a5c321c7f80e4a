"""The security header that neither Django nor django-csp sets."""

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse

NOT_NEEDED: Final = ("camera", "display-capture", "geolocation", "microphone", "payment", "usb")
"""Powers of a browser that no page of ours asks for, so that nothing slipped into one may (W3C)."""

_POLICY: Final = ", ".join(f"{power}=()" for power in NOT_NEEDED)


class PermissionsPolicy:
    """Middleware that adds the header Permissions-Policy."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request with the header added."""
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", _POLICY)
        return response
