"""A list as a page draws it and as a file holds it, from the same rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from rollout.tables import Table, Value
from rollout.templatetags.dates import moment, short_day
from rollout.templatetags.numbers import number
from rollout.web.export import download
from rollout.web.sorting import Column, Listed, danish, list_by


@dataclass(frozen=True)
class Deed:
    """A button in a list: what it says, where it posts, and of which row it is."""

    label: str
    address: str
    #: Read aloud after the label, which is the same in every row.
    about: str


@dataclass(frozen=True)
class Cell:
    """What stands in one place of a list."""

    value: Value
    #: Where it leads.
    url: str = ""
    #: How it reads, where that differs from how its value does.
    text: str = ""
    #: What stands beneath it in small.
    note: str = ""
    is_late: bool = False
    is_example: bool = False
    deed: Deed | None = None

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
    def is_day(self) -> bool:
        """Whether it is a day or a moment, which is not broken over lines."""
        return isinstance(self.value, date)

    @property
    def words(self) -> str:
        """How it reads on the page, and is filtered by; empty where it is."""
        if self.text:
            return self.text
        if self.value is None:
            return ""
        if isinstance(self.value, datetime):
            return moment(self.value)
        if isinstance(self.value, date):
            return short_day(self.value)
        if isinstance(self.value, Decimal):
            return number(self.value)
        return str(self.value)


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
        Column(str(place + 1), label, partial(_order, place), partial(_words, place))
        for place, label in enumerate(sheet.columns)
    ]
    listed = list_by(sheet.rows, columns, data)
    return ListedSheet(replace(sheet, rows=listed.rows), listed)


def list_or_file(
    request: HttpRequest, sheet: Sheet, draw: Callable[[ListedSheet], HttpResponse]
) -> HttpResponse:
    """Draw the page with the list as its address wants it, or hand out its file."""
    shown = listed_sheet(sheet, request.GET)
    if "format" in request.GET:
        return download(shown.sheet.table(), request.GET["format"])
    return draw(shown)


def show_list(
    request: HttpRequest, sheet: Sheet, context: dict[str, Any]
) -> HttpResponse:
    """Show a page that is only a list, or hand out its file."""

    def draw(shown: ListedSheet) -> HttpResponse:
        told = {"title": sheet.title, "list": shown} | context
        return render(request, "rollout/list.html", told)

    return list_or_file(request, sheet, draw)


def _order(column: int, row: list[Cell]) -> Any:
    return row[column].order


def _words(column: int, row: list[Cell]) -> str:
    cell = row[column]
    return f"{cell.words}\n{cell.note}"
