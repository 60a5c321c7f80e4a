"""What erasing, keeping for a time and stopping mail need; no statistics of what readers wrote."""

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from corrigenda.connectors.recipients import digest_of

# PostgreSQL keeps samples of every column for its planner, which no erasing of rows would reach. The type is
# named again because that throws away what it has sampled so far.
UNSAMPLED = {
    "corrigenda_contact": {"email": "varchar(254)"},
    "corrigenda_report": {name: "text" for name in ("exact", "prefix", "suffix", "suggestion", "comment")}
    | {"url": "varchar(2000)", "image": "varchar(2000)", "idempotency_key": "varchar(100)"},
    "corrigenda_address": {"url": "varchar(2000)"},
    "corrigenda_mail": {"text": "text", "raw": "bytea", "left_out": "jsonb"},
    "corrigenda_followup": {"comment": "text"},
    "corrigenda_attachment": {"name": "varchar(150)"},
    "corrigenda_delivery": {"problem": "varchar(300)"},
}


def sample_nothing(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Keep what readers wrote out of PostgreSQL's statistics."""
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


def add_digests(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Give each contact the digest of its mailbox."""
    contacts = apps.get_model("corrigenda", "Contact")
    for contact in contacts.objects.filter(digest="").iterator(chunk_size=500):
        contact.digest = digest_of(contact.email)
        contact.save(update_fields=["digest"])


class Migration(migrations.Migration):

    dependencies = [
        ('corrigenda', '0007_report_parts_and_doubts'),
    ]

    operations = [
        migrations.CreateModel(
            name='Stop',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(help_text='Keyed digest of the mailbox.', max_length=40, unique=True)),
                ('stopped_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'ordering': ('id',),
            },
        ),
        migrations.AddField(
            model_name='contact',
            name='digest',
            field=models.CharField(blank=True, db_index=True, default='', help_text='Keyed digest of the mailbox behind the address.', max_length=40),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='delivery',
            name='first_attempt_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='delivery',
            name='reason',
            field=models.CharField(blank=True, choices=[('', ''), ('stopped', 'wants no mail'), ('erased', 'the address has been deleted')], default='', max_length=10),
        ),
        migrations.AddField(
            model_name='mail',
            name='emptied_at',
            field=models.DateTimeField(blank=True, help_text='Since then its text, bytes and files are gone; the key knows it again.', null=True),
        ),
        migrations.AddField(
            model_name='reply',
            name='cleared_at',
            field=models.DateTimeField(blank=True, help_text='Since then nothing is kept of the report that identifies its reader.', null=True),
        ),
        migrations.AddField(
            model_name='report',
            name='erased_at',
            field=models.DateTimeField(blank=True, help_text="Since then what its reader wrote is gone, at the reader's wish.", null=True),
        ),
        migrations.AddField(
            model_name='report',
            name='expired_at',
            field=models.DateTimeField(blank=True, help_text='Since then what identifies its reader is gone: its time was over.', null=True),
        ),
        migrations.AlterField(
            model_name='mail',
            name='outcome',
            field=models.CharField(choices=[('report', 'a report'), ('follow_up', 'a follow-up to a report'), ('bounce', 'a letter of ours that came back'), ('automatic', 'written by a program'), ('aside', 'set aside'), ('gone', 'set aside, and deleted')], max_length=20),
        ),
        migrations.RunPython(add_digests, migrations.RunPython.noop),
        migrations.RunPython(sample_nothing, sample_again),
        migrations.AddIndex(
            model_name='mail',
            index=models.Index(condition=models.Q(('emptied_at', None)), fields=['taken_at'], name='mail_to_empty'),
        ),
        migrations.AddIndex(
            model_name='reply',
            index=models.Index(condition=models.Q(('cleared_at', None)), fields=['created_at'], name='reply_to_clear'),
        ),
    ]
