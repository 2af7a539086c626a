"""What a shift's new dates run into: days off, full weeks, and what forbids them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from rollout.models import ClosingKind, ClosingPeriod, DateKind, holidays_in
from rollout.services.shifting.proposal import Change, Clash, Load, Problem
from rollout.services.shifting.schedule import DateKey, Schedule

#: How many deadlines in one week make a partner's week worth a word.
BUSY_WEEK = 3

_BOUNDS = (DateKind.PHASE_START, DateKind.PHASE_END)
_DAY = timedelta(days=1)


def period_on(schedule: Schedule, day: date, kind: str) -> ClosingPeriod | None:
    """Return the period of this kind, if any, in which the day lies."""
    for period in schedule.periods:
        if period.kind == kind and period.starts_on <= day <= period.ends_on:
            return period
    return None


def clashes_of(schedule: Schedule, change: Change) -> Iterator[Clash]:
    """Yield what a new date falls on: a day off, or a quiet period.

    A phase may begin and end on any day.
    """
    if change.dated.key.kind in _BOUNDS:
        return
    day, calendar = change.after, schedule.calendar
    quiet = period_on(schedule, day, ClosingKind.QUIET)
    if not calendar.is_working(day):
        kind, name = _day_off(schedule, day)
        yield Clash(change, kind, name, calendar.next_working(day))
    if quiet is not None:
        better = calendar.next_working(quiet.ends_on + _DAY)
        yield Clash(change, "quiet", quiet.name, better)


def _day_off(schedule: Schedule, day: date) -> tuple[str, str]:
    """Return why nobody is at work on the day, and what the day is called."""
    closed = period_on(schedule, day, ClosingKind.CLOSED)
    if closed is not None:
        return "closed", closed.name
    holiday = holidays_in(day.year).get(day)
    return ("holiday", holiday) if holiday else ("weekend", "")


def loads_of(schedule: Schedule, after: Mapping[DateKey, date]) -> list[Load]:
    """Return the partners' weeks that become fuller and busy, the fullest first."""
    old: Counter[tuple[int, date]] = Counter()
    new: Counter[tuple[int, date]] = Counter()
    for key, one in schedule.dates.items():
        if key.kind != DateKind.MILESTONE or one.stays or one.partner_id is None:
            continue
        for counts, day in ((old, one.day), (new, after.get(key, one.day))):
            if day is not None:
                counts[one.partner_id, day - day.weekday() * _DAY] += 1
    loads = [
        Load(partner, week, old[partner, week], count)
        for (partner, week), count in new.items()
        if count >= BUSY_WEEK and count > old[partner, week]
    ]
    return sorted(loads, key=lambda one: (-one.after, one.week, one.partner_id))


def problems_of(
    schedule: Schedule, changes: Sequence[Change], after: Mapping[DateKey, date]
) -> Iterator[Problem]:
    """Yield why the shift cannot be made."""
    if not changes:
        yield Problem("nothing", _("No date would move."))
    programme = schedule.programme
    for one in changes:
        if not programme.starts_on <= one.after <= programme.ends_on:
            text = _("“%(title)s” would lie outside the programme, on %(date)s.")
            words = {"title": one.dated.title, "date": date_format(one.after)}
            yield Problem("outside_programme", text % words)
    for key, predecessors in schedule.predecessors.items():
        for before in predecessors:
            if _is_turned_round(schedule, before, key, after):
                text = _("“%(title)s” comes after “%(first)s” and cannot lie before.")
                then, first = schedule.dates[key], schedule.dates[before]
                words = {"title": then.title, "first": first.title}
                yield Problem("before_predecessor", text % words)


def _is_turned_round(
    schedule: Schedule, before: DateKey, key: DateKey, after: Mapping[DateKey, date]
) -> bool:
    """Say whether the shift puts a milestone before what it comes after."""
    if before not in after and key not in after:
        return False
    first, then = (schedule.dates[one].day for one in (before, key))
    first_after, then_after = after.get(before, first), after.get(key, then)
    if first_after is None or then_after is None or then_after >= first_after:
        return False
    return first is None or then is None or then >= first
