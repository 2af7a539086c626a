"""Which days the timeline shows, and where on it each of them lies.

The scale counts working days, so that what is equally long is drawn equally long
whatever holidays lie in it; a day off has no width.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from dateutil.relativedelta import MO, relativedelta
from django.db import models
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rollout.models import Programme
from workflows.schedule import WorkingCalendar

#: A part of the scale that is narrower, in percent, has no room for a week's number.
NARROWEST = 1.5

_DAY = timedelta(days=1)


class Zoom(models.TextChoices):
    """How much time one look takes in."""

    PROGRAMME = "programme", gettext_lazy("Whole programme")
    YEAR = "year", gettext_lazy("Year")
    QUARTER = "quarter", gettext_lazy("Quarter")
    MONTH = "month", gettext_lazy("Month")


_MONTHS = {Zoom.YEAR: 12, Zoom.QUARTER: 3, Zoom.MONTH: 1}


@dataclass(frozen=True)
class Window:
    """The days from the first to the last, both included."""

    zoom: Zoom
    first: date
    last: date

    @property
    def title(self) -> str:
        """The months that it covers, such as "november 2025 – oktober 2026"."""
        first, last = (date_format(day, "F Y") for day in (self.first, self.last))
        return first if first == last else f"{first} – {last}"

    @property
    def previous(self) -> date | None:
        """The first day of the window before; None where the zoom takes in all."""
        return self._moved(-1)

    @property
    def next(self) -> date | None:
        """The first day of the window after; None where the zoom takes in all."""
        return self._moved(1)

    def _moved(self, steps: int) -> date | None:
        months = _MONTHS.get(self.zoom)
        if months is None:
            return None
        return self.first + relativedelta(months=months * steps)


def window_of(zoom: str, day: str, programme: Programme, *, today: date) -> Window:
    """Return the window of an address: the zoom's, around the day.

    Without a day, or with one that is none, the window holds today or, before and
    after the programme, the nearest of its days. A year begins where the programme's
    does.
    """
    chosen = Zoom(zoom) if zoom in Zoom.values else Zoom.YEAR
    if chosen == Zoom.PROGRAMME:
        return Window(chosen, programme.starts_on, programme.ends_on)
    nearest = min(max(today, programme.starts_on), programme.ends_on)
    around = _day(day) or nearest
    months = _MONTHS[chosen]
    origin = programme.starts_on.replace(day=1)
    apart = (around.year - origin.year) * 12 + around.month - origin.month
    first = origin + relativedelta(months=apart // months * months)
    return Window(chosen, first, first + relativedelta(months=months) - _DAY)


def _day(text: str) -> date | None:
    """Read a day that leaves room for a year before and after it."""
    try:
        day = parse_date(text)
    except ValueError:
        return None
    is_sane = day is not None and 1900 < day.year < 2200
    return day if is_sane else None


@dataclass(frozen=True)
class Tick:
    """A stretch of the scale with its name, in percent of the window."""

    x: float
    width: float
    label: str


@dataclass(frozen=True)
class Scale:
    """Where days lie on the window, in percent of its working days."""

    window: Window
    calendar: WorkingCalendar

    @cached_property
    def _before(self) -> list[int]:
        """How many working days of the window lie before each of its days."""
        counts = [0]
        for day in _days(self.window.first, self.window.last):
            counts.append(counts[-1] + self.calendar.is_working(day))
        return counts

    @property
    def days(self) -> int:
        """How many working days the window has."""
        return self._before[-1]

    def start(self, day: date) -> float:
        """Return where the day begins, within the window."""
        index = (day - self.window.first).days
        return self._percent(self._before[min(max(index, 0), len(self._before) - 1)])

    def end(self, day: date) -> float:
        """Return where the day ends, within the window."""
        return self.start(day + _DAY)

    def middle(self, day: date) -> float:
        """Return the middle of the day; of a day off, where it would be."""
        return (self.start(day) + self.end(day)) / 2

    def holds(self, day: date) -> bool:
        """Say whether the window holds the day."""
        return self.window.first <= day <= self.window.last

    def _percent(self, days: float) -> float:
        return 100 * days / max(self.days, 1)

    @cached_property
    def major(self) -> list[Tick]:
        """The upper line of the scale: years, months or, of a month, ISO weeks."""
        if self.window.zoom == Zoom.PROGRAMME:
            return [
                self._tick(*one, str(one[0].year)) for one in self._parts(_next_year)
            ]
        if self.window.zoom == Zoom.MONTH:
            return self._weeks(_("week %(number)d"))
        return [
            self._tick(*one, date_format(one[0], "M Y"))
            for one in self._parts(_next_month)
        ]

    @cached_property
    def minor(self) -> list[Tick]:
        """The lower line of the scale: quarters, ISO weeks or working days."""
        if self.window.zoom == Zoom.PROGRAMME:
            ticks = (
                self._tick(*one, date_format(one[0], "M"))
                for one in self._parts(_next_quarter)
            )
            return [tick for tick in ticks if tick.width >= 2 * NARROWEST]
        if self.window.zoom == Zoom.MONTH:
            return [
                self._tick(day, day, date_format(day, "D j"))
                for day in _days(self.window.first, self.window.last)
                if self.calendar.is_working(day)
            ]
        is_year = self.window.zoom == Zoom.YEAR
        return self._weeks("%(number)d" if is_year else _("week %(number)d"))

    def _weeks(self, form: str) -> list[Tick]:
        ticks = (
            self._tick(*one, form % {"number": one[0].isocalendar().week})
            for one in self._parts(_next_monday)
        )
        return [tick for tick in ticks if tick.width >= NARROWEST]

    def _tick(self, first: date, last: date, label: str) -> Tick:
        x = self.start(first)
        return Tick(x, self.end(last) - x, label)

    def _parts(self, following: Callable[[date], date]) -> Iterator[tuple[date, date]]:
        """Cut the window where ``following`` says that the next part begins."""
        first = self.window.first
        while first <= self.window.last:
            then = following(first)
            yield first, min(then - _DAY, self.window.last)
            first = then


def _next_year(day: date) -> date:
    return day + relativedelta(years=1, month=1, day=1)


def _next_quarter(day: date) -> date:
    return day + relativedelta(months=3 - (day.month - 1) % 3, day=1)


def _next_month(day: date) -> date:
    return day + relativedelta(months=1, day=1)


def _next_monday(day: date) -> date:
    return day + relativedelta(days=1, weekday=MO)


def _days(first: date, last: date) -> Iterator[date]:
    for number in range((last - first).days + 1):
        yield first + number * _DAY
