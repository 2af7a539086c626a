"""A table as a file for a spreadsheet: nothing in it can act as a formula there."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO, StringIO

from django.utils import timezone
from django.utils.formats import localize
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


@dataclass(frozen=True)
class Table:
    """A list as somebody sees it: a title, the columns' headings, and the rows."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Value]]


def harmless(value: str) -> str:
    """Return the text so that a spreadsheet that opens it as CSV runs nothing."""
    return f"'{value}" if value.startswith(_FORMULA) else value


def as_csv(table: Table) -> str:
    """Return the table as Danish spreadsheets read it: semicolons, decimal commas.

    Begins with a byte order mark, without which they take UTF-8 for something else.
    """
    out = StringIO(newline="")
    out.write("\ufeff")
    writer = csv.writer(out, delimiter=";")
    writer.writerow([harmless(name) for name in table.columns])
    writer.writerows([_as_text(value) for value in row] for row in table.rows)
    return out.getvalue()


def _as_text(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(localize(value))
    return harmless(str(value))


def as_xlsx(table: Table) -> bytes:
    """Return the table as a workbook with one sheet, its headings fixed."""
    out = BytesIO()
    with Workbook(out, {"in_memory": True}) as book:
        book.set_properties({"title": table.title})
        name = table.title.translate(_NO_SHEET_NAME)[:_SHEET_NAME_LENGTH].strip()
        sheet = book.add_worksheet(name or None)
        heading = book.add_format({"bold": True, "bottom": 1})
        # Spreadsheets put the month in the reader's own language.
        day = book.add_format({"num_format": "d. mmm yyyy", "align": "left"})
        moment = book.add_format({"num_format": "d. mmm yyyy hh:mm", "align": "left"})
        for column, text in enumerate(table.columns):
            sheet.write_string(0, column, text, heading)
            sheet.set_column(column, column, _width(table, column))
        for number, row in enumerate(table.rows, start=1):
            for column, value in enumerate(row):
                _write(sheet, number, column, value, day, moment)
        sheet.freeze_panes(1, 0)
        if table.columns:
            sheet.autofilter(0, 0, len(table.rows), len(table.columns) - 1)
    return out.getvalue()


def _write(
    sheet: Worksheet, row: int, column: int, value: Value, day: Format, moment: Format
) -> None:
    """Write by the value's own type, so that no text ever becomes a formula or link."""
    if isinstance(value, str):
        sheet.write_string(row, column, value)
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
