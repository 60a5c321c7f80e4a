"""How far into this machine a member may reach: to the folders under one that its operator allows."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from corrigenda.models import Site
from corrigenda.web.checks import SiteError

FOLDERS: Final = ("source", "public")
ORIGIN: Final = "origin"
"""The option that says whose pages the folders hold: one of the site's origins; it opens no folder."""


def allowed_folder() -> Path | None:
    """Return the folder under which members may choose; None where folders are for the shell alone."""
    folder: Path | None = settings.OPTIONS.files_dir
    return folder.resolve() if folder is not None else None


def check_reach(values: Mapping[str, Any], *, present: Mapping[str, Any]) -> dict[str, Any]:
    """Return the connector's options as a member may set them, with every symbolic link followed.

    What the site has already may stay, wherever it is. Raises PermissionDenied where folders are for the
    shell, and SiteError for a folder that does not stand under the allowed one, whether or not it exists.
    """
    options = {name: value for name, value in values["connector_options"].items() if name != ORIGIN}
    stored = {name: value for name, value in present["connector_options"].items() if name != ORIGIN}
    if values["connector"] == present["connector"] and options == stored:
        return {}
    if values["connector"] != Site.Connector.FILES and not options:
        return {}
    allowed = allowed_folder()
    if allowed is None or set(options) - set(FOLDERS):
        raise PermissionDenied(_("Folders of this machine are set from its shell."))
    found = {name: _under(allowed, str(folder)) for name, folder in options.items() if folder}
    problems = {name: _outside(allowed) for name, folder in found.items() if folder is None}
    if problems:
        raise SiteError(problems)
    origin = {ORIGIN: values["connector_options"][ORIGIN]} if ORIGIN in values["connector_options"] else {}
    return {"connector_options": {**{name: str(folder) for name, folder in found.items()}, **origin}}


def _outside(allowed: Path) -> str:
    return _("Choose a folder under %(folder)s.") % {"folder": allowed}


def _under(allowed: Path, folder: str) -> Path | None:
    try:
        path = (allowed / folder).resolve()
    except (OSError, ValueError, RuntimeError):
        return None
    return path if allowed in path.parents else None
