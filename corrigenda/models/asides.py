"""Held reports that an editor has set aside, and who took that back."""

from django.db import models

from corrigenda.models.members import Member
from corrigenda.models.reports import Report


class SetAside(models.Model):
    """A held report was set aside; while `undone_at` is empty it stands so. Rows are added, never deleted.

    It is the history of a report that has no case, and so no entries.
    """

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="set_asides")
    was = models.CharField(max_length=10, choices=Report.Held, help_text="Why it was held before.")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="set_asides")
    at = models.DateTimeField()
    undone_by = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, blank=True, related_name="set_asides_undone"
    )
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(
                fields=["report"], condition=models.Q(undone_at=None), name="one_set_aside_stands"
            )
        ]

    def __str__(self) -> str:
        return f"{self.report} set aside"
