"""No statistics of who wrote a mail that was set aside, as of everything that readers wrote (0008)."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def sample_nothing(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Keep sender and subject out of PostgreSQL's statistics, and throw away what was sampled so far."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "ALTER TABLE corrigenda_mail ALTER COLUMN about TYPE varchar(130), "
            "ALTER COLUMN about SET STATISTICS 0"
        )


def sample_again(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Let PostgreSQL sample it as any other column."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE corrigenda_mail ALTER COLUMN about SET STATISTICS -1")


class Migration(migrations.Migration):
    dependencies = [
        ("corrigenda", "0017_mail_about"),
    ]

    operations = [
        migrations.RunPython(sample_nothing, sample_again),
    ]
