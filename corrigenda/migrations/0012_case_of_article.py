from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("corrigenda", "0013_sign_in_counts"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["article", "state"], name="case_of_article"),
        ),
    ]
