"""`corrigenda settings`: every setting with its meaning and present value, secrets masked."""

import json
from pathlib import Path

import click
from pydantic import SecretStr

from corrigenda.config.options import Options


@click.command()
@click.option("--json", "as_json", is_flag=True, help="As JSON, for scripts.")
def settings(*, as_json: bool) -> None:
    """Print every setting: its name in the environment, its value, its meaning. Secrets are masked."""
    options = Options()
    rows = []
    for name, field in Options.model_fields.items():
        value = getattr(options, name)
        if isinstance(value, SecretStr):
            shown = "********" if value.get_secret_value() else ""
        else:
            shown = str(value) if isinstance(value, str | Path) else json.dumps(value, default=str)
        rows.append(
            {
                "name": variable(name),
                "value": shown,
                "meaning": field.description,
                "set": name in options.model_fields_set,
            }
        )
    if as_json:
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    for row in rows:
        mark = "" if row["set"] else "  (default)"
        click.echo(f"{click.style(str(row['name']), bold=True)}={row['value']}{mark}\n    {row['meaning']}")


def variable(name: str) -> str:
    """Return the environment variable of an option."""
    return name.upper() if name in {"secret_key", "database_url"} else f"CORRIGENDA_{name.upper()}"
