"""What people may change, and nothing beyond: an allow-list for each thing."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from rollout.api.fields import (
    StrictBooleanField,
    StrictCharField,
    StrictIntegerField,
    StrictSerializer,
)
from rollout.models import Outcome

_LONGEST_NOTE = 4000
_LARGEST_KEY = 2**63 - 1


def _key(text: str) -> Any:
    return StrictIntegerField(
        required=False,
        allow_null=True,
        min_value=1,
        max_value=_LARGEST_KEY,
        help_text=text,
    )


def _note() -> Any:
    return StrictCharField(required=False, allow_blank=True, max_length=_LONGEST_NOTE)


class ActivityChangeSerializer(StrictSerializer):
    """What is to be different of an activity; what is left out stays."""

    planned_launch_on = serializers.DateField(required=False, allow_null=True)
    phase = _key("Key of a phase of the programme, or null.")
    responsible = _key("Key of a member of the programme, or null.")
    note = _note()
    weight = StrictIntegerField(required=False, min_value=1, max_value=3)


class ReadinessChangeSerializer(StrictSerializer):
    """Whether an aspect is ready, and on what ground."""

    is_met = StrictBooleanField()
    note = _note()
    evidence_url = serializers.URLField(
        required=False, allow_blank=True, max_length=200
    )


class ConditionChangeSerializer(StrictSerializer):
    """How a decision turned out, or that it is awaited again."""

    outcome = serializers.ChoiceField(Outcome.choices)
    note = _note()
