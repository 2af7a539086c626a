"""The kinds of entry that a plan file may hold, and what each of their keys means.

The JSON Schema, the documentation, the checks, the comparison, the application and
the export all follow from :data:`KINDS`.
"""

from __future__ import annotations

from rollout.plans.kinds.agreement import (
    FOCUS_AREA,
    INDICATOR,
    INITIATIVE,
    OBJECTIVE,
    TARGET,
)
from rollout.plans.kinds.frame import (
    CLOSING_PERIOD,
    OCCASION,
    PARTNER,
    PERSON,
    PHASE,
    PLACE,
    PROGRAMME,
    REPORTING_PERIOD,
)
from rollout.plans.kinds.monitoring import (
    DATA_REQUEST,
    GRANT,
    MEASUREMENT,
    MONITORING_ROUND,
)
from rollout.plans.kinds.work import (
    ACTIVITY,
    ASSIGNMENT,
    CONDITION,
    MILESTONE,
    TEMPLATE,
)
from rollout.plans.schema import Kind

__all__ = [
    "ACTIVITY",
    "ASSIGNMENT",
    "BY_NAME",
    "CLOSING_PERIOD",
    "CONDITION",
    "DATA_REQUEST",
    "EXAMPLES",
    "FOCUS_AREA",
    "FORMAT",
    "GRANT",
    "INDICATOR",
    "INITIATIVE",
    "KINDS",
    "MEASUREMENT",
    "MILESTONE",
    "MONITORING_ROUND",
    "OBJECTIVE",
    "OCCASION",
    "PARTNER",
    "PERSON",
    "PHASE",
    "PLACE",
    "PROGRAMME",
    "REPORTING_PERIOD",
    "TARGET",
    "TEMPLATE",
    "children",
    "top_level",
]

#: Version of the format; a file may state it.
FORMAT = 1

#: Every kind in the order in which entries are written to the database.
KINDS: tuple[Kind, ...] = (
    PROGRAMME,
    PARTNER,
    PLACE,
    PHASE,
    CLOSING_PERIOD,
    OCCASION,
    REPORTING_PERIOD,
    PERSON,
    FOCUS_AREA,
    OBJECTIVE,
    INITIATIVE,
    INDICATOR,
    TARGET,
    ACTIVITY,
    CONDITION,
    TEMPLATE,
    MILESTONE,
    MONITORING_ROUND,
    DATA_REQUEST,
    MEASUREMENT,
    GRANT,
    ASSIGNMENT,
)

BY_NAME = {kind.name: kind for kind in KINDS}

#: What example files may hold: entries that can be marked as example data.
EXAMPLES = (*(kind for kind in KINDS if kind.has_examples), ASSIGNMENT)


def children(kind: Kind) -> tuple[Kind, ...]:
    """Return the kinds whose entries stand inside an entry of this kind."""
    return tuple(child for child in KINDS if child.parent == kind.name)


def top_level() -> tuple[Kind, ...]:
    """Return the kinds that have a section of their own."""
    return tuple(kind for kind in KINDS if not kind.parent and kind is not PROGRAMME)
