"""The people of the newsroom who sign in at the desk."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _


class Member(AbstractUser):
    """Someone who signs in; what they may do hangs on the role."""

    class Role(models.TextChoices):
        EDITOR = "editor", _("editor")
        ADMINISTRATOR = "administrator", _("administrator")

    role = models.CharField(max_length=20, choices=Role, default=Role.EDITOR)

    def __str__(self) -> str:
        return self.get_full_name() or self.get_username()

    @property
    def may_manage_sites(self) -> bool:
        """Whether this member may add and change sites."""
        return self.is_superuser or self.role == self.Role.ADMINISTRATOR
