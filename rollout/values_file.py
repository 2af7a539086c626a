"""Reads a file of values: which column holds what, and every cell that is wrong.

CSV with commas or semicolons and XLSX; what :mod:`rollout.tables` writes is read back
as it was.
"""

from __future__ import annotations

import csv
import hashlib
import zlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO, StringIO
from lzma import LZMAError
from typing import Any, NamedTuple
from zipfile import BadZipFile, ZipFile

from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from rollout.cpr import refuse_cpr
from rollout.numbers import read_number, written

#: More is most likely not a file of values.
MOST_BYTES, MOST_ROWS, MOST_UNPACKED = 2_000_000, 5_000, 50_000_000
#: Files inside a workbook; one with a single sheet has about ten.
MOST_PACKED = 1_000
#: What a spreadsheet may have put before a text, so that it is no formula.
_GUARD = "'"


class Unreadable(ValueError):
    """The file as a whole cannot be read; the message says why."""


@dataclass(frozen=True)
class Column:
    """What can be read from a file."""

    key: str
    label: Any
    is_required: bool = False


def columns() -> tuple[Column, ...]:
    """Return what can be read, headed in the active language."""
    return (
        Column("indicator", _("Indicator"), is_required=True),
        Column("place", _("Place")),
        Column("band", _("Age band or group")),
        Column("period_start", _("First day"), is_required=True),
        Column("period_end", _("Last day"), is_required=True),
        Column("value", _("Value"), is_required=True),
        Column("comment", _("Note")),
    )


class RawLine(NamedTuple):
    """The texts of a line, and which of the file's lines a spreadsheet calls it."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class RawTable:
    """A file's first line that is not empty, and those after it."""

    headings: tuple[str, ...]
    rows: tuple[RawLine, ...]

    @property
    def fingerprint(self) -> str:
        """Another value for other headings."""
        return hashlib.sha256("\x1f".join(self.headings).encode()).hexdigest()


def read_table(data: bytes, name: str) -> RawTable:
    """Return what a file holds. Raises Unreadable."""
    if len(data) > MOST_BYTES:
        raise Unreadable(_("The file is larger than 2 MB."))
    rows = _xlsx(data) if name.lower().endswith(".xlsx") else _csv(data)
    found = [
        RawLine(number, tuple(row))
        for number, row in enumerate(rows, start=1)
        if any(row)
    ]
    if not found:
        raise Unreadable(_("The file is empty."))
    if len(found) > MOST_ROWS + 1:
        raise Unreadable(_("The file has more than 5,000 lines."))
    first, *rest = found
    width = len(first.cells)
    body = (RawLine(number, (*cells, *[""] * width)[:width]) for number, cells in rest)
    return RawTable(first.cells, tuple(body))


def _csv(data: bytes) -> list[list[str]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        # What older spreadsheets in Denmark write.
        text = data.decode("cp1252", errors="replace")
    if "\0" in text:
        # A spreadsheet's "Unicode text", or no text at all; nothing stores such signs.
        raise Unreadable(_("The file is no table that can be read."))
    first = text.lstrip().partition("\n")[0]
    delimiter = ";" if first.count(";") >= first.count(",") else ","
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter)
    try:
        return [[_unguarded(cell) for cell in row] for row in reader]
    except csv.Error as error:
        raise Unreadable(_("The file is no table that can be read.")) from error


def _unguarded(cell: str) -> str:
    is_guarded = cell.startswith(_GUARD) and cell[1:2] in {"=", "+", "-", "@"}
    return (cell[1:] if is_guarded else cell).strip()


def _xlsx(data: bytes) -> list[list[str]]:
    from openpyxl import load_workbook  # noqa: PLC0415 - heavy, and seldom needed

    try:
        _refuse_unpacking(data)
        book = load_workbook(BytesIO(data), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        rows = sheet.iter_rows(max_row=MOST_ROWS + 2, values_only=True)
        return [[_text(cell) for cell in row] for row in rows]
    except Unreadable:
        raise
    except _BROKEN as error:
        raise Unreadable(_("The file is no table that can be read.")) from error


def _refuse_unpacking(data: bytes) -> None:
    """Raise Unreadable for what is too much when unpacked, before it is."""
    with ZipFile(BytesIO(data)) as packed:
        inside = packed.infolist()
    # No more than what is told here is unpacked, even of a file that lies.
    size = sum(one.file_size for one in inside)
    if size > MOST_UNPACKED or len(inside) > MOST_PACKED:
        raise Unreadable(_("The file is larger than 2 MB."))


#: What openpyxl and unpacking raise of a file that is broken, locked with a password
#: (RuntimeError) or was made to hurt, as by entities.
_BROKEN = (
    *(BadZipFile, EOFError, LZMAError, RuntimeError, zlib.error),
    *(LookupError, OSError, SyntaxError, TypeError, ValueError),
)


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float):
        return written(Decimal(repr(cell)))
    return str(cell).strip()


