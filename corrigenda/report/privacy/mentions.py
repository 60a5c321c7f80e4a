"""Finds an address wherever it stands in the tables, also where editors or other readers typed it."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.db.models import BinaryField, CharField, Field, JSONField, Model, TextField
from django.db.models.functions import Cast


@dataclass(frozen=True, slots=True)
class Mention:
    """A column of a row in which an address stands."""

    table: str
    number: str
    field: str


def mentions_of(address: str) -> Iterator[Mention]:
    """Iterate where an address stands, in any case of its letters; it reads every table once.

    What is erased is what a person wrote and left. The same address in an editor's message, in another
    reader's mail or in an article is somebody else's text: a person has to decide about it.
    """
    wanted = address.strip()
    if not wanted:
        return
    for model in apps.get_models():
        for field in model._meta.concrete_fields:  # noqa: SLF001 (Django documents it)
            for number in _rows_with(model, field, wanted):
                yield Mention(model._meta.db_table, str(number), field.name)  # noqa: SLF001


def _rows_with(model: type[Model], field: "Field[object, object]", wanted: str) -> Iterator[object]:
    rows = model._default_manager.order_by("pk")  # noqa: SLF001
    if isinstance(field, JSONField):
        rows = rows.annotate(as_text=Cast(field.name, TextField())).filter(as_text__icontains=wanted)
        yield from rows.values_list("pk", flat=True)
    elif isinstance(field, CharField | TextField):
        yield from rows.filter(**{f"{field.name}__icontains": wanted}).values_list("pk", flat=True)
    elif isinstance(field, BinaryField):
        for number, content in rows.exclude(**{field.name: None}).values_list("pk", field.name).iterator():
            if wanted.lower().encode() in bytes(content).lower():
                yield number
