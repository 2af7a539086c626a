"""Values against their targets, as an evaluation sees them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from rollout.models import (
    DataRequest,
    Evaluation,
    Indicator,
    Measurement,
    MeasurementStatus,
    Target,
    target_for,
)


@dataclass(frozen=True)
class Attainment:
    """One value of an activity's place, and what it was to be."""

    measurement: Measurement
    target: Decimal | None

    @property
    def indicator(self) -> Indicator:
        """What was measured."""
        return self.measurement.indicator

    @property
    def is_met(self) -> bool | None:
        """Whether the target or the threshold is met; None where there is neither."""
        return self.indicator.is_met_by(self.measurement.value, self.target)

    def stored(self) -> dict[str, Any]:
        """Return it as an approved evaluation keeps it, whatever is changed later."""
        threshold = self.indicator.threshold
        return {
            "measurement": self.measurement.pk,
            "indicator": self.indicator.pk,
            "name": self.indicator.name,
            "unit": self.indicator.unit,
            "period": str(self.measurement.period),
            "value": str(self.measurement.value),
            "target": None if self.target is None else str(self.target),
            "threshold": None if threshold is None else str(threshold),
            "is_met": self.is_met,
        }


def attainments(evaluation: Evaluation) -> list[Attainment]:
    """Return the approved values that an evaluation is about, with their targets."""
    requests = DataRequest.objects.concerning(evaluation.activity)
    if evaluation.round_id is not None:
        requests = requests.filter(round=evaluation.round_id)
    values = (
        Measurement.objects.filter(status=MeasurementStatus.APPROVED)
        .answering(requests)
        .select_related("indicator__objective__focus_area__programme", "place")
        .order_by("indicator__objective", "indicator__position", "period_end", "pk")
    )
    return with_targets(list(values))


def with_targets(values: Iterable[Measurement]) -> list[Attainment]:
    """Return values with what each was to reach by its place and period."""
    values = list(values)
    targets: dict[int, list[Target]] = defaultdict(list)
    for target in Target.objects.filter(
        indicator__in={one.indicator_id for one in values}
    ).select_related("indicator"):
        targets[target.indicator_id].append(target)

    def target_of(one: Measurement) -> Decimal | None:
        # A target is set for all together; a part of them cannot reach it.
        if one.band:
            return None
        return target_for(targets[one.indicator_id], one.place_id, one.period)

    return [Attainment(one, target_of(one)) for one in values]
