"""A notice as schema.org JSON-LD: a CorrectionComment, nested in the article that it corrects."""

import json
from typing import Final

from django.utils.html import format_html
from django.utils.safestring import SafeString

from corrigenda.models import Decision, Notice
from corrigenda.web.notices import kind_label, log_url, notice_url
from corrigenda.web.places import web_address

# What could end the script element or start another inside it (HTML, 4.12.1.3), and the two characters that
# older JavaScript takes for line ends. Inside a JSON string their escapes mean the same.
_ESCAPES: Final = {ord(mark): f"\\u{ord(mark):04x}" for mark in "<>&\u2028\u2029"}


def correction_of(notice: Notice) -> dict[str, object]:
    """Return the article with the correction in it, as schema.org describes both.

    schema.org has no property that leads from a correction to its article: the comment hangs on the article.
    """
    site, article = notice.article.site, notice.article
    assert notice.published_at is not None  # noqa: S101 (only published notices come here)
    published = notice.published_at.isoformat(timespec="seconds")
    address = web_address(article.canonical_url)
    correction = {
        "@type": "CorrectionComment",
        "@id": notice_url(notice),
        "url": notice_url(notice),
        "name": kind_label(notice.kind, notice.language),
        "text": notice.text,
        "inLanguage": notice.language,
        "datePublished": published,
    }
    origin = site.origins.first()
    publisher = {
        "@type": "NewsMediaOrganization",
        "name": site.name,
        **({"url": origin.origin} if origin is not None else {}),
        "correctionsPolicy": log_url(site.slug),
    }
    return {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        **({"@id": address, "url": address} if address else {}),
        **({"headline": notice.headline} if notice.headline else {}),
        "inLanguage": article.language or site.language,
        **({"dateModified": published} if notice.decision.outcome == Decision.Outcome.ACCEPT else {}),
        "publisher": publisher,
        "correction": correction,
    }


def linked_data_block(data: dict[str, object]) -> SafeString:
    """Return the data as a block of application/ld+json that no text in it can leave.

    The block is data, never run: a content security policy has nothing to say about it.
    """
    written = json.dumps(data, ensure_ascii=False).translate(_ESCAPES)
    return format_html('<script type="application/ld+json">{}</script>', SafeString(written))
