"""Finds addresses wherever they stand in the tables, also where editors or other readers typed them."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from django.apps import apps
from django.db.models import BinaryField, CharField, Field, JSONField, Model, TextField
from django.db.models.functions import Cast


class Mention(NamedTuple):
    """A column of a row in which an address stands."""

    table: str
    number: str
    field: str


def mentions_of(addresses: Iterable[str]) -> list[Mention]:
    """Return where addresses stand, in any case of their letters, each column once; it reads every table.

    What is erased is what a person wrote and left. The same address in an editor's message, in another
    reader's mail or in an article is somebody else's text: a person has to decide about it.
    """
    wanted = [address for address in addresses if address]
    found = {
        Mention(model._meta.db_table, str(number), field.name)  # noqa: SLF001 (Django documents it)
        for model in apps.get_models()
        for field in model._meta.concrete_fields  # noqa: SLF001
        for address in wanted
        for number in _rows_with(model, field, address)
    }
    return sorted(found)


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
