"""Lists as files: readable by spreadsheets, and nothing in them runs there."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO, StringIO

import pytest
from django.http import Http404
from django.utils import translation
from openpyxl import load_workbook

from rollout.tables import Table, as_csv, as_xlsx
from rollout.web.export import download

FORMULAS = ['=HYPERLINK("https://example.org")', "+1", "-1", "@SUM(1)", "\t=1", "\n=1"]
TABLE = Table(
    "Overblik: år 1",
    ["Indsats", "Frist", "Antal", "Rettet"],
    [
        [
            "Æblegrød; med fløde",
            date(2026, 3, 2),
            Decimal("1234.5"),
            datetime(2026, 7, 1, 8, tzinfo=UTC),
        ],
        ["Andet", None, 3, None],
    ],
)


def test_csv_is_what_a_danish_spreadsheet_reads():
    with translation.override("da"):
        text = as_csv(TABLE)

    assert text.startswith("\ufeff")
    assert list(csv.reader(StringIO(text[1:]), delimiter=";")) == [
        ["Indsats", "Frist", "Antal", "Rettet"],
        ["Æblegrød; med fløde", "2026-03-02", "1234,5", "2026-07-01 10:00"],
        ["Andet", "", "3", ""],
    ]


def test_a_workbook_keeps_dates_and_numbers_as_such():
    sheet = load_workbook(BytesIO(as_xlsx(TABLE))).active

    assert sheet.title == "Overblik  år 1"
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["Indsats", "Frist", "Antal", "Rettet"],
        [
            "Æblegrød; med fløde",
            datetime(2026, 3, 2),  # noqa: DTZ001 (spreadsheets know no zones)
            1234.5,
            datetime(2026, 7, 1, 10),  # noqa: DTZ001
        ],
        ["Andet", None, 3, None],
    ]


@pytest.mark.parametrize("text", FORMULAS)
def test_what_looks_like_a_formula_stays_text_in_both(text):
    table = Table("Liste", [text], [[text]])

    [heading], [cell] = csv.reader(StringIO(as_csv(table)[1:]), delimiter=";")
    assert heading == cell == f"'{text}"
    sheet = load_workbook(BytesIO(as_xlsx(table))).active
    assert [cell.data_type for [cell] in sheet.iter_rows()] == ["s", "s"]
    assert [cell.value for [cell] in sheet.iter_rows()] == [text, text]


def test_an_empty_list_is_a_file_with_headings_alone():
    table = Table("", ["Indsats"], [])

    assert as_csv(table) == "\ufeffIndsats\r\n"
    assert load_workbook(BytesIO(as_xlsx(table))).active.max_row == 1


def test_the_answer_is_a_file_with_the_lists_name():
    response = download(TABLE, "csv")

    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert (
        response["Content-Disposition"]
        == "attachment; filename*=utf-8''overblik-%C3%A5r-1.csv"
    )


def test_an_unknown_format_is_not_there():
    with pytest.raises(Http404):
        download(TABLE, "exe")
