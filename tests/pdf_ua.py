"""Reads a PDF's tags as a screen reader does, and names what breaks PDF/UA-1 or PDF/A.

A checker of our own: the reference program needs Java, which nobody here has. It knows
the rules that a report can break; `test_report_pdf.py` breaks each on purpose.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Operator, Pdf

#: Structure types that the standard itself names, as far as reports use them.
STANDARD = {
    *("Document", "Part", "Sect", "Div", "P", "H1", "H2", "H3", "H4", "H5", "H6"),
    *("L", "LI", "Lbl", "LBody", "Table", "THead", "TBody", "TFoot", "TR", "TH", "TD"),
    *(
        "Span",
        "Link",
        "Figure",
        "Caption",
        "Note",
        "Quote",
        "BlockQuote",
        "TOC",
        "TOCI",
    ),
}
_SHOWS = {"Tj", "TJ", "'", '"', "Do", "S", "s", "f", "F", "f*", "B", "B*", "b", "b*"}
_PARENTS = {
    "TR": {"Table", "THead", "TBody", "TFoot"},
    "TH": {"TR"},
    "TD": {"TR"},
    "LI": {"L"},
    "Caption": {"Table", "Figure", "Div", "L"},
}


@dataclass(frozen=True)
class Element:
    """One element of the tag tree."""

    role: str
    parent: str
    node: Any


def faults(content: bytes) -> list[str]:
    """Return what is wrong, each with a code; nothing where the rules are kept."""
    with pikepdf.open(BytesIO(content)) as pdf:
        return [
            *_metadata(pdf),
            *_catalogue(pdf),
            *_tree(pdf),
            *_headings(pdf),
            *_tables(pdf),
            *_figures(pdf),
            *_pages(pdf),
            *_fonts(pdf),
        ]


def reading_order(content: bytes) -> list[tuple[int, int]]:
    """Return page and number of every marked content, in the order of the tags."""
    with pikepdf.open(BytesIO(content)) as pdf:
        pages = {page.obj.objgen: number for number, page in enumerate(pdf.pages)}
        return list(_marks(pdf.Root.StructTreeRoot, pages, None))


def _metadata(pdf: Pdf) -> Iterator[str]:
    if "/Metadata" not in pdf.Root:
        yield "no-metadata: the document says nothing of itself"
        return
    xmp = pdf.Root.Metadata.read_bytes().decode()
    if not re.search(r"pdfuaid:part[>=\"\s]*1", xmp):
        yield "no-pdfuaid: it does not claim PDF/UA-1"
    if not re.search(r"pdfaid:part[>=\"\s]*[23]", xmp):
        yield "no-pdfaid: it does not claim PDF/A-2 or PDF/A-3"
    if not re.search(r"<dc:title>.*?<rdf:li[^>]*>[^<]+<", xmp, re.DOTALL):
        yield "no-title: the metadata have no title"


def _catalogue(pdf: Pdf) -> Iterator[str]:
    root = pdf.Root
    if not re.fullmatch(r"[a-z]{2}(-[A-Z]{2})?", str(root.get("/Lang", ""))):
        yield "no-language: the document has no language"
    if not _under(root, "/ViewerPreferences", "/DisplayDocTitle"):
        yield "title-not-shown: the window shows the file's name"
    if not _under(root, "/MarkInfo", "/Marked"):
        yield "not-marked: the document is not tagged"
    if not root.get("/OutputIntents"):
        yield "no-output-intent: colours mean nothing without a profile"
    if "/OpenAction" in root and "/JS" in str(root.OpenAction):
        yield "script: it runs something when it is opened"


def _under(root: Any, name: str, key: str) -> bool:
    return name in root and bool(root[name].get(key, False))


def _tree(pdf: Pdf) -> Iterator[str]:
    if "/StructTreeRoot" not in pdf.Root:
        yield "no-tree: there is no tag tree"
        return
    roles: Any = pdf.Root.StructTreeRoot.get("/RoleMap", {})
    for one in elements(pdf):
        role = str(roles.get(f"/{one.role}", f"/{one.role}"))[1:]
        if role not in STANDARD:
            yield f"unknown-role: {one.role} means nothing to a reader"
        allowed = _PARENTS.get(one.role)
        if allowed and one.parent not in allowed:
            yield f"misplaced: {one.role} inside {one.parent}"


def elements(pdf: Pdf) -> Iterator[Element]:
    """Yield every element of the tag tree in reading order."""
    if "/StructTreeRoot" in pdf.Root:
        yield from _below(pdf.Root.StructTreeRoot, "")


def _below(node: Any, parent: str) -> Iterator[Element]:
    for kid in _kids(node):
        if isinstance(kid, Dictionary) and "/S" in kid:
            role = str(kid.S)[1:]
            yield Element(role, parent, kid)
            yield from _below(kid, role)


def _kids(node: Any) -> list[Any]:
    found = node.get("/K")
    if found is None:
        return []
    return list(found) if isinstance(found, Array) else [found]


def _headings(pdf: Pdf) -> Iterator[str]:
    before = 0
    for one in elements(pdf):
        if not re.fullmatch(r"H[1-6]", one.role):
            continue
        level = int(one.role[1])
        if level > before + 1:
            yield f"heading-skipped: H{level} after H{before}"
        if not list(_numbers(one.node)):
            yield f"heading-empty: {one.role} has no text"
        before = level


def _numbers(node: Any) -> Iterator[int]:
    """Yield the marked contents below a node."""
    for kid in _kids(node):
        if isinstance(kid, int | Decimal):
            yield int(kid)
        elif isinstance(kid, Dictionary):
            if "/MCID" in kid:
                yield int(kid.MCID)
            else:
                yield from _numbers(kid)


def _tables(pdf: Pdf) -> Iterator[str]:
    for one in elements(pdf):
        if one.role != "Table":
            continue
        rows = [row for row in _below(one.node, "Table") if row.role == "TR"]
        widths = {len(_kids(row.node)) for row in rows}
        if len(widths) > 1:
            yield f"uneven-table: rows of {sorted(widths)} cells"
        heads = [cell for cell in _below(one.node, "Table") if cell.role == "TH"]
        if not heads:
            yield "no-table-headers: no cell of the table is a header"
        for head in heads:
            if "/Scope" not in str(head.node.get("/A", "")):
                yield "no-scope: a header does not say of what"


def _figures(pdf: Pdf) -> Iterator[str]:
    for one in elements(pdf):
        if one.role != "Figure":
            continue
        if not str(one.node.get("/Alt", "")).strip():
            yield "no-alt: a drawing has no alternative text"
        if "/BBox" not in str(one.node.get("/A", "")):
            yield "no-bbox: a drawing does not say where it is"


def _pages(pdf: Pdf) -> Iterator[str]:
    pages = {page.obj.objgen: number for number, page in enumerate(pdf.pages)}
    tagged: set[tuple[int, int]] = set()
    if "/StructTreeRoot" in pdf.Root:
        order = list(_marks(pdf.Root.StructTreeRoot, pages, None))
        tagged = set(order)
        if len(order) != len(tagged):
            yield "read-twice: some content stands in the tree more than once"
    for number, page in enumerate(pdf.pages):
        if page.obj.get("/Tabs") != Name.S:
            yield f"tab-order: page {number + 1} does not follow the tags"
        if "/StructParents" not in page.obj:
            yield f"no-struct-parents: page {number + 1} leads to no tags"
        yield from _content(page, number, tagged)


def _content(page: Any, number: int, tagged: set[tuple[int, int]]) -> Iterator[str]:
    """Check that everything on a page is tagged, or marked as mere decoration."""
    inside: list[bool] = []
    for step in pikepdf.parse_content_stream(page):
        operands, name = step.operands, str(step.operator)
        if name in {"BDC", "BMC"}:
            is_artifact = str(operands[0]) == "/Artifact"
            mark = _mark(operands)
            if mark is not None and (number, mark) not in tagged:
                yield f"not-in-tree: page {number + 1}, content {mark}"
            inside.append(is_artifact or mark is not None)
        elif name == "EMC":
            inside.pop()
        elif name in _SHOWS and not any(inside):
            yield f"untagged: page {number + 1}, operator {name}"
            return


def _mark(operands: Any) -> int | None:
    if len(operands) > 1 and isinstance(operands[1], Dictionary):
        found = operands[1].get("/MCID")
        return None if found is None else int(found)
    return None


def _marks(node: Any, pages: Any, page: int | None) -> Iterator[tuple[int, int]]:
    for kid in _kids(node):
        if isinstance(kid, int | Decimal):
            yield (page if page is not None else -1, int(kid))
        elif isinstance(kid, Dictionary):
            here = pages.get(kid.Pg.objgen, page) if "/Pg" in kid else page
            if "/MCID" in kid:
                yield (here if here is not None else -1, int(kid.MCID))
            elif "/S" in kid:
                yield from _marks(kid, pages, here)


def _fonts(pdf: Pdf) -> Iterator[str]:
    for one in pdf.objects:
        if not isinstance(one, Dictionary) or one.get("/Type") != Name.Font:
            continue
        if one.get("/Subtype") == Name.Type0 and "/ToUnicode" not in one:
            yield "no-unicode: letters of a font mean nothing"
        described = one.get("/FontDescriptor")
        if described is not None and not any(
            name in described for name in ("/FontFile", "/FontFile2", "/FontFile3")
        ):
            yield "font-missing: a font is not in the file"


def rewritten(content: bytes, change: Any) -> bytes:
    """Return the PDF after ``change`` was done to it, to see what is noticed."""
    with pikepdf.open(BytesIO(content)) as pdf:
        change(pdf)
        out = BytesIO()
        pdf.save(out)
        return out.getvalue()


def untag_first(pdf: Pdf) -> None:
    """Take the first mark away from a page's content."""
    page = pdf.pages[0]
    kept: list[Any] = []
    skipping = False
    done = False
    for step in pikepdf.parse_content_stream(page):
        operator = step.operator
        if operator == Operator("BDC") and not done:
            skipping = done = True
            continue
        if operator == Operator("EMC") and skipping:
            skipping = False
            continue
        kept.append(step)
    page.obj.Contents = pdf.make_stream(pikepdf.unparse_content_stream(kept))
