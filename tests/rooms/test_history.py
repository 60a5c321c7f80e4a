"""The history of a case is append-only: the database itself refuses to change it."""

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from corrigenda.models import Entry
from tests.rooms.factories import make_article, make_case, make_revision, make_site

pytestmark = pytest.mark.django_db


def test_nobody_changes_or_deletes_an_entry() -> None:
    article = make_article(make_site())
    case = make_case(article, make_revision(article, "<p>It had 31 houses.</p>"), exact="31 houses")
    entry = Entry.objects.create(case=case, at=timezone.now(), room="decide", verb="declined")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Entry.objects.filter(pk=entry.pk).update(verb="accepted")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Entry.objects.filter(pk=entry.pk)._raw_delete("default")
    assert Entry.objects.get(pk=entry.pk).verb == "declined"
