"""The year as a wheel: which way each day points, and a ring for each thing.

The year begins at the top and runs clockwise. What would cover something else moves to
a ring further in, so that every mark can be pointed at.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import cos, pi, sin

from django.utils.formats import date_format

from rollout.models import ClosingPeriod
from rollout.web.year_wheel.reading import Item, Year

#: The drawing's coordinates: a square of so many units, its middle, and its rings.
SIZE = 640
MIDDLE = SIZE / 2
#: Where the months' names stand, the rim, and how far apart the rings lie.
NAMES, RIM, APART = 296.0, 270.0, 34.0
#: The outermost ring and the number of rings; what finds no room shares the innermost.
OUTERMOST, RINGS = 244.0, 5
#: How much of a ring a mark needs, in units of length.
MARK = 30.0

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Spoke:
    """Where a month begins, and where its name stands."""

    name: str
    x1: float
    y1: float
    x2: float
    y2: float
    name_x: float
    name_y: float


@dataclass(frozen=True)
class Arc:
    """A stretch of days on a ring, as the path of a line."""

    path: str
    title: str = ""


@dataclass(frozen=True)
class Mark:
    """One numbered thing on the wheel."""

    number: int
    item: Item
    x: float
    y: float
    #: How long it takes, where that is more than some days.
    arc: str = ""


@dataclass(frozen=True)
class Wheel:
    """Turns days into places."""

    year: Year

    def turn(self, day: date) -> float:
        """Return how far round the year the day begins, from 0 to 1."""
        days = (self.year.last - self.year.first).days + 1
        return (day - self.year.first).days / days

    def at(self, turn: float, radius: float) -> tuple[float, float]:
        """Return the point at a turn and a distance from the middle."""
        angle = 2 * pi * turn - pi / 2
        return (
            round(MIDDLE + radius * cos(angle), 1),
            round(MIDDLE + radius * sin(angle), 1),
        )

    def arc(self, first: date, last: date, radius: float) -> str:
        """Return the path along a ring over these days, cut to the year."""
        start = self.turn(max(first, self.year.first))
        end = self.turn(min(last, self.year.last) + _DAY)
        # A whole turn would end where it begins and draw nothing.
        end = min(end, start + 0.9999)
        (x1, y1), (x2, y2) = self.at(start, radius), self.at(end, radius)
        is_long = int(end - start > 1 / 2)
        return f"M{x1} {y1}A{radius} {radius} 0 {is_long} 1 {x2} {y2}"

    def spokes(self) -> list[Spoke]:
        """Return the months, from the one in which the year begins."""
        firsts = [self.year.first, *month_begins(self.year)]
        ends = [*firsts[1:], self.year.last + _DAY]
        spokes = []
        for first, end in zip(firsts, ends, strict=True):
            turn = self.turn(first)
            middle = (turn + self.turn(end)) / 2
            spokes.append(
                Spoke(
                    date_format(first, "M"),
                    *self.at(turn, OUTERMOST - RINGS * APART),
                    *self.at(turn, RIM),
                    *self.at(middle, NAMES),
                )
            )
        return spokes

    def quiet(self, periods: Iterable[ClosingPeriod]) -> list[Arc]:
        """Return closing days and quiet periods as arcs of the rim."""
        return [
            Arc(self.arc(one.starts_on, one.ends_on, RIM), one.name) for one in periods
        ]

    def marks(self, items: Sequence[Item]) -> list[Mark]:
        """Return the items as numbered marks, each on a ring with room for it."""
        rings = [Ring(OUTERMOST - number * APART) for number in range(RINGS)]
        marks = []
        for number, item in enumerate(items, start=1):
            start = self.turn(max(item.first, self.year.first))
            end = self.turn(min(item.last, self.year.last) + _DAY)
            free = [ring for ring in rings if ring.has_room_at(start)]
            ring = free[0] if free else min(rings, key=lambda one: one.end)
            ring.take(start, end)
            is_long = end - start > ring.half
            marks.append(
                Mark(
                    number,
                    item,
                    *self.at(start, ring.radius),
                    arc=self.arc(item.first, item.last, ring.radius) if is_long else "",
                )
            )
        return marks


@dataclass
class Ring:
    """One of the rings, and what is taken of it so far, in turns."""

    radius: float
    begin: float = 1.0
    end: float = -1.0

    @property
    def half(self) -> float:
        """Half the length of a mark, as a part of a turn."""
        return MARK / 2 / (2 * pi * self.radius)

    def has_room_at(self, turn: float) -> bool:
        """Say whether a mark there would touch neither the one before nor the first."""
        return self.end <= turn - self.half and turn + self.half <= 1 + self.begin

    def take(self, start: float, end: float) -> None:
        """Put a mark where something starts, as long as it lasts."""
        self.begin = min(self.begin, start - self.half)
        self.end = max(end, start + self.half)


def month_begins(year: Year) -> list[date]:
    """Return the first days of the year's later months."""
    day, found = year.first, []
    while (day := (day.replace(day=1) + 32 * _DAY).replace(day=1)) <= year.last:
        found.append(day)
    return found
