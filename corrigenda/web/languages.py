"""Which languages a page is offered in: readers have them all, the desk has its own few."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.context_processors import i18n
from django.utils import translation

from corrigenda.web.sizes import MOST_NEXT

NEWSROOM: Final = ("/desk/", "/accounts/")
"""Where the addresses begin that only the newsroom opens."""
_LONGEST_ACCEPT: Final = 500


class DeskLanguage:
    """Middleware that shows the desk in a language that it has whole.

    The catalogues of the other languages hold what readers see. In one of them a page of the desk would mix
    two languages, one of them read by a screen reader with the wrong voice.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request, in a language of the desk where the address is the newsroom's."""
        if translation.get_language() in {code for code, _ in offered(request)}:
            return self.get_response(request)
        own = settings.LANGUAGE_CODE
        language = own if own in settings.DESK_LANGUAGES else "en"
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", language)
            return response


def language_accepted(accept_language: str) -> str:
    """Return the language of this desk for a header Accept-Language, the first 500 characters of it."""
    return _language_of(accept_language[:_LONGEST_ACCEPT])


@lru_cache(maxsize=256)
def _language_of(accept_language: str) -> str:
    request = HttpRequest()
    request.META["HTTP_ACCEPT_LANGUAGE"] = accept_language
    return translation.get_language_from_request(request)


def offered(request: HttpRequest) -> list[tuple[str, str]]:
    """Return the languages that the address can be read in, each with its name for itself."""
    if not request.path_info.startswith(NEWSROOM):
        return list(settings.LANGUAGES)
    return [(code, name) for code, name in settings.LANGUAGES if code in settings.DESK_LANGUAGES]


def language_names(request: HttpRequest) -> dict[str, Any]:
    """Return what templates need to know of languages: Django's names for it, and only what is offered."""
    address = request.get_full_path()
    return {
        **i18n(request),
        "LANGUAGES": offered(request),
        # A longer one is refused when the form is sent; the browser's Referer says where to go back to.
        "next_address": address if len(address) <= MOST_NEXT else "",
    }
