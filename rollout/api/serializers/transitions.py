"""Where an activity can go, the request to move it on, and what became of that."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from rollout.api.fields import StrictBooleanField, StrictCharField, StrictSerializer
from rollout.api.problems import represent_reason
from rollout.api.serializers.activity import ActivitySerializer
from rollout.api.serializers.references import Person
from rollout.models import Activity, ActivityState, ActivityTransition
from workflows.engine import Option
from workflows.machine import rules_of

#: Names of the transitions, in the order in which the domain declares them.
TRANSITIONS = [(name, rule.label) for name, rule in rules_of(Activity).items()]


class TransitionRecordSerializer(serializers.ModelSerializer[ActivityTransition]):
    """One line of the history: what happened, who did it, when and why."""

    transition_label = serializers.SerializerMethodField()
    source = serializers.ChoiceField(ActivityState.choices)  # type: ignore[assignment]
    source_label = serializers.SerializerMethodField()
    target = serializers.ChoiceField(ActivityState.choices)
    target_label = serializers.SerializerMethodField()
    by = Person(allow_null=True)

    class Meta:
        model = ActivityTransition
        fields = [
            "sequence",
            "transition",
            "transition_label",
            "source",
            "source_label",
            "target",
            "target_label",
            "by",
            "at",
            "reason",
            "overridden",
            "version",
            "hash",
        ]

    def get_transition_label(self, record: ActivityTransition) -> str:
        """Return the verb, or the code of what is no longer declared."""
        rule = rules_of(Activity).get(record.transition)
        return str(rule.label) if rule else record.transition

    def get_source_label(self, record: ActivityTransition) -> str:
        """Return the name of the state that was left."""
        return str(ActivityState(record.source).label)

    def get_target_label(self, record: ActivityTransition) -> str:
        """Return the name of the state that was entered."""
        return str(ActivityState(record.target).label)


class ReasonSerializer(serializers.Serializer[Any]):
    """One missing thing: what it is, who can supply it, and where."""

    code = serializers.CharField()
    text = serializers.CharField()
    who = serializers.CharField(allow_blank=True)
    link = serializers.CharField(allow_blank=True)
    overridable = serializers.BooleanField()


class TransitionSerializer(serializers.Serializer[Option]):
    """A transition as it stands for the caller now."""

    name = serializers.ChoiceField(TRANSITIONS, source="rule.name")
    label = serializers.CharField(source="rule.label")  # type: ignore[assignment]
    target = serializers.ChoiceField(ActivityState.choices, source="rule.target")
    target_label = serializers.SerializerMethodField()
    needs_reason = serializers.BooleanField(source="rule.needs_reason")
    allowed = serializers.BooleanField()
    possible = serializers.BooleanField()
    overridable = serializers.BooleanField()
    reasons = serializers.SerializerMethodField()

    def get_target_label(self, option: Option) -> str:
        """Return the name of the state in which it ends."""
        return str(ActivityState(option.rule.target).label)

    @extend_schema_field(ReasonSerializer(many=True))
    def get_reasons(self, option: Option) -> list[dict[str, Any]]:
        """List everything that is missing."""
        return [represent_reason(reason) for reason in option.reasons]


class TransitionsSerializer(serializers.Serializer[Any]):
    """Where an activity stands and where it can go from there."""

    activity = serializers.IntegerField()
    version = serializers.IntegerField()
    state = serializers.ChoiceField(ActivityState.choices)
    state_label = serializers.CharField()
    transitions = TransitionSerializer(many=True)


class TransitionRequestSerializer(StrictSerializer):
    """What to do, why, and whether in spite of what is missing."""

    transition = serializers.ChoiceField(TRANSITIONS)
    # The engine trims it; the limit counts what was sent.
    reason = StrictCharField(
        required=False,
        default="",
        allow_blank=True,
        max_length=4000,
        trim_whitespace=False,
    )
    override = StrictBooleanField(required=False, default=False)


class TransitionResultSerializer(serializers.Serializer[Any]):
    """The activity after the transition, and the line it added to the history."""

    activity = ActivitySerializer()
    record = TransitionRecordSerializer()
