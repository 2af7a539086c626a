"""A table as a file for a spreadsheet: nothing in it can act as a formula there."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO, StringIO
from typing import IO, TYPE_CHECKING

from django.utils import timezone
from django.utils.formats import localize

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

#: What a cell may hold. Times are shown in local time, without their zone.
Value = str | int | Decimal | date | datetime | None

#: What a spreadsheet takes for the beginning of a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
#: Spreadsheets refuse more in the name of a sheet, and these signs.
_SHEET_NAME_LENGTH = 31
_NO_SHEET_NAME = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
#: Widths of columns, in characters.
_NARROWEST, _WIDEST = 8, 60
#: A cell holds no more; the rest is cut off.
_LONGEST_CELL = 32_767


@dataclass(frozen=True)
class Table:
    """A list as somebody sees it: a title, the columns' headings, and the rows."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Value]]


def harmless(value: str) -> str:
    """Return the text so that a spreadsheet that opens it as CSV runs nothing."""
    return f"'{value}" if value.startswith(_FORMULA) else value


@dataclass(frozen=True)
class Dialect:
    """How a CSV file writes what readers disagree about."""

    delimiter: str
    #: Whether decimals are written as in the active language, or with a point.
    is_localized: bool
    #: Whether it begins with the mark without which spreadsheets misread UTF-8.
    has_mark: bool


#: As Danish spreadsheets read it: semicolons, decimal commas.
SEMICOLON = Dialect(";", is_localized=True, has_mark=True)
#: As programs read it: commas, decimal points.
COMMA = Dialect(",", is_localized=False, has_mark=False)


def as_csv(table: Table) -> str:
    """Return the table as Danish spreadsheets read it."""
    return "".join(csv_lines(table.columns, table.rows, SEMICOLON))


def csv_lines(
    columns: Sequence[str], rows: Iterable[Sequence[Value]], dialect: Dialect
) -> Iterator[str]:
    """Yield a CSV file line by line, so that it can be sent while it is read."""
    out = StringIO(newline="")
    writer = csv.writer(out, delimiter=dialect.delimiter)

    def line(values: Iterable[str]) -> str:
        out.seek(0)
        out.truncate()
        writer.writerow(values)
        return out.getvalue()

    mark = "\ufeff" if dialect.has_mark else ""
    yield mark + line(harmless(name) for name in columns)
    for row in rows:
        yield line(_as_text(value, dialect) for value in row)


def _as_text(value: Value, dialect: Dialect) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(localize(value)) if dialect.is_localized else str(value)
    return harmless(str(value))


def as_xlsx(table: Table) -> bytes:
    """Return the table as a workbook with one sheet, its headings fixed."""
    out = BytesIO()
    widths = [_width(table, column) for column in range(len(table.columns))]
    write_xlsx(out, table.title, table.columns, table.rows, widths)
    return out.getvalue()


def write_xlsx(
    out: IO[bytes],
    title: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[Value]],
    widths: Sequence[int],
) -> None:
    """Write such a workbook to a file, row by row and in constant memory."""
    with _workbook(out) as book:
        book.set_properties({"title": title})
        _write_sheet(book, _sheet_name(title), columns, rows, widths)


def as_workbook(title: str, tables: Sequence[Table]) -> bytes:
    """Return a workbook with a sheet for each table, named by number and title."""
    out = BytesIO()
    with _workbook(out) as book:
        book.set_properties({"title": title})
        for number, table in enumerate(tables, start=1):
            widths = [_width(table, column) for column in range(len(table.columns))]
            name = _sheet_name(f"{number} {table.title}")
            _write_sheet(book, name, table.columns, table.rows, widths)
    return out.getvalue()


def _workbook(out: IO[bytes]) -> Workbook:
    from xlsxwriter import Workbook  # noqa: PLC0415 - heavy, and seldom needed

    return Workbook(out, {"constant_memory": True})


def _sheet_name(title: str) -> str | None:
    name = title.translate(_NO_SHEET_NAME)[:_SHEET_NAME_LENGTH].strip()
    return name or None


def _write_sheet(
    book: Workbook,
    name: str | None,
    columns: Sequence[str],
    rows: Iterable[Sequence[Value]],
    widths: Sequence[int],
) -> None:
    sheet = book.add_worksheet(name)
    heading = book.add_format({"bold": True, "bottom": 1})
    # Spreadsheets put the month in the reader's own language.
    day = book.add_format({"num_format": "d. mmm yyyy", "align": "left"})
    moment = book.add_format({"num_format": "d. mmm yyyy hh:mm", "align": "left"})
    for column, text in enumerate(columns):
        sheet.set_column(column, column, widths[column])
        sheet.write_string(0, column, text, heading)
    number = 0
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            _write(sheet, number, column, value, day, moment)
    sheet.freeze_panes(1, 0)
    if columns:
        sheet.autofilter(0, 0, number, len(columns) - 1)


def _write(
    sheet: Worksheet, row: int, column: int, value: Value, day: Format, moment: Format
) -> None:
    """Write by the value's own type, so that no text ever becomes a formula or link."""
    if isinstance(value, str):
        sheet.write_string(row, column, value[:_LONGEST_CELL])
    elif isinstance(value, datetime):
        local = timezone.localtime(value).replace(tzinfo=None)
        sheet.write_datetime(row, column, local, moment)
    elif isinstance(value, date):
        sheet.write_datetime(row, column, value, day)
    elif value is not None:
        sheet.write_number(row, column, value)


def _width(table: Table, column: int) -> int:
    texts = [table.columns[column], *(str(row[column] or "") for row in table.rows)]
    return min(max(max(map(len, texts)) + 2, _NARROWEST), _WIDEST)
