"""The corrections log for machines: Atom (RFC 4287) and JSON Feed 1.1 with what Corrigenda adds to it."""

import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from corrigenda.disclose.answering import answer_if_changed, log_tag, notice_or_404, site_or_404
from corrigenda.disclose.entries import diff_of
from corrigenda.disclose.finished import ATOM
from corrigenda.disclose.queries import log_version, notices_before
from corrigenda.models import Notice, Site
from corrigenda.web.notices import kind_label, log_url, notice_url
from corrigenda.web.places import web_address
from corrigenda.web.plain import one_line, plain, spoken_language

if TYPE_CHECKING:
    _LogFeed = Feed[Notice, Site]
else:
    _LogFeed = Feed

ITEMS: Final = 50
CACHING: Final = "public, max-age=60"
ATOM_TYPE: Final = "application/atom+xml; charset=utf-8"
# Ids are made of what a row keeps for ever: no new host name and no new address of an article changes them.
_IDS: Final = uuid.UUID("0b8c2f0e-6a55-4f0e-9d3c-5d2f1f7f7a11")


@require_safe
def show_atom(request: HttpRequest, slug: str) -> HttpResponse:
    """Answer with the newest notices as an Atom feed in the site's language."""
    site = site_or_404(slug)
    version = log_version(site)
    # What the feed is made of besides the log: the addresses in it, and when an empty one began.
    tag = log_tag(site, version, "atom", settings.PUBLIC_URL, str(site.created_at))

    def respond() -> HttpResponse:
        body = ATOM.get(tag)
        if body is None:
            with translation.override(spoken_language(site.language)):
                body = AtomLog()(request, site=site).content
            ATOM.keep(tag, body)
        return HttpResponse(body, content_type=ATOM_TYPE)

    return answer_if_changed(request, respond, tag=tag, newest=version.newest, caching=CACHING)


def show_json(request: HttpRequest, slug: str) -> HttpResponse:
    """Answer with a page of notices as a JSON feed in the site's language; `before` names where it begins."""
    site = site_or_404(slug)
    version = log_version(site)
    before = notice_or_404(site, request.GET.get("before"))

    def respond() -> HttpResponse:
        with translation.override(spoken_language(site.language)):
            return JsonResponse(
                json_log(site, before=before),
                content_type="application/feed+json; charset=utf-8",
                json_dumps_params={"ensure_ascii": False, "indent": 1},
            )

    tag = log_tag(site, version, f"json {before.pk if before else ''}")
    return answer_if_changed(request, respond, tag=tag, newest=version.newest, caching=CACHING)


def feed_id(site: Site) -> str:
    """Return the id of a site's feed, which never changes."""
    return uuid.uuid5(_IDS, f"site {site.pk} {site.created_at.timestamp()}").urn


def entry_id(notice: Notice) -> str:
    """Return the id of a notice in both feeds, which never changes."""
    return uuid.uuid5(_IDS, f"notice {notice.pk} {notice.drafted_at.timestamp()}").urn


def entry_title(notice: Notice) -> str:
    """Return the kind and the headline of the article, in the notice's language."""
    label = kind_label(notice.kind, notice.language)
    return one_line(f"{label}: {notice.headline}" if notice.headline else label)


def feed_title(site: Site) -> str:
    """Return the title of both feeds, in the language now in use."""
    return _("Corrections: %(site)s") % {"site": one_line(site.name)}


def _address(name: str, site: Site) -> str:
    return settings.PUBLIC_URL + reverse(name, args=[site.slug])


class AtomGenerator(Atom1Feed):
    """Atom whose entries say their language, and whose date is the log's own while it is empty."""

    def latest_post_date(self) -> datetime:
        """Return when the newest notice was published, else when the site was made."""
        date: datetime = super().latest_post_date() if self.items else self.feed["begun"]
        return date

    def item_attributes(self, item: dict[str, Any]) -> dict[str, Any]:
        """Return the attributes of an entry."""
        return {"xml:lang": item["language"]}


