"""What a transition would do, for who asks first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from rollout.api.examples import moves
from rollout.api.serializers.references import Named, Person
from rollout.api.writing import Label
from rollout.foretold import MovedReminder
from rollout.models import Activity, ActivityState, DataRequest, MilestoneState
from rollout.services import Changed


class Effect(models.TextChoices):
    """What becomes of a milestone."""

    MADE = "made", _("made")
    FINISHED = "finished", _("finished")
    DROPPED = "dropped", _("dropped")
    REOPENED = "reopened", _("reopened")


_EFFECTS = {
    MilestoneState.OPEN: Effect.REOPENED,
    MilestoneState.DONE: Effect.FINISHED,
    MilestoneState.DROPPED: Effect.DROPPED,
}


class TouchedMilestoneSerializer(serializers.Serializer[Any]):
    """A milestone that is made, dropped or opened again; one to be made has no key."""

    id = serializers.IntegerField(allow_null=True)
    title = serializers.CharField()
    due_on = serializers.DateField(allow_null=True)
    effect = serializers.ChoiceField(Effect.choices)


class AskedNumberSerializer(serializers.Serializer[DataRequest]):
    """A number that a partner would be asked for."""

    question = serializers.CharField(source="__str__")
    partner = Named(allow_null=True)
    due_on = serializers.DateField()


class MovedReminderSerializer(serializers.Serializer[MovedReminder]):
    """A reminder that moves, comes or goes: its day without the step, and with it."""

    title = serializers.CharField()
    recipient = Person(allow_null=True)
    before = serializers.DateField(allow_null=True)
    after = serializers.DateField(allow_null=True)


class MailsSerializer(serializers.Serializer[Any]):
    """Who is told at once, and which reminders of the coming time change."""

    told = Person(many=True)
    reminders = MovedReminderSerializer(many=True)


@extend_schema_serializer(examples=[moves.PREVIEW])
class TransitionPreviewSerializer(serializers.Serializer[Any]):
    """What a transition would do. Nothing of it has been done."""

    activity = serializers.IntegerField(source="changed.after.pk")
    state = serializers.ChoiceField(ActivityState.choices, source="changed.after.state")
    state_label = Label(ActivityState, source="changed.after.state")
    milestones = serializers.SerializerMethodField()
    data_requests = AskedNumberSerializer(many=True)
    mails = MailsSerializer()

    @extend_schema_field(TouchedMilestoneSerializer(many=True))
    def get_milestones(self, found: dict[str, Any]) -> list[dict[str, Any]]:
        """List the milestones that the transition touches, in their order."""
        effects = list(_milestone_effects(found["changed"]))
        return [
            dict(one) for one in TouchedMilestoneSerializer(effects, many=True).data
        ]


def _milestone_effects(changed: Changed) -> Iterator[dict[str, Any]]:
    before = _states(changed.before)
    for one in changed.after.milestones.all():
        if one.pk not in before:
            key, effect = None, Effect.MADE
        elif one.state != before[one.pk]:
            key, effect = one.pk, _EFFECTS[MilestoneState(one.state)]
        else:
            continue
        yield {"id": key, "title": one.title, "due_on": one.due_on, "effect": effect}


def _states(activity: Activity) -> dict[int, str]:
    return {one.pk: one.state for one in activity.milestones.all()}
