"""Where nobody acted, the record of changes says which program wrote."""

from django.db import migrations, models

from rollout.migrations._record import FUNCTIONS

_NAME = "FUNCTION rollout_record_change"
WITHOUT = f"CREATE OR REPLACE {FUNCTIONS[FUNCTIONS.index(_NAME) :]}"
#: A command, `psql`, or a part of the product, by the name it connects under.
WITH = WITHOUT.replace(
    '"row", by_id)',
    '"row", by_id, through)',
).replace(
    "nullif(current_setting('rollout.by', true), '')::bigint);",
    """nullif(current_setting('rollout.by', true), '')::bigint,
        CASE WHEN coalesce(current_setting('rollout.by', true), '') = ''
             THEN left(current_setting('application_name'), 64) ELSE '' END);""",
)


class Migration(migrations.Migration):
    dependencies = [
        ("rollout", "0031_versions_of_tokens"),
    ]

    operations = [
        migrations.AddField(
            model_name="change",
            name="through",
            field=models.CharField(
                db_default="",
                default="",
                editable=False,
                max_length=64,
                verbose_name="through",
            ),
        ),
        migrations.RunSQL(WITH, WITHOUT),
    ]
