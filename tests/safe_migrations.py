"""`python -m tests.safe_migrations`: may each new migration run while people work?

Old and new code run together during an upgrade, so a migration may neither take away
what the old code uses nor hold a lock for as long as a large table is read. Rules are
those of django-migration-linter, and what PostgreSQL adds to them below.
"""

from __future__ import annotations

import logging
import os
import re
import sys
from collections.abc import Mapping

import django
from django.db.migrations import Migration
from django_migration_linter import MigrationLinter
from django_migration_linter.sql_analyser.base import Check, CheckMode, CheckType
from django_migration_linter.sql_analyser.postgresql import PostgresqlAnalyser

APPS = ("notifications", "rollout")

#: Migrations that break a rule with good reason, each with that reason.
EXCUSED = {
    "0031_versions_of_tokens": "older than the first installation",
    "0033_last_values_know_their_day": "older than the first installation",
}

_ADDS = re.compile(
    r'ALTER TABLE ("\w+"|\w+) ADD'
    r" (CONSTRAINT .* (CHECK|FOREIGN KEY)|COLUMN .* (UNIQUE|PRIMARY KEY))\b"
)
_CREATES = re.compile(r'CREATE TABLE ("\w+"|\w+)')


def reads_whole_table(statements: list[str], **kwargs: object) -> bool:
    """Say whether what is added has to hold for every row of a table that is there."""
    new = {found[1] for one in statements if (found := _CREATES.match(one))}
    return any(
        found[1] not in new and "NOT VALID" not in one
        for one in statements
        if (found := _ADDS.match(one))
    )


class Analyser(PostgresqlAnalyser):
    """The linter's rules and ours."""

    migration_checks = [
        *PostgresqlAnalyser.migration_checks,
        Check(
            code="READS_WHOLE_TABLE",
            fn=reads_whole_table,
            message="ADDING a constraint reads the whole table under a lock"
            " (AddConstraintNotValid, then ValidateConstraint in the next migration)",
            mode=CheckMode.TRANSACTION,
            type=CheckType.ERROR,
        ),
    ]


def new_ones(known: Mapping[tuple[str, str], Migration]) -> list[Migration]:
    """Return ours after the squashed ones, which make a new database."""
    squashed = [one for one in known.values() if one.replaces]
    old = {key for one in squashed for key in one.replaces}
    old |= {(one.app_label, one.name) for one in squashed}
    return [
        known[app, name]
        for app, name in sorted(known)
        if app in APPS and (app, name) not in old and name not in EXCUSED
    ]


def lint() -> bool:
    """Print what is wrong with new migrations; return whether all is well."""
    # Otherwise it tells of each that it looks at it.
    logging.getLogger("django_migration_linter").setLevel(logging.WARNING)
    linter = MigrationLinter(no_cache=True, all_warnings_as_errors=True, quiet=["ok"])
    linter.sql_analyser_class = Analyser
    for migration in new_ones(linter.migration_loader.disk_migrations):
        linter.lint_migration(migration)
    return not linter.has_errors


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from config.embedded import start_for_settings

    start_for_settings()
    sys.exit(not lint())
