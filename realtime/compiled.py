"""Queries of the ORM that are compiled to SQL once, and run with other values each time.

For the hottest paths alone: building and compiling a query anew costs several times what running it does (see
docs/performance.md). What is asked, and of which table, is still said by models and QuerySets.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS
from django.db.models import BooleanField, Field, Func, GenericIPAddressField, JSONField, Model, Value
from django.db.models.query import get_related_populators

from realtime.asking import Asked, answer, cursor, database

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from django.db.models import QuerySet

M = TypeVar("M", bound=Model)


class Slot(Value):
    """Where a value will stand: `filter(pk=Slot("id", UUIDField()))`."""

    def __init__(self, name: str, field: Field[Any, Any]) -> None:
        super().__init__(name, output_field=field)
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Slot]]:  # type: ignore[override]
        """A placeholder whose value is not known yet."""
        return "%s", [self]

    def prepared(self, value: Any, database: Any) -> Any:
        """A value as this database wants it."""
        return self.output_field.get_db_prep_value(value, database)


class Slots(Slot):
    """Where any number of ids will stand, for `AnyOf`."""

    def prepared(self, value: Any, database: Any) -> Any:
        """The ids as one parameter: an array, or JSON where there are no arrays.

        An array is written here, as ids need no quotes: psycopg asks what each of a list's members is, and took
        longer for that than for the rest of the query.
        """
        if database.vendor == "postgresql":
            return f"{{{','.join(map(str, value))}}}"
        return json.dumps([self.output_field.get_db_prep_value(one, database) for one in value])


class AnyOf(Func):
    """Whether a column has one of the values of a slot: `filter(AnyOf("pk", Slots("ids", UUIDField())))`.

    What `pk__in` asks, whose SQL is another for every number of values.
    """

    conditional = True

    def __init__(self, column: str, slots: Slots) -> None:
        super().__init__(column, slots, output_field=BooleanField())

    def as_sql(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, Any]:  # type: ignore[override]
        """`= ANY` of an array, `IN` the members of a JSON array on SQLite."""
        template = "{} = ANY({})" if connection.vendor == "postgresql" else "{} IN (SELECT value FROM json_each({}))"
        column, slots = (compiler.compile(each) for each in self.get_source_expressions())
        return template.format(column[0], slots[0]), (*column[1], *slots[1])


@dataclass(frozen=True, slots=True)
class _Plan(Generic[M]):
    """How one database answers a query; without a model its rows are tuples."""

    sql: str
    params: Sequence[Any]
    model: Any
    start: int
    end: int
    names: list[str]
    related: list[Any]
    annotations: list[tuple[str, int]]
    converters: list[tuple[int, list[Callable[..., Any]], Any]]


class _Compiled(Generic[M]):
    """What is compiled once for each kind of database."""

    def __init__(self, build: Callable[[], QuerySet[M, Any]]) -> None:
        self._build = build
        self._plans: dict[str, _Plan[M]] = {}

    def _asked(self, values: dict[str, Any], read: Callable[[_Plan[M], Any], Callable[..., list[Any]]]) -> Asked[Any]:
        own = database()
        plan = self._plan(own)
        params = [part.prepared(values[part.name], own) if isinstance(part, Slot) else part for part in plan.params]
        return Asked(plan.sql, params, read(plan, own))

    def _plan(self, own: Any) -> _Plan[M]:
        plan = self._plans.get(own.vendor)
        if plan is None:
            plan = self._plans[own.vendor] = self._compile()
        return plan

    def _compile(self) -> _Plan[M]:
        return _plan(self._build())


class CompiledRows(_Compiled[M]):
    """A query with slots for the values of some columns: `values_list`, not flat.

    Args:
        build: the query.
        each: a slot that takes many values, for each of which the query is run, its limit counting anew, in one
            statement of PostgreSQL (LATERAL); SQLite has nothing of the kind.
    """

    def __init__(self, build: Callable[[], QuerySet[M, Any]], *, each: str = "") -> None:
        super().__init__(build)
        self._each = each

    def _compile(self) -> _Plan[M]:
        plan = super()._compile()
        return _for_each(plan, self._each) if self._each else plan

    def asking(self, **values: Any) -> Asked[Sequence[Any]]:
        """The query for `together`. Each slot needs its value."""
        return self._asked(values, _rows)

    def all(self, **values: Any) -> list[Sequence[Any]]:
        """The rows found. Each slot needs its value."""
        return answer(self.asking(**values))


class CompiledQuery(_Compiled[M]):
    """A query with slots. Like a QuerySet it may annotate and select related rows, but not prefetch."""

    def asking(self, **values: Any) -> Asked[M]:
        """The query for `together`. Each slot needs its value."""
        return self._asked(values, _objects)

    def all(self, **values: Any) -> list[M]:
        """The objects found. Each slot needs its value."""
        return answer(self.asking(**values))

    def first(self, **values: Any) -> M | None:
        """The first object found, or None. Each slot needs its value."""
        return next(iter(self.all(**values)), None)

    def get(self, **values: Any) -> M:
        """The object found.

        Raises:
            DoesNotExist: there is none.
        """
        found = self.first(**values)
        if found is None:
            raise self._plan(database()).model.DoesNotExist
        return found


def _rows(plan: _Plan[Any], own: Any) -> Callable[..., list[Any]]:
    return lambda rows: [_converted(plan, row, own) for row in rows] if plan.converters else rows


def _objects(plan: _Plan[Any], own: Any) -> Callable[..., list[Any]]:
    converted = _rows(plan, own)
    return lambda rows: [_made(plan, row) for row in converted(rows)]


def _plan(queryset: QuerySet[M, Any]) -> _Plan[M]:
    populators: Any = get_related_populators
    compiler: Any = queryset.query.get_compiler(using=queryset.db)
    sql, params = compiler.as_sql()
    select, klass_info = compiler.select, compiler.klass_info
    columns = [column[0] for column in select]
    converters = compiler.get_converters(columns)
    if compiler.connection.vendor == "postgresql":
        converters = {**converters, **_from_bytes(columns, converters)}
    fields = klass_info["select_fields"] if klass_info else range(len(select))
    start, end = fields[0], fields[-1] + 1
    return _Plan(
        sql=sql,
        params=params,
        model=klass_info["model"] if klass_info else None,
        start=start,
        end=end,
        names=[column[0].target.attname for column in select[start:end]] if klass_info else [],
        related=populators(klass_info, select, queryset.db) if klass_info else [],
        annotations=list((compiler.annotation_col_map or {}).items()),
        converters=[(place, convert, expression) for place, (convert, expression) in converters.items() if convert],
    )


def _for_each(plan: _Plan[M], name: str) -> _Plan[M]:
    """The same query for each of the values of a slot."""
    [slot] = [part for part in plan.params if isinstance(part, Slot) and part.name == name]
    before = plan.params.index(slot)
    parts = plan.sql.split("%s")
    one = "%s".join(parts[: before + 1]) + "wanted.value" + "%s".join(parts[before + 1 :])
    kind = slot.output_field.db_type(database())
    sql = f"SELECT found.* FROM unnest(%s::{kind}[]) AS wanted(value) CROSS JOIN LATERAL ({one}) AS found"  # noqa: S608
    others = [part for part in plan.params if part is not slot]
    return replace(plan, sql=sql, params=[Slots(name, slot.output_field), *others])


def _from_bytes(columns: Sequence[Any], converters: dict[int, Any]) -> dict[int, Any]:
    """The converters of columns that psycopg gives as something else than Django's own loaders, which read text."""
    found: dict[int, Any] = {}
    for place, column in enumerate(columns):
        if isinstance(column.output_field, JSONField) and column.output_field.decoder is None:
            others = [each for each in converters[place][0] if each != column.output_field.from_db_value]
            found[place] = (others, column)
        elif isinstance(column.output_field, GenericIPAddressField):
            found[place] = ([lambda value, *_: value and str(value), *converters.get(place, ([],))[0]], column)
    return found


