"""Writes a line for each request of a member that was refused: who, what, where."""

import logging
from collections.abc import Callable

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

logger = logging.getLogger(__name__)


class NoteRefusals:
    """Middleware that logs a PermissionDenied with the member; Django's own line has only the path."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """Log the refusal; the answer is made as always."""
        if not isinstance(exception, PermissionDenied):
            return
        # Of strangers Django's own line has the path. There may be any number of them: web/log_limits.py.
        if name := request.user.get_username():
            logger.warning("%s was refused: %s %s", name, request.method, request.path)
