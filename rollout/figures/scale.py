"""Where a day and a value lie in the drawing of an indicator."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from math import floor, log10

from rollout.figures.series import IndicatorFigures, Series
from rollout.masking import SMALLEST_SHOWN, counts_residents
from rollout.templatetags.numbers import number

#: The drawing's size, and the space around the field in which the lines are drawn.
WIDTH, HEIGHT = 560, 220
LEFT, RIGHT, TOP, BOTTOM = 52, 138, 16, 34
#: What a sign of the axis takes, and how far its numbers stand from the field.
_SIGN, APART = 7, 8
#: What is drawn around a single day.
_AROUND = timedelta(days=180)


@dataclass(frozen=True)
class Scale:
    """Turns days and values into places in the drawing."""

    first: date
    last: date
    low: float
    high: float

    @cached_property
    def ticks(self) -> list[tuple[float, str]]:
        """The values at which the axis has a line, each as it is written there."""
        return [(value, number(Decimal(str(value)))) for value in _ticks_of(self)]

    @cached_property
    def left(self) -> int:
        """Where the field begins, so that the longest number finds room before it."""
        longest = max(len(told) for _value, told in self.ticks)
        return max(LEFT, longest * _SIGN + APART)

    def x(self, day: date) -> float:
        """Return how far to the right a day lies."""
        span = max((self.last - self.first).days, 1)
        room = WIDTH - self.left - RIGHT
        return round(self.left + room * (day - self.first).days / span, 1)

    def y(self, value: Decimal | float) -> float:
        """Return how far down a value lies."""
        room = HEIGHT - TOP - BOTTOM
        part = (float(value) - self.low) / (self.high - self.low)
        return round(HEIGHT - BOTTOM - room * part, 1)


def scale_of(figures: IndicatorFigures, series: Sequence[Series]) -> Scale:
    """Return the scale on which all values, limits and targets of ``series`` lie."""
    indicator = figures.indicator
    values = [float(p.value) for s in series for p in s.points if p.value is not None]
    values += [
        float(line)
        for line in (indicator.threshold, figures.baseline.value)
        if line is not None
    ]
    values += [float(target.value) for target in figures.targets]
    if any(point.mask for one in series for point in one.points):
        values += [0, SMALLEST_SHOWN]
    days = [point.period_end for one in series for point in one.points]
    low, high = min(values, default=0), max(values, default=1)
    # Counts and shares begin at nothing, so that a small fall does not look large.
    if low >= 0 and (indicator.is_share or counts_residents(indicator)):
        low = 0
    elif low == high:
        low, high = low - 1, high + 1
    step = _step(low, high)
    low = floor(low / step) * step
    high = low + step * (floor((high - low) / step) + 1)
    first, last = min(days), max(days)
    if first == last:
        first, last = first - _AROUND, last + _AROUND
    return Scale(first, last, low, high)


def _ticks_of(scale: Scale) -> Iterator[float]:
    step = _step(scale.low, scale.high)
    value = scale.low
    while value <= scale.high + step / 1000:
        yield round(value, 6)
        value += step


def _step(low: float, high: float) -> float:
    """Return the round distance between lines of the axis, four of them or so."""
    rough = max((high - low) / 4, 0.01)
    power: float = 10.0 ** floor(log10(rough))
    return next(power * size for size in (1, 2, 5, 10) if power * size >= rough)
