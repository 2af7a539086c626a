"""Fills the database again with what was made once, in a fraction of the time."""

from __future__ import annotations

from collections.abc import Callable

from django.db import connection, transaction

#: A schema beside the product's, which no search path leads to.
SCHEMA = "snapshot"


class Snapshot:
    """What a transactional test begins with: made the first time, copied afterwards."""

    def __init__(self) -> None:
        self.tables: list[str] = []

    def fill(self, make: Callable[[], object]) -> None:
        """Fill the empty tables with what ``make`` makes, keys and all."""
        if self.tables:
            self._put_back()
        else:
            make()
            self._keep()

    def _keep(self) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"CREATE SCHEMA {SCHEMA}")
            for name in connection.introspection.table_names(cursor):
                table = connection.ops.quote_name(name)
                cursor.execute(f"CREATE TABLE {SCHEMA}.{table} AS TABLE {table}")
                self.tables.append(table)

    def _put_back(self) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            # Neither triggers nor foreign keys: all of it was checked when it was made.
            cursor.execute("SET LOCAL session_replication_role = replica")
            for table in self.tables:
                cursor.execute(f"DELETE FROM {table}")
                cursor.execute(f"INSERT INTO {table} TABLE {SCHEMA}.{table}")
