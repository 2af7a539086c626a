"""Values come from a file after a look at it, all or none; its columns are kept."""

from __future__ import annotations

import json
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from rollout.models import ColumnMapping, DataRequest, Measurement, PeriodLock, Role
from tests.factories import (
    NOON,
    make_indicator,
    make_measurement,
    make_member,
    make_request,
)

pytestmark = pytest.mark.django_db

BACKEND = "django.contrib.auth.backends.ModelBackend"
PAGE = "/monitoring/import/"
FILE = (
    "Hvad;Første dag;Sidste dag;Værdi;Bemærkning\n"
    "fritidsjob;2026-01-01;2026-06-30;{value};{note}\n"
)


@pytest.fixture
def indicator(client):
    made = make_indicator(code="fritidsjob")
    client.force_login(make_member(made.programme), backend=BACKEND)
    return made


def upload(client, value="14", note=""):
    text = FILE.format(value=value, note=note)
    file = SimpleUploadedFile("tal.csv", text.encode())
    return client.post(PAGE, {"file": file})


def step(client, preview, **chosen):
    """Send the preview's form as it stands, with some choices made."""
    form = preview.context["form"]
    said = {name: form[name].value() or "" for name in form.fields} | chosen
    return client.post(PAGE, said)


def test_a_file_is_looked_at_mapped_and_taken_over(client, indicator):
    preview = upload(client, "14")
    assert preview.context["unmapped"] == ["Indikator"]
    assert preview.context["mistakes"] == []
    assert not Measurement.objects.exists()

    again = step(client, preview, indicator="0")
    assert again.context["mistakes"] == []
    done = step(client, again, indicator="0", apply="1")

    assert done.status_code == 302
    value = Measurement.objects.get()
    assert (value.value, value.status) == (14, "submitted")
    assert ColumnMapping.objects.get().columns["indicator"] == "Hvad"
    assert upload(client, "15").context["mistakes"] == []


def test_a_changed_value_is_kept_as_it_was_and_the_same_one_is_left(client, indicator):
    value = make_measurement(indicator=indicator, value=14, status="approved")
    for number, note in (("14", ""), ("41", "Tastefejl")):
        preview = step(client, upload(client, number, note), indicator="0")
        step(client, preview, indicator="0", apply="1")

    value.refresh_from_db()
    assert (value.value, value.status) == (41, "submitted")
    kept = value.corrections.get()
    assert (kept.value_before, kept.reason) == (14, "Tastefejl")


def test_nothing_is_taken_over_while_a_cell_is_wrong(client, indicator):
    preview = step(client, upload(client, "mange"), indicator="0")

    refused = step(client, preview, indicator="0", apply="1")

    assert refused.status_code == 422
    assert "D2" in refused.content.decode()
    assert not Measurement.objects.exists()


def test_an_empty_line_moves_no_cell_on_the_way_to_being_taken_over(client, indicator):
    preview = step(client, upload(client, "4\n;;;;\nfritidsjob;igår;2026-06-30;3"))

    refused = step(client, preview, indicator="0", apply="1")

    assert "B4: Skriv en dato" in refused.content.decode()


def test_a_file_that_the_preview_could_not_send_is_refused_in_words(
    client, indicator, settings
):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 12_000

    refused = upload(client, note="x" * 3_000)
    preview = upload(client, note="x" * 1_500)

    assert refused.status_code == 422
    assert "Del den op i flere" in refused.content.decode()
    assert step(client, preview, indicator="0").status_code == 200


def test_the_preview_names_an_indicators_code_too(client, indicator):
    preview = step(client, upload(client, "14"), indicator="0")

    assert "Unge med fritidsjob (fritidsjob)" in preview.content.decode()


def test_what_columns_hold_is_remembered_though_a_cell_is_wrong(client, indicator):
    step(client, upload(client, "mange"), indicator="0")

    mended = upload(client, "14")

    assert mended.context["unmapped"] == []
    assert mended.context["count"] == 1


def test_the_preview_foretells_what_becomes_of_each_line(client, indicator):
    preview = step(client, upload(client, "14"), indicator="0")
    added, was_written = preview.context["foretold"], Measurement.objects.exists()
    step(client, preview, indicator="0", apply="1")
    same = upload(client, "14").context["foretold"]
    PeriodLock.objects.create(
        programme=indicator.programme, until=date(2026, 12, 31), locked_at=NOON
    )
    locked = upload(client, "15")

    assert not was_written
    assert added.startswith("1 ")
    assert same != added
    assert locked.context["refusal"].startswith("Linje 2: Perioden er låst")
    assert 'name="apply"' not in locked.content.decode()


def test_what_comes_along_is_read_again_and_never_trusted(client, indicator):
    for table in ("", "[", json.dumps([["a"], ["b", "c"]]), json.dumps(3)):
        assert client.post(PAGE, {"table": table}).status_code == 422


def test_all_values_are_handed_out_as_the_reader_may_see_them(client, indicator):
    make_measurement(indicator=indicator, value=3)
    own = client.get("/monitoring/values/?format=csv").content.decode()
    observer = make_member(indicator.programme, Role.OBSERVER)
    client.force_login(observer, backend=BACKEND)

    theirs = client.get("/monitoring/values/?format=csv").content.decode()
    template = client.get("/monitoring/import/template/?format=csv").content.decode()

    assert ";3" in own
    assert ";<5;" in theirs
    assert template.count(";") == 6
    assert client.post(PAGE, {}).status_code == 403


def test_a_value_from_a_file_answers_what_asked_for_it(client, indicator):
    asked = make_request(indicator=indicator)
    preview = step(client, upload(client, "14"), indicator="0")

    step(client, preview, indicator="0", apply="1")

    assert asked.measurement.value == 14
    assert not DataRequest.objects.all().unanswered().exists()


def test_a_number_that_was_returned_is_delivered_though_it_is_the_same(
    client, indicator
):
    value = make_measurement(
        indicator=indicator,
        value=14,
        status="returned",
        returned_reason="Er det sandt?",
    )
    preview = step(client, upload(client, "14"), indicator="0")

    step(client, preview, indicator="0", apply="1")

    value.refresh_from_db()
    assert value.status == "submitted"
    assert not value.corrections.exists()
