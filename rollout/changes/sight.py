"""What a reader may see now, and what went out of sight only just."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.db import connection

from rollout.changes.entry import RESOURCES
from rollout.changes.touched import Touched
from rollout.models import READS_ALL, User

#: What members of a partner have ever seen, by the record: of an activity, because it
#: took part or because a milestone in it was its own; else by a column of a row.
_TAKING_PART = """
SELECT DISTINCT activity_id FROM rollout_change
WHERE activity_id = ANY(%(ids)s)
  AND (kind = 'activity'
           AND ("row"->>'responsible_partner_id')::bigint = ANY(%(partners)s)
       OR kind = 'activity_contributors'
           AND ("row"->>'partner_id')::bigint = ANY(%(partners)s))
"""
_BY_COLUMN = """
SELECT DISTINCT {what} FROM rollout_change
WHERE programme_id = ANY(%(programmes)s) AND kind = '{kind}' AND {what} = ANY(%(ids)s)
  AND ("row"->>'{column}')::bigint = ANY(%(partners)s)
"""
_GRANTS = """
SELECT DISTINCT (g."row"->>'grant_id')::bigint FROM rollout_change g
JOIN rollout_change a ON a.activity_id = g.activity_id AND a.kind = 'activity'
WHERE g.programme_id = ANY(%(programmes)s) AND g.kind = 'grant_activities'
  AND (g."row"->>'grant_id')::bigint = ANY(%(ids)s)
  AND (a."row"->>'responsible_partner_id')::bigint = ANY(%(partners)s)
"""
#: What every member of a programme may see.
_FRAME = frozenset(
    (
        "programmes",
        "focus-areas",
        "objectives",
        "indicators",
        "targets",
        "places",
        "phases",
        "partners",
        "users",
        "initiatives",
    )
)


@dataclass(frozen=True)
class Rights:
    """In which programmes somebody takes part, and how."""

    #: By programme: whether all of it may be read.
    programmes: dict[int, bool]
    #: The partners for which they act.
    partners: frozenset[int]
    #: Another value when anything of this is different.
    digest: str

    def partners_in(self, programme: int | None) -> frozenset[int] | None:
        """Return the partners by which things are seen; None: all is seen."""
        is_all = programme is None or self.programmes.get(programme, False)
        return None if is_all else self.partners


def rights_of(user: User) -> Rights:
    """Return what a person's memberships let them see."""
    held = sorted(
        (one.programme_id, one.role, one.partner_id or 0)
        for one in user.memberships.all()
        if user.bound_to in {None, one.programme_id}
    )
    if not user.is_active:
        held = []
    return Rights(
        programmes={programme: role in READS_ALL for programme, role, _partner in held},
        partners=frozenset(partner for _p, _role, partner in held if partner),
        digest=sha256(repr((user.pk, held)).encode()).hexdigest()[:12],
    )


def visible_now(user: User, touches: Iterable[Touched]) -> set[tuple[str, int]]:
    """Return which of these objects the reader may see as things stand."""
    by_resource: dict[str, set[int]] = {}
    for one in touches:
        by_resource.setdefault(one.resource, set()).add(one.object_id)
    found = set()
    for resource, ids in by_resource.items():
        rows: Any = RESOURCES[resource]._default_manager
        seen = rows.visible_to(user).filter(pk__in=ids).values_list("pk", flat=True)
        found |= {(resource, object_id) for object_id in seen}
    return found


def seen_before(touches: Collection[Touched], rights: Rights) -> set[tuple[str, int]]:
    """Return which of these objects, no longer there to be seen, were seen before.

    To say of anything else that it is gone would tell that it had been there.
    """
    found = {
        (one.resource, one.object_id)
        for one in touches
        if one.resource in _FRAME or rights.partners_in(one.row.programme_id) is None
    }
    doubtful = [one for one in touches if (one.resource, one.object_id) not in found]
    if doubtful:
        ever = _Ever(doubtful, rights)
        found |= {(one.resource, one.object_id) for one in doubtful if one in ever}
    return found


class _Ever:
    """What members of some partners have ever seen of what was touched."""

    def __init__(self, touches: Collection[Touched], rights: Rights) -> None:
        self.programmes = [*rights.programmes]
        self.partners = [*rights.partners]
        ids: dict[str, set[int]] = {}
        for one in touches:
            for name, object_id in _grounds(one):
                ids.setdefault(name, set()).add(object_id)
        self.seen = {
            (name, object_id)
            for name, wanted in ids.items()
            for object_id in self._ask(_STATEMENTS[name], wanted)
        }

    def __contains__(self, one: Touched) -> bool:
        return any(ground in self.seen for ground in _grounds(one))

    def _ask(self, statement: str, ids: Collection[int]) -> list[int]:
        parameters = {
            "ids": [*ids],
            "programmes": self.programmes,
            "partners": self.partners,
        }
        with connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            return [object_id for (object_id,) in cursor.fetchall()]


def _by(kind: str, column: str, what: str = "object_id") -> str:
    return _BY_COLUMN.format(kind=kind, what=what, column=column)


_STATEMENTS = {
    "taking part": _TAKING_PART,
    "milestone": _by("milestone", "responsible_partner_id"),
    "milestone in": _by("milestone", "responsible_partner_id", "activity_id"),
    "request": _by("datarequest", "partner_id"),
    "request in": _by("datarequest", "partner_id", "(\"row\"->>'round_id')::bigint"),
    "indicator": _by("indicator", "delivered_by_id"),
    "contribution": _by("contribution", "partner_id"),
    "grant": _GRANTS,
}


def _grounds(one: Touched) -> list[tuple[str, int]]:
    """Return by what a partner may have seen it: names of statements, and keys."""
    row, key, activity = one.row, one.object_id, one.row.activity_id or 0
    if one.resource == "activities":
        return [("taking part", key), ("milestone in", key)]
    if one.resource == "milestones":
        return [("taking part", activity), ("milestone", key)]
    if one.resource == "monitoring-rounds":
        return [("request in", key)]
    if one.resource == "data-requests":
        return [("request", key)]
    if one.resource == "contributions":
        return [("contribution", key)]
    if one.resource == "grants":
        return [("grant", key)]
    if one.resource != "measurements":
        return [("taking part", activity)]
    if row.kind in {"datarequest", "indicator"}:
        name = "request" if row.kind == "datarequest" else "indicator"
        return [(name, row.object_id)]
    requests, indicators = row.values("data_request_id"), row.values("indicator_id")
    return [
        *(("request", one) for one in requests if one),
        *(("indicator", one) for one in indicators if one),
    ]
