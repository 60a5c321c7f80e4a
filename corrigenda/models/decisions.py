"""What editors decide: decisions, and the joining of cases that speak of one passage."""

from collections.abc import Iterable
from typing import Final, Self

from django.db import connection, models
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext_lazy as _

from corrigenda.models.cases import Case
from corrigenda.models.members import Member
from corrigenda.models.passages import Passage


class NoticeKind(models.TextChoices):
    """What a newsroom publishes about an error."""

    CORRECTION = "correction", _("correction")
    CLARIFICATION = "clarification", _("clarification")
    UPDATE = "update", _("update")
    MINOR = "minor", _("minor fix")


class Decision(models.Model):
    """One editor's decision about one case."""

    class Outcome(models.TextChoices):
        ACCEPT = "accept", _("accepted")
        NOTE = "note", _("note published")
        DECLINE = "decline", _("declined")

    class Reason(models.TextChoices):
        NO_CHANGE = "no_change", _("no change needed")
        ACCURATE = "accurate", _("the text is accurate")
        OPINION = "opinion", _("a matter of opinion or style")
        ALREADY_FIXED = "already_fixed", _("already corrected")
        NOT_OURS = "not_ours", _("not part of our text")
        UNCLEAR = "unclear", _("the report could not be understood")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="decisions")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="decisions")
    passage = models.ForeignKey(
        Passage, on_delete=models.PROTECT, null=True, blank=True, related_name="decisions"
    )
    outcome = models.CharField(max_length=20, choices=Outcome)
    kind = models.CharField(max_length=20, choices=NoticeKind, blank=True)
    old = models.TextField(blank=True, help_text="The passage as it stood when the editor decided.")
    wording = models.TextField(blank=True, help_text="What is to stand there instead.")
    notice_text = models.TextField(
        blank=True, help_text="The public note; empty asks for the usual sentence."
    )
    reason = models.CharField(max_length=20, choices=Reason, blank=True)
    message = models.TextField(blank=True, help_text="Goes to the readers with the answer.")
    decided_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=models.Q(undone_at=None), name="one_standing_decision_a_case"
            )
        ]

    def __str__(self) -> str:
        return f"decision {self.pk}"


MOST_COUNTED: Final = 10_000
"""Readers of one case that are counted for everybody who asks about its passage."""

# UNION, not UNION ALL: a circle of joins, which no action makes, would never end.
_JOINED: Final = "FROM family f JOIN corrigenda_merge m ON m.target_id = f.pk WHERE m.undone_at IS NULL"
_FAMILY: Final = (
    f"WITH RECURSIVE family (pk) AS (SELECT CAST(%s AS bigint) UNION SELECT m.source_id {_JOINED})"
)
_KEYS: Final = f"{_FAMILY} SELECT pk FROM family"  # noqa: S608 (constants)
_READERS: Final = (
    f"{_FAMILY} SELECT COUNT(*) FROM "  # noqa: S608 (constants)
    "(SELECT r.id FROM family f JOIN corrigenda_report r ON r.case_id = f.pk LIMIT %s) AS counted"
)
_VOICES: Final = (
    "WITH RECURSIVE family (root, pk) AS (SELECT c.id, c.id FROM corrigenda_case c WHERE c.id IN ({keys}) "  # noqa: S608
    f"UNION SELECT f.root, m.source_id {_JOINED}) "
    "SELECT f.root, r.concern, COUNT(*) FROM family f JOIN corrigenda_report r ON r.case_id = f.pk "
    "GROUP BY f.root, r.concern "
    "ORDER BY MIN(CASE WHEN f.root = f.pk THEN 0 ELSE 1 END), MIN(r.id)"
)


class MergeQuerySet(models.QuerySet["Merge"]):
    """Reads of the joined cases that more than one room needs."""

    def standing(self) -> Self:
        """Keep the merges that have not been undone."""
        return self.filter(undone_at=None)

    def joined_to(self, case: Case) -> list[int]:
        """Return the keys of the cases joined to this one, over any number of steps, in order."""
        with connection.cursor() as cursor:
            cursor.execute(_KEYS, [case.pk])
            return sorted(key for (key,) in cursor.fetchall() if key != case.pk)

    def family(self, case: Case) -> RawSQL:
        """Return the keys of a case and of those joined to it, as a part of another query: `pk__in=…`.

        The database follows the joins by an index; thousands of keys are never sent back and forth.
        """
        return RawSQL(_KEYS, [case.pk])  # noqa: S611 (a constant and a key)

    def voices(self, cases: Iterable[Case]) -> dict[int, dict[str, int]]:
        """Return for each case how many reports it has of each concern, joined ones included; one query.

        Its own concern comes first, then those of the joined cases, the oldest report first.
        """
        found: dict[int, dict[str, int]] = {case.pk: {} for case in cases}
        if not found:
            return found
        keys = ", ".join(["%s"] * len(found))
        with connection.cursor() as cursor:
            cursor.execute(_VOICES.format(keys=keys), list(found))
            for root, concern, reports in cursor.fetchall():
                found[root][concern] = reports
        return found

    def count_readers(self, case: Case) -> int:
        """Return how many reports a case has, joined ones included; not more than MOST_COUNTED."""
        with connection.cursor() as cursor:
            cursor.execute(_READERS, [case.pk, MOST_COUNTED])
            return int(cursor.fetchone()[0])

    def end_of(self, case: Case) -> Case:
        """Return the case that this one follows in the end: itself where it is joined to none."""
        while merge := self.standing().filter(source=case).select_related("target").first():
            case = merge.target
        return case


class Merge(models.Model):
    """A case joined to another as the same passage; undone, it remembers that they are not the same."""

    source = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="merges")
    target = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="merged")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, blank=True, related_name="merges")
    merged_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)

    objects = MergeQuerySet.as_manager()

    class Meta:
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(
                fields=["source"], condition=models.Q(undone_at=None), name="one_standing_merge_a_case"
            ),
            models.CheckConstraint(condition=~models.Q(source=models.F("target")), name="merge_of_two_cases"),
        ]

    def __str__(self) -> str:
        return f"{self.source} into {self.target}"
