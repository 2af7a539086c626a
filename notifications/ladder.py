"""The ladders that hold until somebody writes others."""

from __future__ import annotations

from typing import Any

from django.db import connection, transaction

from notifications.models import Ladder, LadderStep
from rollout.models import DeadlineKind, Nudge

#: Offset in working days, the interval at which it repeats, and the last one.
Step = tuple[int, int | None, int | None]

#: By deadline kind; the empty kind is every other one.
DEFAULTS: dict[str, tuple[Step, ...]] = {
    "": ((-20, None, None), (-5, None, None), (0, None, None), (5, 5, None)),
    # Late accounts cost the programme its payments, so they begin early.
    DeadlineKind.ACCOUNTS: (
        (-60, None, None),
        (-30, None, None),
        (-14, None, None),
        (-5, None, None),
        (0, None, None),
        (5, 5, None),
    ),
    # Others decide; who waits for them is only asked how it went.
    DeadlineKind.CONDITION: ((-5, None, None), (1, None, None), (10, 10, None)),
    # Money that has expired is not overdue: nothing can be done about it.
    DeadlineKind.GRANT: ((-60, None, None), (-20, None, None), (0, None, None)),
    # A few words now and then, and no more: whoever wants to leave it so may.
    Nudge.NO_MILESTONE: ((10, 20, 70),),
    Nudge.UNTOUCHED: ((60, 30, 120),),
}


@transaction.atomic
def ensure_default_ladders() -> None:
    """Make the ladders of :data:`DEFAULTS` that are missing; those there stay."""
    for kind, steps in DEFAULTS.items():
        ladder, made = Ladder.objects.get_or_create(programme=None, kind=kind)
        if made:
            LadderStep.objects.bulk_create(
                LadderStep(
                    ladder=ladder, offset_days=offset, repeat_every=repeat, until=until
                )
                for offset, repeat, until in steps
            )


def after_migrate(**kwargs: Any) -> None:
    """Receive Django's ``post_migrate``: an empty database gets its ladders."""
    # After `migrate notifications zero` there is no table to fill.
    if Ladder._meta.db_table in connection.introspection.table_names():
        ensure_default_ladders()
