"""One round of the planner: all that must be looked at every minute."""

from __future__ import annotations

from datetime import datetime

from notifications import (
    bounces,
    compose,
    failures,
    launches,
    regular,
    responsibilities,
    sweeps,
)
from notifications.reminders import Plan


def run(*, now: datetime, any_time: bool = False) -> tuple[Plan, int]:
    """Plan and compose reminders, and put into the outbox what else there is to tell.

    Return the plan and the number of people who are to be reminded now. Running it
    twice, or in many processes at once, tells nobody twice.
    """
    task = sweeps.begin(now=now)
    plan, reminded = compose.remind(
        now=now, any_time=any_time, programmes=task.programmes
    )
    reminded += regular.compose(now=now, any_time=any_time)
    noticed = responsibilities.notice(now=now, programmes=task.programmes)
    responsibilities.announce(now=now, any_time=any_time)
    launches.announce(now=now, programmes=task.programmes)
    bounces.announce(now=now)
    failures.summarise(now=now)
    if not plan.busy:
        sweeps.finish(task, wrote=plan != Plan() or noticed > 0)
    return plan, reminded
