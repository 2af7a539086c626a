"""Where an activity can go, the request to move it on, and what became of that."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from rollout.api.examples import moves
from rollout.api.fields import (
    LARGEST_KEY,
    LARGEST_VERSION,
    StrictBooleanField,
    StrictIntegerField,
    StrictSerializer,
    reason_field,
)
from rollout.api.problems import represent_reason
from rollout.api.serializers.activity import ActivitySerializer
from rollout.api.serializers.references import Person
from rollout.api.writing import Written
from rollout.models import (
    Activity,
    ActivityState,
    ActivityTransition,
    Milestone,
    MilestoneState,
)
from workflows.engine import Option
from workflows.machine import rules_of

#: Names of the transitions, in the order in which the domain declares them.
TRANSITIONS = [(name, rule.label) for name, rule in rules_of(Activity).items()]
MILESTONE_TRANSITIONS = [
    (name, rule.label) for name, rule in rules_of(Milestone).items()
]

#: How many transitions one request may ask for.
MOST_AT_ONCE = 100


@extend_schema_serializer(examples=[moves.HISTORY])
class TransitionRecordSerializer(
    Written[ActivityTransition], serializers.ModelSerializer[ActivityTransition]
):
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

    #: The states of what moves on.
    states: ClassVar[type[TextChoices]] = ActivityState

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
        return str(self.states(option.rule.target).label)

    @extend_schema_field(ReasonSerializer(many=True))
    def get_reasons(self, option: Option) -> list[dict[str, Any]]:
        """List everything that is missing."""
        return [represent_reason(reason) for reason in option.reasons]


@extend_schema_serializer(examples=[moves.TRANSITIONS])
class TransitionsSerializer(serializers.Serializer[Any]):
    """Where an activity stands and where it can go from there."""

    activity = serializers.IntegerField()
    version = serializers.IntegerField()
    state = serializers.ChoiceField(ActivityState.choices)
    state_label = serializers.CharField()
    transitions = TransitionSerializer(many=True)


class MilestoneTransitionSerializer(TransitionSerializer):
    """The same for a milestone."""

    states = MilestoneState

    name = serializers.ChoiceField(MILESTONE_TRANSITIONS, source="rule.name")
    target = serializers.ChoiceField(MilestoneState.choices, source="rule.target")


@extend_schema_serializer(examples=[moves.MILESTONE_TRANSITIONS])
class MilestoneTransitionsSerializer(serializers.Serializer[Any]):
    """Where a milestone stands and where it can go from there."""

    milestone = serializers.IntegerField()
    version = serializers.IntegerField()
    state = serializers.ChoiceField(MilestoneState.choices)
    state_label = serializers.CharField()
    transitions = MilestoneTransitionSerializer(many=True)


@extend_schema_serializer(examples=[moves.PERFORM, moves.OVERRIDE])
class TransitionRequestSerializer(StrictSerializer):
    """What to do, why, and whether in spite of what is missing."""

    transition = serializers.ChoiceField(TRANSITIONS)
    reason = reason_field()
    override = StrictBooleanField(required=False, default=False)


@extend_schema_serializer(examples=[moves.FINISH_MILESTONE, moves.DROP_MILESTONE])
class MilestoneTransitionRequestSerializer(TransitionRequestSerializer):
    """The same for a milestone."""

    transition = serializers.ChoiceField(MILESTONE_TRANSITIONS)


class BulkItemSerializer(TransitionRequestSerializer):
    """One transition of one activity, on the version that was seen."""

    activity = StrictIntegerField(min_value=1, max_value=LARGEST_KEY)
    version = StrictIntegerField(min_value=1, max_value=LARGEST_VERSION)


@extend_schema_serializer(examples=[moves.BULK])
class BulkTransitionSerializer(StrictSerializer):
    """Transitions to perform together, one for each activity."""

    items = serializers.ListField(
        child=BulkItemSerializer(), min_length=1, max_length=MOST_AT_ONCE
    )

    def validate_items(self, items: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Refuse two transitions of one activity: which comes first?"""
        keys = [item["activity"] for item in items]
        if len(set(keys)) < len(keys):
            raise serializers.ValidationError(
                _("Name each activity once."), code="twice"
            )
        return items


@extend_schema_serializer(examples=[moves.PERFORMED])
class TransitionResultSerializer(serializers.Serializer[Any]):
    """The activity after the transition, and the line it added to the history."""

    activity = ActivitySerializer()
    record = TransitionRecordSerializer()


@extend_schema_field({"$ref": "#/components/schemas/Problem"})
class ProblemField(serializers.JSONField):
    """A problem document inside an answer."""


class BulkOutcomeSerializer(serializers.Serializer[Any]):
    """What became of one transition: the status and answer it would have had alone."""

    activity = serializers.IntegerField()
    status = serializers.IntegerField()
    result = TransitionResultSerializer(allow_null=True)
    problem = ProblemField(allow_null=True)


@extend_schema_serializer(examples=[moves.BULK_RESULT])
class BulkResultSerializer(serializers.Serializer[Any]):
    """What became of each transition, in the order of the request."""

    results = BulkOutcomeSerializer(many=True)
