"""What people may change, and nothing beyond: an allow-list for each thing."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from rollout.api.examples import monitoring, work
from rollout.api.fields import (
    LARGEST_KEY,
    StrictBooleanField,
    StrictCharField,
    StrictIntegerField,
    StrictSerializer,
)
from rollout.models import Outcome

_LONGEST_NOTE = 4000


def _key(text: str) -> Any:
    return StrictIntegerField(
        required=False,
        allow_null=True,
        min_value=1,
        max_value=LARGEST_KEY,
        help_text=text,
    )


def _note() -> Any:
    return StrictCharField(required=False, allow_blank=True, max_length=_LONGEST_NOTE)


def _day() -> Any:
    return serializers.DateField(required=False, allow_null=True)


def _link() -> Any:
    return serializers.URLField(required=False, allow_blank=True, max_length=200)


@extend_schema_serializer(examples=[work.CHANGE_ACTIVITY])
class ActivityChangeSerializer(StrictSerializer):
    """What is to be different of an activity; what is left out stays."""

    planned_launch_on = _day()
    phase = _key("Key of a phase of the programme, or null.")
    responsible = _key("Key of a member of the programme, or null.")
    note = _note()
    weight = StrictIntegerField(required=False, min_value=1, max_value=3)


@extend_schema_serializer(examples=[work.CHANGE_READINESS])
class ReadinessChangeSerializer(StrictSerializer):
    """Whether an aspect is ready, and on what ground."""

    is_met = StrictBooleanField()
    note = _note()
    evidence_url = _link()


@extend_schema_serializer(examples=[work.CHANGE_CONDITION])
class ConditionChangeSerializer(StrictSerializer):
    """How a decision turned out, or that it is awaited again."""

    outcome = serializers.ChoiceField(Outcome.choices)
    note = _note()


@extend_schema_serializer(examples=[work.CHANGE_MILESTONE])
class MilestoneChangeSerializer(StrictSerializer):
    """What is to be different of a milestone; what is left out stays."""

    title = StrictCharField(required=False, max_length=200)
    due_on = _day()
    responsible = _key("Key of a member of the programme, or null.")
    weight = StrictIntegerField(required=False, min_value=1, max_value=99)
    before_launch = StrictBooleanField(required=False)
    predecessors = serializers.ListField(
        child=StrictIntegerField(min_value=1, max_value=LARGEST_KEY),
        required=False,
        max_length=100,
        help_text="Keys of milestones of the programme that come before it.",
    )
    note = _note()
    evidence_url = _link()


@extend_schema_serializer(examples=[work.NEW_MILESTONE])
class NewMilestoneSerializer(MilestoneChangeSerializer):
    """A milestone to be added to an activity."""

    activity = StrictIntegerField(min_value=1, max_value=LARGEST_KEY)
    title = StrictCharField(max_length=200)


@extend_schema_serializer(examples=[monitoring.DELIVER])
class DeliveredValueSerializer(StrictSerializer):
    """The number that was asked for."""

    value = serializers.DecimalField(max_digits=14, decimal_places=4)
    comment = StrictCharField(required=False, allow_blank=True, max_length=2000)
    confirm = StrictBooleanField(
        required=False,
        default=False,
        help_text=(
            "That it is right although it is ten times the last value or more, or a"
            " tenth or less; without this such a value is refused."
        ),
    )
