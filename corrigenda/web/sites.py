"""Adding and changing sites: permission, checks, write, log; desk and shell call the same two actions."""

import logging
from collections.abc import Mapping, Sequence
from typing import Any, Final, NotRequired, TypedDict, Unpack

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from corrigenda.models import DEFAULT_ROOT_SELECTORS, Member, Origin, Site
from corrigenda.web import checks, reach
from corrigenda.web.checks import SiteError

logger = logging.getLogger(__name__)

SHELL_ONLY: Final = frozenset({"private_hosts"})
"""What opens this machine's own network is for whoever has its shell, not for the desk."""

_COLUMNS: Final = (
    "slug",
    "name",
    "fetch_hosts",
    "private_hosts",
    "root_selectors",
    "languages",
    "connector",
    "connector_options",
    "corrections_policy",
)


class SiteChanges(TypedDict, total=False):
    """What may be said about a site; the columns of Site say what each means."""

    slug: str
    name: str
    origins: Sequence[str]
    fetch_hosts: Sequence[str]
    private_hosts: Sequence[str]
    root_selectors: Sequence[str]
    languages: Sequence[str]
    connector: str
    connector_options: Mapping[str, Any]
    corrections_policy: str


class SiteFields(TypedDict):
    """The same for a new site, where three must be said."""

    slug: str
    name: str
    origins: Sequence[str]
    fetch_hosts: NotRequired[Sequence[str]]
    private_hosts: NotRequired[Sequence[str]]
    root_selectors: NotRequired[Sequence[str]]
    languages: NotRequired[Sequence[str]]
    connector: NotRequired[str]
    connector_options: NotRequired[Mapping[str, Any]]
    corrections_policy: NotRequired[str]


def add_site(*, by: Member | None = None, **fields: Unpack[SiteFields]) -> Site:
    """Make a site with its origins and return it; `by` is None for the operator at the shell.

    Hosts that are not named are those of the origins. Raises PermissionDenied, and SiteError with a sentence
    for every field that is wrong. A member reaches folders under the one of CORRIGENDA_FILES_DIR alone.
    """
    _check_permission(by, fields)
    values = _checked({**_defaults(), **fields}, site=None)
    if by is not None:
        values |= reach.check_reach(values, present=_defaults())
    if not values["fetch_hosts"]:
        values["fetch_hosts"] = [origin.split("://")[1] for origin in values["origins"]]
    values = checks.with_origin(values)
    checks.check_together(values)
    site = _save(Site(), values)
    logger.info("Site %s was added by %s.", site.slug, by or "the shell")
    return site


def change_site(site: Site, *, by: Member | None = None, **changes: Unpack[SiteChanges]) -> Site:
    """Change what is named, leave the rest, return the site as it now stands; raises as `add_site` does."""
    _check_permission(by, changes)
    present = {name: getattr(site, name) for name in _COLUMNS}
    present["origins"] = [origin.origin for origin in site.origins.all()]
    checked = _checked(changes, site=site)
    if by is not None:
        checked |= reach.check_reach({**present, **checked}, present=present)
    together = {**present, **checked}
    former = present["connector_options"].get("origin", "")
    if "connector_options" not in changes:
        rest = {name: value for name, value in present["connector_options"].items() if name != "origin"}
        together["connector_options"] = rest
    together = checks.with_origin(together, present=former)
    checks.check_together(together)
    if together["connector_options"] != present["connector_options"]:
        checked["connector_options"] = together["connector_options"]
    changed = _save(site, checked)
    logger.info("Site %s was changed by %s: %s.", site.slug, by or "the shell", ", ".join(sorted(checked)))
    return changed


def _defaults() -> dict[str, Any]:
    return {
        "fetch_hosts": [],
        "private_hosts": [],
        "root_selectors": list(DEFAULT_ROOT_SELECTORS),
        "languages": ["en"],
        "connector": Site.Connector.BY_HAND,
        "connector_options": {},
        "corrections_policy": "",
    }


def _check_permission(by: Member | None, fields: Mapping[str, object]) -> None:
    if by is None:
        return
    if not by.may_manage_sites:
        raise PermissionDenied(_("Only administrators may add and change sites."))
    if SHELL_ONLY & fields.keys():
        raise PermissionDenied(_("Private hosts are set from the shell of this machine."))


def _checked(fields: Mapping[str, Any], *, site: Site | None) -> dict[str, Any]:
    problems: dict[str, str] = {}
    values: dict[str, Any] = {}
    for name, value in fields.items():
        try:
            values[name] = checks.CHECKS[name](value, site)
        except ValueError as error:
            problems[name] = str(error)
    if problems:
        raise SiteError(problems)
    return values


def _save(site: Site, values: Mapping[str, Any]) -> Site:
    for name in _COLUMNS:
        if name in values:
            setattr(site, name, values[name])
    try:
        with transaction.atomic():
            site.save()
            if "origins" in values:
                site.origins.exclude(origin__in=values["origins"]).delete()
                for origin in values["origins"]:
                    Origin.objects.get_or_create(origin=origin, site=site)
    except IntegrityError as error:
        # Somebody took the short name or the origin between the check and the write.
        raise SiteError({"slug": _("Another site has taken this short name or origin meanwhile.")}) from error
    return Site.objects.get(pk=site.pk)
