"""The database itself refuses to change or delete an entry of a case's history."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

SQLITE = (
    """CREATE TRIGGER entry_no_update BEFORE UPDATE ON corrigenda_entry
       BEGIN SELECT RAISE(ABORT, 'entries are append-only'); END""",
    """CREATE TRIGGER entry_no_delete BEFORE DELETE ON corrigenda_entry
       BEGIN SELECT RAISE(ABORT, 'entries are append-only'); END""",
)
POSTGRESQL = (
    """CREATE FUNCTION corrigenda_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN RAISE EXCEPTION 'entries are append-only' USING ERRCODE = 'restrict_violation'; END $$""",
    """CREATE TRIGGER entry_append_only BEFORE UPDATE OR DELETE ON corrigenda_entry
       FOR EACH ROW EXECUTE FUNCTION corrigenda_append_only()""",
)
UNDO = {
    "sqlite": ("DROP TRIGGER entry_no_update", "DROP TRIGGER entry_no_delete"),
    "postgresql": ("DROP TRIGGER entry_append_only ON corrigenda_entry", "DROP FUNCTION corrigenda_append_only()"),
}
DO = {"sqlite": SQLITE, "postgresql": POSTGRESQL}


def forbid(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Create the triggers."""
    for statement in DO[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def allow(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Drop the triggers."""
    for statement in UNDO[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    """Adds the triggers."""

    dependencies = [("corrigenda", "0001_initial")]
    operations = [migrations.RunPython(forbid, allow)]
