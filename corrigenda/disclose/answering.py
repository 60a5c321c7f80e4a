"""Looks up what an address names and answers conditional requests (RFC 9110, 13)."""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import http_date, quote_etag

import corrigenda
from corrigenda.disclose.queries import LogVersion, published_notices, site_with
from corrigenda.models import Notice, Site


def site_or_404(slug: str) -> Site:
    """Return the site of a log."""
    site = site_with(slug)
    if site is None:
        raise Http404
    return site


def notice_or_404(site: Site, key: str | None) -> Notice | None:
    """Return the published notice that a cursor names, None without one; anything else is not found."""
    if not key:
        return None
    # A key of more digits than a database holds is no key.
    if not (key.isascii() and key.isdigit() and len(key) <= 18):
        raise Http404
    notice = published_notices(site).filter(pk=int(key)).first()
    if notice is None:
        raise Http404
    return notice


def log_tag(site: Site, version: LogVersion, *parts: str) -> str:
    """Return an entity tag that changes with the log, with the site's own words and with this program."""
    facts = (
        corrigenda.__version__,
        site.slug,
        site.name,
        site.corrections_policy,
        str(site.languages),
        str(version.pk),
        str(version.newest),
        *parts,
    )
    return hashlib.sha256("\x00".join(facts).encode()).hexdigest()[:32]


def page_tag(request: HttpRequest, *parts: str) -> str:
    """Return the visitor's part of a tag: address, language, and the token of the language form."""
    cookie = request.COOKIES.get(settings.CSRF_COOKIE_NAME, "")
    return "\x00".join((request.get_full_path(), request.LANGUAGE_CODE, cookie, *parts))


def answer_if_changed(
    request: HttpRequest,
    respond: Callable[[], HttpResponse],
    *,
    tag: str,
    newest: datetime | None,
    caching: str,
) -> HttpResponse:
    """Answer 304 to who has this version already, else what `respond` makes; both with validators."""
    etag = quote_etag(tag)
    # A second notice within the same second would hide behind a date of whole seconds (RFC 9110, 8.8.2.2).
    settled = newest is not None and timezone.now() - newest > timedelta(seconds=2)
    modified = int(newest.timestamp()) if newest is not None and settled else None
    response = get_conditional_response(request, etag=etag, last_modified=modified) or respond()
    response["ETag"] = etag
    response["Cache-Control"] = caching
    if modified is not None:
        response["Last-Modified"] = http_date(modified)
    elif response.has_header("Last-Modified"):
        del response["Last-Modified"]
    if caching.startswith("private"):
        patch_vary_headers(response, ["Accept-Language", "Cookie"])
    return response
