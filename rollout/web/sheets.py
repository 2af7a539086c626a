"""A list as a page draws it and as a file holds it, from the same rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Any

from django.http import QueryDict

from rollout.tables import Table, Value
from rollout.web.sorting import Column, Listed, danish, list_by


@dataclass(frozen=True)
class Cell:
    """What stands in one place of a list."""

    value: Value
    #: Where it leads.
    url: str = ""
    #: How it reads, where that differs from what it sorts by.
    text: str = ""
    #: What stands beneath it in small.
    note: str = ""
    is_late: bool = False
    is_example: bool = False

    @property
    def order(self) -> Any:
        """What it sorts by: numbers, then days, then texts; None where it is empty."""
        if self.value is None or self.value == "":
            return None
        if isinstance(self.value, str):
            return (2, danish(self.value))
        if isinstance(self.value, date):
            return (1, self.value.isoformat())
        return (0, self.value)

    @property
    def is_moment(self) -> bool:
        """Whether it is a time of a day."""
        return isinstance(self.value, datetime)

    @property
    def is_day(self) -> bool:
        """Whether it is a day."""
        return isinstance(self.value, date) and not self.is_moment

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
        rows = [[cell.text or cell.value for cell in row] for row in self.rows]
        return Table(self.title, self.columns, rows)


@dataclass(frozen=True)
class ListedSheet:
    """A list as its address wants it: include ``parts/list.html``."""

    #: Everything that fits the filter.
    sheet: Sheet
    listed: Listed[list[Cell]]

    @property
    def lines(self) -> list[list[tuple[str, Cell]]]:
        """The rows of the page that is shown."""
        return replace(self.sheet, rows=list(self.listed.shown)).lines


def listed_sheet(sheet: Sheet, data: QueryDict) -> ListedSheet:
    """Filter, sort and page a list; its columns sort by their numbers."""
    columns: list[Column[list[Cell]]] = [
        Column(str(number), label, partial(_order, number - 1))
        for number, label in enumerate(sheet.columns, start=1)
    ]
    listed = list_by(sheet.rows, columns, data)
    return ListedSheet(replace(sheet, rows=listed.rows), listed)


def _order(column: int, row: list[Cell]) -> Any:
    return row[column].order
