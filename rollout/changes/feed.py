"""Reads the feed: the next changes as they concern one reader, and where to go on.

An entry says that something is to be read again; what it is now is asked elsewhere. So
it does not matter that things may have moved on since: what happened later stands later
in the feed. What a reader may see is decided by what is there now and, once it is out
of sight, by whether they have seen it before.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from rollout.changes.entry import Entry, Operation, Page, Position, Transition
from rollout.changes.record import Present, Row, rows
from rollout.changes.record import present as present_of_database
from rollout.changes.sight import Rights, rights_of, seen_before, visible_now
from rollout.changes.touched import OWN, PART, Touched, touched
from rollout.models import (
    ActivityTransition,
    Membership,
    MilestoneTransition,
    MonitoringRoundTransition,
    User,
)

#: Where changes of state are recorded, by kind, and the column of the object.
_HISTORIES: dict[str, tuple[Any, str]] = {
    "activity": (ActivityTransition, "activity_id"),
    "milestone": (MilestoneTransition, "milestone_id"),
    "monitoringround": (MonitoringRoundTransition, "monitoring_round_id"),
}
#: Columns that say nothing about the object itself.
_SILENT = frozenset(("id", "version"))


def present() -> tuple[Position, Present]:
    """Return the position after everything that is complete now, and the database's.

    What is not complete is told later, to whoever reads on from here.
    """
    now = present_of_database()
    return Position(now.oldest_open, 0), now


def read(
    user: User,
    *,
    since: Position,
    limit: int,
    programme: int | None = None,
    resources: Collection[str] | None = None,
) -> Page:
    """Return what has changed for a person, of at most ``limit`` changes.

    Only of one programme, or of some resources, where these are given. A change may
    concern several objects, so there can be more entries than changes.
    """
    rights = rights_of(user)
    programmes = [one for one in rights.programmes if programme in {None, one}]
    found = rows(
        since=since, programmes=programmes, kinds=_kinds(resources), limit=limit + 1
    )
    page = found[:limit]
    members = _members(programme)
    touches = [
        one
        for row in page
        if row.kind != "user" or members is None or row.object_id in members
        for one in touched(row, rights.partners_in(row.programme_id))
        if resources is None or one.resource in resources
    ]
    return Page(
        entries=_entries(user, rights, touches),
        position=page[-1].position if page else since,
        has_more=len(found) > limit,
    )


def _members(programme: int | None) -> set[int] | None:
    """Return whose names concern a programme; None where it does not matter."""
    if programme is None:
        return None
    members = Membership.objects.filter(programme=programme)
    return set(members.values_list("user", flat=True))


def _kinds(resources: Collection[str] | None) -> list[str]:
    """Return the tables whose changes may concern these resources."""
    everything = sorted({*OWN, *PART})
    if resources is None:
        return everything
    # By these tables, things of other resources open and close.
    opening = {"activity", "activity_contributors", "milestone", "datarequest"}
    return [
        kind
        for kind in everything
        if kind in opening
        or kind == "indicator"
        or OWN.get(kind) in resources
        or (kind in PART and PART[kind][0] in resources)
    ]


def _entries(user: User, rights: Rights, touches: list[Touched]) -> list[Entry]:
    visible = visible_now(user, touches)
    gone = [
        one
        for one in touches
        if one.may_vanish and (one.resource, one.object_id) not in visible
    ]
    was_seen = seen_before(gone, rights)
    moves = _transitions(one.row for one in touches if one.is_own)
    entries = []
    for one in touches:
        key = (one.resource, one.object_id)
        if key in visible:
            entries.append(_entry(one, moves.get(one.row.number)))
        elif one.may_vanish and key in was_seen:
            entries.append(_entry(one, None, is_gone=True))
    return entries


def _entry(one: Touched, move: Transition | None, *, is_gone: bool = False) -> Entry:
    row = one.row
    operation = Operation.UPDATED
    fields: tuple[str, ...] = (one.part,) if one.part else ()
    version = None
    if is_gone:
        operation, fields = Operation.DELETED, ()
    elif one.is_own:
        version = (row.after or {}).get("version")
        fields = _fields(row)
        if move is not None:
            operation = Operation.TRANSITIONED
        elif row.before is None and row.programme_id is not None:
            operation = Operation.CREATED
    return Entry(
        position=row.position,
        resource=one.resource,
        object_id=one.object_id,
        operation=operation,
        programme_id=row.programme_id,
        at=row.at,
        version=version,
        fields=fields,
        transition=move if operation == Operation.TRANSITIONED else None,
    )


def _fields(row: Row) -> tuple[str, ...]:
    """Name what is different; of what is new, that is everything and says nothing."""
    if row.before is None or row.after is None:
        return ()
    changed = {name for name in row.after if row.is_changed(name)} - _SILENT
    return tuple(sorted(name.removesuffix("_id") for name in changed))


def _transitions(changed: Iterable[Row]) -> dict[int, Transition]:
    """Return the change of state behind each row that has another state than before."""
    moved: dict[str, dict[tuple[int, int], int]] = {}
    for row in changed:
        if row.kind not in _HISTORIES or row.before is None or row.after is None:
            continue
        if row.is_changed("state"):
            key = (row.object_id, row.after["version"])
            moved.setdefault(row.kind, {})[key] = row.number
    found = {}
    for kind, numbers in moved.items():
        model, column = _HISTORIES[kind]
        records = model.objects.filter(
            **{f"{column}__in": {object_id for object_id, _version in numbers}},
            version__in={version for _object_id, version in numbers},
        )
        for record in records:
            number = numbers.get((getattr(record, column), record.version))
            if number is not None:
                found[number] = Transition(
                    record.transition, record.source, record.target, record.by_id
                )
    return found
