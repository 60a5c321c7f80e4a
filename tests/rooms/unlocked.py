"""Looks whether others can write to the database while something is computed that may take long."""

import re
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any, Final

import pytest
from django.db import DatabaseError, connection, transaction

TABLES: Final = ("case", "report", "article", "address")
_TEXT: Final = re.compile(r'^SELECT .*"corrigenda_revision"\."(text|html)"')


def others_can_write() -> bool:
    """Whether another connection need not wait: for SQLite's one lock to write, for any row on PostgreSQL."""
    other = connection.copy()
    statements = [f"SELECT 1 FROM corrigenda_{table} FOR UPDATE NOWAIT" for table in TABLES]
    if other.vendor == "sqlite":
        other.settings_dict["OPTIONS"] = {**other.settings_dict["OPTIONS"], "timeout": 0}
        statements = ["BEGIN IMMEDIATE", "ROLLBACK"]
    with closing(other):
        try:
            with other.cursor() as cursor:
                for statement in statements:
                    cursor.execute(statement)
        except DatabaseError:
            return False
    return True


def looking(monkeypatch: pytest.MonkeyPatch, owner: object, name: str) -> list[bool]:
    """Look whenever a function is called; the list holds what was seen."""
    looks: list[bool] = []

    def look() -> None:
        looks.append(others_can_write())

    calling_first(monkeypatch, owner, name, look)
    return looks


def calling_first(
    monkeypatch: pytest.MonkeyPatch, owner: object, name: str, first: Callable[[], object]
) -> None:
    """Do something each time right before a function is called."""
    original = getattr(owner, name)

    def called(*arguments: Any, **options: Any) -> Any:
        first()
        return original(*arguments, **options)

    monkeypatch.setattr(owner, name, called)


def before_the_next_transaction(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> None:
    """Do something once, right before a transaction is begun: what was read by then is old."""

    def first() -> None:
        monkeypatch.undo()
        act()

    calling_first(monkeypatch, transaction, "atomic", first)


@contextmanager
def looking_at_texts() -> Iterator[list[bool]]:
    """Look whenever the text or the page of a revision is read; the list holds what was seen."""
    looks: list[bool] = []

    def look(execute: Callable[..., Any], statement: str, *rest: Any) -> Any:
        result = execute(statement, *rest)
        if _TEXT.search(statement):
            looks.append(others_can_write())
        return result

    with connection.execute_wrapper(look):
        yield looks
