"""Where the reported words of a case stand in a revision."""

from django.db import models

from corrigenda.models.articles import Revision
from corrigenda.models.cases import Case


class Passage(models.Model):
    """The place of a case's words in one revision; the newest row of a case is the one that counts."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="passages")
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="passages")
    start = models.PositiveIntegerField(
        null=True, blank=True, help_text="Code points in the revision's text."
    )
    end = models.PositiveIntegerField(null=True, blank=True)
    kind = models.CharField(max_length=20, help_text="Match.kind: unchanged, moved, edited, replaced, gone.")
    confidence = models.FloatField(help_text="Match.confidence, 0 to 1.")
    found_at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(fields=["case", "revision"], name="one_passage_a_revision"),
            models.CheckConstraint(
                condition=models.Q(start=None, end=None) | models.Q(start__lte=models.F("end")),
                name="passage_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"passage {self.pk}"

    @property
    def exact(self) -> str:
        """The words as they stand in the revision; empty when the passage is gone."""
        return "" if self.start is None else self.revision.text[self.start : self.end]
