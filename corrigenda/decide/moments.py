"""Points in time as the desk shows them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from corrigenda.web.notices import date_text


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time: for people as an age, with the exact time and its zone beside it."""

    at: datetime

    @property
    def ago(self) -> str:
        """How long ago, in its largest unit."""
        if timezone.now() - self.at < timedelta(minutes=1):
            return _("just now")
        return _("%(age)s ago") % {"age": timesince(self.at, depth=1)}

    @property
    def iso(self) -> str:
        """Date, time and offset for machines."""
        return timezone.localtime(self.at).isoformat(timespec="seconds")

    @property
    def exact(self) -> str:
        """Date, time and zone of the desk."""
        return date_text(self.at, get_language() or "")
