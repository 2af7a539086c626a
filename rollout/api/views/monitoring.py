"""What is measured, asked for and delivered."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar, cast

from django.db.models import prefetch_related_objects
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from rollout import answers, services
from rollout.api.fields import NothingSerializer
from rollout.api.filters import monitoring as filters
from rollout.api.filters.plan import IndicatorFilters
from rollout.api.ordering import by_date, by_number, by_text
from rollout.api.problems import Conflict
from rollout.api.serializers import monitoring as serializers
from rollout.api.serializers.changing import DeliveredValueSerializer
from rollout.api.views.changing import changed
from rollout.api.views.resource import READING, M, Resource
from rollout.models import (
    DataRequest,
    Indicator,
    Measurement,
    MonitoringRound,
    TokenScope,
    User,
)

_BY_DUE = {"id": by_number(), "due_on": by_date("due_on")}


class MaskedResource(Resource[M]):
    """A list with values of which small numbers are for some people only."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Read the caller's roles once, and not again for each value."""
        super().initial(request, *args, **kwargs)
        prefetch_related_objects([cast(User, request.user)], "memberships")


class Indicators(MaskedResource[Indicator]):
    """How objectives are measured."""

    rows = Indicator.objects.select_related(
        "objective__focus_area__programme", "delivered_by"
    ).prefetch_related("places")
    serializer_class = serializers.IndicatorSerializer
    filterset_class = IndicatorFilters
    search_fields = ("name", "unit", "population", "source_of_data")
    orderings: ClassVar = {
        "id": by_number(),
        "name": by_text("name"),
        "code": by_text("code"),
    }


class Measurements(MaskedResource[Measurement]):
    """Values of indicators."""

    rows = Measurement.objects.select_related(*serializers.MEASUREMENT_READS)
    scopes: ClassVar = READING | {"approve": TokenScope.WRITE_PLAN}
    serializer_class = serializers.MeasurementSerializer
    filterset_class = filters.MeasurementFilters
    orderings: ClassVar = {"id": by_number(), "period_end": by_date("period_end")}

    @extend_schema(
        operation_id="measurements_approve",
        request=NothingSerializer,
        responses=serializers.MeasurementSerializer,
    )
    @action(detail=True, methods=["post"])
    def approve(self, request: Request, pk: int) -> Response:
        """Approve a value that was submitted."""
        at = timezone.now()

        def approved(
            found: Measurement, values: dict[str, Any], by: User, version: int
        ) -> None:
            services.approve_measurement(found, by=by, at=at, expected_version=version)

        asked = NothingSerializer(data=request.data)
        return changed(self, request, asked, approved, refusal=Conflict)


class MonitoringRounds(MaskedResource[MonitoringRound]):
    """Occasions on which values are collected and reported."""

    rows = MonitoringRound.objects.select_related("programme", "responsible")
    serializer_class = serializers.MonitoringRoundSerializer
    filterset_class = filters.RoundFilters
    search_fields = ("title",)
    orderings = _BY_DUE


class DataRequests(MaskedResource[DataRequest]):
    """Numbers that are asked of partners."""

    rows = DataRequest.objects.select_related(
        "round__programme",
        "indicator",
        "place",
        "partner",
        "responsible",
        "answering__measurement",
    )
    scopes: ClassVar = READING | {"deliver": TokenScope.WRITE_PLAN}
    serializer_class = serializers.DataRequestSerializer
    filterset_class = filters.RequestFilters
    search_fields = ("question", "indicator__name")
    orderings = _BY_DUE

    @extend_schema(
        operation_id="data_requests_deliver",
        request=DeliveredValueSerializer,
        responses=serializers.DataRequestSerializer,
    )
    @action(detail=True, methods=["post"])
    def deliver(self, request: Request, pk: int) -> Response:
        """Deliver the number that is asked for; somebody else approves it."""
        at = timezone.now()

        def delivered(
            found: DataRequest, values: dict[str, Any], by: User, version: int
        ) -> None:
            _check_surprise(found, values["value"], confirmed=values.pop("confirm"))
            answers.deliver_value(
                *(found, values.pop("value")),
                by=by,
                at=at,
                expected_version=version,
                **values,
            )

        asked = DeliveredValueSerializer(data=request.data)
        return changed(self, request, asked, delivered, refusal=Conflict)


def _check_surprise(request: DataRequest, value: Decimal, *, confirmed: bool) -> None:
    """Raise ValidationError for a value far from the last one, unless confirmed."""
    question = answers.doubt(value, request)
    if question and not confirmed:
        raise ValidationError({"confirm": [question]}, code="surprising")
