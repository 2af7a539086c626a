"""A list as a page draws it and as a file holds it, from the same rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from rollout.tables import Table, Value


@dataclass(frozen=True)
class Cell:
    """What stands in one place of a list."""

    value: Value
    #: Where it leads.
    url: str = ""
    #: What stands beneath it in small.
    note: str = ""
    is_late: bool = False
    is_example: bool = False

    @property
    def is_day(self) -> bool:
        """Whether it is a day."""
        return isinstance(self.value, date)

    @property
    def is_number(self) -> bool:
        """Whether it is a number that may have decimals."""
        return isinstance(self.value, Decimal)


@dataclass(frozen=True)
class Sheet:
    """A titled list."""

    title: str
    columns: Sequence[str]
    rows: list[list[Cell]] = field(default_factory=list)

    def add(self, *cells: Cell | Value) -> None:
        """Add a row; what is no cell yet becomes one."""
        row = [one if isinstance(one, Cell) else Cell(one) for one in cells]
        self.rows.append(row)

    @property
    def lines(self) -> list[list[tuple[str, Cell]]]:
        """Each row's cells with the headings of their columns."""
        return [list(zip(self.columns, row, strict=True)) for row in self.rows]

    def table(self) -> Table:
        """Return what is downloaded."""
        rows = [[cell.value for cell in row] for row in self.rows]
        return Table(self.title, self.columns, rows)
