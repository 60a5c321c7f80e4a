"""The outbox: what leaves the house, with its attempts."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from corrigenda.models.cases import Case
from corrigenda.models.notices import Reply
from corrigenda.models.reports import Contact


class Delivery(models.Model):
    """One message to the outside; repeated until it is taken, always under the same Message-ID."""

    class Channel(models.TextChoices):
        MAIL = "mail", _("mail")

    class Reason(models.TextChoices):
        """Why a letter was given up, where it was not its server that refused it."""

        NONE = "", ""
        STOPPED = "stopped", _("wants no mail")
        ERASED = "erased", _("the address has been deleted")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="deliveries")
    channel = models.CharField(max_length=20, choices=Channel, default=Channel.MAIL)
    reply = models.OneToOneField(Reply, on_delete=models.CASCADE, related_name="delivery")
    contact = models.ForeignKey(Contact, on_delete=models.SET_NULL, null=True, related_name="deliveries")
    message_id = models.CharField(max_length=250, unique=True)
    attempts = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    first_attempt_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    abandoned_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=10, choices=Reason, blank=True, default=Reason.NONE)
    problem = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("id",)
        verbose_name_plural = "deliveries"
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                condition=models.Q(delivered_at=None, abandoned_at=None),
                name="delivery_due",
            )
        ]

    def __str__(self) -> str:
        return f"delivery {self.pk}"
