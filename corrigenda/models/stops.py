"""Which mailboxes want no mail from this desk; no address stands here."""

from django.db import models


class Stop(models.Model):
    """A mailbox that gets no letter any more, whoever leaves its address with a report."""

    digest = models.CharField(max_length=40, unique=True, help_text="Keyed digest of the mailbox.")
    stopped_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"stop {self.pk}"