def suggested(table: RawTable, remembered: Mapping[str, str] | None) -> dict[str, int]:
    """Return which column most likely holds what, by number.

    What was chosen last time for the same headings comes first.
    """
    by_name = {name.casefold(): n for n, name in enumerate(table.headings)}
    found = {}
    for column in columns():
        chosen = (remembered or {}).get(column.key, "")
        for name in (chosen, str(column.label), column.key):
            if name.casefold() in by_name:
                found[column.key] = by_name[name.casefold()]
                break
    return found


@dataclass(frozen=True)
class CellError:
    """What is wrong with one cell, such as C5."""

    cell: str
    text: str


@dataclass
class Line:
    """One line of the file, as far as it could be understood."""

    number: int
    values: dict[str, Any] = field(default_factory=dict)
    errors: list[CellError] = field(default_factory=list)


#: What can be meant by a text, by the column in which it stands.
_Known = Mapping[str, Mapping[str, list[Any]]]


def understood(
    table: RawTable,
    mapping: Mapping[str, int],
    *,
    indicators: Iterable[Any],
    places: Iterable[Any],
) -> list[Line]:
    """Return the lines with their values, or with what is wrong with which cell.

    Indicators and places are found by code, or by a name that only one of them has.
    """
    known = {"indicator": _by_name(indicators), "place": _by_name(places)}
    return [_line(one, mapping, known) for one in table.rows]


def _by_name(rows: Iterable[Any]) -> dict[str, list[Any]]:
    """Return what can be meant by a text; where it is a code, no name counts."""
    by_name: dict[str, list[Any]] = defaultdict(list)
    by_code: dict[str, list[Any]] = defaultdict(list)
    for one in rows:
        by_name[one.name.casefold()].append(one)
        by_code[one.code.casefold()].append(one)
    return by_name | by_code


def _line(raw: RawLine, mapping: Mapping[str, int], known: _Known) -> Line:
    line = Line(raw.number)
    for column in columns():
        place = mapping.get(column.key)
        text = "" if place is None else raw.cells[place]
        try:
            line.values[column.key] = _read(column, text, known)
        except ValidationError as error:
            cell = _cell(place, line.number)
            line.errors.append(CellError(cell, " ".join(error.messages)))
    _check(line, mapping)
    return line


def _read(column: Column, text: str, known: _Known) -> Any:
    key = column.key
    if not text and column.is_required:
        raise ValidationError(_("Here must stand something."))
    if key in known:
        return _meant(text, known[key]) if text else None
    if key in {"period_start", "period_end"}:
        return _day(text)
    if key == "value":
        return read_number(text)
    refuse_cpr(text)
    return text


def _meant(text: str, known: Mapping[str, list[Any]]) -> Any:
    """Return the only one that is called so. Raises ValidationError."""
    found = known.get(text.casefold(), [])
    if len(found) == 1:
        return found[0]
    said = {"text": text[:60], "codes": ", ".join(one.code for one in found)}
    if found:
        raise ValidationError(
            _(
                "Several are called “%(text)s”. Write the code of the one that is"
                " meant: %(codes)s."
            )
            % said
        )
    raise ValidationError(_("“%(text)s” is not known.") % said)


def _day(text: str) -> date:
    for form in ("%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y", "%d/%m/%Y"):
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 (a day)
        except ValueError:
            continue
    raise ValidationError(_("Write a date, such as 2026-06-30."))


def _check(line: Line, mapping: Mapping[str, int]) -> None:
    """Look at what cells say together."""
    values = line.values
    first, last = values.get("period_start"), values.get("period_end")
    if first and last and last < first:
        cell = _cell(mapping.get("period_end"), line.number)
        line.errors.append(CellError(cell, _("The period ends before it begins.")))
    indicator, band = values.get("indicator"), values.get("band")
    if indicator is not None and band and band not in indicator.bands:
        cell = _cell(mapping.get("band"), line.number)
        text = _("“%(text)s” is not known.") % {"text": band[:60]}
        line.errors.append(CellError(cell, text))


def _cell(column: int | None, line: int) -> str:
    """Return what a spreadsheet calls a cell; "?" for a column that is not there."""
    from openpyxl.utils import get_column_letter  # noqa: PLC0415 - heavy, and seldom needed

    letters = "?" if column is None else get_column_letter(column + 1)
    return f"{letters}{line}"


def headings() -> list[str]:
    """Return the first line of a file that is understood without being told how."""
    return [capfirst(str(column.label)) for column in columns()]
