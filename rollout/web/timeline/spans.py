"""How long an activity was, is and will be in each state, as far as anybody knows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from django.utils import timezone

from rollout.models import Activity, ActivityState
from rollout.services.shifting import AHEAD

_DAY = timedelta(days=1)
_RUNS = (ActivityState.LAUNCHED, ActivityState.EVALUATED)


@dataclass(frozen=True)
class Span:
    """The days, first and last included, on which an activity is in a state."""

    state: ActivityState
    first: date
    last: date
    #: Still to come, and so only planned.
    is_expected: bool = False


def spans_of(
    activity: Activity,
    *,
    launch: date | None,
    window: tuple[date, date] | None,
    until: date,
    today: date,
) -> list[Span]:
    """Return an activity's states in time, from its history and its planned launch.

    ``window`` are the first and the last day of its phase, ``until`` the programme's
    last day. What is only planned, without a launch and a phase that would date it,
    has no span.
    """
    spans = [
        *_past(activity, today),
        *_present(activity, launch, window, today),
        *_future(activity, launch, today, until),
    ]
    return [span for span in spans if span.first <= span.last]


def _past(activity: Activity, today: date) -> Iterator[Span]:
    """Yield the states that the history tells of, the present one until today."""
    begun = [
        (ActivityState(record.target), timezone.localdate(record.at))
        for record in activity.history.all()
    ]
    if begun and begun[-1][0] == ActivityState.LAUNCHED and activity.launched_on:
        # A plan that is loaded says itself since when an activity has been running.
        begun[-1] = (ActivityState.LAUNCHED, min(activity.launched_on, begun[-1][1]))
    for (state, first), (_next, then) in pairwise(begun):
        yield Span(state, first, then - _DAY)
    if begun and begun[-1][0] != ActivityState.DISCONTINUED:
        yield Span(*begun[-1], last=today)


def _present(
    activity: Activity,
    launch: date | None,
    window: tuple[date, date] | None,
    today: date,
) -> Iterator[Span]:
    """Yield how long an activity is planned or clarified until its launch."""
    if activity.state not in AHEAD:
        return
    end = launch - _DAY if launch else window and window[1]
    if end is None:
        return
    first = window[0] if window else today
    if activity.history.all():
        first = today + _DAY
    yield Span(ActivityState(activity.state), first, end, is_expected=True)


def _future(
    activity: Activity, launch: date | None, today: date, until: date
) -> Iterator[Span]:
    """Yield the time for which an activity is to run."""
    tomorrow = today + _DAY
    if activity.state in _RUNS:
        yield Span(ActivityState(activity.state), tomorrow, until, is_expected=True)
    elif activity.state in AHEAD and launch:
        first = max(launch, tomorrow)
        yield Span(ActivityState.LAUNCHED, first, until, is_expected=True)
