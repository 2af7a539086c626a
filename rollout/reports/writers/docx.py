"""Writes a report for Word with real styles, so that people can go on writing."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO

import docx
from docx.document import Document as WordDocument
from docx.enum.text import WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm

from rollout.reports.content import Document, Drawing, Heading, Sheet, Text
from rollout.reports.writers.pdf import pictures

_WIDTH = Cm(16)
_ABOVE_TITLE = Cm(5.5)


def as_docx(document: Document, made_at: datetime) -> bytes:
    """Return the Word document."""
    word = docx.Document()
    _describe(word, document, made_at)
    _add_cover(word, document)
    images = iter(pictures([one.svg for one in document.drawings()]))
    for block in document.blocks:
        if isinstance(block, Heading):
            word.add_heading(block.text, block.level)
        elif isinstance(block, Text):
            style = "Intense Quote" if block.is_notice else "Normal"
            for paragraph in block.paragraphs:
                word.add_paragraph(paragraph, style=style)
        elif isinstance(block, Sheet):
            _add_sheet(word, block)
        else:
            _add_drawing(word, block, next(images))
    out = BytesIO()
    word.save(out)
    return out.getvalue()


def _add_cover(word: WordDocument, document: Document) -> None:
    """Write the first page: what it is, of which programme, by whom and as of when."""
    title = word.add_paragraph(document.title, style="Title")
    title.paragraph_format.space_before = _ABOVE_TITLE
    word.add_paragraph(document.subtitle, style="Subtitle")
    for name, value in document.facts:
        fact = word.add_paragraph()
        fact.add_run(f"{name}: ").bold = True
        fact.add_run(value)
    word.add_paragraph().add_run().add_break(WD_BREAK.PAGE)


def _describe(word: WordDocument, document: Document, made_at: datetime) -> None:
    """Set title, author and language, which screen readers and archives ask for."""
    properties = word.core_properties
    properties.title = document.title
    properties.author = document.author
    properties.language = document.language
    properties.created = properties.modified = made_at.replace(tzinfo=None)
    defaults = word.styles.element.find(f".//{qn('w:rPrDefault')}/{qn('w:rPr')}")
    language = defaults.find(qn("w:lang"))
    if language is None:
        language = OxmlElement("w:lang")
        defaults.append(language)
    language.set(qn("w:val"), {"da": "da-DK"}.get(document.language, "en-GB"))


def _add_sheet(word: WordDocument, sheet: Sheet) -> None:
    word.add_paragraph(sheet.title, style="Caption")
    table = word.add_table(rows=1, cols=len(sheet.columns), style="Table Grid")
    for cell, name in zip(table.rows[0].cells, sheet.columns, strict=True):
        cell.paragraphs[0].add_run(name).bold = True
    # Word repeats the row on every page and tells screen readers what it is.
    heading = OxmlElement("w:tblHeader")
    heading.set(qn("w:val"), "true")
    first_row = word.element.xpath("//w:tbl")[-1].tr_lst[0]
    first_row.get_or_add_trPr().append(heading)
    for row in sheet.rows:
        for cell, value in zip(table.add_row().cells, row, strict=True):
            cell.text = value
    word.add_paragraph()


def _add_drawing(word: WordDocument, drawing: Drawing, picture: bytes) -> None:
    word.add_paragraph(drawing.title, style="Caption")
    word.add_picture(BytesIO(picture), width=_WIDTH)
    told = word.element.xpath("//wp:docPr")[-1]
    told.set("title", drawing.title)
    told.set("descr", drawing.words)
