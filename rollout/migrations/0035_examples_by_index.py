"""An index of what is invented, for which every page asks."""

from __future__ import annotations

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """Adds one to people, milestones and monitoring rounds, while they are used."""

    atomic = False

    dependencies = [("rollout", "0034_recorded_deliveries")]

    operations = [
        AddIndexConcurrently(
            model,
            models.Index(
                fields=["id"], name=f"{model}_examples", condition=Q(is_example=True)
            ),
        )
        for model in ("user", "milestone", "monitoringround")
    ]
