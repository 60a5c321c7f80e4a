"""PostgreSQL keeps no sample of what strangers write: no erasing of rows would reach it."""

import pytest
from django.db import connection
from django.utils import timezone

from corrigenda.models import Address, AddressChange, Article, Report
from tests.rooms.factories import make_site

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite samples nothing by itself."),
]
MARK = "zyxqv"


def test_what_readers_type_into_addresses_is_in_no_statistics() -> None:
    site = make_site()
    for number in range(20):
        url = f"https://courier.example/story?id={number}&who={MARK}"
        article = Article.objects.create(site=site, canonical_url=url)
        AddressChange.objects.create(
            article=article, old_url=url, new_url=url, evidence="redirect", changed_at=timezone.now()
        )
        Address.objects.create(
            site=site, url=url, leads_to=url, problem=f"No page: {url}", doubted_text=f"You asked for {MARK}."
        )
        Report.objects.create(
            site=site, token=str(number), url=url, idempotency_key=str(number), language=f"en-{MARK}"
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute(
            "SELECT tablename, attname FROM pg_stats WHERE schemaname = 'public' AND "
            "concat(most_common_vals, histogram_bounds) LIKE %s",
            [f"%{MARK}%"],
        )
        assert cursor.fetchall() == []
