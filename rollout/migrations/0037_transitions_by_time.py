"""An index of changes of state by time, which the metrics count."""

from __future__ import annotations

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds it while changes of state are written."""

    atomic = False

    dependencies = [("rollout", "0036_character_keys")]

    operations = [
        AddIndexConcurrently(
            "activitytransition",
            models.Index(fields=["at"], name="activitytransition_by_time"),
        ),
    ]
