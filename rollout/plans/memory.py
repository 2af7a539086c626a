"""What plan files stated when they were last applied, to know whose change is whose."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from rollout.models import AppliedPlan, Programme
from rollout.plans import kinds
from rollout.plans.rows import Row
from rollout.plans.values import Value, WorkingDays

#: Kind of entry → key of the entry → field → the value stated.
Memory = dict[str, dict[str, dict[str, Any]]]

#: Goes before the kind in what example files stated.
EXAMPLE = "example:"


def remembered(programme: Programme | None) -> Memory:
    """Return what plan files stated on the programme when they were last applied."""
    applied = AppliedPlan.objects.filter(programme=programme).first()
    return applied.entries if applied else {}


def plain(value: Value) -> Any:
    """Return a value as JSON can hold it."""
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, WorkingDays):
        return str(value)
    return list(value) if isinstance(value, tuple) else value


def invented(memory: Memory, activity: Row) -> dict[str, Value]:
    """Return the fields of a real activity that still are as an example file set them.

    Each with the value that the plan's own file states, which is the real one.
    """
    stated = memory.get(EXAMPLE + kinds.ASSIGNMENT.name, {}).get(activity.key, {})
    own = memory.get(kinds.ACTIVITY.name, {}).get(activity.key, {})
    real: dict[str, Value] = {}
    for name, value in stated.items():
        if name == "activity" or plain(activity.values[name]) != value:
            continue
        before = own.get(name)
        real[name] = tuple(before or ()) if isinstance(value, list) else before
    return real
