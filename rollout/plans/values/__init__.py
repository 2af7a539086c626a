"""The types of value a plan file can hold: how each is read, described and written.

A value in memory is plain Python: None, str, bool, int, Decimal, date, a tuple of
texts, or a :class:`WorkingDays` where a date may be given relative to the day on
which the file is first applied. References are the key of what they point to.
"""

from rollout.plans.values.base import (
    Fault,
    Value,
    ValueType,
    WorkingDays,
    Wrong,
    did_you_mean,
    joined,
    short,
)
from rollout.plans.values.lists import Many
from rollout.plans.values.scalars import Choice, Day, DayOfYear, Flag, Number, Whole
from rollout.plans.values.texts import Code, Email, Ref, Text, Url

__all__ = [
    "Choice",
    "Code",
    "Day",
    "DayOfYear",
    "Email",
    "Fault",
    "Flag",
    "Many",
    "Number",
    "Ref",
    "Text",
    "Url",
    "Value",
    "ValueType",
    "Whole",
    "WorkingDays",
    "Wrong",
    "did_you_mean",
    "joined",
    "short",
]
