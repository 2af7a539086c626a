"""Milestones: added, changed, finished, dropped and opened again."""

from __future__ import annotations

from typing import Any, ClassVar, cast

from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from rollout import services
from rollout.api.filters import work as filters
from rollout.api.ordering import by_date, by_number
from rollout.api.schema import UNCONDITIONAL
from rollout.api.serializers import transitions as moves
from rollout.api.serializers.activity import MilestoneSerializer
from rollout.api.serializers.changing import (
    MilestoneChangeSerializer,
    NewMilestoneSerializer,
)
from rollout.api.views.changing import changed, referred_to, refusing
from rollout.api.views.resource import READING, Resource
from rollout.api.views.transitions import standing
from rollout.models import Activity, Milestone, Programme, TokenScope, User
from workflows.engine import perform

#: What the guards of a milestone read.
_WEIGHED = Milestone.objects.select_related("activity__programme")


class Milestones(Resource[Milestone]):
    """What must be reached in activities, and by when."""

    rows = Milestone.objects.select_related(
        "activity__initiative",
        "activity__place",
        "responsible",
        "responsible_partner",
    ).with_predecessor_keys()
    rows_by_action = {"transitions": _WEIGHED}
    scopes: ClassVar = READING | {
        "create": TokenScope.WRITE_PLAN,
        "partial_update": TokenScope.WRITE_PLAN,
        "transitions": TokenScope.READ_PLAN,
        "perform_transition": TokenScope.PERFORM,
    }
    serializer_class = MilestoneSerializer
    filterset_class = filters.MilestoneFilters
    search_fields = ("title", "note")
    orderings = {"id": by_number(), "due_on": by_date("due_on")}

    @extend_schema(
        operation_id="milestones_create",
        request=NewMilestoneSerializer,
        responses={201: MilestoneSerializer},
        extensions=UNCONDITIONAL,
    )
    def create(self, request: Request) -> Response:
        """Add a milestone to an activity, after those that it has."""
        asked = NewMilestoneSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        user, values = cast(User, request.user), dict(asked.validated_data)
        activities = Activity.objects.visible_to(user).select_related("programme")
        referred_to(activities, "activity", values)
        activity = values.pop("activity")
        _refer(values, activity.programme, by=user)
        with refusing(ValidationError):
            made = services.add_named_milestone(activity, values, by=user)
        fresh = self.get_queryset().get(pk=made.pk)
        return Response(
            self.get_serializer(fresh).data,
            status=201,
            headers={
                "ETag": f'"{fresh.version}"',
                "Location": reverse("api:milestone-detail", args=[fresh.pk]),
            },
        )

    @extend_schema(
        operation_id="milestones_change",
        request=MilestoneChangeSerializer,
        responses=MilestoneSerializer,
    )
    def partial_update(self, request: Request, pk: int) -> Response:
        """Say anew what it is, when, whose, and after what; the rest stays."""

        def change(
            found: Milestone, values: dict[str, Any], by: User, version: int
        ) -> None:
            _refer(values, found.programme, by=by)
            services.change_named_milestone(
                found, values, by=by, expected_version=version
            )

        asked = MilestoneChangeSerializer(data=request.data)
        return changed(self, request, asked, change)

    @extend_schema(
        operation_id="milestones_transitions",
        responses=moves.MilestoneTransitionsSerializer,
    )
    @action(detail=True, methods=["get"])
    def transitions(self, request: Request, pk: int) -> Response:
        """Tell where the milestone can go from here, and what stands in the way."""
        return standing(
            request, self.get_object(), moves.MilestoneTransitionsSerializer
        )

    @extend_schema(
        operation_id="milestones_perform_transition",
        request=moves.MilestoneTransitionRequestSerializer,
        responses=MilestoneSerializer,
    )
    @transitions.mapping.post
    def perform_transition(self, request: Request, pk: int) -> Response:
        """Finish it, drop it or open it again, on the version that `If-Match` names."""
        at = timezone.now()

        def move(
            found: Milestone, values: dict[str, Any], by: User, version: int
        ) -> None:
            perform(
                *(found, values.pop("transition")),
                by=by,
                at=at,
                expected_version=version,
                **values,
            )

        asked = moves.MilestoneTransitionRequestSerializer(data=request.data)
        return changed(self, request, asked, move)


def _refer(values: dict[str, Any], programme: Programme, *, by: User) -> None:
    """Put people and milestones in the place of their keys. Raises ValidationError."""
    referred_to(User.objects.visible_to(by), "responsible", values)
    if "predecessors" not in values:
        return
    rows = Milestone.objects.visible_to(by).filter(activity__programme=programme)
    found = rows.select_related("activity").in_bulk(values["predecessors"])
    unknown = sorted(set(values["predecessors"]) - set(found))
    if unknown:
        # One of them says what is wrong with all.
        referred_to(rows, "predecessors", {"predecessors": unknown[0]})
    values["predecessors"] = list(found.values())
