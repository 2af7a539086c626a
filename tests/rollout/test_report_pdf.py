"""The PDF of a report keeps PDF/UA-1; the checker notices every rule that is broken."""

import re
import shutil
import subprocess
from io import BytesIO

import pikepdf
import pypdf
import pytest
from pikepdf import Name

from rollout.reports.content import Document, Drawing, Heading, Sheet, Text
from rollout.reports.writers.pdf import as_pdf
from tests import pdf_ua
from tests.factories import NOON

#: As the clock gives it, with parts of a second.
MADE = NOON.replace(microsecond=123456)
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 560 220">'
    '<text x="50" y="60">2025</text><path d="M0 0h200v20z" fill="#0b4f6c"/></svg>'
)
DOCUMENT = Document(
    title="Bestyrelsesrapport for 1. halvår 2026",
    subtitle="Boligsocial helhedsplan",
    language="da",
    author="Eksempel Leder",
    facts=[("Periode", "1. halvår 2026")],
    blocks=[
        Heading("Indledning"),
        Text("Først siger vi *dette* #ikke som opmærkning.\n\nSiden noget med æøå."),
        Heading("Delmål", 2),
        Text("En skabelon", is_notice=True),
        Sheet("Værdier", ["Hvor", "Værdi"], [["AAB55", "opfyldt"], ["Parken", "9"]]),
        Heading("Udsættelser", 3),
        Drawing("Udsættelser", SVG, "AAB55: 2025: opfyldt."),
        Heading("Afvigelser"),
        Sheet("Mange", ["A", "B"], [[f"Række {n}", "x"] for n in range(60)], [3, 1]),
    ],
)


@pytest.fixture(scope="module")
def pdf():
    return as_pdf(DOCUMENT, MADE)


def test_a_report_keeps_every_rule(pdf):
    assert pdf_ua.faults(pdf) == []


def test_the_same_report_is_the_same_file(pdf):
    assert as_pdf(DOCUMENT, MADE) == pdf


def by_pypdf(pdf):
    return " ".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(pdf)).pages)


def by_pdftotext(pdf):
    program = shutil.which("pdftotext")
    if program is None:
        pytest.skip("no pdftotext: install poppler-utils")
    return subprocess.run(
        [program, "-", "-"], input=pdf, capture_output=True, check=True
    ).stdout.decode()


@pytest.mark.parametrize("read", [by_pypdf, by_pdftotext])
def test_the_text_comes_in_reading_order_and_never_as_markup(pdf, read):
    said = " ".join(read(pdf).split())

    expected = [
        *("Bestyrelsesrapport for 1. halvår 2026", "Periode: 1. halvår 2026"),
        *("Indledning", "Først siger vi *dette* #ikke som opmærkning."),
        *("Siden noget med æøå.", "Delmål", "En skabelon", "Værdier", "Hvor", "Værdi"),
        *("AAB55", "opfyldt", "Parken", "Udsættelser", "Afvigelser", "Række 0"),
        *("Række 59",),
    ]
    for one in expected:
        _before, found, said = said.partition(one)
        assert found, f"{one} does not come after what stands before it"


def test_the_first_page_is_a_cover_and_nothing_else(pdf):
    cover, first = (
        page.extract_text() for page in pypdf.PdfReader(BytesIO(pdf)).pages[:2]
    )

    assert "Boligsocial helhedsplan" in cover
    assert "Periode: 1. halvår 2026" in cover
    assert "Indledning" not in cover
    assert "Indledning" in first


def test_the_tags_follow_the_pages_from_top_to_bottom(pdf):
    order = pdf_ua.reading_order(pdf)

    # A heading of a table that goes on over the page is repeated, and read once.
    assert [page for page, _mark in order] == sorted(page for page, _mark in order)


def _of(role):
    def first(pdf):
        return next(one.node for one in pdf_ua.elements(pdf) if one.role == role)

    return first


def _set(role, name, value):
    def change(pdf):
        _of(role)(pdf)[name] = value

    return change


def _drop(role, name):
    def change(pdf):
        del _of(role)(pdf)[name]

    return change


def _drop_from_root(name):
    def change(pdf):
        del pdf.Root[name]

    return change


def _no_claim(what):
    def change(pdf):
        xmp = pdf.Root.Metadata.read_bytes().replace(what, b"nothing:")
        pdf.Root.Metadata = pdf.make_stream(xmp)

    return change


def _no_title(pdf):
    xmp = re.sub(
        rb"<dc:title>.*?</dc:title>",
        b"",
        pdf.Root.Metadata.read_bytes(),
        flags=re.DOTALL,
    )
    pdf.Root.Metadata = pdf.make_stream(xmp)


def _no_headers(pdf):
    for one in list(pdf_ua.elements(pdf)):
        if one.role == "TH":
            one.node.S = Name.TD


def _short_row(pdf):
    row = _of("TR")(pdf)
    row.K = pikepdf.Array(list(row.K)[:-1])


def _no_tab_order(pdf):
    del pdf.pages[0].obj.Tabs


def _font_without_letters(pdf):
    for one in pdf.objects:
        if isinstance(one, pikepdf.Dictionary) and one.get("/Subtype") == Name.Type0:
            del one["/ToUnicode"]


def _font_left_out(pdf):
    for one in pdf.objects:
        if isinstance(one, pikepdf.Dictionary) and "/FontFile3" in one:
            del one["/FontFile3"]
        elif isinstance(one, pikepdf.Dictionary) and "/FontFile2" in one:
            del one["/FontFile2"]


def _read_twice(pdf):
    root = _of("Document")(pdf)
    root.K = pikepdf.Array([*root.K, root.K[0]])


@pytest.mark.parametrize(
    ("violation", "code"),
    [
        (_no_claim(b"pdfuaid:"), "no-pdfuaid"),
        (_no_claim(b"pdfaid:"), "no-pdfaid"),
        (_no_title, "no-title"),
        (_drop_from_root("/Lang"), "no-language"),
        (_drop_from_root("/ViewerPreferences"), "title-not-shown"),
        (_drop_from_root("/MarkInfo"), "not-marked"),
        (_drop_from_root("/OutputIntents"), "no-output-intent"),
        (_drop_from_root("/StructTreeRoot"), "no-tree"),
        (_set("H2", "/S", Name.H4), "heading-skipped"),
        (_drop("H1", "/K"), "heading-empty"),
        (_drop("Figure", "/Alt"), "no-alt"),
        (_drop("Figure", "/A"), "no-bbox"),
        (_no_headers, "no-table-headers"),
        (_drop("TH", "/A"), "no-scope"),
        (_short_row, "uneven-table"),
        (_set("TR", "/S", Name.P), "misplaced"),
        (_set("P", "/S", Name.Paragraph), "unknown-role"),
        (_drop("P", "/K"), "not-in-tree"),
        (_read_twice, "read-twice"),
        (pdf_ua.untag_first, "untagged"),
        (_no_tab_order, "tab-order"),
        (_font_without_letters, "no-unicode"),
        (_font_left_out, "font-missing"),
    ],
)
def test_the_checker_notices_what_is_broken(pdf, violation, code):
    found = pdf_ua.faults(pdf_ua.rewritten(pdf, violation))

    assert code in {fault.split(":")[0] for fault in found}
