"""Brings the demo newspaper into the tables and its files into place; run again it changes only what is missing."""

import json
import shutil
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path
from urllib.parse import urlsplit

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Concat, Length, Substr

from corrigenda.models import Address, Article, Member, Origin, Report, Site

SLUG = "harbour-courier"
NAME = "The Harbour Courier"
EDITOR = "demo"
POLICY = (
    "The Harbour Courier corrects what it got wrong: in the article, beside the passage, and in this log. "
    "Mark the words and press Ctrl + Enter, or use the link under the story. Every reader gets an answer."
)


@dataclass(frozen=True, slots=True)
class Folders:
    """Where the newspaper's files stand."""

    source: Path
    public: Path


def lay_out(folder: Path, *, each: Callable[[str], None]) -> Folders:
    """Copy the pages and assets that are not there yet; `each` is told every file."""
    folders = Folders(source=folder / "source", public=folder / "public")
    with as_file(files("corrigenda.demo")) as package:
        for origin in sorted((package / "articles").glob("*.html")):
            for place in (folders.source, folders.public):
                _copy_if_missing(origin, place / origin.name)
            each(origin.name)
        for origin in sorted((package / "assets").iterdir()):
            _copy_if_missing(origin, folders.public / "assets" / origin.name)
    return folders


def _copy_if_missing(origin: Path, target: Path) -> None:
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.new")
    shutil.copyfile(origin, draft)
    draft.replace(target)


@transaction.atomic
def load_site(folders: Folders, *, newspaper: str) -> tuple[Site, bool]:
    """Make the site, or move it to the newspaper's present origin; return it, and whether it is new."""
    host = urlsplit(newspaper).netloc
    site, created = Site.objects.update_or_create(
        slug=SLUG,
        defaults={
            "fetch_hosts": [host],
            "private_hosts": [host],
            "connector": Site.Connector.FILES,
            "connector_options": {"source": str(folders.source), "public": str(folders.public)},
        },
        create_defaults={
            "name": NAME,
            "fetch_hosts": [host],
            "private_hosts": [host],
            "connector": Site.Connector.FILES,
            "connector_options": {"source": str(folders.source), "public": str(folders.public)},
            "languages": ["en", "uk"],
            "corrections_policy": POLICY,
        },
    )
    origin = Origin.objects.filter(site=site).first()
    if origin is None:
        Origin.objects.create(site=site, origin=newspaper)
    elif origin.origin != newspaper:
        _move(site, old=origin.origin, new=newspaper)
    return site, created


def _move(site: Site, *, old: str, new: str) -> None:
    """Carry every address of the site to another origin: the port of the last start was taken."""
    rows = (
        (Article.objects.filter(site=site, canonical_url__startswith=f"{old}/"), "canonical_url"),
        (Address.objects.filter(site=site, url__startswith=f"{old}/"), "url"),
        (Report.objects.filter(site=site, url__startswith=f"{old}/"), "url"),
    )
    for queryset, column in rows:
        rest = Substr(F(column), len(old) + 1, Length(F(column)))
        queryset.update(**{column: Concat(Value(new), rest)})
    Origin.objects.filter(site=site, origin=old).update(origin=new)


def load_editor(password: str) -> Member:
    """Make the demo editor, or set the password that the start prints."""
    member, _ = Member.objects.get_or_create(
        username=EDITOR,
        defaults={"first_name": "Demo", "last_name": "Editor", "role": Member.Role.ADMINISTRATOR},
    )
    if not member.check_password(password):
        member.set_password(password)
        member.save()
    return member


def first_reports() -> list[dict[str, str]]:
    """Return the slips that readers have reported before the newcomer arrives: the first of each language."""
    slips: list[dict[str, str]] = json.loads(files("corrigenda.demo").joinpath("slips.json").read_text("utf-8"))
    chosen: dict[str, dict[str, str]] = {}
    for slip in slips:
        chosen.setdefault(slip["article"], slip)
    return list(chosen.values())[:3]


def new_key() -> str:
    """Return an idempotency key for a report of the demo."""
    return f"demo-{uuid.uuid4()}"
