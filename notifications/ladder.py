"""The ladders that hold until somebody writes others."""

from __future__ import annotations

from typing import Any

from django.db import connection, transaction

from notifications.models import Ladder, LadderStep
from rollout.models import DeadlineKind

#: Offset in working days, and the interval at which it repeats.
Step = tuple[int, int | None]

#: By deadline kind; the empty kind is every other one.
DEFAULTS: dict[str, tuple[Step, ...]] = {
    "": ((-20, None), (-5, None), (0, None), (5, 5)),
    # Late accounts cost the programme its payments, so they begin early.
    DeadlineKind.ACCOUNTS: (
        (-60, None),
        (-30, None),
        (-14, None),
        (-5, None),
        (0, None),
        (5, 5),
    ),
    # Others decide; who waits for them is only asked how it went.
    DeadlineKind.CONDITION: ((-5, None), (1, None), (10, 10)),
    # Money that has expired is not overdue: nothing can be done about it.
    DeadlineKind.GRANT: ((-60, None), (-20, None), (0, None)),
}


@transaction.atomic
def ensure_default_ladders() -> None:
    """Make the ladders of :data:`DEFAULTS` that are missing; those there stay."""
    for kind, steps in DEFAULTS.items():
        ladder, made = Ladder.objects.get_or_create(programme=None, kind=kind)
        if made:
            LadderStep.objects.bulk_create(
                LadderStep(ladder=ladder, offset_days=offset, repeat_every=repeat)
                for offset, repeat in steps
            )


def after_migrate(**kwargs: Any) -> None:
    """Receive Django's ``post_migrate``: an empty database gets its ladders."""
    # After `migrate notifications zero` there is no table to fill.
    if Ladder._meta.db_table in connection.introspection.table_names():
        ensure_default_ladders()
