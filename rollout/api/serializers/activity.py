"""Activities and what hangs on them: milestones, readiness, conditions, evaluations."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from rollout.api.examples import work
from rollout.api.serializers.references import (
    ActivityReference,
    Named,
    Person,
    RoundReference,
)
from rollout.api.sparse import ResourceSerializer, expansion
from rollout.api.writing import Label, Written
from rollout.models import (
    Activity,
    ActivityState,
    Aspect,
    Conclusion,
    Condition,
    ConditionKind,
    Effect,
    Evaluation,
    Milestone,
    MilestoneState,
    Outcome,
)
from rollout.models import Readiness as ReadinessCheck


class ReadinessAspectSerializer(
    Written[ReadinessCheck], serializers.ModelSerializer[ReadinessCheck]
):
    """Whether one of the three aspects is ready."""

    aspect_label = Label(Aspect)

    class Meta:
        model = ReadinessCheck
        fields = ["aspect", "aspect_label", "is_met", "on", "note"]


class ReadinessSerializer(Written[Activity]):
    """How ready an activity is, and whether its place asks for it."""

    is_required = serializers.BooleanField(source="place.requires_readiness")
    met = serializers.SerializerMethodField()
    aspects = ReadinessAspectSerializer(many=True, source="shown_readiness")

    def get_met(self, activity: Any) -> int:
        """Count the aspects that are met, 0 to 3."""
        return sum(check.is_met for check in activity.shown_readiness)


class ActivityBrief(Written[Activity]):
    """An activity where it is one of many: where it is, and how far."""

    id = serializers.IntegerField()
    version = serializers.IntegerField()
    initiative = Named()
    place = Named()
    state = serializers.ChoiceField(ActivityState.choices)
    state_label = Label(ActivityState)
    is_proposal = serializers.BooleanField()


@extend_schema_serializer(examples=[work.READINESS])
class ReadinessCheckSerializer(ResourceSerializer[ReadinessCheck]):
    """Whether one aspect of an activity is ready, who says so, since when and why."""

    activity = ActivityReference()
    aspect_label = Label(Aspect)
    by = Person(allow_null=True)

    class Meta:
        model = ReadinessCheck
        fields = [
            "id",
            "version",
            "activity",
            "aspect",
            "aspect_label",
            "is_met",
            "by",
            "on",
            "note",
            "evidence_url",
        ]


@extend_schema_serializer(examples=[work.CONDITION])
class ConditionSerializer(ResourceSerializer[Condition]):
    """A decision outside our hands on which an activity depends."""

    activity = ActivityReference()
    kind_label = Label(ConditionKind)
    outcome_label = Label(Outcome)
    effect_label = Label(Effect)

    class Meta:
        model = Condition
        fields = [
            "id",
            "version",
            "activity",
            "code",
            "kind",
            "kind_label",
            "title",
            "body",
            "expected_on",
            "outcome",
            "outcome_label",
            "decided_on",
            "effect",
            "effect_label",
            "note",
            "source",
        ]


@extend_schema_serializer(examples=[work.EVALUATION])
class EvaluationSerializer(ResourceSerializer[Evaluation]):
    """What an activity came to at the end of a cycle."""

    activity = ActivityReference()
    round = RoundReference(allow_null=True)
    conclusion = serializers.SerializerMethodField()
    conclusion_label = Label(Conclusion)
    written_by = Person(allow_null=True)
    approved_by = Person(allow_null=True)

    class Meta:
        model = Evaluation
        fields = [
            "id",
            "version",
            "activity",
            "round",
            "conclusion",
            "conclusion_label",
            "summary",
            "done",
            "reach",
            "assessment",
            "next_step",
            "written_by",
            "approved_by",
            "approved_on",
            "frozen_at",
            "is_example",
        ]

    @extend_schema_field(serializers.ChoiceField(Conclusion.choices, allow_null=True))
    def get_conclusion(self, evaluation: Evaluation) -> str | None:
        """Return what follows from the evaluation, once that is decided."""
        return evaluation.conclusion or None


@extend_schema_serializer(examples=[work.MILESTONE])
class MilestoneSerializer(ResourceSerializer[Milestone]):
    """Something that must be reached in an activity by a date."""

    state_label = Label(MilestoneState)
    activity = ActivityReference()
    predecessors = serializers.ListField(
        child=serializers.IntegerField(), source="predecessor_keys", read_only=True
    )
    responsible = Person(allow_null=True)
    responsible_partner = Named(allow_null=True)

    class Meta:
        model = Milestone
        fields = [
            "id",
            "version",
            "state",
            "state_label",
            "activity",
            "title",
            "due_on",
            "done_on",
            "responsible",
            "responsible_partner",
            "weight",
            "before_launch",
            "predecessors",
            "evidence_url",
            "note",
            "is_example",
        ]


@extend_schema_serializer(examples=[work.ACTIVITY])
class ActivitySerializer(ResourceSerializer[Activity]):
    """An initiative carried out in a place."""

    expandable = {
        "milestones": expansion(
            "milestones",
            Milestone.objects.with_predecessor_keys(),
            "responsible",
            "responsible_partner",
        ),
        "conditions": expansion("conditions", Condition.objects.all()),
        "evaluations": expansion(
            "evaluations",
            Evaluation.objects.all(),
            "round",
            "written_by",
            "approved_by",
        ),
    }

    state_label = Label(ActivityState)
    programme = Named()
    focus_area = Named(source="initiative.focus_area")
    initiative = Named()
    place = Named()
    phase = Named(allow_null=True)
    responsible = Person(allow_null=True)
    responsible_partner = Named(allow_null=True)
    contributors = Named(many=True, source="shown_contributors")
    readiness = ReadinessSerializer(source="*")
    milestones = MilestoneSerializer(many=True, source="expanded_milestones")
    conditions = ConditionSerializer(many=True, source="expanded_conditions")
    evaluations = EvaluationSerializer(many=True, source="expanded_evaluations")

    class Meta:
        model = Activity
        fields = [
            "id",
            "version",
            "state",
            "state_label",
            "programme",
            "focus_area",
            "initiative",
            "place",
            "phase",
            "is_proposal",
            "responsible",
            "responsible_partner",
            "contributors",
            "readiness",
            "planned_launch_on",
            "launched_on",
            "running_since",
            "weight",
            "note",
            "source",
            "created_at",
            "milestones",
            "conditions",
            "evaluations",
        ]
