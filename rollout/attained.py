"""Values against their targets, as one person may see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import AnonymousUser

from rollout.masking import tells_whether_met, value_text
from rollout.models import Evaluation, Indicator, Measurement, User
from rollout.services import attainments
from rollout.templatetags.numbers import number

#: Who reads it; a stranger where it is for the open.
Reader = User | AnonymousUser


@dataclass(frozen=True)
class AttainedValue:
    """One value of an evaluation."""

    name: str
    period: str
    period_end: date
    value: str
    #: What it was to be, in words; empty where nothing was said.
    target: str
    is_met: bool | None


def attained_values(
    evaluations: Sequence[Evaluation], *, user: Reader
) -> dict[int, list[AttainedValue]]:
    """Return each evaluation's values: kept ones once approved, else as they stand.

    Small numbers are hidden as everywhere. Whether they reach a target would tell
    them, but not whether they stay below a threshold, which is no secret.
    """
    stored = {
        one.pk: one.values
        if one.approved_on
        else [value.stored() for value in attainments(one)]
        for one in evaluations
    }
    keys = {kept["measurement"] for values in stored.values() for kept in values}
    rows = Measurement.objects.select_related(
        "indicator__objective__focus_area__programme", "data_request"
    ).in_bulk(keys)
    return {
        pk: [
            _attained(kept, rows[kept["measurement"]], user)
            for kept in values
            if kept["measurement"] in rows
        ]
        for pk, values in stored.items()
    }


def _attained(kept: dict[str, Any], of: Measurement, user: Reader) -> AttainedValue:
    value = Decimal(kept["value"])
    aim = kept["target"] or kept["threshold"]
    return AttainedValue(
        name=kept["name"],
        period=kept["period"],
        period_end=of.period_end,
        value=value_text(value, of, user),
        target=_aim(of.indicator, aim),
        is_met=kept["is_met"] if tells_whether_met(value, of, user) else None,
    )


def _aim(indicator: Indicator, aim: str | None) -> str:
    if aim is None:
        return ""
    return f"{indicator.get_direction_display()}: {number(Decimal(aim))}"