class AtomLog(_LogFeed):
    """A site's log as an Atom feed."""

    feed_type = AtomGenerator

    def get_object(self, request: HttpRequest, *_args: object, **kwargs: Any) -> Site:  # noqa: ARG002
        """Return the site, which the view has looked up."""
        site: Site = kwargs["site"]
        return site

    def title(self, site: Site) -> str:
        """Return the feed's title."""
        return feed_title(site)

    def subtitle(self, site: Site) -> str:
        """Return the corrections policy."""
        return plain(site.corrections_policy)

    def link(self, site: Site) -> str:
        """Return the address of the log for people."""
        return log_url(site.slug)

    def feed_url(self, site: Site) -> str:
        """Return the feed's own address."""
        return _address("disclose:atom", site)

    def feed_guid(self, site: Site) -> str:
        """Return the feed's id."""
        return feed_id(site)

    def author_name(self, site: Site) -> str:
        """Return the newsroom."""
        return one_line(site.name)

    def feed_extra_kwargs(self, site: Site) -> dict[str, Any]:
        """Return what the generator needs beside the usual."""
        return {"begun": site.created_at}

    def items(self, site: Site) -> list[Notice]:
        """Return the newest notices."""
        return notices_before(site, kind="", before=None, limit=ITEMS)

    def item_title(self, notice: Notice) -> str:
        """Return plain text: the generator escapes it."""
        return entry_title(notice)

    def item_description(self, notice: Notice) -> str:
        """Return the notice and its change as HTML, escaped by its template."""
        context = {"notice": notice, "text": plain(notice.text), "diff": diff_of(notice)}
        return plain(render_to_string("disclose/feed_entry.html", context))

    def item_link(self, notice: Notice) -> str:
        """Return the permanent address."""
        return notice_url(notice)

    def item_guid(self, notice: Notice) -> str:
        """Return the entry's id."""
        return entry_id(notice)

    def item_pubdate(self, notice: Notice) -> datetime | None:
        """Return when the notice became public."""
        return notice.published_at

    def item_updateddate(self, notice: Notice) -> datetime | None:
        """Return the same: a published notice does not change."""
        return notice.published_at

    def item_categories(self, notice: Notice) -> tuple[str, ...]:
        """Return the kind, as the code that does not depend on a language."""
        return (notice.kind,)

    def item_extra_kwargs(self, notice: Notice) -> dict[str, Any]:
        """Return what the generator needs beside the usual."""
        return {"language": notice.language}


def json_log(site: Site, *, before: Notice | None) -> dict[str, object]:
    """Return one page of the log as JSON Feed 1.1."""
    found = notices_before(site, kind="", before=before, limit=ITEMS + 1)
    notices, further = found[:ITEMS], found[ITEMS:]
    address = _address("api:log", site)
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed_title(site),
        "home_page_url": log_url(site.slug),
        "feed_url": address,
        **({"next_url": f"{address}?before={notices[-1].pk}"} if further else {}),
        **({"description": policy} if (policy := plain(site.corrections_policy)) else {}),
        "language": spoken_language(site.language),
        "authors": [{"name": one_line(site.name), "url": log_url(site.slug)}],
        "items": [_json_item(notice) for notice in notices],
    }


def _json_item(notice: Notice) -> dict[str, object]:
    assert notice.published_at is not None  # noqa: S101 (only published notices come here)
    published = notice.published_at.isoformat(timespec="seconds")
    article = web_address(notice.article.canonical_url)
    return {
        "id": entry_id(notice),
        "url": notice_url(notice),
        **({"external_url": article} if article else {}),
        "title": entry_title(notice),
        "content_text": plain(notice.text),
        "date_published": published,
        "date_modified": published,
        "language": notice.language,
        "tags": [notice.kind],
        "_corrigenda": {
            "kind": notice.kind,
            "old": notice.old,
            "new": notice.new,
            "article": article,
            "published": published,
        },
    }
