"""Which objects a change concerns: its own, what it is a part of, what it opens.

Most changes concern one object. A change of who takes part also opens or closes what
hangs on the activity or the request, for the partner that comes or goes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.db import connection

from rollout.changes.record import Row

#: Tables whose rows are objects of the feed.
OWN = {
    "programme": "programmes",
    "focusarea": "focus-areas",
    "objective": "objectives",
    "indicator": "indicators",
    "target": "targets",
    "measurement": "measurements",
    "place": "places",
    "phase": "phases",
    "partner": "partners",
    "user": "users",
    "initiative": "initiatives",
    "activity": "activities",
    "readiness": "readiness",
    "condition": "conditions",
    "milestone": "milestones",
    "monitoringround": "monitoring-rounds",
    "datarequest": "data-requests",
    "evaluation": "evaluations",
    "attendance": "attendance",
    "contribution": "contributions",
    "grant": "grants",
}
#: Tables whose rows are a part of an object: of which resource, by which column, and
#: what of it they are.
PART = {
    "focusarea_departments": ("focus-areas", "focusarea_id", "departments"),
    "objective_places": ("objectives", "objective_id", "places"),
    "indicator_places": ("indicators", "indicator_id", "places"),
    "phase_places": ("phases", "phase_id", "places"),
    "initiative_partners": ("initiatives", "initiative_id", "partners"),
    "activity_contributors": ("activities", "activity_id", "contributors"),
    "readiness": ("activities", "activity_id", "readiness"),
    "milestone_predecessors": ("milestones", "from_milestone_id", "predecessors"),
    "grant_activities": ("grants", "grant_id", "activities"),
    "membership": ("users", "user_id", "memberships"),
    "contributiondelivery": ("contributions", "contribution_id", "delivered"),
}
#: Columns that name a partner who may see something by them.
SIGHT = {
    "activity": "responsible_partner_id",
    "activity_contributors": "partner_id",
    "milestone": "responsible_partner_id",
    "datarequest": "partner_id",
    "indicator": "delivered_by_id",
    "contribution": "partner_id",
}
#: Columns by which a row hangs on something that has such a column.
LINKS = {
    "measurement": ("data_request_id", "indicator_id"),
    "grant_activities": ("activity_id",),
}
#: Of an activity, what whoever takes part in it may see.
_ON_ACTIVITY = ("milestone", "readiness", "condition", "evaluation", "attendance")

#: From the record and not from the tables: what is deleted closes as well.
_OF_ACTIVITY = """
SELECT DISTINCT kind, object_id FROM rollout_change
WHERE activity_id = %(id)s AND kind = ANY(%(kinds)s) ORDER BY kind, object_id
"""
_GRANTS = """
SELECT DISTINCT ("row"->>'grant_id')::bigint FROM rollout_change
WHERE activity_id = %(id)s AND kind = 'grant_activities' AND "row" IS NOT NULL
"""
_MEASUREMENTS = """
SELECT id FROM rollout_measurement
WHERE data_request_id = %(request)s OR indicator_id = %(indicator)s
"""


@dataclass(frozen=True)
class Touched:
    """One object that a change concerns."""

    row: Row
    resource: str
    object_id: int
    #: Whether it is the changed row itself.
    is_own: bool = False
    #: Which part of it was changed, where it is not the row itself.
    part: str = ""
    #: Whether this may be the change by which it went out of sight.
    may_vanish: bool = False


def touched(row: Row, partners: frozenset[int] | None) -> list[Touched]:
    """Return what a change concerns, for members of these partners; each once.

    None: for somebody who reads the whole programme, before whom nothing opens or
    closes but by being made and deleted.
    """
    found: dict[tuple[str, int], Touched] = {}
    for one in _touched(row, partners):
        key = (one.resource, one.object_id)
        known = found.get(key)
        if known is None:
            found[key] = one
        elif one.may_vanish:
            found[key] = replace(known, may_vanish=True)
    return list(found.values())


def _touched(row: Row, partners: frozenset[int] | None) -> Iterator[Touched]:
    is_gone = row.after is None
    if row.kind in OWN:
        yield Touched(
            row, OWN[row.kind], row.object_id, is_own=True, may_vanish=is_gone
        )
    if row.kind in PART:
        resource, column, part = PART[row.kind]
        # With a membership that ends, the person goes out of sight.
        vanishes = is_gone and row.kind == "membership"
        yield Touched(row, resource, row.either[column], part=part, may_vanish=vanishes)
    if partners is not None:
        for resource, object_id in _opened_or_closed(row, partners):
            yield Touched(row, resource, object_id, may_vanish=True)


def _opened_or_closed(row: Row, partners: frozenset[int]) -> Iterator[tuple[str, int]]:
    if any(row.is_changed(column) for column in LINKS.get(row.kind, ())):
        if row.kind in OWN:
            yield OWN[row.kind], row.object_id
        else:
            resource, column, _part = PART[row.kind]
            yield resource, row.either[column]
    by = SIGHT.get(row.kind)
    if by and row.is_changed(by) and partners.intersection(row.values(by)):
        yield from _by_partner(row)


def _by_partner(row: Row) -> Iterator[tuple[str, int]]:
    if row.kind == "indicator":
        yield from _measurements(indicator=row.object_id)
    elif row.kind == "datarequest":
        yield "data-requests", row.object_id
        yield "monitoring-rounds", row.either["round_id"]
        yield from _measurements(request=row.object_id)
    elif row.kind == "contribution":
        yield "contributions", row.object_id
    elif row.activity_id is not None:
        yield "activities", row.activity_id
        if row.kind == "milestone":
            yield "milestones", row.object_id
            return
        for kind, object_id in _rows(
            _OF_ACTIVITY, id=row.activity_id, kinds=list(_ON_ACTIVITY)
        ):
            yield OWN[kind], object_id
        for (grant,) in _rows(_GRANTS, id=row.activity_id):
            yield "grants", grant


def _measurements(
    *, request: int | None = None, indicator: int | None = None
) -> Iterator[tuple[str, int]]:
    for (object_id,) in _rows(_MEASUREMENTS, request=request, indicator=indicator):
        yield "measurements", object_id


def _rows(statement: str, **parameters: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found
