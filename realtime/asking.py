"""Asking the database by statements that it prepares, several in one round trip where it can.

For the hottest reads: PostgreSQL runs most of them in less time than it takes to send one and to wait for its answer.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Asked(Generic[R]):
    """A statement with its values, and what becomes of its rows."""

    sql: str
    params: Any
    read: Callable[[list[Sequence[Any]]], list[R]]


class Statement:
    """SQL of our own for both kinds of database, with named values: `%(me)s`."""

    def __init__(self, *, postgresql: str, sqlite: str) -> None:
        self._sql = {"postgresql": postgresql, "sqlite": sqlite}

    def asking(self, **values: Any) -> Asked[Sequence[Any]]:
        """The statement with these values, as the database wants them."""
        return Asked(self._sql[database().vendor], values, list)


def answer(asked: Asked[R]) -> list[R]:
    """What is found."""
    with cursor(database()) as own:
        own.execute(asked.sql, asked.params)
        return asked.read(own.fetchall())


def together(*asked: Asked[Any]) -> list[list[Any]]:
    """What each finds, in their order: each sees what was committed before it ran, as if they were asked in turn."""
    own = database()
    if own.vendor != "postgresql":
        return [answer(each) for each in asked]
    with ExitStack() as stack:
        cursors = [stack.enter_context(cursor(own)) for _each in asked]
        with own.wrap_database_errors, own.connection.pipeline():
            for each, by in zip(asked, cursors, strict=True):
                by.execute(each.sql, each.params)
        return [each.read(by.fetchall()) for each, by in zip(asked, cursors, strict=True)]


def database() -> Any:
    """This thread's connection itself: `django.db.connection` looks it up anew for each attribute."""
    return connections[DEFAULT_DB_ALIAS]


def cursor(of: Any) -> Any:
    """A cursor whose statements PostgreSQL prepares, and whose answers it gives as bytes: Django's own put the values
    into the text, and reading ids and times from text costs three times as much."""
    if of.vendor != "postgresql":
        return of.cursor()
    from django.db.backends.postgresql import base
    from psycopg.pq import Format

    of.ensure_connection()
    cursor_class: Any = base.ServerBindingCursor
    made = cursor_class(of.connection)
    made.format = Format.BINARY
    return of._prepare_cursor(made)
