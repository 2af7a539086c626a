"""Migrations that lock or take away what the old code uses are refused."""

from functools import cache

import pytest
from django.contrib.postgres.operations import (
    AddConstraintNotValid,
    AddIndexConcurrently,
    RemoveIndexConcurrently,
    ValidateConstraint,
)
from django.db import connection, migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.models import Q
from django_migration_linter.sql_analyser.analyser import analyse_sql_statements

from tests import safe_migrations
from tests.safe_migrations import Analyser

INDEX = models.Index(fields=["note"], name="activity_by_note")
CHECK = models.CheckConstraint(name="weight_is_small", condition=Q(weight__lt=9))
UNIQUE = models.UniqueConstraint(fields=["note"], name="note_is_unique")
KEY = models.ForeignKey("rollout.Place", models.CASCADE, null=True, related_name="+")


def field(sort=models.IntegerField, **options):
    return migrations.AddField("activity", "size", sort(**options))


@cache
def today():
    """Return the models as all migrations together make them."""
    loader = MigrationLoader(connection)
    return loader.project_state(loader.graph.leaf_nodes("rollout"))


def complaints(*operations, atomic=True):
    """Return the codes of what is wrong with a next migration of `rollout`."""
    migration = type("Migration", (migrations.Migration,), {"atomic": atomic})(
        "9999_next", "rollout"
    )
    migration.operations = list(operations)
    with connection.schema_editor(collect_sql=True, atomic=atomic) as editor:
        migration.apply(today().clone(), editor, collect_sql=True)
        lines = [line for sql in editor.collected_sql for line in sql.splitlines()]
    errors, _ignored, warnings = analyse_sql_statements(
        Analyser, ["BEGIN;", *lines] if atomic else lines
    )
    return {issue.code for issue in [*errors, *warnings]}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("operation", "code"),
    [
        (field(default=1), "NOT_NULL"),
        (field(null=True, unique=True), "READS_WHOLE_TABLE"),
        (migrations.AddConstraint("activity", UNIQUE), "ADD_UNIQUE"),
        (migrations.RemoveField("activity", "note"), "DROP_COLUMN"),
        (migrations.RenameField("activity", "note", "remark"), "RENAME_COLUMN"),
        (
            migrations.AlterField("activity", "weight", models.BigIntegerField()),
            "ALTER_COLUMN",
        ),
        (migrations.DeleteModel("SavedView"), "DROP_TABLE"),
        (migrations.AlterModelTable("activity", "activities"), "RENAME_TABLE"),
        (migrations.AddIndex("activity", INDEX), "CREATE_INDEX"),
        (migrations.RemoveIndex("activity", "activity_by_state"), "DROP_INDEX"),
        (migrations.AddConstraint("activity", CHECK), "READS_WHOLE_TABLE"),
    ],
)
def test_a_bad_migration_is_refused(operation, code):
    assert code in complaints(operation)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "operation",
    [
        field(null=True),
        field(db_default=1),
        AddConstraintNotValid("activity", CHECK),
        ValidateConstraint("activity", "activity_weight_is_1_to_3"),
        migrations.CreateModel(
            "thing",
            [("id", models.BigAutoField(primary_key=True)), ("weight", KEY)],
            options={"indexes": [models.Index(fields=["weight"], name="by_weight")]},
        ),
    ],
)
def test_a_harmless_one_passes(operation):
    assert complaints(operation) == set()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "operation",
    [
        AddIndexConcurrently("activity", INDEX),
        RemoveIndexConcurrently("activity", "activity_by_state"),
    ],
)
def test_an_index_that_locks_nothing_passes(operation):
    assert complaints(operation, atomic=False) == set()


# Not in a transaction, where no index could be made concurrently.
@pytest.mark.django_db(transaction=True)
def test_what_is_in_the_tree_passes_and_would_not_without_its_excuses(
    monkeypatch, capsys
):
    assert safe_migrations.lint()
    monkeypatch.setattr(safe_migrations, "EXCUSED", {})
    assert not safe_migrations.lint()

    told = capsys.readouterr().out
    assert "0031_versions_of_tokens)... ERR\n\tNOT NULL constraint" in told
