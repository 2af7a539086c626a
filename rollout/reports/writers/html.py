"""Writes a report as one HTML file that needs nothing else."""

from __future__ import annotations

from datetime import datetime

from django.template.loader import render_to_string

from rollout.reports.content import Document


def as_html(document: Document, made_at: datetime) -> bytes:
    """Return the page, in UTF-8."""
    text = render_to_string(
        "rollout/reports/file.html", {"document": document, "made_at": made_at}
    )
    return text.encode()
