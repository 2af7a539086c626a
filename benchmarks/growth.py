"""What a minute costs where little is stored and where very much is."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial

from benchmarks import scale
from benchmarks.floors import NOON
from benchmarks.measure import Result, Turn, clock
from benchmarks.surroundings import database
from notifications import calendar, planner, sweeps
from rollout.models import Milestone

#: Milestones that fall due, in one programme, at every size.
DUE = 50
RUNS = 5
#: Seconds that a minute may take in which nothing is new, at any size.
QUIET = 0.1

_QUIET = "a minute in which nothing is new"

#: By what is measured, the turns.
Turns = dict[str, list[Turn]]


def results() -> Iterator[Result]:
    """Compare the minutes of the tier that was chosen with those of tier S."""
    large = _minutes()
    with database("bench_s", partial(scale.fill, scale.TIERS["S"])):
        small = _minutes()
    for name, turns in large.items():
        is_quiet = name == _QUIET
        middle = statistics.median(turn.seconds for turn in turns)
        verdict = "met" if middle <= QUIET else "MISSED"
        yield Result(
            name,
            unit="one round of the planner",
            floor_is="the same with tier S",
            ours=[turn.seconds for turn in turns],
            floor=[turn.seconds for turn in small[name]],
            ours_busy=_busy(turns),
            floor_busy=_busy(small[name]),
            at_most=None if is_quiet else 3,
            notes=[f"goal: at most {QUIET:g} s, {verdict}"] if is_quiet else [],
        )


def _minutes() -> Turns:
    """Settle what is new in the database at hand, then take the time of each minute."""
    calendar.refresh(on=NOON.date())
    while sweeps.begin(now=NOON).programmes != []:
        planner.run(now=NOON)
    works: dict[str, Callable[[], None]] = {
        _QUIET: lambda: None,
        "a minute in which one milestone falls due": partial(_fall_due, 1),
        f"a minute in which {DUE} milestones fall due": partial(_fall_due, DUE),
    }
    turns: Turns = {}
    for name, work in works.items():
        turns[name] = []
        for _run in range(RUNS):
            work()
            turns[name].append(clock(lambda: planner.run(now=NOON), 1))
    return turns


def _fall_due(count: int) -> None:
    """Let milestones of the first programme fall due on another day than they do."""
    still_open = Milestone.objects.filter(activity__programme=1, state="open")
    chosen = list(still_open.order_by("pk")[:count])
    tomorrow = scale.TODAY + timedelta(days=1)
    day = tomorrow if chosen[0].due_on == scale.TODAY else scale.TODAY
    keys = [milestone.pk for milestone in chosen]
    Milestone.objects.filter(pk__in=keys).update(due_on=day)


def _busy(turns: list[Turn]) -> list[float]:
    return [turn.busy for turn in turns if turn.busy is not None]
