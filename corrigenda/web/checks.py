"""What must be true of a site's fields: each check returns the value as stored, or says what is wrong."""

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import turbohtml
from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.utils.translation import gettext as _

from corrigenda.connectors.addresses import AddressError, clean_url, origin_of
from corrigenda.models import Address, Origin, Site

RESERVED_SLUGS: Final = frozenset({"new"})
"""Their pages at the desk would be those of something else."""

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_HOST = re.compile(r"(?P<host>\[[^\]]*\]|[^:/?#@\s]+)(:(?P<port>[0-9]{1,5}))?")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


class SiteError(ValueError):
    """A site cannot be as it was asked for; `problems` has a sentence for each field."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__(" ".join(f"{name}: {sentence}" for name, sentence in problems.items()))
        self.problems = dict(problems)


def normal_origin(text: str) -> str:
    """Return an origin as a browser sends it in its Origin header; raises ValueError with a sentence."""
    try:
        parts = urlsplit(clean_url(text))
        origin = origin_of(text)
    except AddressError as error:
        raise ValueError(
            _("“%(text)s” is not an origin such as https://www.example.org.") % {"text": text}
        ) from error
    if parts.path not in {"", "/"} or parts.query or "#" in text or "?" in text:
        raise ValueError(
            _("“%(text)s” has more than scheme, host and port: the origin of it is %(origin)s.")
            % {"text": text, "origin": origin}
        )
    return origin


def normal_host(text: str) -> str:
    """Return `host` or `host:port` as it stands in an address; raises ValueError with a sentence."""
    found = _HOST.fullmatch(text.strip())
    sentence = _("“%(text)s” is not a host such as www.example.org or localhost:8001.") % {"text": text}
    if found is None or not 0 < int(found["port"] or 1) <= 65535:
        raise ValueError(sentence)
    try:
        host = urlsplit(clean_url(f"https://{found['host']}/")).netloc
    except AddressError as error:
        raise ValueError(sentence) from error
    return f"{host}:{int(found['port'])}" if found["port"] else host


def with_origin(values: Mapping[str, Any], *, present: str = "") -> dict[str, Any]:
    """Return the fields of a site with an origin for its folders, where it has some.

    It is the one that was named, else the `present` one while that is the site's, else the site's first.
    """
    options, origins = values["connector_options"], values["origins"]
    if values["connector"] != Site.Connector.FILES or options.get("origin") or not origins:
        return dict(values)
    origin = present if present in origins else origins[0]
    return {**values, "connector_options": {**options, "origin": origin}}


def check_together(values: Mapping[str, Any]) -> None:
    """Raise SiteError where fields that are right by themselves do not fit each other."""
    stray = [host for host in values["private_hosts"] if host not in values["fetch_hosts"]]
    if stray:
        sentence = _("%(hosts)s must also stand among the hosts that may be fetched.")
        raise SiteError({"private_hosts": sentence % {"hosts": ", ".join(stray)}})
    if values["connector"] == Site.Connector.FILES:
        _check_folders(values["connector_options"])
        if values["connector_options"].get("origin") not in values["origins"]:
            sentence = _("The folders belong to one of the site’s origins: %(origins)s.")
            raise SiteError({"origin": sentence % {"origins": ", ".join(values["origins"])}})


def _check_folders(options: Mapping[str, Any]) -> None:
    problems = {}
    for name in ("source", "public"):
        folder = options.get(name)
        if not isinstance(folder, str) or not folder:
            problems[name] = _("The folder “%(name)s” is missing.") % {"name": name}
        elif not _is_folder(folder):
            problems[name] = _("There is no folder %(folder)s.") % {"folder": folder}
    if not problems and Path(options["source"]).samefile(options["public"]):
        problems["public"] = _("The stored and the published articles need two different folders.")
    if problems:
        raise SiteError(problems)


def _is_folder(path: str) -> bool:
    try:
        return Path(path).is_dir()
    except OSError:  # a name that is too long for the file system
        return False


def _slug(value: str, site: Site | None) -> str:
    try:
        validate_slug(value)
    except ValidationError as error:
        raise ValueError(_("Use Latin letters, digits, hyphens and underscores.")) from error
    if len(value) > 60:
        raise ValueError(_("Use %(most)s characters at most.") % {"most": 60})
    holder = Site.objects.filter(slug=value).first()
    if value in RESERVED_SLUGS or holder not in {None, site}:
        raise ValueError(_("This short name is taken."))
    return value


def _name(value: str, site: Site | None) -> str:  # noqa: ARG001 (the checks share a signature)
    name = " ".join(_CONTROLS.sub(" ", value).split())
    if not name:
        raise ValueError(_("Say what the publication is called."))
    if len(name) > 200:
        raise ValueError(_("Use %(most)s characters at most.") % {"most": 200})
    return name


def _origins(values: Sequence[str], site: Site | None) -> list[str]:
    origins = list(dict.fromkeys(normal_origin(value) for value in values))
    if not origins:
        raise ValueError(_("Name at least one origin, such as https://www.example.org."))
    for row in Origin.objects.filter(origin__in=origins).select_related("site"):
        if site is None or row.site_id != site.pk:
            raise ValueError(_("%(origin)s belongs to %(site)s already.") % {"origin": row, "site": row.site})
    for origin in origins:
        holder = _site_with_articles(origin, other_than=site)
        if holder is not None:
            sentence = _(
                "The articles at %(origin)s were reported to %(site)s, whose cases and notices stay with it: "
                "no other publication can have this origin."
            )
            raise ValueError(sentence % {"origin": origin, "site": holder})
    return origins


def _site_with_articles(origin: str, *, other_than: Site | None) -> Site | None:
    """Return another site to which articles of an origin belong: its log and its readers' pages name them.

    A report of such an article from the other site would wait for a text that is never read for it.
    """
    known = Address.objects.filter(url__startswith=f"{origin}/")
    if other_than is not None:
        known = known.exclude(site=other_than.pk)
    address = known.select_related("site").first()
    return address.site if address is not None else None


def _hosts(values: Sequence[str], site: Site | None) -> list[str]:  # noqa: ARG001
    return list(dict.fromkeys(normal_host(value) for value in values))


def _private_hosts(values: Sequence[str], site: Site | None) -> list[str]:
    hosts = _hosts(values, site)
    for host in hosts:
        if not re.search(r":[0-9]+$", host):
            raise ValueError(_("%(host)s needs its port, such as localhost:8001.") % {"host": host})
    return hosts


def _root_selectors(values: Sequence[str], site: Site | None) -> list[str]:  # noqa: ARG001
    selectors = list(dict.fromkeys(value.strip() for value in values))
    if not selectors:
        raise ValueError(_("Name at least one selector."))
    page = turbohtml.parse("<main></main>")
    for selector in selectors:
        try:
            page.select(selector)
        except ValueError as error:
            raise ValueError(_("“%(text)s” is not a CSS selector.") % {"text": selector}) from error
    return selectors


def _languages(values: Sequence[str], site: Site | None) -> list[str]:  # noqa: ARG001
    languages = list(dict.fromkeys(value.strip() for value in values))
    if not languages:
        raise ValueError(_("Name at least one language, such as en."))
    for language in languages:
        if not _LANGUAGE.fullmatch(language) or len(language) > 35:
            raise ValueError(_("“%(text)s” is not a language code such as en or uk.") % {"text": language})
    return languages


def _connector(value: str, site: Site | None) -> str:  # noqa: ARG001
    if value not in Site.Connector.values:
        raise ValueError(_("Choose one of: %(names)s.") % {"names": ", ".join(Site.Connector.values)})
    return value


def _connector_options(value: Mapping[str, Any], site: Site | None) -> dict[str, Any]:  # noqa: ARG001
    options = dict(value)
    if options.get("origin"):
        options["origin"] = normal_origin(str(options["origin"]))
    return options


def _policy(value: str, site: Site | None) -> str:  # noqa: ARG001
    policy = _CONTROLS.sub("", value.replace("\r\n", "\n")).strip()
    if len(policy) > 20_000:
        raise ValueError(_("Use %(most)s characters at most.") % {"most": 20_000})
    return policy


CHECKS: Final[dict[str, Callable[[Any, Site | None], Any]]] = {
    "slug": _slug,
    "name": _name,
    "origins": _origins,
    "fetch_hosts": _hosts,
    "private_hosts": _private_hosts,
    "root_selectors": _root_selectors,
    "languages": _languages,
    "connector": _connector,
    "connector_options": _connector_options,
    "corrections_policy": _policy,
}
