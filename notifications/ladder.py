"""The ladders that hold until somebody writes others."""

from __future__ import annotations

from typing import Any

from django.db import connection, transaction

from notifications.models import Audience, Ladder, LadderStep
from rollout.models import DeadlineKind, Nudge

#: Offset in working days, interval at which it repeats, the latest one, and to whom.
Step = tuple[int, int | None, int | None, Audience]


def _told(*offsets: int) -> tuple[Step, ...]:
    return tuple((offset, None, None, Audience.RESPONSIBLE) for offset in offsets)


def _again(offset: int, *, every: int, until: int | None = None) -> tuple[Step, ...]:
    return ((offset, every, until, Audience.RESPONSIBLE),)


def _asked(*offsets: int) -> tuple[Step, ...]:
    """Return a step for each of the others, in the order in which they are asked."""
    others = [one for one in Audience if one != Audience.RESPONSIBLE]
    return tuple(
        (offset, None, None, audience)
        for offset, audience in zip(offsets, others, strict=True)
    )


#: By kind; the empty one is every other deadline.
DEFAULTS: dict[str, tuple[Step, ...]] = {
    "": _told(-20, -5, 0) + _again(5, every=5, until=60) + _asked(10, 15, 20, 30),
    # Late accounts cost the programme its payments, so they begin early.
    DeadlineKind.ACCOUNTS: (
        _told(-60, -30, -14, -5, 0)
        + _again(5, every=5, until=60)
        + _asked(5, 10, 15, 20)
    ),
    # Others decide; who waits for them is only asked how it went.
    DeadlineKind.CONDITION: _told(-5, 1) + _again(10, every=10, until=60),
    # Money that has expired is not overdue: nothing can be done about it.
    DeadlineKind.GRANT: _told(-60, -20, 0),
    # A few words now and then, and no more: whoever wants to leave it so may.
    Nudge.NO_MILESTONE: _again(10, every=20, until=70),
    Nudge.UNTOUCHED: _again(60, every=30, until=120),
}


@transaction.atomic
def ensure_default_ladders() -> None:
    """Make the ladders of :data:`DEFAULTS` that are missing; those there stay."""
    for kind, steps in DEFAULTS.items():
        ladder, made = Ladder.objects.get_or_create(programme=None, kind=kind)
        if made:
            LadderStep.objects.bulk_create(
                LadderStep(
                    ladder=ladder,
                    offset_days=offset,
                    repeat_every=repeat,
                    until=until,
                    audience=audience,
                )
                for offset, repeat, until, audience in steps
            )


def after_migrate(**kwargs: Any) -> None:
    """Receive Django's ``post_migrate``: an empty database gets its ladders."""
    # After `migrate notifications zero` there is no table to fill.
    if Ladder._meta.db_table in connection.introspection.table_names():
        ensure_default_ladders()
