"""Lists as files: all rows, of their own types, and nothing that acts as a formula."""

from __future__ import annotations

import csv
import json
from io import BytesIO, StringIO

import pytest
from openpyxl import load_workbook

from rollout.api import export
from rollout.api.urls import router
from rollout.models import Activity
from tests.api.conftest import Caller
from tests.factories import make_activity, make_member, make_milestone

pytestmark = pytest.mark.django_db

LISTS = [prefix for prefix, _view, _name in router.registry]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def world(everything):
    return everything


@pytest.fixture
def caller(world):
    return Caller(make_member(world["programmes"]))


def content(answer):
    assert answer.status_code == 200, answer.content
    return answer.getvalue()


def rows_of_csv(answer, delimiter=";"):
    text = content(answer).decode("utf-8-sig")
    return list(csv.DictReader(StringIO(text), delimiter=delimiter))


@pytest.mark.parametrize("name", LISTS)
def test_every_list_is_the_same_in_every_format(name, caller):
    shown = caller.ask(f"{name}/").json()["results"]

    lines = content(caller.ask(f"{name}/?format=ndjson")).decode().splitlines()
    table = rows_of_csv(caller.ask(f"{name}/?format=csv"))
    sheet = load_workbook(BytesIO(content(caller.ask(f"{name}/?format=xlsx")))).active

    assert [json.loads(line) for line in lines] == shown
    assert len(table) == sheet.max_row - 1 == len(shown)
    headings = [cell.value for cell in sheet[1]]
    assert headings == list(table[0])
    key = "key" if "key" in shown[0] else "id"
    assert [row[key] for row in table] == [str(one[key]) for one in shown]


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        ("text/csv", "text/csv; charset=utf-8"),
        (XLSX, XLSX),
        ("application/x-ndjson", "application/x-ndjson"),
        ("application/json", "application/json"),
        ("*/*", "application/json"),
    ],
)
def test_the_format_can_be_named_in_the_header(accept, content_type, caller):
    answer = caller.ask("places/", headers={"Accept": accept})

    assert content(answer)
    assert answer["Content-Type"] == content_type


def test_csv_is_for_danish_spreadsheets_or_for_programs(caller, world):
    world["measurements"].delete()
    indicator = world["indicators"]
    indicator.decimals = 1
    indicator.save()
    indicator.measurements.create(
        period_start="2026-01-01", period_end="2026-06-30", value="12.5"
    )

    danish = content(
        caller.ask("measurements/?format=csv", headers={"Accept-Language": "da"})
    )
    (plain,) = rows_of_csv(
        caller.ask("measurements/?format=csv&delimiter=comma"), delimiter=","
    )

    assert danish.startswith("\ufeff".encode())
    assert b";12,5;" in danish
    assert plain["value"] == "12.5"
    assert plain["indicator.unit"] == "unge"


def test_nested_things_get_columns_of_their_own_and_lists_their_codes(caller, world):
    activity = world["activities"]

    table = {
        row["id"]: row for row in rows_of_csv(caller.ask("activities/?format=csv"))
    }

    row = table[str(activity.pk)]
    assert row["place.code"] == activity.place.code
    assert row["contributors"] == world["partners"].code
    assert row["readiness.is_required"] == "true"
    assert json.loads(row["readiness.aspects"])[0]["aspect"] == "planning"
    assert (row["launched_on"], row["note"]) == ("", "")


def test_a_workbook_holds_dates_and_numbers_and_not_their_texts(caller, world):
    sheet = load_workbook(BytesIO(content(caller.ask("grants/?format=xlsx")))).active

    row = {head.value: cell for head, cell in zip(sheet[1], sheet[2], strict=True)}
    assert row["ends_on"].is_date
    assert row["id"].value == world["grants"].pk


@pytest.mark.parametrize("text", ['=HYPERLINK("https://example.org")', "+1", "@SUM(1)"])
def test_no_cell_acts_as_a_formula(text, caller, world):
    Activity.objects.update(note=text)

    table = rows_of_csv(caller.ask("activities/?format=csv"))
    workbook = content(caller.ask("activities/?format=xlsx&fields=note"))

    assert table[0]["note"] == f"'{text}"
    (cell,) = [
        one for one in load_workbook(BytesIO(workbook)).active[2] if one.value == text
    ]
    assert cell.data_type == "s"


def test_a_file_holds_all_pages_narrowed_ordered_and_thinned_out(caller, world):
    made = [
        make_activity(programme=world["programmes"], note="med").pk for _ in range(120)
    ]

    lines = content(
        caller.ask("activities/?format=ndjson&search=med&ordering=-id&fields=note")
    ).splitlines()

    assert [json.loads(line)["id"] for line in lines] == made[::-1]
    assert list(json.loads(lines[0])) == ["id", "note"]


def test_labels_in_a_file_are_in_the_language_asked_for(caller):
    answers = [
        caller.ask("places/?format=ndjson", headers={"Accept-Language": language})
        for language in ("da", "en")
    ]

    # Read in turn, after both requests have ended.
    danish, english = (content(answer).decode() for answer in answers)
    assert "boligområde" in danish
    assert "housing area" in english


def test_a_file_is_named_after_its_list(caller):
    answer = caller.ask("monitoring-rounds/?format=csv")

    assert answer["Content-Disposition"] == (
        'attachment; filename="monitoring-rounds.csv"'
    )


def test_a_list_that_is_too_long_for_a_file_is_refused(caller, world, monkeypatch):
    make_milestone(activity=world["activities"])
    monkeypatch.setattr(export, "MAX_ROWS", 1)

    answer = caller.ask("milestones/?format=csv")

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == "too_many_rows"


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("format=pdf", "format"),
        ("format=csv&delimiter=tab", "delimiter"),
        ("format=ndjson&delimiter=comma", "delimiter"),
        ("delimiter=comma", "delimiter"),
        ("format=csv&page_size=10", "page_size"),
        ("format=csv&cursor=x", "cursor"),
    ],
)
def test_what_makes_no_sense_for_a_file_is_400(query, field, caller):
    answer = caller.ask(f"places/?{query}")

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == field


def test_one_thing_is_no_file(caller, world):
    address = f"places/{world['places'].pk}/"

    assert caller.ask(address, headers={"Accept": "text/csv"}).status_code == 406
    assert caller.ask(f"{address}?format=csv").status_code == 400
