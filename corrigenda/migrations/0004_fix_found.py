"""Fixes know what a page reads instead of their wording, and when they look again."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('corrigenda', '0003_notice_placed'),
    ]

    operations = [
        migrations.AddField(
            model_name='fix',
            name='found',
            field=models.TextField(blank=True, help_text='What the page reads there instead of the wording.'),
        ),
        migrations.AddField(
            model_name='fix',
            name='next_attempt_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
