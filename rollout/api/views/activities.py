"""Activities: lists, history, and the transitions that move one on."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar, cast

from django.db.models import Prefetch
from django.utils import timezone
from drf_spectacular.utils import (
    OpenApiResponse,
    PolymorphicProxySerializer,
    extend_schema,
)
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from rollout import services
from rollout.api import etags, flags
from rollout.api.deprecation import Deprecation
from rollout.api.examples import moves
from rollout.api.filters.work import ActivityFilters
from rollout.api.ordering import Order, by_date, by_number
from rollout.api.pagination import CursorPagination
from rollout.api.serializers import transitions as serializers
from rollout.api.serializers.activity import ActivitySerializer
from rollout.api.serializers.changing import ActivityChangeSerializer
from rollout.api.serializers.effects import TransitionPreviewSerializer
from rollout.api.views.changing import changed, referred_to
from rollout.api.views.resource import READING, Resource
from rollout.api.views.shown import ACTIVITIES
from rollout.api.views.transitions import (
    DRY_RUN,
    preview_of,
    results_of,
    standing,
)
from rollout.models import Activity, Milestone, Phase, TokenScope, User
from workflows.engine import perform

#: What the guards read besides.
_WEIGHED = Activity.objects.select_related(
    "programme", "initiative__parent", "place", "responsible", "responsible_partner"
).prefetch_related(
    "readiness",
    "conditions",
    Prefetch(
        "milestones",
        Milestone.objects.open().select_related("responsible", "responsible_partner"),
    ),
)


class HistoryPagination(CursorPagination):
    """Pages of a history, oldest first."""

    def order(self, request: Request, view: Any) -> tuple[str, Order]:
        """Return the order in which things happened."""
        return "sequence", by_number("sequence")


def _change(found: Activity, values: dict[str, Any], by: User, version: int) -> None:
    phases = Phase.objects.visible_to(by).filter(programme=found.programme_id)
    referred_to(phases, "phase", values)
    people = User.objects.visible_to(by)
    referred_to(people, "responsible", values)
    services.change_named(found, values, by=by, expected_version=version)


class Activities(Resource[Activity]):
    """Initiatives as they are carried out in places."""

    rows = ACTIVITIES
    rows_by_action = {
        "transitions": _WEIGHED,
        # The engine reads it anew, under lock.
        "perform_transition": Activity.objects.only("programme", "version"),
        "history": Activity.objects.all(),
    }
    scopes: ClassVar = READING | {
        "partial_update": TokenScope.WRITE_PLAN,
        "transitions": TokenScope.READ_PLAN,
        "perform_transition": TokenScope.PERFORM,
        "history": TokenScope.READ_PLAN,
    }
    deprecated: ClassVar = {
        "history": Deprecation(
            since=date(2026, 11, 26),
            sunset=date(2028, 1, 1),
            instead=(
                "Use `history/` with `kind=activity` and `activity`, which tells of"
                " milestones and rounds as well."
            ),
        )
    }
    serializer_class = ActivitySerializer
    filterset_class = ActivityFilters
    search_fields = ("initiative__name", "place__name", "note")
    orderings = {
        "id": by_number(),
        "planned_launch_on": by_date("planned_launch_on"),
        "launched_on": by_date("launched_on"),
    }

    def known_query_parameters(self) -> set[str]:
        """Return those of lists and members, of a history, and of a step."""
        own = {"history": {"cursor", "page_size"}, "perform_transition": {"dry_run"}}
        return super().known_query_parameters() | own.get(self.action or "", set())

    @extend_schema(
        operation_id="activities_change",
        request=ActivityChangeSerializer,
        responses=ActivitySerializer,
    )
    def partial_update(self, request: Request, pk: int) -> Response:
        """Change the planned launch, the phase, who is responsible, note or size."""
        asked = ActivityChangeSerializer(data=request.data)
        return changed(self, request, asked, _change)

    @extend_schema(
        operation_id="activities_transitions",
        responses=serializers.TransitionsSerializer,
    )
    @action(detail=True, methods=["get"])
    def transitions(self, request: Request, pk: int) -> Response:
        """Tell where the activity can go from here, and what stands in the way."""
        return standing(request, self.get_object(), serializers.TransitionsSerializer)

    @extend_schema(
        operation_id="activities_perform_transition",
        parameters=[DRY_RUN],
        request=serializers.TransitionRequestSerializer,
        responses=OpenApiResponse(
            PolymorphicProxySerializer(
                "TransitionAnswer",
                [serializers.TransitionResultSerializer, TransitionPreviewSerializer],
                resource_type_field_name=None,
            ),
            examples=[moves.PERFORMED, moves.PREVIEW],
        ),
    )
    @transitions.mapping.post
    def perform_transition(self, request: Request, pk: int) -> Response:
        """Perform one transition on the version that `If-Match` names.

        With `dry_run=true` it is only told what it would do; what would refuse it
        refuses that too.
        """
        activity = self.get_object()
        asked = serializers.TransitionRequestSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        version = etags.expected_version(request, current=activity.version)
        user, values = cast(User, request.user), asked.validated_data
        if flags.is_on(request, "dry_run"):
            tried = preview_of(activity, values | {"version": version}, by=user)
            return Response(tried, headers={"ETag": f'"{version}"'})
        moved = perform(
            *(activity, values["transition"]),
            by=user,
            at=timezone.now(),
            reason=values["reason"],
            expected_version=version,
            override=values["override"],
        )
        results = results_of([moved], self.get_serializer_context())
        return Response(results[moved.pk], headers={"ETag": f'"{moved.version}"'})

    @extend_schema(
        operation_id="activities_history",
        responses=serializers.TransitionRecordSerializer(many=True),
    )
    @action(
        detail=True,
        methods=["get"],
        pagination_class=HistoryPagination,
        filterset_class=None,
    )
    def history(self, request: Request, pk: int) -> Response:
        """Tell what happened to the activity, oldest first."""
        records = self.get_object().history.select_related("by")
        pages = HistoryPagination()
        page = pages.paginate_queryset(records, request, view=self)
        shown = serializers.TransitionRecordSerializer(page, many=True)
        return pages.get_paginated_response(shown.data)
