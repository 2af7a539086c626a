"""How most projects do it: django-fsm-2 with a log row from its signal, as
django-fsm-log writes one, and a row that is locked by hand.

Once so, and once with the guard, the effect and the mail that the engine brings, as one
would write them oneself. Both ask for the right, as the library offers it.
"""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.transaction import atomic
from django.dispatch import receiver
from django_fsm import FSMField, has_transition_perm, transition
from django_fsm.signals import post_transition

from benchmarks.floors import NOON
from notifications.models import (
    Message,
    MessageKind,
    Reminder,
    ReminderState,
    SuppressedAddress,
)
from rollout.models import (
    Membership,
    Milestone,
    MilestoneTemplate,
    Partner,
    Role,
    User,
)


def may_advance(activity: Any, by: Any) -> bool:
    """Say whether somebody manages or coordinates the activity's programme."""
    return Membership.objects.filter(
        user=by,
        programme=activity.programme_id,
        role__in=[Role.MANAGER, Role.COORDINATOR],
    ).exists()


def somebody_is_responsible(activity: Any) -> bool:
    """Say whether a confirmed activity has somebody who answers for it."""
    return activity.responsible_id is not None and not activity.is_proposal


class UsualActivity(models.Model):
    """An activity as the library alone would have it, on the product's own table."""

    state = FSMField()
    version = models.PositiveIntegerField()
    programme_id = models.BigIntegerField()
    responsible = models.ForeignKey(
        User, models.DO_NOTHING, null=True, related_name="+"
    )
    is_proposal = models.BooleanField()

    class Meta:
        app_label = "benchmarks"
        managed = False
        db_table = "rollout_activity"

    def __str__(self) -> str:
        return f"{self.pk} is {self.state}"

    @transition(
        state,
        source="planned",
        target="in_clarification",
        permission=may_advance,
        conditions=[somebody_is_responsible],
    )
    def clarify(self, *, by: int) -> None:
        """Begin clarification."""

    @transition(
        state, source="in_clarification", target="planned", permission=may_advance
    )
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


def advance(activity: int, step: tuple[str, str, str], by: User) -> None:
    """Lock the row, ask for the right, let the library change it, save it."""
    with atomic():
        found = UsualActivity._default_manager.select_for_update().get(pk=activity)
        _move(found, step[0], by)


def advance_with_everything(
    activity: int, step: tuple[str, str, str], by: User
) -> None:
    """Do the same with the effect and the mail, each written by hand."""
    with atomic():
        found = (
            UsualActivity._default_manager.select_for_update(of=("self",))
            .select_related("responsible")
            .get(pk=activity)
        )
        _move(found, step[0], by)
        if found.state == "in_clarification":
            _look_for_templates(found)
        else:
            _hold_reminders(found)
        _tell(found, step[0])


def _move(activity: UsualActivity, name: str, by: User) -> None:
    step = getattr(activity, name)
    if not has_transition_perm(step, by):
        raise PermissionError(name)
    activity.version += 1
    step(by=by.pk)
    activity.save()


def _look_for_templates(activity: UsualActivity) -> None:
    """Read of which templates the activity has no milestone; here it has all."""
    made = Milestone.objects.filter(activity=activity.pk).exclude(template=None)
    missing = MilestoneTemplate.objects.filter(programme=activity.programme_id).exclude(
        pk__in=made.values("template")
    )
    assert not list(missing)


def _hold_reminders(activity: UsualActivity) -> None:
    """Hold back what is planned, and read who takes part and is to be told."""
    Reminder.objects.filter(activity=activity.pk, state=ReminderState.PLANNED).update(
        state=ReminderState.HELD, reason=activity.state, changed_at=NOON
    )
    assert not list(Partner.objects.filter(contributes_to=activity.pk))


def _tell(activity: UsualActivity, name: str) -> None:
    """Put a mail to who is responsible into the outbox, if their address works."""
    person = activity.responsible
    if (
        person is None
        or SuppressedAddress.objects.filter(
            address__iexact=person.email, lifted_at=None
        ).exists()
    ):
        return
    key = f"usual:{activity.pk}:{activity.version}"
    Message.objects.create(
        programme_id=activity.programme_id,
        activity_id=activity.pk,
        dedupe_key=key,
        message_id=f"<{key}@example.org>",
        kind=MessageKind.TRANSITION,
        recipient=person,
        to_address=person.email,
        params={"step": name},
        created_at=NOON,
        not_before=NOON,
    )
