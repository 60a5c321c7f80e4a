"""What waits to be delivered, and who wants no mail."""

from django.db.models import QuerySet
from django.utils import timezone

from corrigenda.models import Delivery, Stop


def due_deliveries() -> QuerySet[Delivery]:
    """Return the deliveries whose next attempt is due, the longest waiting first."""
    waiting = Delivery.objects.filter(delivered_at=None, abandoned_at=None)
    return waiting.filter(next_attempt_at__lte=timezone.now()).order_by("next_attempt_at", "id")


def delivery_with_rows(pk: int) -> Delivery | None:
    """Return a delivery that is still due, with every row that its letter is made from."""
    rows = due_deliveries().select_related(
        "contact",
        "case__site",
        "reply__report__site",
        "reply__decision__case__article",
        "reply__notice__article__site",
        "reply__notice__decision",
    )
    return rows.filter(pk=pk).first()


def is_stopped(digest: str) -> bool:
    """Whether a mailbox wants no mail."""
    return Stop.objects.filter(digest=digest).exists()
