"""Writes a report as a tagged PDF: PDF/UA-1 for readers, PDF/A-2a for archives."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, cast

import typst

from rollout.reports.content import Document

_TEMPLATE = Path(__file__).with_name("report.typ")
#: Both can be had at once; the compiler refuses what breaks either.
STANDARDS: list[typst.PDFStandard] = ["ua-1", "a-2a"]
#: Dots to an inch in pictures for writers that take no drawings.
_PPI = 150.0
_PICTURES = """
#let drawings = json(bytes(sys.inputs.drawings))
#set page(width: auto, height: auto, margin: 0pt)
#for one in drawings { page(image(bytes(one), format: "svg", width: 16cm)) }
"""


def as_pdf(document: Document, made_at: datetime) -> bytes:
    """Return the PDF. Only the compiler's own fonts are used, so all machines agree."""
    written: bytes = typst.compile(
        _TEMPLATE.read_bytes(),
        format="pdf",
        ignore_system_fonts=True,
        pdf_standards=STANDARDS,
        # The compiler takes whole seconds only.
        timestamp=made_at.replace(microsecond=0),
        sys_inputs={"document": json.dumps(document.as_json())},
    )
    return written


def pictures(drawings: Sequence[str]) -> list[bytes]:
    """Return SVG drawings as PNG pictures, 16 centimetres wide."""
    if not drawings:
        return []
    # Bytes for one page, and a list for several, which its types do not tell.
    made: bytes | list[bytes] = cast(
        Any,
        typst.compile(
            _PICTURES.encode(),
            format="png",
            ignore_system_fonts=True,
            ppi=_PPI,
            sys_inputs={"drawings": json.dumps(list(drawings))},
        ),
    )
    return made if isinstance(made, list) else [made]
