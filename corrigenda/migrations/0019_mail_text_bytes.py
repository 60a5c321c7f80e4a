"""How large the text of a mail is, so that texts that nobody has looked at can be added up."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("corrigenda", "0018_about_unsampled"),
    ]

    operations = [
        migrations.AddField(
            model_name="mail",
            name="text_bytes",
            field=models.PositiveIntegerField(
                default=0, help_text="Bytes of the text in UTF-8; 0 for mails from before they were counted."
            ),
        ),
        migrations.AddIndex(
            model_name="mail",
            index=models.Index(fields=["report", "text_bytes"], name="mail_text_bytes"),
        ),
    ]
