"""A year of working days as the page of the calendar draws it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import dateformat

from notifications import calendar
from notifications.calendar import Own
from notifications.models import DayOff
from rollout.models import Programme, holidays_in


@dataclass(frozen=True)
class Cell:
    """One day in its month; ``day`` is empty before the first and after the last."""

    day: date | None
    #: A code of DayOff; empty on a day on which people are reminded.
    off: str = ""
    #: Why it is off, in words; empty on ordinary days and weekends.
    why: str = ""


@dataclass(frozen=True)
class Week:
    """One row of a month."""

    number: int
    cells: list[Cell]


@dataclass(frozen=True)
class Month:
    """One month."""

    name: str
    working_days: int
    weeks: list[Week]


@dataclass(frozen=True)
class Year:
    """A year with its months, and its days off that are no weekends."""

    number: int
    months: list[Month]
    off: list[Cell]


def year_of(programme: Programme, number: int) -> Year:
    """Describe a year of the programme's calendar. Reads, and writes nothing."""
    periods = programme.closing_periods.order_by("starts_on", "ends_on", "pk")
    own = Own(list(periods), programme.half_days_off)
    holidays = holidays_in(number)
    found = list(calendar.days(date(number, 1, 1), date(number, 12, 31), own))
    cells = {
        one.day: Cell(
            one.day,
            str(one.off),
            holidays.get(one.day, one.name) if one.off == DayOff.HOLIDAY else one.name,
        )
        for one in found
    }
    working = {one.day for one in found if one.is_working}
    return Year(
        number,
        [_month(number, month, cells, working) for month in range(1, 13)],
        [
            cell
            for cell in cells.values()
            if cell.off in {DayOff.HOLIDAY, DayOff.CLOSED}
        ],
    )


def _month(year: int, month: int, cells: dict[date, Cell], working: set[date]) -> Month:
    first = date(year, month, 1)
    own = [day for day in cells if day.month == month]
    mondays = sorted({day - timedelta(days=day.weekday()) for day in own})
    return Month(
        dateformat.format(first, "F"),
        sum(day in working for day in own),
        [_week(monday, {day: cells[day] for day in own}) for monday in mondays],
    )


def _week(monday: date, cells: dict[date, Cell]) -> Week:
    days = [monday + timedelta(days=n) for n in range(7)]
    row = [cells.get(day, Cell(None)) for day in days]
    return Week(monday.isocalendar().week, row)
