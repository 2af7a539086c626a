"""Everything that the page of the year wheel shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from rollout.models import ClosingPeriod, Programme, User
from rollout.tables import Table
from rollout.web.year_wheel.reading import (
    Item,
    holidays_of,
    items_of,
    periods_of,
    year_of,
)
from rollout.web.year_wheel.ring import Arc, Mark, Spoke, Wheel, month_begins

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Month:
    """One month of the year, with what begins or goes on in it."""

    name: str
    is_now: bool
    marks: list[Mark]
    periods: list[ClosingPeriod]
    #: Days on which the municipality is closed, with their names.
    holidays: list[tuple[date, str]]


class YearPage:
    """The page of one year as one person sees it on one day."""

    def __init__(
        self, programme: Programme, asked: str, *, user: User, today: date
    ) -> None:
        self.year = year_of(programme, asked, today=today)
        self.wheel = Wheel(self.year)
        self.user = user
        self.today = today

    @cached_property
    def items(self) -> list[Item]:
        """What the year holds."""
        return items_of(self.year, self.user)

    @cached_property
    def marks(self) -> list[Mark]:
        """The same on the wheel, numbered as in the list."""
        return self.wheel.marks(self.items)

    @cached_property
    def periods(self) -> list[ClosingPeriod]:
        """Closing days and quiet periods."""
        return periods_of(self.year, self.user)

    @property
    def quiet(self) -> list[Arc]:
        """Closing days and quiet periods on the wheel."""
        return self.wheel.quiet(self.periods)

    @property
    def spokes(self) -> list[Spoke]:
        """The months on the wheel."""
        return self.wheel.spokes()

    @property
    def hand(self) -> tuple[float, float] | None:
        """Where the hand of the wheel points: to today, if the year holds it."""
        if not self.year.holds(self.today):
            return None
        return self.wheel.at(self.wheel.turn(self.today), 270)

    @cached_property
    def months(self) -> list[Month]:
        """The year in words."""
        firsts = [self.year.first, *month_begins(self.year)]
        lasts = [*(first - _DAY for first in firsts[1:]), self.year.last]
        return [
            self._month(first, last) for first, last in zip(firsts, lasts, strict=True)
        ]

    def _month(self, first: date, last: date) -> Month:
        holidays = holidays_of(self.year).items()
        return Month(
            name=capfirst(date_format(first, "F Y")),
            is_now=first <= self.today <= last,
            marks=[one for one in self.marks if first <= one.item.first <= last],
            periods=[
                one
                for one in self.periods
                if one.starts_on <= last and one.ends_on >= first
            ],
            holidays=[(day, name) for day, name in holidays if first <= day <= last],
        )

    def table(self) -> Table:
        """Return the year as the rows of a file."""
        columns = [_("Date"), _("Last day"), _("Week"), _("What"), _("Kind")]
        rows = [
            [
                *(one.first, one.last if one.last != one.first else None),
                *(one.first.isocalendar().week, one.title, one.kind),
                *(str(one.certainty.label), one.note),
            ]
            for one in self.items
        ]
        title = _("Year wheel %(year)s") % {"year": self.year.name}
        return Table(title, [*columns, _("How sure"), _("Note")], rows)
