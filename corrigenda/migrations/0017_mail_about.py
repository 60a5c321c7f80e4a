"""Who wrote a mail that was set aside, and about what, so that no page reads the mail itself."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("corrigenda", "0016_sessions_and_audit"),
    ]

    operations = [
        migrations.AddField(
            model_name="mail",
            name="about",
            field=models.CharField(
                blank=True, default="", help_text="Sender and subject of a mail that was set aside.", max_length=130
            ),
            preserve_default=False,
        ),
    ]
