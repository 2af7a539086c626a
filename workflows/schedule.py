"""Working days and dates that follow one another, as pure arithmetic.

Dates are local calendar dates; durations are whole working days.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from graphlib import CycleError, TopologicalSorter
from typing import TypeVar

import holidays

K = TypeVar("K")

_DAY = timedelta(days=1)


#: Month and day of a day that is off from noon only, by the municipal agreement.
HalfDay = tuple[int, int]
MAY_1: HalfDay = (5, 1)
JUNE_5: HalfDay = (6, 5)
HALF_DAYS = frozenset({MAY_1, JUNE_5})


@cache
def danish_holidays(
    year: int, *, half_days: frozenset[HalfDay] = frozenset(), language: str = "da"
) -> dict[date, str]:
    """Return the days off in a Danish municipality in ``year``, with their names.

    Public holidays (Store Bededag until 2023) and, by the municipal agreement,
    24 and 31 December. Of 1 May and 5 June, which are off from noon, ``half_days``
    are taken as well.
    """
    public = holidays.country_holidays("DK", years=year, language=language)
    optional = holidays.country_holidays(
        "DK", years=year, language=language, categories=("optional",)
    )
    off: dict[date, str] = dict(public.items())
    for day, name in optional.items():
        if day.month == 12 or (day.month, day.day) in half_days:
            off.setdefault(day, name)
    return off


@dataclass(frozen=True)
class WorkingCalendar:
    """Tells working days from others: weekends, Danish holidays, own closing days."""

    #: Days on which this organisation is closed besides the public holidays.
    closed: frozenset[date] = frozenset()
    #: Which of 1 May and 5 June count as days off.
    half_days: frozenset[HalfDay] = frozenset()

    def is_working(self, day: date) -> bool:
        """Say whether people are at work on ``day``."""
        return (
            day.weekday() < 5
            and day not in self.closed
            and day not in danish_holidays(day.year, half_days=self.half_days)
        )

    def add(self, day: date, days: int) -> date:
        """Return the n-th working day after ``day``, or before it when negative.

        Zero returns ``day`` itself or, where that is no working day, the last
        working day before it.
        """
        if days == 0:
            while not self.is_working(day):
                day -= _DAY
            return day
        step = _DAY if days > 0 else -_DAY
        left = abs(days)
        while left:
            day += step
            left -= self.is_working(day)
        return day

    def next_working(self, day: date) -> date:
        """Return ``day`` itself or the first working day after it."""
        while not self.is_working(day):
            day += _DAY
        return day

    def between(self, first: date, last: date) -> int:
        """Count the working days after ``first`` up to and including ``last``.

        Negative when ``last`` lies before ``first``.
        """
        if last < first:
            return -self.between(last, first)
        span = (last - first).days
        return sum(self.is_working(first + n * _DAY) for n in range(1, span + 1))


class Cycle(ValueError):
    """Things that wait for one another; :attr:`path` names them in order."""

    def __init__(self, path: list[object]) -> None:
        self.path = path
        super().__init__(" → ".join(str(item) for item in path))


def in_order(predecessors: Mapping[K, Iterable[K]]) -> list[K]:
    """Return the keys so that each comes after its predecessors. Raises Cycle."""
    try:
        return list(TopologicalSorter(predecessors).static_order())
    except CycleError as error:
        raise Cycle(list(error.args[1])) from error


def pushed(
    due: Mapping[K, date],
    predecessors: Mapping[K, Iterable[K]],
    moved: Mapping[K, date],
    calendar: WorkingCalendar,
    *,
    settle: Callable[[date], date] = lambda day: day,
) -> dict[K, date]:
    """Return every date that changes when some dates are moved.

    A follower keeps its distance to its latest predecessor, in working days, when
    that predecessor moves later, and it never falls before it; it never moves earlier
    by itself. ``settle`` puts off a follower's new date, or leaves it. Raises Cycle.
    """
    now = dict(due) | dict(moved)
    for key in in_order({key: predecessors.get(key, ()) for key in due}):
        if key in moved:
            continue
        later = [
            before
            for before in predecessors.get(key, ())
            if before in due and now[before] > due[before]
        ]
        if later:
            delay = max(calendar.between(due[one], now[one]) for one in later)
            day = calendar.add(due[key], delay) if delay else due[key]
            # Where a predecessor comes to lie on a day off, no working day parts them.
            ahead = [now[one] for one in later if due[one] <= due[key]]
            now[key] = settle(max([day, *ahead]))
    return {key: day for key, day in now.items() if day != due.get(key)}
