"""The programme's history: everything that moved on, in one shape."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from rollout.api.examples import overview
from rollout.api.serializers.references import ActivityReference, Named, Person
from rollout.api.sparse import ResourceSerializer
from rollout.api.writing import Label
from rollout.models import HistoryKind, HistoryRecord


@extend_schema_serializer(examples=[overview.HISTORY_RECORD])
class HistoryRecordSerializer(ResourceSerializer[HistoryRecord]):
    """One line of the history: what moved on, who did it, when and why."""

    programme = Named()
    kind_label = Label(HistoryKind)
    activity = ActivityReference(allow_null=True)
    transition_label = serializers.CharField()
    source_label = serializers.CharField()
    target_label = serializers.CharField()
    by = Person(allow_null=True)

    class Meta:
        model = HistoryRecord
        fields = [
            "key",
            "kind",
            "kind_label",
            "object_id",
            "programme",
            "activity",
            "sequence",
            "transition",
            "transition_label",
            "source",
            "source_label",
            "target",
            "target_label",
            "by",
            "at",
            "reason",
            "overridden",
            "version",
            "hash",
        ]
