"""Are the tables those that this code needs?"""

from __future__ import annotations

from functools import cache

from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder


def are_up_to_date() -> bool:
    """Say whether every migration of this code was applied.

    Newer tables are well: they take nothing away that the release before uses.
    """
    return _newest() <= MigrationRecorder(connection).applied_migrations().keys()


@cache
def _newest() -> frozenset[tuple[str, str]]:
    """Return the last migration of each app; it is applied after all before it."""
    return frozenset(MigrationLoader(None).graph.leaf_nodes())
