"""What an address answered and when, the changes of articles' addresses, and whose pages a site's folders hold."""

import django.db.models.deletion
from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def name_origins(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Give the folders of every site its first origin."""
    site_model = apps.get_model("corrigenda", "Site")
    origin_model = apps.get_model("corrigenda", "Origin")
    for site in site_model.objects.filter(connector="files"):
        first = origin_model.objects.filter(site=site).order_by("id").first()
        if first is not None and not site.connector_options.get("origin"):
            site.connector_options = {**site.connector_options, "origin": first.origin}
            site.save(update_fields=["connector_options"])


def mark_strange_moves(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Let the desk undo moves from before they were kept, where the article became quite another text."""
    article_model = apps.get_model("corrigenda", "Article")
    change_model = apps.get_model("corrigenda", "AddressChange")
    for article in article_model.objects.iterator(chunk_size=100):
        addresses = article.addresses.order_by("id").exclude(url=article.canonical_url)
        former = addresses.exclude(url__startswith=article.canonical_url + "?").first()
        if former is None:
            continue
        revisions = article.revisions.order_by("number")
        first, last = revisions.first(), revisions.last()
        if first is None or first.pk == last.pk or _is_like(first.text, last.text):
            continue
        change_model.objects.create(
            article=article,
            old_url=former.url,
            new_url=article.canonical_url,
            evidence="unrecorded",
            changed_at=last.read_at,
        )


def _is_like(one: str, other: str) -> bool:
    words, others = set(one.casefold().split()), set(other.casefold().split())
    return 2 * len(words & others) >= max(len(words), len(others))


class Migration(migrations.Migration):
    dependencies = [
        ("corrigenda", "0012_case_of_article"),
    ]

    operations = [
        migrations.CreateModel(
            name='AddressChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('old_url', models.URLField(max_length=2000)),
                ('new_url', models.URLField(max_length=2000)),
                ('evidence', models.CharField(choices=[('redirect', 'permanent redirect'), ('canonical', 'canonical link of the page'), ('unrecorded', 'reason not recorded')], max_length=20)),
                ('changed_at', models.DateTimeField()),
                ('undone_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'ordering': ('id',),
            },
        ),
        migrations.AddField(
            model_name='address',
            name='doubted_at',
            field=models.DateTimeField(blank=True, help_text='When that text was read first.', null=True),
        ),
        migrations.AddField(
            model_name='address',
            name='doubted_text',
            field=models.TextField(blank=True, help_text="A text unlike the article's, kept until a later answer confirms it."),
        ),
        migrations.AddField(
            model_name='address',
            name='leads_to',
            field=models.URLField(blank=True, help_text='Where its redirects ended last; empty where it has none.', max_length=2000),
        ),
        migrations.AddField(
            model_name='address',
            name='tried_at',
            field=models.DateTimeField(blank=True, help_text='When the last attempt began.', null=True),
        ),
        migrations.AddIndex(
            model_name='address',
            index=models.Index(condition=models.Q(('leads_to', ''), _negated=True), fields=['leads_to'], name='address_leads_to'),
        ),
        migrations.AddIndex(
            model_name='address',
            index=models.Index(fields=['site', 'tried_at'], name='address_tried'),
        ),
        migrations.AddField(
            model_name='addresschange',
            name='article',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='address_changes', to='corrigenda.article'),
        ),
        migrations.AddField(
            model_name='addresschange',
            name='undone_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='address_changes_undone', to=settings.AUTH_USER_MODEL),
        ),
        migrations.RunPython(name_origins, migrations.RunPython.noop),
        migrations.RunPython(mark_strange_moves, migrations.RunPython.noop),
    ]
