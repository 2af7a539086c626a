"""Targets, and the ledgers: who came, and what partners promised and delivered."""

from __future__ import annotations

from typing import ClassVar

from rollout.api.filters import ledgers as filters
from rollout.api.ordering import by_date, by_number
from rollout.api.serializers import ledgers as serializers
from rollout.api.views.monitoring import MaskedResource
from rollout.api.views.resource import Resource
from rollout.models import Attendance, Contribution, Target


class Targets(Resource[Target]):
    """What indicators are to reach."""

    rows = Target.objects.select_related("indicator", "place")
    serializer_class = serializers.TargetSerializer
    filterset_class = filters.TargetFilters
    orderings: ClassVar = {"id": by_number(), "period_end": by_date("period_end")}


class Attendances(MaskedResource[Attendance]):
    """Each time that an activity was held, and how many came."""

    rows = Attendance.objects.select_related(
        "activity__initiative", "activity__place", "noted_by"
    )
    serializer_class = serializers.AttendanceSerializer
    filterset_class = filters.AttendanceFilters
    orderings: ClassVar = {"id": by_number(), "held_on": by_date("held_on")}


class Contributions(Resource[Contribution]):
    """What partners promised to put in, and have delivered."""

    rows = Contribution.objects.with_delivered().select_related(
        "programme", "partner", "activity__initiative", "activity__place"
    )
    serializer_class = serializers.ContributionSerializer
    filterset_class = filters.ContributionFilters
    search_fields = ("title", "note")
    orderings: ClassVar = {"id": by_number(), "ends_on": by_date("ends_on")}
