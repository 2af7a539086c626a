"""Every list as a file: what the page shows, under `?format=csv` or `?format=xlsx`."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.text import slugify

from rollout.tables import Table, as_csv, as_xlsx

_FORMATS: dict[str, tuple[str, Callable[[Table], str | bytes]]] = {
    "csv": ("text/csv; charset=utf-8", as_csv),
    "xlsx": (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        as_xlsx,
    ),
}


def download(table: Table, form: str) -> HttpResponse:
    """Answer with the table as a file. Raises Http404 for an unknown format.

    A page offers it with ``{% include "parts/export.html" %}``; its view returns
    ``download(…, request.GET["format"])`` with the rows that it would have shown.
    """
    if form not in _FORMATS:
        raise Http404
    content_type, write = _FORMATS[form]
    response = HttpResponse(write(table), content_type=content_type)
    name = f"{slugify(table.title, allow_unicode=True)}.{form}"
    response["Content-Disposition"] = content_disposition_header(
        as_attachment=True, filename=name
    )
    return response
