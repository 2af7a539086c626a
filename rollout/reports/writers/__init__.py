"""Four ways to write a report. None reads anything but the document itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from rollout.reports.content import Document
from rollout.reports.writers.html import as_html
from rollout.reports.writers.pdf import as_pdf
from rollout.reports.writers.xlsx import as_xlsx


def as_docx(document: Document, made_at: datetime) -> bytes:
    """Return the Word document."""
    from rollout.reports.writers import docx  # noqa: PLC0415 - heavy, and seldom needed

    return docx.as_docx(document, made_at)


@dataclass(frozen=True)
class Writer:
    """A kind of file that a report can be."""

    label: str
    content_type: str
    #: Writes the document; the time is when it was made, for the file's own properties.
    write: Callable[[Document, datetime], bytes]


_OFFICE = "application/vnd.openxmlformats-officedocument"
#: By the ending of the file's name, in the order in which they are offered.
WRITERS: dict[str, Writer] = {
    "pdf": Writer("PDF", "application/pdf", as_pdf),
    "docx": Writer("Word", f"{_OFFICE}.wordprocessingml.document", as_docx),
    "xlsx": Writer("Excel", f"{_OFFICE}.spreadsheetml.sheet", as_xlsx),
    "html": Writer("HTML", "text/html; charset=utf-8", as_html),
}
