"""Brings the demo newspaper's files and rows into place; run again it adds only what is missing."""

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

from corrigenda.models import Address, AddressChange, Article, Member, Report, Site
from corrigenda.report import door
from corrigenda.report.drafts import ReportDraft
from corrigenda.web import sites

SLUG = "harbour-courier"
NAME = "The Harbour Courier"
EDITOR = "demo"
FIRST_REPORTS = 3
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


def page_count() -> int:
    """Return how many pages `lay_out` will tell of."""
    return sum(
        1 for file in files("corrigenda.demo").joinpath("articles").iterdir() if file.name.endswith(".html")
    )


def _copy_if_missing(origin: Path, target: Path) -> None:
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.new")
    shutil.copyfile(origin, draft)
    draft.replace(target)


def load_site(folders: Folders, *, newspaper: str) -> bool:
    """Make the site, or move it to the newspaper's present origin; return whether it is new."""
    host = urlsplit(newspaper).netloc
    options = {"source": str(folders.source), "public": str(folders.public), "origin": newspaper}
    site = Site.objects.filter(slug=SLUG).first()
    if site is None:
        sites.add_site(
            slug=SLUG,
            name=NAME,
            connector=Site.Connector.FILES,
            connector_options=options,
            languages=["en", "uk"],
            corrections_policy=POLICY,
            origins=[newspaper],
            fetch_hosts=[host],
            private_hosts=[host],
        )
        return True
    with transaction.atomic():
        former = site.origins.get().origin
        sites.change_site(
            site,
            connector_options=options,
            origins=[newspaper],
            fetch_hosts=[host],
            private_hosts=[host],
        )
        if former != newspaper:
            _move(site, old=former, new=newspaper)
    return False


def _move(site: Site, *, old: str, new: str) -> None:
    """Carry every address of the site to another origin: the port of the last start was taken.

    A newspaper never does this, so no room has an action for it.
    """
    rows = (
        (Article.objects.filter(site=site, canonical_url__startswith=f"{old}/"), "canonical_url"),
        (Address.objects.filter(site=site, url__startswith=f"{old}/"), "url"),
        (Report.objects.filter(site=site, url__startswith=f"{old}/"), "url"),
        (AddressChange.objects.filter(article__site=site, old_url__startswith=f"{old}/"), "old_url"),
        (AddressChange.objects.filter(article__site=site, new_url__startswith=f"{old}/"), "new_url"),
    )
    for queryset, column in rows:
        rest = Substr(F(column), len(old) + 1, Length(F(column)))
        queryset.update(**{column: Concat(Value(new), rest)})


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


def report_first_errors(newspaper: str) -> None:
    """Report what readers noticed before the newcomer came: one slip in each of the first stories."""
    slips: list[dict[str, str]] = json.loads(
        files("corrigenda.demo").joinpath("slips.json").read_text("utf-8")
    )
    for slip in list({slip["article"]: slip for slip in reversed(slips)}.values())[-FIRST_REPORTS:]:
        draft = ReportDraft(
            url=f"{newspaper}/{slip['article']}.html",
            concern=slip["concern"],
            exact=slip["exact"],
            suggestion=slip["suggestion"],
            comment=slip["why"],
        )
        door.receive(draft=draft, idempotency_key=str(uuid.uuid4()), channel=Report.Channel.FORM)
