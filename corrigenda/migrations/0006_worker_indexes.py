"""Indexes for what the worker asks in every round."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('corrigenda', '0005_mails'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='article',
            index=models.Index(
                condition=models.Q(('reading_asked_at__isnull', False)),
                fields=['reading_asked_at'],
                name='article_to_reread',
            ),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(
                condition=models.Q(('status', 'draft')), fields=['id'], name='notice_drafted'
            ),
        ),
    ]
