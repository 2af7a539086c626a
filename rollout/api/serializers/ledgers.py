"""Targets, and the ledgers: who came, and what partners promised and delivered."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from rollout.api.examples import ledgers
from rollout.api.serializers.references import (
    ActivityReference,
    IndicatorReference,
    Named,
    Person,
)
from rollout.api.sparse import ResourceSerializer
from rollout.api.writing import Label
from rollout.models import Attendance, Contribution, ContributionKind, Target

_COUNTS = {
    "type": ["object", "null"],
    "additionalProperties": {"type": "integer"},
    "description": (
        "How many came by age band; the empty name is for those of whom no band is"
        " known. Null for who does not keep the log: the numbers are small."
    ),
}
_TOTAL = {
    "type": ["integer", "null"],
    "description": "How many came in all. Null for who does not keep the log.",
}


@extend_schema_serializer(examples=[ledgers.TARGET])
class TargetSerializer(ResourceSerializer[Target]):
    """What an indicator is to reach in a period, in one place or in all."""

    indicator = IndicatorReference()
    place = Named(allow_null=True)

    class Meta:
        model = Target
        fields = [
            "id",
            "indicator",
            "place",
            "period_start",
            "period_end",
            "value",
            "note",
        ]


@extend_schema_serializer(examples=[ledgers.ATTENDANCE])
class AttendanceSerializer(ResourceSerializer[Attendance]):
    """One time that an activity was held, and how many came; no names."""

    activity = ActivityReference()
    participants = serializers.SerializerMethodField()
    total = serializers.SerializerMethodField()
    note = serializers.SerializerMethodField()
    noted_by = Person(allow_null=True)

    class Meta:
        model = Attendance
        fields = [
            "id",
            "version",
            "activity",
            "held_on",
            "hours",
            "participants",
            "total",
            "note",
            "noted_by",
            "noted_at",
        ]

    def _is_told(self, row: Attendance) -> bool:
        """Say whether the caller keeps the log.

        Others learn the sums, which hide what is small: a day that is shown would give
        the one beside it away.
        """
        may: bool = self.context["user"].has_perm(
            "rollout.log_attendance", row.activity
        )
        return may

    @extend_schema_field(_COUNTS)
    def get_participants(self, row: Attendance) -> dict[str, int] | None:
        """Return how many came by age band, for who keeps the log."""
        counts: dict[str, Any] = row.participants
        return counts if self._is_told(row) else None

    @extend_schema_field(_TOTAL)
    def get_total(self, row: Attendance) -> int | None:
        """Return how many came, for who keeps the log."""
        return row.total if self._is_told(row) else None

    def get_note(self, row: Attendance) -> str:
        """Return the note, unless the numbers that it may tell are hidden."""
        return row.note if self._is_told(row) else ""


@extend_schema_serializer(examples=[ledgers.CONTRIBUTION])
class ContributionSerializer(ResourceSerializer[Contribution]):
    """What one partner promised to put in, and how much of it has been delivered."""

    programme = Named()
    partner = Named()
    kind_label = Label(ContributionKind)
    delivered = serializers.DecimalField(max_digits=14, decimal_places=2)
    activity = ActivityReference(allow_null=True)

    class Meta:
        model = Contribution
        fields = [
            "id",
            "programme",
            "partner",
            "kind",
            "kind_label",
            "title",
            "promised",
            "delivered",
            "starts_on",
            "ends_on",
            "activity",
            "note",
        ]
