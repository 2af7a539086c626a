"""The rollout status: how many activities stand where, and what holds them up."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from rollout.api.examples import overview
from rollout.api.problems import represent_reason
from rollout.api.serializers.deadlines import DeadlineSerializer
from rollout.api.serializers.references import ActivityReference, Named, Person
from rollout.api.serializers.transitions import TRANSITIONS, ReasonSerializer
from rollout.api.writing import Label, Written
from rollout.models import (
    ActivityState,
    Aspect,
    Condition,
    ConditionKind,
    Effect,
    Nature,
    PlaceKind,
)
from rollout.status import (
    UPCOMING_DAYS,
    Cell,
    Counts,
    FocusAreaStatus,
    InitiativeStatus,
    PlaceStatus,
    ProgrammeStatus,
    ReadinessStatus,
)


class CodeLabel(serializers.Serializer[Any]):
    """A stable code and what readers call it."""

    code = serializers.ChoiceField(ActivityState.choices)
    label = serializers.CharField()  # type: ignore[assignment]


class StateCounts(serializers.Serializer[Any]):
    """How many activities are in each state."""

    planned = serializers.IntegerField()
    in_clarification = serializers.IntegerField()
    launched = serializers.IntegerField()
    evaluated = serializers.IntegerField()
    discontinued = serializers.IntegerField()


class CountsSerializer(Written[Counts]):
    """How many activities stand where."""

    total = serializers.IntegerField()
    by_state = StateCounts()
    proposals = serializers.IntegerField()
    missing_responsible = serializers.IntegerField()


class FocusAreaStatusSerializer(Written[FocusAreaStatus]):
    """The counts of one focus area."""

    focus_area = Named()
    counts = CountsSerializer()


class PlaceStatusSerializer(Written[PlaceStatus]):
    """The counts of one place; a group sums up the places in it."""

    place = Named()
    kind = serializers.ChoiceField(PlaceKind.choices, source="place.kind")
    counts = CountsSerializer()


class CellSerializer(Written[Cell]):
    """One activity as the matrix shows it."""

    activity = serializers.IntegerField(source="activity.id")
    version = serializers.IntegerField(source="activity.version")
    place = Named(source="activity.place")
    state = serializers.ChoiceField(ActivityState.choices, source="activity.state")
    state_label = Label(ActivityState, source="activity.state")
    is_proposal = serializers.BooleanField(source="activity.is_proposal")
    requires_readiness = serializers.BooleanField(
        source="activity.place.requires_readiness"
    )
    ready_aspects = serializers.ListField(
        child=serializers.ChoiceField(Aspect.choices), max_length=3
    )
    is_readiness_withdrawn = serializers.BooleanField()
    responsible = Person(source="activity.responsible", allow_null=True)
    is_missing_responsible = serializers.BooleanField()
    overdue_milestones = serializers.IntegerField(source="overdue")
    next_step = serializers.SerializerMethodField()
    is_ready = serializers.BooleanField()
    is_blocked = serializers.BooleanField()
    changed_at = serializers.DateTimeField(allow_null=True)
    missing = serializers.SerializerMethodField()

    @extend_schema_field(serializers.ChoiceField(TRANSITIONS, allow_null=True))
    def get_next_step(self, cell: Cell) -> str | None:
        """Return the transition that is expected next, if any."""
        return cell.next_step.name if cell.next_step else None

    def get_missing(self, cell: Cell) -> list[str]:
        """Return the codes of everything that keeps it from that step."""
        return [reason.code for reason in cell.reasons]


class AspectCounts(serializers.Serializer[Any]):
    """How many activities are ready in each aspect."""

    planning = serializers.IntegerField()
    framework = serializers.IntegerField()
    parties = serializers.IntegerField()


class ReadinessStatusSerializer(Written[ReadinessStatus]):
    """How many activities must be ready before they are launched, and how many are."""

    required = serializers.IntegerField()  # type: ignore[assignment]
    complete = serializers.IntegerField()
    by_aspect = AspectCounts()


class FreshnessSerializer(Written[ProgrammeStatus]):
    """How old it is what is shown, and how far back one can ask."""

    recorded_since = serializers.DateTimeField(allow_null=True)
    changed_at = serializers.DateTimeField(allow_null=True)


class MatrixRowSerializer(Written[InitiativeStatus]):
    """One initiative and its activities in order of place."""

    focus_area = Named(source="initiative.focus_area")
    initiative = Named()
    parent = serializers.IntegerField(  # type: ignore[assignment]
        source="initiative.parent_id", allow_null=True
    )
    nature = serializers.ChoiceField(Nature.choices, source="initiative.nature")
    nature_label = Label(Nature, source="initiative.nature")
    cells = CellSerializer(many=True)


class BlockedSerializer(Written[Cell]):
    """A confirmed activity that cannot take its next step, and every reason why."""

    activity = ActivityReference()
    state = serializers.ChoiceField(ActivityState.choices, source="activity.state")
    next_step = serializers.ChoiceField(TRANSITIONS, source="next_step.name")
    next_step_label = serializers.CharField(source="next_step.label")
    reasons = serializers.SerializerMethodField()

    @extend_schema_field(ReasonSerializer(many=True))
    def get_reasons(self, cell: Cell) -> list[dict[str, Any]]:
        """List everything that is missing."""
        return [represent_reason(reason) for reason in cell.reasons]


class DecisionSerializer(Written[Condition]):
    """A decision outside our hands that is awaited."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(ConditionKind.choices)
    kind_label = Label(ConditionKind)
    title = serializers.CharField()
    body = serializers.CharField()
    expected_on = serializers.DateField(allow_null=True)
    effect = serializers.ChoiceField(Effect.choices)
    effect_label = Label(Effect)
    activity = ActivityReference()


@extend_schema_serializer(examples=[overview.STATUS])
class StatusSerializer(Written[ProgrammeStatus]):
    """How far a programme is on one day, as far as the caller may see.

    The context gives that day as ``on``.
    """

    programme = Named()
    on = serializers.DateField()
    is_partial = serializers.BooleanField()
    states = serializers.SerializerMethodField()
    initiatives = serializers.IntegerField()
    freshness = FreshnessSerializer(source="*")
    counts = CountsSerializer()
    readiness = ReadinessStatusSerializer()
    focus_areas = FocusAreaStatusSerializer(many=True)
    places = PlaceStatusSerializer(many=True)
    matrix = serializers.SerializerMethodField()
    blocked = BlockedSerializer(many=True)
    overdue = DeadlineSerializer(many=True)
    upcoming_days = serializers.SerializerMethodField()
    upcoming = DeadlineSerializer(many=True)
    decisions = DecisionSerializer(many=True)

    @extend_schema_field(CodeLabel(many=True))
    def get_states(self, status: ProgrammeStatus) -> list[dict[str, str]]:
        """List the states in order of life, with their names."""
        return [
            {"code": str(code), "label": str(label)}
            for code, label in ActivityState.choices
        ]

    @extend_schema_field(MatrixRowSerializer(many=True))
    def get_matrix(self, status: ProgrammeStatus) -> Any:
        """List every initiative with its activities, by focus area."""
        rows = [row for area in status.focus_areas for row in area.initiatives]
        row = MatrixRowSerializer()
        return [row.to_representation(one) for one in rows]

    def get_upcoming_days(self, status: ProgrammeStatus) -> int:
        """Return how many calendar days ahead `upcoming` looks."""
        return UPCOMING_DAYS
