"""What was delivered of a contribution is recorded, for the sum changes with it."""

from django.db import migrations

from rollout.migrations._record import FUNCTIONS, TRIGGER

_NAME = "FUNCTION rollout_programme_of"
_START = FUNCTIONS.index(_NAME)
WITHOUT = f"CREATE OR REPLACE {FUNCTIONS[_START : FUNCTIONS.index('$$;', _START)]}$$;"
WITH = WITHOUT.replace(
    "    WHEN 'nobody' THEN",
    """    WHEN 'contribution' THEN
        RETURN (SELECT programme_id FROM rollout_contribution
                WHERE id = (r->>'contribution_id')::bigint);
    WHEN 'nobody' THEN""",
)


class Migration(migrations.Migration):
    dependencies = [
        ("rollout", "0033_last_values_know_their_day"),
    ]

    operations = [
        migrations.RunSQL(WITH, WITHOUT),
        migrations.RunSQL(
            TRIGGER.format(kind="contributiondelivery", way="contribution"),
            "DROP TRIGGER rollout_recorded ON rollout_contributiondelivery;",
        ),
    ]
