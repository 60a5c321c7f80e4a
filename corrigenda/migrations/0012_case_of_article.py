from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("corrigenda", "0015_report_keys_by_site"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["article", "state"], name="case_of_article"),
        ),
    ]
