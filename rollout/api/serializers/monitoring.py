"""What is measured, asked for and delivered, with small numbers hidden."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from rollout.api.examples import monitoring
from rollout.api.serializers.references import (
    IndicatorReference,
    Named,
    ObjectiveReference,
    Person,
    RoundReference,
)
from rollout.api.sparse import ResourceSerializer, expansion, joined
from rollout.api.writing import Label, Written
from rollout.masking import MASK, WITHHELD, Shown, shown
from rollout.models import (
    DataRequest,
    Direction,
    Indicator,
    Measurement,
    MeasurementStatus,
    MonitoringRound,
    Recurrence,
    Rhythm,
    RoundKind,
    RoundState,
)

_VALUE = {
    "type": ["string", "null"],
    "format": "decimal",
    "description": "With the indicator's decimals; null where there is none or a mask.",
}
_MASK = {
    "type": "string",
    "pattern": rf"^({MASK}|\{WITHHELD})?$",
    "description": (
        f"`{MASK}` where a small number is hidden from the caller, `{WITHHELD}` where"
        " one is hidden because a small number would follow from it or because only"
        " whether its threshold is kept is told; else empty."
    ),
}


class MaskedValue(serializers.SerializerMethodField):
    """A value of which small numbers of residents are hidden."""

    #: It is shown as text because it is exact; in a table it is a number.
    is_number = True

    def __init__(self, value: str, **kwargs: Any) -> None:
        self.value = value
        super().__init__(**kwargs)

    def to_representation(self, value: Any) -> Any:
        """Return the value as the caller may see it."""
        found = masked(self, value, self.value)
        return None if found.value is None else told(found.value, value)


extend_schema_field(_VALUE)(MaskedValue)


class Mask(MaskedValue):
    """What is hidden of the value beside it."""

    is_number = False

    def to_representation(self, value: Any) -> str:
        """Return the mask, or nothing."""
        return masked(self, value, self.value).mask


extend_schema_field(_MASK)(Mask)


def masked(field: serializers.Field[Any, Any, Any, Any], row: Any, name: str) -> Shown:
    """Return a value of the row as the caller, whom the context names, may see it."""
    return shown(getattr(row, name), row, to=field.context["user"])


def told(value: Decimal, row: Any) -> str:
    """Return the value with the decimals of its indicator."""
    indicator: Indicator = row if isinstance(row, Indicator) else row.indicator
    return f"{value:.{indicator.decimals}f}"


@extend_schema_serializer(examples=[monitoring.MEASUREMENT])
class MeasurementSerializer(ResourceSerializer[Measurement]):
    """One value of an indicator for a period, a place and an age band."""

    indicator = IndicatorReference()
    place = Named(allow_null=True)
    value = MaskedValue("value")
    mask = Mask("value")
    meets_threshold = serializers.SerializerMethodField()
    comment = serializers.SerializerMethodField()
    evidence_url = serializers.SerializerMethodField()
    returned_reason = serializers.SerializerMethodField()
    status_label = Label(MeasurementStatus)
    submitted_by = Person(allow_null=True)
    approved_by = Person(allow_null=True)
    data_request = serializers.PrimaryKeyRelatedField[DataRequest](
        read_only=True, allow_null=True
    )

    class Meta:
        model = Measurement
        fields = [
            "id",
            "version",
            "indicator",
            "place",
            "band",
            "period_start",
            "period_end",
            "value",
            "mask",
            "meets_threshold",
            "comment",
            "evidence_url",
            "status",
            "status_label",
            "returned_reason",
            "submitted_by",
            "submitted_at",
            "approved_by",
            "approved_at",
            "frozen_at",
            "data_request",
            "is_example",
        ]

    def get_meets_threshold(self, row: Measurement) -> bool | None:
        """Say whether the value stays below its threshold; null where there is none."""
        threshold = row.indicator.threshold
        return None if threshold is None else row.value < threshold

    def get_comment(self, row: Measurement) -> str:
        """Return the comment, unless the number that it may tell is hidden."""
        return "" if masked(self, row, "value").mask else row.comment

    def get_evidence_url(self, row: Measurement) -> str:
        """Return the link to evidence, unless the number is hidden."""
        return "" if masked(self, row, "value").mask else row.evidence_url

    def get_returned_reason(self, row: Measurement) -> str:
        """Return why it was returned, unless the number it may tell is hidden."""
        return "" if masked(self, row, "value").mask else row.returned_reason


class IndicatorBrief(Written[Indicator]):
    """An indicator where it is one of many."""

    id = serializers.IntegerField()
    code = serializers.CharField()
    name = serializers.CharField()
    unit = serializers.CharField()
    direction = serializers.ChoiceField(Direction.choices)
    is_proposal = serializers.BooleanField()


#: What a measurement's representation and its mask read.
MEASUREMENT_READS = (
    "indicator__objective__focus_area__programme",
    "place",
    "submitted_by",
    "approved_by",
    "data_request",
)


@extend_schema_serializer(examples=[monitoring.INDICATOR])
class IndicatorSerializer(ResourceSerializer[Indicator]):
    """How an objective is measured."""

    expandable = {
        "measurements": expansion(
            "measurements", Measurement.objects.all(), *MEASUREMENT_READS
        )
    }

    programme = Named(source="objective.focus_area.programme")
    objective = ObjectiveReference()
    direction_label = Label(Direction)
    places = Named(many=True)
    rhythm_label = Label(Rhythm)
    baseline = MaskedValue("baseline")
    baseline_mask = Mask("baseline")
    delivered_by = Named(allow_null=True)
    measurements = MeasurementSerializer(many=True, source="expanded_measurements")

    class Meta:
        model = Indicator
        fields = [
            "id",
            "programme",
            "objective",
            "code",
            "name",
            "unit",
            "decimals",
            "direction",
            "direction_label",
            "threshold",
            "is_share",
            "numerator",
            "denominator",
            "population",
            "age_bands",
            "groups",
            "places",
            "source_of_data",
            "rhythm",
            "rhythm_label",
            "is_cumulative",
            "baseline",
            "baseline_mask",
            "baseline_missing_reason",
            "is_proposal",
            "delivered_by",
            "source",
            "measurements",
        ]


@extend_schema_serializer(examples=[monitoring.REQUEST])
class DataRequestSerializer(ResourceSerializer[DataRequest]):
    """One number asked of one partner in one round."""

    expandable = {"measurement": joined("answering__measurement", *MEASUREMENT_READS)}

    round = RoundReference()
    indicator = IndicatorReference()
    place = Named(allow_null=True)
    partner = Named(allow_null=True)
    responsible = Person(allow_null=True)
    last_value = MaskedValue("last_value")
    last_value_mask = Mask("last_value")
    status = serializers.ChoiceField(
        MeasurementStatus.choices,
        source="measurement.status",
        allow_null=True,
        default=None,
    )
    measurement = MeasurementSerializer(allow_null=True)

    class Meta:
        model = DataRequest
        fields = [
            "id",
            "version",
            "round",
            "indicator",
            "place",
            "partner",
            "responsible",
            "period_start",
            "period_end",
            "question",
            "due_on",
            "last_value",
            "last_value_mask",
            "last_period_end",
            "status",
            "is_example",
            "measurement",
        ]


@extend_schema_serializer(examples=[monitoring.ROUND])
class MonitoringRoundSerializer(ResourceSerializer[MonitoringRound]):
    """One occasion on which values are collected and reported."""

    expandable = {
        "data_requests": expansion(
            "data_requests",
            DataRequest.objects.all(),
            "round__programme",
            "indicator",
            "place",
            "partner",
            "responsible",
            "answering__measurement",
        )
    }

    programme = Named()
    kind_label = Label(RoundKind)
    state_label = Label(RoundState)
    recurrence_label = Label(Recurrence)
    responsible = Person(allow_null=True)
    data_requests = DataRequestSerializer(many=True, source="expanded_data_requests")

    class Meta:
        model = MonitoringRound
        fields = [
            "id",
            "version",
            "programme",
            "kind",
            "kind_label",
            "title",
            "period_start",
            "period_end",
            "due_on",
            "state",
            "state_label",
            "agreed_on",
            "recurrence",
            "recurrence_label",
            "responsible",
            "is_example",
            "data_requests",
        ]