def _converted(plan: _Plan[M], row: Sequence[Any], database: Any) -> list[Any]:
    """A row with Python's values for the database's."""
    values = list(row)
    for place, convert, expression in plan.converters:
        for converter in convert:
            values[place] = converter(values[place], expression, database)
    return values


def _made(plan: _Plan[M], row: Sequence[Any]) -> M:
    """The object of a row, as `django.db.models.query.ModelIterable` makes it."""
    made: M = plan.model.from_db(DEFAULT_DB_ALIAS, plan.names, row[plan.start : plan.end])
    for populator in plan.related:
        populator.populate(row, made)
    for name, place in plan.annotations:
        setattr(made, name, row[place])
    return made


class CompiledWrite(Generic[M]):
    """Inserting or updating one row of a model, all or some of its columns. No signals."""

    def __init__(self, sql: str, fields: list[Field[Any, Any]], *, adds: bool, returns: str = "") -> None:
        self._sql, self._fields, self._adds, self._returns = sql, fields, adds, returns

    def __call__(self, row: M) -> None:
        """Write the row; what the database gives it (its key) is filled in."""
        own = database()
        params = [field.get_db_prep_save(field.pre_save(row, add=self._adds), own) for field in self._fields]
        with cursor(own) as by:
            by.execute(self._sql, params)
            if self._returns:
                setattr(row, self._returns, by.fetchone()[0])
        row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS


def compiled_insert(model: type[M]) -> CompiledWrite[M]:
    """INSERT of a row; a key that the database gives is left to it."""
    fields: Any = [field for field in model._meta.concrete_fields if not field.db_returning]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    slots = ", ".join(["%s"] * len(fields))
    sql = f'INSERT INTO "{model._meta.db_table}" ({columns}) VALUES ({slots})'  # noqa: S608
    returned = next((field for field in model._meta.db_returning_fields), None)
    if returned is not None:
        sql += f' RETURNING "{returned.column}"'
    return CompiledWrite(sql, fields, adds=True, returns=returned.attname if returned is not None else "")


def compiled_update(model: type[M], names: Sequence[str]) -> CompiledWrite[M]:
    """UPDATE of some columns of a row, by its key."""
    key: Any = model._meta.pk
    fields: Any = [model._meta.get_field(name) for name in names]
    sets = ", ".join(f'"{field.column}" = %s' for field in fields)
    sql = f'UPDATE "{model._meta.db_table}" SET {sets} WHERE "{key.column}" = %s'  # noqa: S608
    return CompiledWrite(sql, [*fields, key], adds=False)
