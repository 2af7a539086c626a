"""What lies across everything: what falls due, and what has happened."""

from __future__ import annotations

from rollout.api.filters import work as filters
from rollout.api.ordering import by_date, by_text, by_time
from rollout.api.serializers.deadlines import DeadlineSerializer
from rollout.api.serializers.history import HistoryRecordSerializer
from rollout.api.views.resource import Resource
from rollout.models import Deadline, HistoryRecord


class Deadlines(Resource[Deadline]):
    """Everything that can fall due, in one shape."""

    rows = Deadline.objects.select_related(
        "programme", "activity__initiative", "activity__place", "responsible", "partner"
    )
    serializer_class = DeadlineSerializer
    filterset_class = filters.DeadlineFilters
    search_fields = ("title",)
    orderings = {"due_on": by_date("due_on")}
    default_ordering = "due_on"
    key_order = by_text("pk")
    lookup_value_converter = "kind_and_number"


class History(Resource[HistoryRecord]):
    """Everything that moved on: activities, milestones and monitoring rounds."""

    rows = HistoryRecord.objects.select_related(
        "programme", "activity__initiative", "activity__place", "by"
    )
    serializer_class = HistoryRecordSerializer
    filterset_class = filters.HistoryFilters
    search_fields = ("reason",)
    orderings = {"at": by_time("at")}
    default_ordering = "at"
    key_order = by_text("pk")
    lookup_value_converter = "kind_and_number"
