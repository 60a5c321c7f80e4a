"""Loads the code of all pages at a moment when nobody waits."""

from django.urls import reverse


def load_pages() -> None:
    """Import what makes pages, where this process has not yet.

    The first address that a process makes imports them all, for half a second. In a transaction everybody who
    writes would wait so long on SQLite, so it is called before the first one. Afterwards it costs next to
    nothing.
    """
    reverse("report:form")
