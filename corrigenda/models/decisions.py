"""What editors decide: decisions, and the joining of cases that speak of one passage."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Self

from django.db import models
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


class MergeQuerySet(models.QuerySet["Merge"]):
    """Reads of the joined cases that more than one room needs."""

    def standing(self) -> Self:
        """Keep the merges that have not been undone."""
        return self.filter(undone_at=None)

    def joined_to(self, case: Case) -> list[int]:
        """Return the keys of the cases joined to this one, over any number of steps, in order."""
        found: set[int] = set()
        level = {case.pk}
        while level:
            level = set(self.standing().filter(target__in=level).values_list("source", flat=True)) - found
            found |= level
        return sorted(found)

    def families(self, cases: Iterable[Case]) -> dict[int, list[int]]:
        """Return for each case the keys of those joined to it, over any number of steps; one query."""
        cases = list(cases)
        articles = {case.article_id for case in cases if case.article_id is not None}
        merges = self.standing().filter(target__article__in=articles)
        sources: dict[int, list[int]] = defaultdict(list)
        for source, target in merges.order_by("id").values_list("source", "target"):
            sources[target].append(source)
        families = {}
        for case in cases:
            family: list[int] = []
            waiting = list(sources.get(case.pk, ()))
            while waiting:
                family.append(waiting.pop(0))
                waiting += sources.get(family[-1], ())
            families[case.pk] = family
        return families

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
