"""Keeps the calendar table in step with holidays, closing days and quiet periods."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from hashlib import sha256
from importlib.metadata import version

from django.db import connection, transaction
from django.db.models import Max, Min, Q

from notifications.models import Calendar, CalendarDay, DayOff
from rollout.models import ClosingKind, ClosingPeriod, Deadline, Programme
from workflows.schedule import HalfDay, danish_holidays

#: How many years before and after the local date a calendar may reach. A date
#: beyond, most likely mistyped, counts as the calendar's first or last day.
REACH_YEARS = 15

_FILL = """
INSERT INTO notifications_calendarday AS d
    (calendar_id, day, is_working, is_quiet, working_index, off, name,
     send_before, send_after)
SELECT %(calendar)s, t.day, t.is_working, t.is_quiet,
       count(*) FILTER (WHERE t.is_working) OVER so_far,
       t.off, t.name,
       coalesce(max(t.day) FILTER (WHERE t.off = '') OVER so_far, t.day),
       coalesce(min(t.day) FILTER (WHERE t.off = '') OVER from_here, t.day)
FROM unnest(%(days)s::date[], %(working)s::boolean[], %(quiet)s::boolean[],
            %(off)s::text[], %(names)s::text[])
     AS t(day, is_working, is_quiet, off, name)
WINDOW so_far AS (ORDER BY t.day),
       from_here AS (ORDER BY t.day DESC)
ON CONFLICT (calendar_id, day) DO UPDATE SET
    is_working = excluded.is_working, is_quiet = excluded.is_quiet,
    working_index = excluded.working_index, off = excluded.off,
    name = excluded.name, send_before = excluded.send_before,
    send_after = excluded.send_after
WHERE (d.is_working, d.is_quiet, d.working_index, d.off, d.name,
       d.send_before, d.send_after)
    IS DISTINCT FROM
      (excluded.is_working, excluded.is_quiet, excluded.working_index,
       excluded.off, excluded.name, excluded.send_before, excluded.send_after)
"""

_SENDING = """
SELECT c.programme_id, coalesce(d.off = '', FALSE)
FROM notifications_calendar c
LEFT JOIN notifications_calendarday d ON d.calendar_id = c.id AND d.day = %(on)s
"""


@dataclass(frozen=True)
class Day:
    """What is known of one day before the table counts and looks around."""

    day: date
    is_working: bool
    is_quiet: bool
    off: str
    name: str


@dataclass
class Own:
    """What a programme's calendar has of its own, besides the public holidays."""

    periods: list[ClosingPeriod] = field(default_factory=list)
    #: Which of the days that are off from noon are no working days.
    half_days: frozenset[HalfDay] = frozenset()


def days(first: date, last: date, own: Own) -> Iterator[Day]:
    """Describe each day from ``first`` to ``last``, both included."""
    closed: dict[date, str] = {}
    quiet: dict[date, str] = {}
    for period in own.periods:
        names = closed if period.kind == ClosingKind.CLOSED else quiet
        for n in range((period.ends_on - period.starts_on).days + 1):
            names.setdefault(period.starts_on + timedelta(days=n), period.name)
    for n in range((last - first).days + 1):
        day = first + timedelta(days=n)
        holiday = danish_holidays(day.year, half_days=own.half_days).get(day)
        yield _describe(day, holiday, closed, quiet)


def _describe(
    day: date, holiday: str | None, closed: dict[date, str], quiet: dict[date, str]
) -> Day:
    if holiday is not None:
        off, name = DayOff.HOLIDAY, holiday
    elif day in closed:
        off, name = DayOff.CLOSED, closed[day]
    elif day.weekday() >= 5:
        off, name = DayOff.WEEKEND, ""
    elif day in quiet:
        return Day(day, True, True, DayOff.QUIET, quiet[day])  # noqa: FBT003
    else:
        return Day(day, is_working=True, is_quiet=False, off="", name="")
    return Day(day, False, day in quiet, off, name)  # noqa: FBT003


def refresh(*, on: date, programmes: Collection[int] | None = None) -> int:
    """Bring every calendar up to date; return how many were rewritten.

    Cheap when nothing changed, so planning calls it each time. ``on`` is the local
    date around which the calendars must reach. Where only these ``programmes`` were
    changed, the deadlines of the others are known to be in reach.
    """
    known = {calendar.programme_id: calendar for calendar in Calendar.objects.all()}
    first, last = _span(on, programmes, known.values())
    own_of: dict[int | None, Own] = {None: Own()}
    for period in ClosingPeriod.objects.order_by("starts_on", "ends_on", "pk"):
        own_of.setdefault(period.programme_id, Own()).periods.append(period)
    for programme in Programme.objects.exclude(
        has_may_1_off=False, has_june_5_off=False
    ):
        own_of.setdefault(programme.pk, Own()).half_days = programme.half_days_off
    rewritten = 0
    for programme_id, own in own_of.items():
        calendar = known.pop(programme_id, None)
        mark = _fingerprint(first, last, own)
        if calendar is None or calendar.fingerprint != mark:
            _rewrite(programme_id, first, last, own, mark)
            rewritten += 1
    # A programme that closes no longer shares the national calendar again.
    Calendar.objects.filter(pk__in=[gone.pk for gone in known.values()]).delete()
    return rewritten


