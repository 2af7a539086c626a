"""One change of state: by the engine, by bare SQL, and the way most people do it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import cycle

from django.db import connection, transaction

from benchmarks.measure import Result, compare
from rollout.models import Activity, Membership, Role, User
from workflows.engine import perform

NOON = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)

_LOCK = "SELECT version FROM rollout_activity WHERE id = %s FOR UPDATE"
_RECORD = """
INSERT INTO rollout_activitytransition
    (activity_id, transition, source, target, by_id, at, reason, overridden, version)
VALUES (%s, %s, %s, %s, %s, %s, 'Venter', '{}', %s)
"""
_ADVANCE = "UPDATE rollout_activity SET state = %s, version = %s WHERE id = %s"

#: Back and forth, so that the same hundred activities serve as long as it takes.
CLARIFY = ("clarify", "planned", "in_clarification")
POSTPONE = ("postpone", "in_clarification", "planned")


def results() -> Iterator[Result]:
    """Compare the engine with the bare transaction and with the usual libraries."""
    manager = Membership.objects.get(role=Role.MANAGER).user
    ids = list(
        Activity.objects.filter(state="planned")
        .exclude(responsible=None)
        .order_by("pk")
        .values_list("pk", flat=True)[:100]
    )
    engine, bare = ids[:50], ids[50:]
    yield compare(
        "transition by the engine",
        ours=_back_and_forth(engine, lambda pk, step: _perform(pk, step, manager)),
        floor=_back_and_forth(bare, lambda pk, step: _by_sql(pk, step, manager)),
        unit="one transition",
        floor_is="lock, history row, state: three statements and a commit",
        times=100,
        at_most=2.5,
    )


def _back_and_forth(
    ids: list[int], move: Callable[[int, tuple[str, str, str]], None]
) -> Callable[[], None]:
    turns = cycle([(pk, step) for step in (CLARIFY, POSTPONE) for pk in ids])

    def turn() -> None:
        move(*next(turns))

    return turn


def _perform(pk: int, step: tuple[str, str, str], by: User) -> None:
    perform(Activity(pk=pk), step[0], by=by, at=NOON, reason="Venter")


def _by_sql(pk: int, step: tuple[str, str, str], by: User) -> None:
    name, source, target = step
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_LOCK, [pk])
        version = cursor.fetchone()[0] + 1
        cursor.execute(_RECORD, [pk, name, source, target, by.pk, NOON, version])
        cursor.execute(_ADVANCE, [target, version, pk])
