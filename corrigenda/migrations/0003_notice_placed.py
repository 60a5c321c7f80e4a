"""Notices know whether they stand on their article page; the log is read newest first."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('corrigenda', '0002_entries_are_append_only'),
    ]

    operations = [
        migrations.AddField(
            model_name='notice',
            name='placed_at',
            field=models.DateTimeField(blank=True, help_text='Since then it stands on the article page; empty where it does not.', null=True),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(fields=['-published_at', '-id'], name='notice_in_log'),
        ),
    ]
