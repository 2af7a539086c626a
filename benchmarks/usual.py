"""How most projects do it: django-fsm-2 with a log row from its signal, as
django-fsm-log writes one, and a row that is locked by hand.
"""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.transaction import atomic
from django.dispatch import receiver
from django_fsm import FSMField, transition
from django_fsm.signals import post_transition

from benchmarks.floors import NOON


class UsualActivity(models.Model):
    """An activity as the library alone would have it, on the product's own table."""

    state = FSMField()
    version = models.PositiveIntegerField()

    class Meta:
        app_label = "benchmarks"
        managed = False
        db_table = "rollout_activity"

    def __str__(self) -> str:
        return f"{self.pk} is {self.state}"

    @transition(state, source="planned", target="in_clarification")
    def clarify(self, *, by: int) -> None:
        """Begin clarification."""

    @transition(state, source="in_clarification", target="planned")
    def postpone(self, *, by: int) -> None:
        """Step back."""


class UsualLog(models.Model):
    """A change of state, on the product's own table."""

    activity = models.ForeignKey(UsualActivity, models.DO_NOTHING)
    transition = models.CharField(max_length=50)
    source = models.CharField(max_length=50)
    target = models.CharField(max_length=50)
    by_id = models.BigIntegerField()
    at = models.DateTimeField()
    reason = models.TextField()
    overridden = ArrayField(models.CharField(max_length=50))
    version = models.PositiveIntegerField()

    class Meta:
        app_label = "benchmarks"
        managed = False
        db_table = "rollout_activitytransition"

    def __str__(self) -> str:
        return self.transition


@receiver(post_transition, sender=UsualActivity)
def log_it(
    instance: UsualActivity, name: str, source: str, target: str, **known: Any
) -> None:
    """Write the log row when the state has changed."""
    UsualLog._default_manager.create(
        activity=instance,
        transition=name,
        source=source,
        target=target,
        by_id=known["method_kwargs"]["by"],
        at=NOON,
        reason="Venter",
        overridden=[],
        version=instance.version,
    )


def advance(activity: int, step: tuple[str, str, str], by: int) -> None:
    """Lock the row, let the library change it, save it."""
    with atomic():
        found = UsualActivity._default_manager.select_for_update().get(pk=activity)
        found.version += 1
        getattr(found, step[0])(by=by)
        found.save()
