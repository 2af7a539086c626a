"""Periods of measuring: quarters, school years, weeks, and what they are called.

Pure arithmetic on local dates; a period has a first and a last day, both of them in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from dateutil.relativedelta import relativedelta
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

_DAY = timedelta(days=1)

#: By the name of a rhythm: the month in which its year begins, and how many it takes.
_BY_MONTHS = {
    "monthly": (1, 1),
    "quarterly": (1, 3),
    "half_yearly": (1, 6),
    "school_year": (8, 12),
    "yearly": (1, 12),
}


@dataclass(frozen=True, order=True)
class Period:
    """A span of days."""

    starts_on: date
    ends_on: date

    def __contains__(self, day: date) -> bool:
        return self.starts_on <= day <= self.ends_on

    def __str__(self) -> str:
        """Return what people call it, such as "2nd quarter of 2026"."""
        return _name_of(self, get_language())

    @property
    def next_day(self) -> date:
        """The first day after it."""
        return self.ends_on + _DAY

    @property
    def is_whole_months(self) -> bool:
        """Whether it begins and ends with a month."""
        return self.starts_on.day == 1 and (self.ends_on + _DAY).day == 1

    @property
    def is_whole_weeks(self) -> bool:
        """Whether it begins on a Monday and ends on a Sunday."""
        return self.starts_on.isoweekday() == 1 and self.ends_on.isoweekday() == 7

    @property
    def months(self) -> int:
        """How many months a period of whole months has."""
        after = self.ends_on + _DAY
        return (after.year - self.starts_on.year) * 12 + (
            after.month - self.starts_on.month
        )

    def shifted(self, *, years: int) -> Period:
        """Return the same period so many years later; month ends stay month ends."""
        step = relativedelta(years=years)
        # A quarter can consist of whole weeks by chance, and is shifted as a quarter.
        if self.is_whole_weeks and not self.is_whole_months:
            first = _same_week(self.starts_on, years)
            return Period(first, first + (self.ends_on - self.starts_on))
        return Period(self.starts_on + step, self.ends_on + _DAY + step - _DAY)


def _same_week(day: date, years: int) -> date:
    """Return the same weekday of the same ISO week in another year."""
    year, week, weekday = day.isocalendar()
    last = date(year + years, 12, 28).isocalendar().week
    return date.fromisocalendar(year + years, min(week, last), weekday)


def period_of(rhythm: str, day: date) -> Period | None:
    """Return the period in which ``day`` lies; None for a rhythm without such."""
    found = _BY_MONTHS.get(rhythm)
    if found is None:
        return None
    first_month, months = found
    since = (day.month - first_month) % 12 % months
    starts_on = date(day.year, day.month, 1) - relativedelta(months=since)
    return Period(starts_on, starts_on + relativedelta(months=months) - _DAY)


def periods_ending_in(
    span: Period, rhythm: str, own: Iterable[Period] = ()
) -> list[Period]:
    """Return which periods of a rhythm come to their end in a span, earliest first.

    ``own`` are the periods of a programme for what is measured in its own periods.
    What is measured irregularly is measured for the span itself.
    """
    if rhythm == "irregular":
        return [span]
    if rhythm == "custom":
        return sorted({one for one in own if one.ends_on in span})
    return list(_ending_in(span, rhythm))


def _ending_in(span: Period, rhythm: str) -> Iterator[Period]:
    period = period_of(rhythm, span.starts_on)
    while period is not None and period.ends_on <= span.ends_on:
        yield period
        period = period_of(rhythm, period.ends_on + _DAY)


@lru_cache(maxsize=1024)
def _name_of(period: Period, language: str | None) -> str:
    """Return the name in the active language; a page has few of them, many times."""
    first, last = period.starts_on, period.ends_on
    if period.is_whole_months and (name := _name_of_months(period)):
        return name
    if period.is_whole_weeks:
        return _name_of_weeks(first, last)
    return _("%(first)s – %(last)s") % {
        "first": date_format(first, "SHORT_DATE_FORMAT"),
        "last": date_format(last, "SHORT_DATE_FORMAT"),
    }


def _name_of_months(period: Period) -> str:
    first, months = period.starts_on, period.months
    told = {"year": first.year, "next": f"{(first.year + 1) % 100:02}"}
    if months == 12 and first.month == 1:
        return str(first.year)
    if months == 12 and first.month == 8:
        return _("school year %(year)d/%(next)s") % told
    if months == 6 and first.month in {1, 7}:
        told["number"] = 1 if first.month == 1 else 2
        return _("half-year %(number)d of %(year)d") % told
    if months == 3 and first.month in {1, 4, 7, 10}:
        told["number"] = (first.month + 2) // 3
        return _("quarter %(number)d of %(year)d") % told
    if months == 1:
        return date_format(first, "F Y")
    return ""


def _name_of_weeks(first: date, last: date) -> str:
    begins, ends = first.isocalendar(), last.isocalendar()
    told = {
        "first": begins.week,
        "last": ends.week,
        "year": begins.year,
        "next": ends.year,
    }
    if begins[:2] == ends[:2]:
        return _("week %(first)d of %(year)d") % told
    if begins.year == ends.year:
        return _("weeks %(first)d to %(last)d of %(year)d") % told
    return _("week %(first)d of %(year)d to week %(last)d of %(next)d") % told
