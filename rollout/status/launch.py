"""What stands between some activities and their launch, what unblocks most first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from rollout.models import Activity, ActivityState, User
from rollout.status.cells import move_on, read_activities
from workflows.guards import Reason
from workflows.machine import rules_of

#: The steps that an activity must still take until it is launched.
STEPS = {
    ActivityState.PLANNED: ("clarify", "launch"),
    ActivityState.IN_CLARIFICATION: ("launch",),
}


@dataclass(frozen=True)
class Awaiting:
    """An activity that is not launched, and everything that is missing until it is."""

    activity: Activity
    reasons: Sequence[Reason]


@dataclass(frozen=True)
class Obstacle:
    """One missing thing, and the activities that wait for it."""

    code: str
    text: str
    #: Each activity with its own reason, which says who and where.
    blocks: Sequence[tuple[Activity, Reason]]
    #: For how many of them nothing else is missing.
    alone: int

    @property
    def who(self) -> list[str]:
        """Everybody who can supply it, each once."""
        return sorted({str(reason.who) for _one, reason in self.blocks if reason.who})


def launch_of(
    activities: QuerySet[Activity], *, on: date, user: User | None
) -> tuple[list[Awaiting], list[Obstacle]]:
    """Return which of the activities are not launched, and what is in the way.

    Activities nearest to their launch come first. What holds up most activities comes
    first, then what alone holds up most.
    """
    found = read_activities(activities.filter(state__in=list(STEPS)), about=set(STEPS))
    move = move_on(on, user)
    rules = rules_of(Activity)
    awaiting = [
        Awaiting(
            activity,
            [
                reason
                for step in STEPS[ActivityState(activity.state)]
                for guard in rules[step].guards
                for reason in guard(activity, move)
            ],
        )
        for activity in found
    ]
    return sorted(awaiting, key=lambda one: len(one.reasons)), _obstacles(awaiting)


def _obstacles(awaiting: Iterable[Awaiting]) -> list[Obstacle]:
    """Put together what several activities wait for in the same words."""
    blocks: dict[tuple[str, str], list[tuple[Activity, Reason]]] = defaultdict(list)
    alone: dict[tuple[str, str], int] = defaultdict(int)
    for one in awaiting:
        for reason in one.reasons:
            key = (reason.code, str(reason.text))
            blocks[key].append((one.activity, reason))
            alone[key] += len(one.reasons) == 1
    obstacles = [
        Obstacle(code, text, held, alone[code, text])
        for (code, text), held in blocks.items()
    ]
    return sorted(obstacles, key=lambda one: (-len(one.blocks), -one.alone))
