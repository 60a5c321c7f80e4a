"""How often somebody tried to sign in: counts under keyed hashes, in a table of a limited size."""

from django.db import models


class SignInCount(models.Model):
    """One count of attempts. Its number is a keyed hash, so that no row names a network or a person.

    `corrigenda/accounts/counting.py` says what is counted and how a count becomes a wait.
    """

    slot = models.PositiveIntegerField(
        primary_key=True, help_text="What is counted, and a keyed hash of whom; below 655,360."
    )
    level = models.FloatField(default=0.0, help_text="Attempts that are not forgiven yet.")
    at = models.DateTimeField(help_text="When the level was last changed.")
    until = models.DateTimeField(null=True, help_text="When the next attempt may be made; empty: at once.")

    class Meta:
        ordering = ("slot",)
        indexes = [models.Index(fields=["at"], name="sign_in_count_age")]

    def __str__(self) -> str:
        return f"sign-in count {self.slot}"
