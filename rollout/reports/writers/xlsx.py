"""Writes a report as a workbook: its words on one sheet, and one for each table."""

from __future__ import annotations

from datetime import datetime

from rollout.reports.content import Document, Drawing, Heading, Text
from rollout.tables import Table, as_workbook


def as_xlsx(document: Document, made_at: datetime) -> bytes:
    """Return the workbook."""
    words = [*(f"{name}: {value}" for name, value in document.facts)]
    for block in document.blocks:
        if isinstance(block, Heading):
            words.append(block.text)
        elif isinstance(block, Text):
            words += block.paragraphs
        elif isinstance(block, Drawing):
            words.append(f"{block.title}: {block.words}")
    front = Table(document.title, [document.subtitle], [(text,) for text in words])
    rest = [Table(one.title, one.columns, one.rows) for one in document.sheets()]
    return as_workbook(document.title, [front, *rest])
