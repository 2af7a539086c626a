"""What hangs on activities: readiness, conditions, evaluations."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from rollout import services
from rollout.api.filters import work as filters
from rollout.api.ordering import by_date, by_number
from rollout.api.serializers import activity as serializers
from rollout.api.serializers.changing import (
    ConditionChangeSerializer,
    ReadinessChangeSerializer,
)
from rollout.api.views.changing import changed
from rollout.api.views.resource import READING, Resource
from rollout.models import Condition, Evaluation, Readiness, TokenScope, User


class ReadinessChecks(Resource[Readiness]):
    """Whether the planning, the framework and the parties are ready."""

    rows = Readiness.objects.select_related(
        "activity__initiative", "activity__place", "by"
    )
    scopes: ClassVar = READING | {"partial_update": TokenScope.WRITE_PLAN}
    serializer_class = serializers.ReadinessCheckSerializer
    filterset_class = filters.ReadinessFilters

    @extend_schema(
        operation_id="readiness_change",
        request=ReadinessChangeSerializer,
        responses=serializers.ReadinessCheckSerializer,
    )
    def partial_update(self, request: Request, pk: int) -> Response:
        """Declare an aspect ready, or withdraw that."""
        at = timezone.now()

        def declare(
            found: Readiness, values: dict[str, Any], by: User, version: int
        ) -> None:
            services.set_readiness(
                found.activity,
                found.aspect,
                by=by,
                at=at,
                expected_version=version,
                **values,
            )

        asked = ReadinessChangeSerializer(data=request.data)
        return changed(self, request, asked, declare)


class Conditions(Resource[Condition]):
    """Decisions outside our hands on which activities depend."""

    rows = Condition.objects.select_related("activity__initiative", "activity__place")
    scopes: ClassVar = READING | {"partial_update": TokenScope.WRITE_PLAN}
    serializer_class = serializers.ConditionSerializer
    filterset_class = filters.ConditionFilters
    search_fields = ("title", "body", "note")
    orderings = {"id": by_number(), "expected_on": by_date("expected_on")}

    @extend_schema(
        operation_id="conditions_change",
        request=ConditionChangeSerializer,
        responses=serializers.ConditionSerializer,
    )
    def partial_update(self, request: Request, pk: int) -> Response:
        """Record how a decision turned out, or that it is awaited again."""
        at = timezone.now()

        def decide(
            found: Condition, values: dict[str, Any], by: User, version: int
        ) -> None:
            services.decide_condition(
                found, by=by, at=at, expected_version=version, **values
            )

        asked = ConditionChangeSerializer(data=request.data)
        return changed(self, request, asked, decide)


class Evaluations(Resource[Evaluation]):
    """What activities came to at the end of a cycle."""

    rows = Evaluation.objects.select_related(
        "activity__initiative", "activity__place", "round", "written_by", "approved_by"
    )
    serializer_class = serializers.EvaluationSerializer
    filterset_class = filters.EvaluationFilters
    search_fields = ("summary",)
    orderings = {"id": by_number(), "approved_on": by_date("approved_on")}
