"""What the pages of the shared shell read."""

from django.db import connection

from corrigenda.models import Site


def all_sites() -> list[Site]:
    """Return every site in the order of its name, origins fetched."""
    return list(Site.objects.order_by("name", "slug").prefetch_related("origins"))


def database_answers() -> bool:
    """Ask the database for a row; raises django.db.Error where it cannot."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return bool(cursor.fetchone() == (1,))
