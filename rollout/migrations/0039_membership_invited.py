"""An index of who was invited, of whom each minute asks for the latest."""

from __future__ import annotations

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds it while memberships are written."""

    atomic = False

    dependencies = [("rollout", "0038_one_value_answers_every_round")]

    operations = [
        AddIndexConcurrently(
            "membership",
            models.Index(
                fields=["invited_at"],
                name="membership_invited",
                condition=models.Q(invited_at__isnull=False),
            ),
        ),
    ]
