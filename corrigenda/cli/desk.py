"""`corrigenda site` and `report`: the desk's own actions from a shell."""

import uuid
from pathlib import Path
from typing import Any

import click

from corrigenda.cli.failing import NotNow
from corrigenda.models import Report, Site
from corrigenda.report import door
from corrigenda.report.drafts import RefusedError, ReportDraft
from corrigenda.web import queries, sites, snippets
from corrigenda.web.checks import SiteError


@click.group()
def site() -> None:
    """The newspapers that this desk serves."""


@site.command("add")
@click.argument("slug")
@click.option("--name", required=True, help="What the publication is called.")
@click.option(
    "--origin", "origins", multiple=True, required=True, help="Origin of its pages; may be repeated."
)
@click.option(
    "--fetch-host", "fetch_hosts", multiple=True, help="Host that may be fetched; default: the origins'."
)
@click.option(
    "--private-host", "private_hosts", multiple=True, help="host:port that may stand at a private address."
)
@click.option(
    "--root", "root_selectors", multiple=True, help="CSS selector of the article root, tried in this order."
)
@click.option("--language", "languages", multiple=True, help="Language code; the first is the default.")
@click.option("--connector", type=click.Choice(Site.Connector.values), default=Site.Connector.BY_HAND.value)
@click.option(
    "--source", type=click.Path(path_type=Path), help="Files connector: folder of the stored pages."
)
@click.option(
    "--public", type=click.Path(path_type=Path), help="Files connector: folder of the published pages."
)
@click.option(
    "--files-origin", default="", help="Files connector: origin whose pages they are; default: the first."
)
@click.option("--policy", "corrections_policy", default="", help="Corrections policy, plain text.")
def add_site(slug: str, *, source: Path | None, public: Path | None, files_origin: str, **given: Any) -> None:
    """Add a site and print what to put into its pages."""
    options = {key: str(path.resolve()) for key, path in (("source", source), ("public", public)) if path}
    if files_origin:
        options["origin"] = files_origin
    fields = {name: value for name, value in given.items() if value}
    try:
        added = sites.add_site(slug=slug, connector_options=options, **fields)
    except SiteError as error:
        lines = [f"  {field}: {sentence}" for field, sentence in error.problems.items()]
        raise click.ClickException("\n".join(["The site was not added.", *lines])) from None
    click.echo(f"{added.name} is added. Put this into its pages:\n\n{snippets.embed_snippet(added)}\n")


@site.command("list")
def list_sites() -> None:
    """List the sites with their origins."""
    rows = queries.all_sites()
    if not rows:
        click.echo("There are none. To add one: corrigenda site add --help", err=True)
    for row in rows:
        click.echo(f"{row.slug}\t{row.name}\t{' '.join(str(origin) for origin in row.origins.all())}")


@click.command()
@click.argument("url")
@click.option("--quote", default="", help="The words that are wrong, as they stand in the article.")
@click.option("--suggestion", default="", help="What should stand there instead.")
@click.option("--comment", default="", help="What is wrong, in your words.")
@click.option(
    "--concern",
    type=click.Choice([one.value for one in Report.OFFERED]),
    default=Report.Concern.FACT.value,
    show_default=True,
)
@click.option("--email", default="", help="Where the answer goes.")
@click.option("--language", default="", help="Language of the answer; default: the site's.")
@click.option("--key", default="", help="Idempotency key; the same key twice makes one report.")
def report(
    url: str, *, quote: str, suggestion: str, comment: str, concern: str, email: str, language: str, key: str
) -> None:
    """Report an error in the article at URL, as a reader would, and print the status page."""
    draft = ReportDraft(
        url=url,
        exact=quote,
        suggestion=suggestion,
        comment=comment,
        concern=concern,
        email=email,
        language=language,
    )
    key = key or str(uuid.uuid4())
    try:
        receipt = door.receive(draft=draft, idempotency_key=key, channel=Report.Channel.FORM)
    except RefusedError as error:
        lines = [f"  {field}: {sentence}" for field, sentence in error.problems.items()]
        raise click.ClickException("\n".join(["The report was not stored.", *lines])) from None
    except door.UnavailableError as error:
        raise NotNow(
            f"The database did not take the report ({error}). Run the same command again with --key {key}: "
            "so it is stored once, also if it was stored this time."
        ) from None
    click.echo(receipt.status)
