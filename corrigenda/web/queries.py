"""What every room may ask about sites, and whether the database answers."""

from django.db import connection

from corrigenda.connectors.addresses import origin_of
from corrigenda.models import Site


def all_sites() -> list[Site]:
    """Return every site in the order of its name, origins fetched."""
    return list(Site.objects.order_by("name", "slug").prefetch_related("origins"))


def site_of_origin(origin: str) -> Site | None:
    """Return the site that has an origin, given as a browser sends it."""
    return Site.objects.filter(origins__origin=origin).first() if "\x00" not in origin else None


def site_of_url(url: str) -> Site | None:
    """Return the site whose origin an address has; raises AddressError for what is no address."""
    return site_of_origin(origin_of(url))


def database_answers() -> bool:
    """Ask the database for a row; raises django.db.Error where it cannot."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return bool(cursor.fetchone() == (1,))
