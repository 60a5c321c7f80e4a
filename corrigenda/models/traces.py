"""What the latest reports looked like, as digests: enough to count repeats, nothing that can be read."""

from django.db import models


class Trace(models.Model):
    """One report of the last day; it names no report, so that nobody's words can be told from it.

    Digests are the first 64 bits of a keyed hash, as signed integers.
    """

    page = models.BigIntegerField(null=True, help_text="The article; empty where it counts for no flood.")
    quote = models.BigIntegerField(help_text="The article and the reported words.")
    text = models.BigIntegerField(null=True, help_text="Suggestion and comment; empty where they are short.")
    opened = models.BooleanField(help_text="Whether a case was opened for it.")
    at = models.DateTimeField(help_text="When the report came in.")

    class Meta:
        ordering = ("id",)
        indexes = [
            models.Index(fields=["page", "at"], condition=models.Q(page__isnull=False), name="trace_page"),
            models.Index(fields=["quote", "at"], name="trace_quote"),
            models.Index(fields=["text", "at"], condition=models.Q(text__isnull=False), name="trace_text"),
            models.Index(fields=["at"], name="trace_age"),
        ]

    def __str__(self) -> str:
        return f"trace {self.pk}"
