"""Cases, the entries of their history, and what is to be delivered to the outside on their behalf."""

from typing import Self

from django.db import connection, models
from django.utils import timezone

from corrigenda.flow import State
from corrigenda.models.articles import Article
from corrigenda.models.members import Member
from corrigenda.models.sites import Site


class CaseQuerySet(models.QuerySet["Case"]):
    """Reads of cases that more than one room needs."""

    def due(self, *states: State) -> Self:
        """Keep the cases in one of the states whose not-before time has passed, oldest first."""
        ready = models.Q(not_before=None) | models.Q(not_before__lte=timezone.now())
        return self.filter(ready, state__in=states).order_by("id")

    def taken(self) -> Self:
        """Lock the rows for this transaction, passing over those that another worker holds (PostgreSQL)."""
        if connection.features.has_select_for_update_skip_locked:
            return self.select_for_update(skip_locked=True, of=("self",))
        return self


class Case(models.Model):
    """One thing that may be wrong in one article; only the ledger writes it."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="cases")
    article = models.ForeignKey(
        Article, on_delete=models.PROTECT, null=True, blank=True, related_name="cases"
    )
    state = models.CharField(max_length=20, choices=[(state.value, state.value) for state in State])
    not_before = models.DateTimeField(null=True, blank=True, help_text="The next room waits until then.")
    opened_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    silent_seconds = models.FloatField(
        null=True, blank=True, help_text="From the fix being live to its notice being public."
    )

    objects = CaseQuerySet.as_manager()

    class Meta:
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=[state.value for state in State]), name="case_state_is_known"
            )
        ]
        indexes = [
            models.Index(fields=["state", "id"], name="case_queue"),
            # The few open cases of an article, however many were joined to them or closed.
            models.Index(fields=["article", "state"], name="case_of_article"),
        ]

    def __str__(self) -> str:
        return f"case {self.pk}"


class Entry(models.Model):
    """One line of a case's history: append-only (the database refuses changes) and free of personal data."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="entries")
    at = models.DateTimeField()
    room = models.CharField(max_length=20, help_text="The room that made the entry.")
    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, blank=True, related_name="entries"
    )
    verb = models.CharField(max_length=40)
    old_state = models.CharField(max_length=20, blank=True)
    new_state = models.CharField(max_length=20, blank=True)
    before = models.TextField(blank=True, help_text="What stood there before, in the article's own words.")
    after = models.TextField(blank=True)
    rows = models.JSONField(default=dict, blank=True, help_text="The rows it speaks of, as {noun: id}.")

    class Meta:
        ordering = ("id",)
        verbose_name_plural = "entries"

    def __str__(self) -> str:
        return f"{self.case} {self.verb}"
