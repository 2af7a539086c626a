"""Lists as files: CSV, XLSX and NDJSON, all pages in one, sent while they are read."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from itertools import islice
from tempfile import TemporaryFile
from typing import Any

from django.http import HttpResponseBase, StreamingHttpResponse
from django.utils import translation
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.utils.encoders import JSONEncoder

from rollout.api.serializers.references import Named
from rollout.replica import chosen, reading_from
from rollout.tables import COMMA, SEMICOLON, Dialect, Value, csv_lines, write_xlsx

#: Rows in a file; who asks for more is told to narrow it.
MAX_ROWS = 100_000
#: Rows read from the database at a time.
_CHUNK = 500
#: Bytes of a workbook sent at a time.
_PIECE = 65_536
#: Width of each column of a workbook, in characters.
_WIDTH = 20
DIALECTS = {"semicolon": SEMICOLON, "comma": COMMA}


class FileRenderer(BaseRenderer):
    """Offers a format to content negotiation; the answer itself is streamed."""


class CsvRenderer(FileRenderer):
    """A table as text."""

    media_type = "text/csv"
    format = "csv"


class XlsxRenderer(FileRenderer):
    """A workbook."""

    media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    format = "xlsx"


class NdjsonRenderer(FileRenderer):
    """One JSON object on each line."""

    media_type = "application/x-ndjson"
    format = "ndjson"


FILES: tuple[type[FileRenderer], ...] = (CsvRenderer, XlsxRenderer, NdjsonRenderer)


@dataclass(frozen=True)
class Column:
    """One column of the table: its heading, and how its cell is found in a row."""

    name: str
    cell: Callable[[Any], Value]


def columns_of(serializer: Any, prefix: str = "") -> Iterator[Column]:
    """Yield the columns of a representation: what is nested gets a name with points."""
    for name, field in serializer.fields.items():
        for column in _columns(field, f"{prefix}{name}"):
            yield Column(column.name, _inside(name, column.cell))


def _columns(field: Any, name: str) -> Iterator[Column]:
    if isinstance(field, serializers.ListSerializer):
        many = _codes if isinstance(field.child, Named) else _as_json
        yield Column(name, many)
    elif isinstance(field, serializers.BaseSerializer):
        yield from columns_of(field, f"{name}.")
    else:
        yield Column(name, _cell_of(field))


def _inside(name: str, cell: Callable[[Any], Value]) -> Callable[[Any], Value]:
    return lambda row: None if row is None else cell(row[name])


def _cell_of(field: Any) -> Callable[[Any], Value]:
    """Return how a field's value becomes a cell of its own type."""
    kinds: dict[type[Any], Callable[[str], Value]] = {
        serializers.DateTimeField: datetime.fromisoformat,
        serializers.DateField: date.fromisoformat,
        serializers.DecimalField: Decimal,
    }
    read = next((kinds[kind] for kind in kinds if isinstance(field, kind)), None)
    if getattr(field, "is_number", False):
        read = Decimal
    if read is None:
        return _plain
    return lambda value: None if value is None else read(value)


def _plain(value: Any) -> Value:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | dict):
        return _as_json(value)
    return value  # type: ignore[no-any-return]


def _codes(values: list[dict[str, Any]]) -> str:
    return ", ".join(str(value["code"]) for value in values)


def _as_json(value: Any) -> str:
    return json.dumps(value, cls=JSONEncoder, ensure_ascii=False)


def file_of(
    rows: Any, serializer: Any, request: Request, *, title: str
) -> HttpResponseBase:
    """Answer with all rows as a file of the negotiated format.

    ``serializer`` represents one row. Raises ValidationError for more rows than a
    file may hold.
    """
    if rows.count() > MAX_ROWS:
        raise ValidationError(
            {"format": [_("There are more than 100,000 rows. Narrow the list.")]},
            code="too_many_rows",
        )
    shown = (
        serializer.to_representation(row) for row in rows.iterator(chunk_size=_CHUNK)
    )
    renderer = request.accepted_renderer
    answer = _WRITERS[type(renderer)](shown, serializer, request, title)
    answer["Content-Disposition"] = content_disposition_header(
        as_attachment=True, filename=f"{title}.{renderer.format}"
    )
    return answer


def _cells(shown: Iterable[Any], columns: list[Column]) -> Iterator[list[Value]]:
    for row in shown:
        yield [column.cell(row) for column in columns]


def _csv(
    shown: Iterable[Any], serializer: Any, request: Request, title: str
) -> HttpResponseBase:
    columns = list(columns_of(serializer))
    lines = csv_lines(
        [column.name for column in columns], _cells(shown, columns), _dialect(request)
    )
    return _streamed(lines, "text/csv; charset=utf-8")


def _streamed(lines: Iterator[str], content_type: str) -> HttpResponseBase:
    return StreamingHttpResponse(
        _as_asked(lines, translation.get_language(), chosen()),
        content_type=content_type,
    )


def _as_asked(lines: Iterator[str], language: str, source: str) -> Iterator[str]:
    """Yield the lines in the caller's language, read from where the view read.

    A file is sent when the view, and what the thread knew of the request, has ended.
    """
    while True:
        with translation.override(language), reading_from(source):
            chunk = list(islice(lines, _CHUNK))
        if not chunk:
            return
        yield "".join(chunk)


def _dialect(request: Request) -> Dialect:
    return DIALECTS[request.query_params.get("delimiter", "semicolon")]


def _xlsx(
    shown: Iterable[Any], serializer: Any, request: Request, title: str
) -> HttpResponseBase:
    columns = list(columns_of(serializer))
    language, source = translation.get_language(), chosen()

    def chunks() -> Iterator[bytes]:
        with TemporaryFile() as file:
            with translation.override(language), reading_from(source):
                write_xlsx(
                    file,
                    title,
                    [column.name for column in columns],
                    _cells(shown, columns),
                    [_WIDTH] * len(columns),
                )
            file.seek(0)
            yield from iter(partial(file.read, _PIECE), b"")

    return StreamingHttpResponse(chunks(), content_type=XlsxRenderer.media_type)


def _ndjson(
    shown: Iterable[Any], serializer: Any, request: Request, title: str
) -> HttpResponseBase:
    lines = (f"{_as_json(row)}\n" for row in shown)
    return _streamed(lines, NdjsonRenderer.media_type)


_WRITERS: dict[
    type[Any], Callable[[Iterable[Any], Any, Request, str], HttpResponseBase]
] = {CsvRenderer: _csv, XlsxRenderer: _xlsx, NdjsonRenderer: _ndjson}


def check_delimiter(request: Request) -> None:
    """Raise ValidationError for a delimiter that there is not."""
    if request.query_params.get("delimiter", "comma") not in DIALECTS:
        raise ValidationError(
            {"delimiter": [_("Give “comma” or “semicolon”.")]}, code="invalid"
        )