def _span(
    on: date, programmes: Collection[int] | None, known: Iterable[Calendar]
) -> tuple[date, date]:
    """Return the first and last day that calendars must hold, as whole years."""
    life = Programme.objects.aggregate(first=Min("starts_on"), last=Max("ends_on"))
    deadlines = Deadline.objects.all()
    if programmes is not None:
        deadlines = deadlines.filter(programme__in=programmes)
    due = deadlines.aggregate(first=Min("due_on"), last=Max("due_on"))
    years = [
        day.year
        for day in (on, life["first"], life["last"], due["first"], due["last"])
        if day is not None
    ]
    if programmes is not None:
        # Their first and last years are those of no deadline.
        years += [one.first_day.year + 1 for one in known]
        years += [one.last_day.year - 1 for one in known]
    first = max(min(years) - 1, on.year - REACH_YEARS)
    last = min(max(years) + 1, on.year + REACH_YEARS)
    return date(first, 1, 1), date(last, 12, 31)


def _fingerprint(first: date, last: date, own: Own) -> str:
    parts = [version("holidays"), first.isoformat(), last.isoformat()]
    parts += [f"{p.kind} {p.starts_on} {p.ends_on} {p.name}" for p in own.periods]
    parts += [f"off {month}-{day}" for month, day in sorted(own.half_days)]
    return sha256("\n".join(parts).encode()).hexdigest()


@transaction.atomic
def _rewrite(
    programme_id: int | None,
    first: date,
    last: date,
    own: Own,
    fingerprint: str,
) -> None:
    """Write one calendar's days in one statement. Two at once do it one by one."""
    programme = Programme.objects.get(pk=programme_id) if programme_id else None
    calendar, _made = Calendar.objects.select_for_update().get_or_create(
        programme=programme, defaults={"first_day": first, "last_day": last}
    )
    calendar.first_day, calendar.last_day = first, last
    calendar.fingerprint = fingerprint
    calendar.save()
    rows = list(days(first, last, own))
    with connection.cursor() as cursor:
        cursor.execute(
            _FILL,
            {
                "calendar": calendar.pk,
                "days": [row.day for row in rows],
                "working": [row.is_working for row in rows],
                "quiet": [row.is_quiet for row in rows],
                "off": [str(row.off) for row in rows],
                "names": [row.name for row in rows],
            },
        )
        calendar.days.exclude(day__range=(first, last)).delete()
        # So many new rows at once would mislead the query planner.
        cursor.execute("ANALYZE notifications_calendarday")


def sending_days(*, on: date) -> dict[int | None, bool]:
    """Say of each calendar whether people are reminded on the local date ``on``.

    By programme; None is the national one, which holds for all that have no other.
    """
    with connection.cursor() as cursor:
        cursor.execute(_SENDING, {"on": on})
        found: dict[int | None, bool] = dict(cursor.fetchall())
    return {None: False} | found


def working_days_until(
    due: Mapping[int, Collection[date]], *, on: date
) -> dict[tuple[int, date], int]:
    """Count the working days after ``on`` up to and including days of programmes.

    ``due`` has the days of each programme, by its key. Negative for a day before
    ``on``. Days outside a programme's calendar count as its ends.
    """
    either = Q(programme=None) | Q(programme__in=due)
    own = {one.programme_id: one for one in Calendar.objects.filter(either)}
    wanted = {
        (programme, day): (calendar, calendar.nearest(on), calendar.nearest(day))
        for programme, days in due.items()
        if (calendar := own.get(programme, own.get(None))) is not None
        for day in days
    }
    index = {
        (calendar, day): number
        for calendar, day, number in CalendarDay.objects.filter(
            calendar__in=own.values(),
            day__in={day for _of, *pair in wanted.values() for day in pair},
        ).values_list("calendar", "day", "working_index")
    }
    counted = {
        key: index[calendar.pk, day] - index[calendar.pk, today]
        for key, (calendar, today, day) in wanted.items()
    }
    # Where nobody has made a calendar yet, every day is a working day.
    return {
        (programme, day): counted.get((programme, day), (day - on).days)
        for programme, days in due.items()
        for day in days
    }
