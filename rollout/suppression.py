"""Which other numbers must be hidden so that no hidden one follows from those shown.

Pure arithmetic on cells and sums of cells; what the cells are is decided elsewhere.
A number is small below a limit, and readers know that. A cell that is hidden for
another's sake is marked as such, so readers know that it is not small.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import inf
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)

#: Bounds are tightened until nothing changes, at most so often.
_MOST_ROUNDS = 100


@dataclass(frozen=True)
class Sum(Generic[K]):
    """A cell that is what others add up to."""

    total: K
    parts: tuple[K, ...]

    @property
    def cells(self) -> tuple[K, ...]:
        """Every cell of it."""
        return (self.total, *self.parts)


def withheld(
    cells: Mapping[K, Decimal], sums: Collection[Sum[K]], *, smallest: int
) -> set[K]:
    """Return the cells to be hidden besides those below ``smallest``.

    Afterwards no small cell can be told from what is shown, neither by solving the
    sums nor from what is known of hidden cells. Totals are hidden last.
    """
    small = {key for key, value in cells.items() if value < smallest}
    others: set[K] = set()
    totals = {one.total for one in sums}
    while told := _told(cells, sums, small, others, smallest):
        visible = [
            key
            for one in sums
            if told.intersection(one.cells)
            for key in one.cells
            if key not in small and key not in others
        ] or [
            key
            for one in sums
            for key in one.cells
            if key not in small and key not in others
        ]
        if not visible:
            break
        others.add(min(visible, key=lambda key: (key in totals, cells[key])))
    return others


def _told(
    cells: Mapping[K, Decimal],
    sums: Collection[Sum[K]],
    small: set[K],
    others: set[K],
    smallest: int,
) -> set[K]:
    """Return the small cells that follow from what is shown."""
    hidden = small | others
    open_sums = [one for one in sums if hidden.intersection(one.cells)]
    solved = _solved(open_sums, hidden)
    cornered = _cornered(cells, open_sums, small, others, smallest)
    return small & (solved | cornered)


def _solved(sums: Sequence[Sum[K]], hidden: set[K]) -> set[K]:
    """Return the hidden cells that the sums determine, by elimination."""
    unknown = sorted(
        {key for one in sums for key in one.cells if key in hidden}, key=repr
    )
    column = {key: number for number, key in enumerate(unknown)}
    rows = []
    for one in sums:
        row = [Fraction(0)] * len(unknown)
        for key in one.parts:
            if key in column:
                row[column[key]] += 1
        if one.total in column:
            row[column[one.total]] -= 1
        rows.append(row)
    return {
        unknown[entries[0]]
        for row in _reduced(rows, len(unknown))
        if len(entries := [n for n, factor in enumerate(row) if factor]) == 1
    }


def _reduced(rows: list[list[Fraction]], width: int) -> list[list[Fraction]]:
    """Return the rows in reduced echelon form."""
    pivot = 0
    for column in range(width):
        found = next((n for n in range(pivot, len(rows)) if rows[n][column]), None)
        if found is None:
            continue
        rows[pivot], rows[found] = rows[found], rows[pivot]
        factor = rows[pivot][column]
        rows[pivot] = [one / factor for one in rows[pivot]]
        for number, row in enumerate(rows):
            if number != pivot and row[column]:
                times = row[column]
                rows[number] = [
                    a - times * b for a, b in zip(row, rows[pivot], strict=True)
                ]
        pivot += 1
    return rows[:pivot]


def _cornered(
    cells: Mapping[K, Decimal],
    sums: Sequence[Sum[K]],
    small: set[K],
    others: set[K],
    smallest: int,
) -> set[K]:
    """Return the hidden cells whose bounds leave them one value."""
    low: dict[K, float] = {}
    high: dict[K, float] = {}
    for key, value in cells.items():
        is_hidden = key in small or key in others
        low[key] = (smallest if key in others else 0) if is_hidden else float(value)
        high[key] = (
            (inf if key in others else smallest - 1) if is_hidden else float(value)
        )
    for _round in range(_MOST_ROUNDS):
        before = (dict(low), dict(high))
        for one in sums:
            _tighten(one, low, high)
        if before == (low, high):
            break
    return {key for key in small if low[key] == high[key]}


def _tighten(one: Sum[K], low: dict[K, float], high: dict[K, float]) -> None:
    """Let a sum narrow the bounds of its cells."""
    least = sum(low[key] for key in one.parts)
    most = sum(high[key] for key in one.parts)
    low[one.total] = max(low[one.total], least)
    high[one.total] = min(high[one.total], most)
    for key in one.parts:
        rest_least = sum(low[other] for other in one.parts if other != key)
        rest_most = sum(high[other] for other in one.parts if other != key)
        low[key] = max(low[key], low[one.total] - rest_most)
        high[key] = min(high[key], high[one.total] - rest_least)
