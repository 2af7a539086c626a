"""What hangs on activities: milestones, readiness, conditions, evaluations."""

from __future__ import annotations

from rollout.api.filters import work as filters
from rollout.api.ordering import by_date, by_number
from rollout.api.serializers import activity as serializers
from rollout.api.views.base import Resource
from rollout.models import Condition, Evaluation, Milestone, Readiness


class Milestones(Resource[Milestone]):
    """What must be reached in activities, and by when."""

    rows = Milestone.objects.select_related(
        "activity__initiative",
        "activity__place",
        "responsible",
        "responsible_partner",
    ).prefetch_related("predecessors")
    serializer_class = serializers.MilestoneSerializer
    filterset_class = filters.MilestoneFilters
    search_fields = ("title", "note")
    orderings = {"id": by_number(), "due_on": by_date("due_on")}


class ReadinessChecks(Resource[Readiness]):
    """Whether the planning, the framework and the parties are ready."""

    rows = Readiness.objects.select_related(
        "activity__initiative", "activity__place", "by"
    )
    serializer_class = serializers.ReadinessCheckSerializer
    filterset_class = filters.ReadinessFilters


class Conditions(Resource[Condition]):
    """Decisions outside our hands on which activities depend."""

    rows = Condition.objects.select_related("activity__initiative", "activity__place")
    serializer_class = serializers.ConditionSerializer
    filterset_class = filters.ConditionFilters
    search_fields = ("title", "body", "note")
    orderings = {"id": by_number(), "expected_on": by_date("expected_on")}


class Evaluations(Resource[Evaluation]):
    """What activities came to at the end of a cycle."""

    rows = Evaluation.objects.select_related(
        "activity__initiative", "activity__place", "round", "written_by", "approved_by"
    )
    serializer_class = serializers.EvaluationSerializer
    filterset_class = filters.EvaluationFilters
    search_fields = ("summary",)
    orderings = {"id": by_number(), "approved_on": by_date("approved_on")}
