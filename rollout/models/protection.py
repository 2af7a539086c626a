"""Keeps the mark on values that would give small numbers of residents away.

A total and all its parts but one tell the one. Which values are hidden therefore
depends on all that is stored, never on what a page happens to show, and the mark is
kept with the value so that pages, API, exports, mails and charts hide the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import Max, Min, QuerySet

from rollout.models.objective import Direction, Indicator
from rollout.models.places import Place, groups_over
from rollout.models.programme import Programme
from rollout.periods import Period
from rollout.suppression import Sum, withheld

#: Numbers of residents below this can point to somebody.
SMALLEST_SHOWN = 5


def counts_residents(indicator: Indicator) -> bool:
    """Say whether values of the indicator count people, or what happened to them.

    What is measured in whole numbers does; shares, means and indices do not.
    """
    return not indicator.is_share and indicator.decimals == 0


def tells_only_whether_kept(indicator: Indicator) -> bool:
    """Say whether others learn of its values only whether they stay below a threshold.

    Where few are to be kept few, the values themselves are small numbers.
    """
    return indicator.direction == Direction.KEEP_BELOW and counts_residents(indicator)


@dataclass(frozen=True)
class Cell:
    """One stored value, by what it covers."""

    pk: int
    place: int | None
    band: str
    period: Period


def lock_values(*indicators: int) -> None:
    """Let whoever changes values of these indicators, by key, wait for the others.

    Comes before any lock on a value: what is saved may change the marks on others, and
    of two that each hold a value of the other neither would get on.
    """
    locked = Indicator.objects.select_for_update(of=("self",), no_key=True)
    list(locked.filter(pk__in=indicators).order_by("pk"))


@transaction.atomic
def protect(indicator: Indicator, period: Period) -> None:
    """Renew the marks on the indicator's values that a value of a period may tell of.

    Whoever does so at the same time waits, so that none overlooks the other's values.
    """
    if counts_residents(indicator):
        lock_values(indicator.pk)
        _renew(indicator, _reach(indicator, period))


@transaction.atomic
def protect_all(indicator: Indicator) -> None:
    """Renew the marks on all of the indicator's values: it is counted otherwise."""
    if not counts_residents(indicator):
        return
    lock_values(indicator.pk)
    periods = _values_of(indicator).values_list("period_start", "period_end")
    reached: date | None = None
    for first, last in periods.order_by("period_start").distinct():
        if reached is None or first > reached:
            period = _reach(indicator, Period(first, last))
            _renew(indicator, period)
            reached = period.ends_on


def _values_of(indicator: Indicator) -> QuerySet[Any]:
    measurements = apps.get_model("rollout", "Measurement")._base_manager
    return measurements.filter(indicator=indicator)


def _within(indicator: Indicator, period: Period) -> QuerySet[Any]:
    return _values_of(indicator).filter(
        period_start__lte=period.ends_on, period_end__gte=period.starts_on
    )


def _reach(indicator: Indicator, period: Period) -> Period:
    """Return the days of all values that hang together with a period by overlaps.

    A quarter is part of its year, and by that hangs together with the other quarters.
    """
    while True:
        days = _within(indicator, period).aggregate(
            first=Min("period_start"), last=Max("period_end")
        )
        wider = Period(
            min(period.starts_on, days["first"] or period.starts_on),
            max(period.ends_on, days["last"] or period.ends_on),
        )
        if wider == period:
            return period
        period = wider


def _renew(indicator: Indicator, period: Period) -> None:
    """Renew the marks on the values within a period, beyond which nothing reaches."""
    values: dict[Cell, Decimal] = {}
    marked: set[int] = set()
    rows = _within(indicator, period).values_list(
        *("pk", "place", "band", "period_start", "period_end", "value", "is_withheld")
    )
    for pk, place, band, first, last, value, is_withheld in rows:
        values[Cell(pk, place, band, Period(first, last))] = value
        if is_withheld:
            marked.add(pk)
    is_any_small = any(value < SMALLEST_SHOWN for value in values.values())
    sums = list(_sums(indicator, list(values))) if is_any_small else []
    hidden = {one.pk for one in withheld(values, sums, smallest=SMALLEST_SHOWN)}
    measurements = _values_of(indicator)
    if hidden - marked:
        measurements.filter(pk__in=hidden - marked).update(is_withheld=True)
    if marked - hidden:
        measurements.filter(pk__in=marked - hidden).update(is_withheld=False)


@transaction.atomic
def protect_programme(programme: Programme) -> None:
    """Renew the marks on all of a programme's values: its places add up otherwise."""
    indicators = Indicator.objects.filter(objective__focus_area__programme=programme)
    measured = indicators.filter(measurements__isnull=False).distinct()
    for indicator in measured.select_related("objective__focus_area__programme"):
        protect_all(indicator)


def _sums(indicator: Indicator, cells: list[Cell]) -> Iterator[Sum[Cell]]:
    """Yield what adds up: bands and groups, places in places, periods in periods."""
    yield from _over_bands(indicator, cells)
    yield from _over_places(indicator, cells)
    if not indicator.is_cumulative:
        yield from _over_periods(cells)


def _over_bands(indicator: Indicator, cells: list[Cell]) -> Iterator[Sum[Cell]]:
    by_key = {(one.place, one.period, one.band): one for one in cells}
    for one in cells:
        if one.band:
            continue
        for names in (indicator.age_bands, indicator.groups):
            keys = [(one.place, one.period, name) for name in names]
            if keys and all(key in by_key for key in keys):
                yield Sum(one, tuple(by_key[key] for key in keys))


def _over_places(indicator: Indicator, cells: list[Cell]) -> Iterator[Sum[Cell]]:
    programme = indicator.programme
    parents = dict(
        Place.objects.filter(programme=programme).values_list("pk", "parent")
    )
    by_key = {(one.place, one.period, one.band): one for one in cells}
    parts: dict[Cell, list[Cell]] = {}
    for one in cells:
        for over in groups_over(one.place, parents):
            total = by_key.get((over, one.period, one.band))
            if total is not None:
                parts.setdefault(total, []).append(one)
                break
    for total, found in parts.items():
        yield Sum(total, tuple(found))


def _over_periods(cells: list[Cell]) -> Iterator[Sum[Cell]]:
    series: dict[tuple[int | None, str], list[Cell]] = defaultdict(list)
    for one in cells:
        series[one.place, one.band].append(one)
    for same in series.values():
        for total in same:
            inside = [
                one
                for one in same
                if one.period != total.period
                and total.period.starts_on <= one.period.starts_on
                and one.period.ends_on <= total.period.ends_on
            ]
            whole = _tiles(total.period, inside)
            if whole:
                yield Sum(total, tuple(whole))


def _tiles(period: Period, inside: Iterable[Cell]) -> list[Cell]:
    """Return the longest cells that follow one another through a period, or none."""
    found: list[Cell] = []
    day = period.starts_on
    for one in sorted(
        inside, key=lambda one: (one.period.starts_on, -one.period.ends_on.toordinal())
    ):
        if one.period.starts_on == day:
            found.append(one)
            day = one.period.next_day
    return found if found and day == period.next_day else []
