"""What a programme's year holds, read with a constant number of queries."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rollout.models import (
    ActivityState,
    ClosingPeriod,
    Condition,
    Grant,
    Meeting,
    MonitoringRound,
    Occasion,
    Outcome,
    Programme,
    RoundState,
    User,
    holidays_in,
)

_DAY = timedelta(days=1)


class Certainty(models.TextChoices):
    """How sure a date is. Each has a word and a shape of its own."""

    AGREED = "agreed", gettext_lazy("agreed")
    EXPECTED = "expected", gettext_lazy("expected")
    PROPOSAL = "proposal", gettext_lazy("our proposal")


@dataclass(frozen=True)
class Item:
    """One thing of the year."""

    first: date
    #: The last day; the first one again for what takes a day.
    last: date
    title: str
    #: What it is, such as "accounts", in words.
    kind: str
    certainty: Certainty
    #: More about it, such as who decides or how it turned out.
    note: str = ""
    url: str = ""
    is_example: bool = False

    @property
    def icon(self) -> str:
        """The shape that says how sure the date is."""
        return f"sure-{self.certainty.value}"

    @property
    def style(self) -> str:
        """The class that gives the shape its colour."""
        return f"year-{self.certainty.value}"


@dataclass(frozen=True)
class Year:
    """Twelve months of a programme, from the day and month on which it began."""

    programme: Programme
    first: date

    @property
    def last(self) -> date:
        """The last day of the year."""
        return self.first + relativedelta(years=1) - _DAY

    @property
    def name(self) -> str:
        """What the year is called, such as "2026/27"."""
        if self.first.year == self.last.year:
            return str(self.first.year)
        return f"{self.first.year}/{self.last.year % 100:02}"

    @property
    def previous(self) -> int | None:
        """The year before, if the programme has it."""
        year = self.first.year - 1
        return year if year >= self.programme.starts_on.year else None

    @property
    def next(self) -> int | None:
        """The year after, if the programme has it."""
        then = self.first + relativedelta(years=1)
        return then.year if then <= self.programme.ends_on else None

    def holds(self, day: date) -> bool:
        """Say whether the day lies in the year."""
        return self.first <= day <= self.last


def year_of(programme: Programme, asked: str, *, today: date) -> Year:
    """Return the year that begins in the year asked for, else the present one.

    Before and after the programme it is the nearest of its years.
    """
    start = programme.starts_on
    years = [
        start + relativedelta(years=number)
        for number in range(relativedelta(programme.ends_on, start).years + 1)
    ]
    for first in years:
        if asked == str(first.year):
            return Year(programme, first)
    return Year(programme, max([one for one in years if one <= today] or years[:1]))


def items_of(year: Year, user: User) -> list[Item]:
    """Return what the person may see of the year, in the order of time."""
    found = [
        *_rounds(year, user),
        *_meetings(year, user),
        *_decisions(year, user),
        *_grants(year, user),
        *_occasions(year, user),
    ]
    return sorted(found, key=lambda one: (one.first, one.last, one.title))


def periods_of(year: Year, user: User) -> list[ClosingPeriod]:
    """Return closing days and quiet periods that touch the year."""
    periods = ClosingPeriod.objects.visible_to(user).filter(
        programme=year.programme, starts_on__lte=year.last, ends_on__gte=year.first
    )
    return list(periods.order_by("starts_on", "pk"))


def holidays_of(year: Year) -> dict[date, str]:
    """Return the days on which the municipality is closed, half days left out."""
    found = holidays_in(year.first.year) | holidays_in(year.last.year)
    half = {(5, 1), (6, 5)}
    return {
        day: name
        for day, name in sorted(found.items())
        if year.holds(day) and (day.month, day.day) not in half
    }


def _rounds(year: Year, user: User) -> Iterator[Item]:
    rounds = MonitoringRound.objects.visible_to(user).filter(programme=year.programme)
    newest: dict[tuple[str, str], MonitoringRound] = {}
    for one in rounds.select_related("programme").order_by("due_on", "pk"):
        newest[one.kind, one.title] = one
        if year.holds(one.due_on):
            is_expected = one.state == RoundState.EXPECTED
            yield Item(
                *(one.due_on, one.due_on, one.title, str(one.get_kind_display())),
                Certainty.EXPECTED if is_expected else Certainty.AGREED,
                note=str(one.get_state_display()),
                is_example=one.is_example,
            )
    for one in newest.values():
        for due in one.later_due_dates(until=year.last):
            if year.holds(due):
                yield Item(
                    *(due, due, one.title, str(one.get_kind_display())),
                    Certainty.EXPECTED,
                    note=str(one.get_recurrence_display()),
                    is_example=one.is_example,
                )


def _meetings(year: Year, user: User) -> Iterator[Item]:
    meetings = Meeting.objects.visible_to(user).filter(
        programme=year.programme, held_on__range=(year.first, year.last)
    )
    for one in meetings:
        day, kind = one.held_on, str(one.get_kind_display())
        yield Item(day, day, str(one), kind, Certainty.AGREED)


def _decisions(year: Year, user: User) -> Iterator[Item]:
    """Yield the decisions that conditions wait for, and those taken."""
    conditions = (
        Condition.objects.visible_to(user)
        .filter(activity__programme=year.programme)
        .filter(
            Q(expected_on__range=(year.first, year.last), outcome=Outcome.AWAITING)
            | Q(decided_on__range=(year.first, year.last))
        )
        .exclude(activity__state=ActivityState.DISCONTINUED)
        .select_related("activity__initiative", "activity__place")
    )
    for one in conditions:
        day = one.decided_on or one.expected_on
        if day is not None:
            yield Item(
                *(day, day, one.title, _("decision")),
                Certainty.AGREED if one.decided_on else Certainty.EXPECTED,
                note=f"{one.body}, {one.get_outcome_display()}",
                url=f"{one.activity.get_absolute_url()}#condition-{one.pk}",
            )


def _grants(year: Year, user: User) -> Iterator[Item]:
    grants = Grant.objects.visible_to(user).filter(
        programme=year.programme, ends_on__range=(year.first, year.last)
    )
    for one in grants.distinct():
        yield Item(
            *(one.ends_on, one.ends_on, one.funder, _("grant expiry")),
            Certainty.AGREED,
            is_example=one.is_example,
        )


def _occasions(year: Year, user: User) -> Iterator[Item]:
    occasions = Occasion.objects.visible_to(user).filter(programme=year.programme)
    for one in occasions:
        yield Item(
            *one.days_from(year.first),
            *(one.title, str(one.get_kind_display())),
            Certainty.PROPOSAL if one.is_proposal else Certainty.AGREED,
        )
