"""What is written to a file is read back as it was, and each wrong cell is named."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from io import BytesIO
from types import SimpleNamespace
from zipfile import ZIP_DEFLATED, ZIP_LZMA, ZIP_STORED, ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rollout.tables import Table, as_csv, as_xlsx
from rollout.values_file import (
    Unreadable,
    headings,
    read_table,
    suggested,
    understood,
)

INDICATOR = SimpleNamespace(name="Unge i job", code="b2", bands=["0-17", "18-25"])
PLACE = SimpleNamespace(name="Vejleåparken", code="vejleaaparken")
DAYS = st.dates(date(2000, 1, 1), date(2040, 12, 31))
NUMBERS = st.decimals(-(10**9), 10**9, places=4).map(lambda n: n.normalize() + 0)
#: What a person can write in a line; files trim what stands around it.
TEXTS = st.text(
    st.characters(categories=["L", "P", "Zs"], max_codepoint=0x2FF), max_size=30
).map(lambda text: " ".join(text.split()))
ROWS = st.lists(
    st.tuples(
        st.sampled_from([PLACE, None]),
        st.sampled_from(["", "0-17", "18-25"]),
        *(DAYS, DAYS, NUMBERS, TEXTS),
    ),
    min_size=1,
    max_size=5,
)


def read(data, name):
    table = read_table(data, name)
    return understood(
        *(table, suggested(table, None)), indicators=[INDICATOR], places=[PLACE]
    )


@settings(max_examples=40, deadline=None)
@given(rows=ROWS, kind=st.sampled_from(["csv", "xlsx"]))
def test_what_is_written_is_read_back(rows, kind):
    rows = [
        (place, band, min(a, b), max(a, b), number, note)
        for place, band, a, b, number, note in rows
        if not note.startswith("'")
    ]
    cells = [
        (INDICATOR.name, place.name if place else "", *rest) for place, *rest in rows
    ]
    table = Table("Tal", headings(), cells)
    data = as_csv(table).encode() if kind == "csv" else as_xlsx(table)

    lines = read(data, f"tal.{kind}") if rows else []

    assert [line.errors for line in lines] == [[] for _row in rows]
    for line, row in zip(lines, rows, strict=True):
        said = line.values
        assert said["indicator"] is INDICATOR
        assert (said["place"], said["band"]) == row[:2]
        assert (said["period_start"], said["period_end"]) == row[2:4]
        # A spreadsheet keeps 15 digits of a number.
        assert abs(said["value"] - row[4]) <= abs(row[4]) / 10**14
        assert said["comment"] == row[5].strip()


@pytest.mark.parametrize(
    ("line", "cell"),
    [
        ("ukendt;;;2026-01-01;2026-06-30;4;", "A2"),
        ("b2;Mars;;2026-01-01;2026-06-30;4;", "B2"),
        ("b2;;90+;2026-01-01;2026-06-30;4;", "C2"),
        ("b2;;;igår;2026-06-30;4;", "D2"),
        ("b2;;;2026-07-01;30-06-2026;4;", "E2"),
        ("b2;;;2026-01-01;2026-06-30;mange;", "F2"),
        ("b2;;;2026-01-01;2026-06-30;1,23456;", "F2"),
        ("b2;;;2026-01-01;2026-06-30;;", "F2"),
        ("b2;;;2026-01-01;2026-06-30;4;Ali 010110-1234", "G2"),
    ],
)
def test_each_wrong_cell_is_named(line, cell):
    (found,) = read((";".join(headings()) + "\n" + line).encode(), "tal.csv")

    assert [error.cell for error in found.errors] == [cell]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_empty_lines_are_counted_as_a_spreadsheet_counts_them(kind):
    good = ("b2", "", "", "2026-01-01", "2026-06-30", "4", "")
    wrong = (*good[:5], "mange", "")
    table = Table("Tal", headings(), [good, ("",) * 7, wrong])
    data = as_csv(table).encode() if kind == "csv" else as_xlsx(table)

    first, last = read(data, f"tal.{kind}")

    assert (first.number, first.errors) == (2, [])
    assert [error.cell for error in last.errors] == ["F4"]


def test_empty_lines_above_the_headings_count_as_well():
    text = "\n\nIndikator,Første dag,Sidste dag,Værdi\nb2,2026-01-01,2026-06-30,mange"

    (found,) = read(text.encode(), "tal.csv")

    assert [error.cell for error in found.errors] == ["D4"]


def indicators_called(*pairs):
    """Make indicators, each of a code and a name."""
    return [SimpleNamespace(code=code, name=name, bands=[]) for code, name in pairs]


def line_about(text, indicators):
    """Return the line in which an indicator is called so."""
    row = f"{text};;;2026-01-01;2026-06-30;4;"
    table = read_table((";".join(headings()) + "\n" + row).encode(), "tal.csv")
    mapping = suggested(table, None)
    (line,) = understood(table, mapping, indicators=indicators, places=[])
    return line


def test_a_name_that_several_have_means_none_of_them_and_their_codes_are_told():
    both = indicators_called(("job-1", "Antal deltagere"), ("job-2", "Antal deltagere"))

    (error,) = line_about("antal deltagere", both).errors

    assert (error.cell, "job-1, job-2" in error.text) == ("A2", True)
    assert line_about("JOB-1", both).values["indicator"] is both[0]


@pytest.mark.parametrize("order", [1, -1])
def test_a_code_is_never_taken_for_anothers_name(order):
    pair = indicators_called(("job", "Unge i job"), ("unge", "Job"))[::order]

    assert line_about("Job", pair).values["indicator"].code == "job"
    assert line_about("unge", pair).values["indicator"].code == "unge"


def test_danish_numbers_and_dates_are_understood():
    text = "Indikator;Første dag;Sidste dag;Værdi\nB2;01.01.2026;30/6/2026;1.234,5"

    (line,) = read(text.encode("cp1252"), "tal.csv")

    assert line.errors == []
    assert line.values["value"] == Decimal("1234.5")
    assert line.values["period_end"] == date(2026, 6, 30)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_point_before_three_digits_parts_thousands_in_a_text_alone(kind):
    row = ("b2", "", "", date(2026, 1, 1), date(2026, 6, 30), "1.234", "")
    if kind == "xlsx":
        row = (*row[:5], Decimal("1.234"), "")
    table = Table("Tal", headings(), [row])
    data = as_csv(table).encode() if kind == "csv" else as_xlsx(table)

    (line,) = read(data, f"tal.{kind}")

    assert line.values["value"] == (1234 if kind == "csv" else Decimal("1.234"))


def test_headings_of_ones_own_are_remembered_by_what_they_held():
    table = read_table(b"Hvad;Hvor mange\nB2;4\n", "tal.csv")

    assert suggested(table, None) == {}
    assert suggested(table, {"indicator": "Hvad", "value": "Hvor mange"}) == {
        "indicator": 0,
        "value": 1,
    }


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"", "x.csv"),
        (b"PK", "x.xlsx"),
        (b"a" * 2_000_001, "x.csv"),
        ("Indikator;Værdi\nb2;4".encode("utf-16"), "x.csv"),
    ],
    ids=["empty", "broken", "too large", "utf-16"],
)
def test_what_is_no_table_is_refused(data, name):
    with pytest.raises(Unreadable):
        read_table(data, name)


#: Where the directory at the end of such a file begins, from its end.
DIRECTORY = -87


@pytest.mark.parametrize(
    ("packing", "changed"),
    [
        (ZIP_DEFLATED, {49: 0xFF}),
        (ZIP_LZMA, {53: 0xFF}),
        # Longer than the file, by 65,536 bytes packed and unpacked.
        (ZIP_STORED, {DIRECTORY + 22: 1, DIRECTORY + 26: 1}),
        # Said to be locked with a password.
        (ZIP_DEFLATED, {6: 1, DIRECTORY + 8: 1}),
    ],
    ids=["deflated", "lzma", "cut off", "locked"],
)
def test_a_damaged_workbook_is_refused(packing, changed):
    made = BytesIO()
    with ZipFile(made, "w", packing) as packed:
        packed.writestr("[Content_Types].xml", "<Types/>" * 9)
    data = bytearray(made.getvalue())
    assert data[DIRECTORY:].startswith(b"PK\1\2")
    for place, byte in changed.items():
        data[place] = byte

    with pytest.raises(Unreadable):
        read_table(bytes(data), "tal.xlsx")
