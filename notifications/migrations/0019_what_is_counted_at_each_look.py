"""Indexes of what the signs of life and the metrics count each time somebody looks."""

from __future__ import annotations

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """Adds one to reminders and one to returned mails, while they are used."""

    atomic = False

    dependencies = [("notifications", "0018_request_that_led_to_a_mail")]

    operations = [
        AddIndexConcurrently(
            "reminder",
            models.Index(
                fields=["planned_at"],
                name="reminder_missed_by_time",
                condition=Q(state="superseded", reason="later_step"),
            ),
        ),
        AddIndexConcurrently(
            "bounce", models.Index(fields=["received_at"], name="bounce_by_time")
        ),
    ]
