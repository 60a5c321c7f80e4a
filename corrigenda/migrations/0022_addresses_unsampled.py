"""No statistics of what readers type into addresses and of what servers repeat of it, as in 0008."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

# As in 0008: naming the type again throws away what was sampled so far. An article is kept under an address
# that a reader may have typed, redirects take its query along, and pages and errors may show it.
UNSAMPLED = {
    "corrigenda_article": {"canonical_url": "varchar(2000)"},
    "corrigenda_address": {"leads_to": "varchar(2000)", "problem": "varchar(300)", "doubted_text": "text"},
    "corrigenda_addresschange": {"old_url": "varchar(2000)", "new_url": "varchar(2000)"},
    # Its subtags may be any words of eight letters.
    "corrigenda_report": {"language": "varchar(35)"},
}


def sample_nothing(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Keep them out of PostgreSQL's statistics, and throw away what was sampled so far."""
    if schema_editor.connection.vendor != "postgresql":
        return
    for table, columns in UNSAMPLED.items():
        changes = ", ".join(
            f"ALTER COLUMN {name} TYPE {kind}, ALTER COLUMN {name} SET STATISTICS 0"
            for name, kind in columns.items()
        )
        schema_editor.execute(f"ALTER TABLE {table} {changes}")


def sample_again(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Let PostgreSQL sample them as any other column."""
    if schema_editor.connection.vendor != "postgresql":
        return
    for table, columns in UNSAMPLED.items():
        changes = ", ".join(f"ALTER COLUMN {name} SET STATISTICS -1" for name in columns)
        schema_editor.execute(f"ALTER TABLE {table} {changes}")


class Migration(migrations.Migration):
    # A table at a time: holding several, it and a worker that writes to two of them wait for each other. Each
    # statement may be given again.
    atomic = False

    dependencies = [
        ("corrigenda", "0021_texts_of_a_path"),
    ]

    operations = [
        migrations.RunPython(sample_nothing, sample_again),
    ]
