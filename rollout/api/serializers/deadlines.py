"""What falls due, whatever it is."""

from __future__ import annotations

from datetime import date
from functools import cached_property

from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from rollout.api.examples import overview
from rollout.api.serializers.references import ActivityReference, Named, Person
from rollout.api.sparse import ResourceSerializer
from rollout.api.writing import Label
from rollout.models import REMINDED, Deadline, DeadlineKind, Hold


@extend_schema_serializer(examples=[overview.DEADLINE])
class DeadlineSerializer(ResourceSerializer[Deadline]):
    """Something that falls due. The context gives the day it is seen from as ``on``."""

    kind = serializers.ChoiceField(DeadlineKind.choices)
    kind_label = Label(REMINDED)
    days_left = serializers.SerializerMethodField()
    hold = serializers.SerializerMethodField()
    hold_label = Label(Hold, allow_blank=True)
    programme = Named()
    activity = ActivityReference(allow_null=True)
    responsible = Person(allow_null=True)
    partner = Named(allow_null=True)

    class Meta:
        model = Deadline
        fields = [
            "key",
            "kind",
            "kind_label",
            "object_id",
            "title",
            "due_on",
            "days_left",
            "hold",
            "hold_label",
            "programme",
            "activity",
            "responsible",
            "partner",
            "is_example",
        ]

    @extend_schema_field(serializers.ChoiceField(Hold.choices, allow_null=True))
    def get_hold(self, deadline: Deadline) -> str | None:
        """Return why nobody is reminded of it, if so."""
        return deadline.hold or None

    def get_days_left(self, deadline: Deadline) -> int:
        """Count the calendar days from the day of reading, negative when overdue."""
        return (deadline.due_on - self._on).days

    @cached_property
    def _on(self) -> date:
        on: date = self.context["on"]
        return on
