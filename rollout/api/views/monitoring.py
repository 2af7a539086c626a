"""What is measured, asked for and delivered."""

from __future__ import annotations

from typing import Any, ClassVar, cast

from django.db.models import prefetch_related_objects
from rest_framework.request import Request

from rollout.api.filters import monitoring as filters
from rollout.api.filters.plan import IndicatorFilters
from rollout.api.ordering import by_date, by_number, by_text
from rollout.api.serializers import monitoring as serializers
from rollout.api.views.base import M, Resource
from rollout.models import (
    DataRequest,
    Indicator,
    Measurement,
    MonitoringRound,
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
    serializer_class = serializers.MeasurementSerializer
    filterset_class = filters.MeasurementFilters
    orderings: ClassVar = {"id": by_number(), "period_end": by_date("period_end")}


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
        "measurement",
    )
    serializer_class = serializers.DataRequestSerializer
    filterset_class = filters.RequestFilters
    search_fields = ("question", "indicator__name")
    orderings = _BY_DUE
