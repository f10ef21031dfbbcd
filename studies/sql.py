"""SQL that is put together before a transaction begins, and only run inside it: Django takes longer to
compose a statement than the database to run it, and on SQLite everybody else waits for a transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.db import connection, models


class Statement(NamedTuple):
    """One statement, and the values of each row that it is run for."""

    sql: str = ""
    rows: Sequence[Sequence[Any]] = ()

    def run(self) -> None:
        """Does nothing where there are no rows."""
        if self.rows:
            with connection.cursor() as cursor:
                cursor.executemany(self.sql, self.rows)


def inserting(rows: Sequence[models.Model]) -> Statement:
    """Like bulk_create(), but the rows do not learn their primary keys."""
    if not rows:
        return Statement()
    meta: Any = rows[0]._meta
    fields = [field for field in meta.concrete_fields if not field.primary_key]
    columns = ", ".join(_quoted(field.column) for field in fields)
    places = ", ".join(["%s"] * len(fields))
    values = [[_prepared(field, field.pre_save(row, add=True)) for field in fields] for row in rows]
    return Statement(f"INSERT INTO {_quoted(meta.db_table)} ({columns}) VALUES ({places})", values)  # noqa: S608


def updating(rows: Sequence[models.Model], names: Iterable[str]) -> Statement:
    """Like bulk_update()."""
    if not rows:
        return Statement()
    meta: Any = rows[0]._meta
    fields = [meta.get_field(name) for name in names]
    columns = ", ".join(f"{_quoted(field.column)} = %s" for field in fields)
    values = [[*(_prepared(field, getattr(row, field.attname)) for field in fields), row.pk] for row in rows]
    return Statement(f"UPDATE {_quoted(meta.db_table)} SET {columns} WHERE id = %s", values)  # noqa: S608


def _prepared(field: Any, value: Any) -> Any:
    return field.get_db_prep_save(value, connection)


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)
