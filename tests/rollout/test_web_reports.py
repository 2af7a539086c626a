"""The pages of reports: making, writing, freezing, comparing and downloading."""

import pytest
import time_machine

from rollout.models import Report, Role
from tests.factories import NOON, make_member, make_partner
from tests.rollout.test_figures import evictions
from tests.rollout.test_web_overview import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def programme():
    return evictions(7, 5).programme


@pytest.fixture
def manager(client, programme):
    person = make_member(programme, name="Eksempel Leder")
    client.force_login(person)
    return person


def make(client, programme, **values):
    data = {"new-kind": "board", "new-first": "", "new-last": ""} | values
    return client.post(f"/reports/new/{programme.pk}/", data, follow=True)


def test_a_manager_makes_writes_freezes_and_compares(client, programme, manager):
    seen = text_of(make(client, programme))
    assert "Udkastet “Bestyrelsesrapport" in seen
    report = Report.objects.get()
    area = programme.focus_areas.get()

    client.post(
        f"/reports/{report.pk}/edit/",
        {
            "edit-version": report.version,
            "edit-title": "Rapport til bestyrelsen",
            "edit-cover": "Det går fremad.",
            f"edit-area-{area.code}": "Flere er i job.",
        },
    )
    report.refresh_from_db()
    client.post(f"/reports/{report.pk}/freezing/", {"freeze-version": report.version})
    seen = text_of(client.get(f"/reports/{report.pk}/?compare=1"))

    assert "Rapport til bestyrelsen" in seen
    assert "Det går fremad." in seen
    assert "Flere er i job." in seen
    assert "Låst 2. marts 2026 kl. 12.00 af Eksempel Leder" in seen.replace(
        "mar.", "marts"
    )
    assert "Intet: den siger det samme, som tallene siger i dag." in seen
    assert "Lås rapporten" not in seen


@pytest.mark.parametrize(
    ("form", "begins"),
    [("pdf", b"%PDF-1.7"), ("docx", b"PK"), ("xlsx", b"PK"), ("html", b"<!DOCTYPE")],
)
def test_a_report_is_downloaded_in_every_form(client, programme, manager, form, begins):
    make(client, programme)

    response = client.get(f"/reports/{Report.objects.get().pk}/files/{form}/")

    assert response.content.startswith(begins)
    assert f".{form}" in response["Content-Disposition"]


def test_what_is_no_form_of_a_file_is_not_there(client, programme, manager):
    make(client, programme)

    address = f"/reports/{Report.objects.get().pk}/files/exe/"

    assert client.get(address).status_code == 404


def test_an_observer_reads_what_is_frozen_and_changes_nothing(
    client, programme, manager
):
    make(client, programme)
    report = Report.objects.get()
    client.force_login(make_member(programme, Role.OBSERVER))
    assert client.get(f"/reports/{report.pk}/").status_code == 404

    client.force_login(manager)
    client.post(f"/reports/{report.pk}/freezing/", {"freeze-version": report.version})
    client.force_login(make_member(programme, Role.OBSERVER))

    assert client.get(f"/reports/{report.pk}/").status_code == 200
    assert make(client, programme).status_code == 403


def test_a_stranger_finds_no_report(client, programme, manager):
    make(client, programme)
    client.force_login(make_member(evictions(5).programme))

    assert client.get(f"/reports/{Report.objects.get().pk}/").status_code == 404


def test_half_a_period_is_refused_and_what_was_written_stays(
    client, programme, manager
):
    response = make(client, programme, **{"new-first": "2026-01-01"})

    assert response.status_code == 422
    assert 'value="2026-01-01"' in response.content.decode()
    assert not Report.objects.exists()


def test_who_was_overtaken_loses_nothing(client, programme, manager):
    make(client, programme)
    report = Report.objects.get()

    response = client.post(
        f"/reports/{report.pk}/edit/",
        {"edit-version": report.version + 1, "edit-title": "A", "edit-cover": "Mit"},
    )

    assert response.status_code == 412
    assert "Mit</textarea>" in response.content.decode()


@pytest.mark.parametrize("part", ["area-{area}", "director-kk", "committee-kk"])
def test_no_part_of_a_report_takes_a_cpr_number(client, programme, manager, part):
    make_partner(programme=programme, code="kk")
    make(client, programme, **{"new-kind": "committee"})
    report = Report.objects.get()
    name = part.format(area=programme.focus_areas.get().code)

    response = client.post(
        f"/reports/{report.pk}/edit/",
        {
            "edit-version": report.version,
            "edit-title": "Rapport",
            f"edit-{name}": "Anders, 010190-1234",
        },
    )

    assert response.status_code == 422
    assert "Det ligner et CPR-nummer." in text_of(response)
    report.refresh_from_db()
    assert "010190" not in f"{report.summaries}{report.offices}"


def test_a_draft_is_deleted(client, programme, manager):
    make(client, programme)
    report = Report.objects.get()

    client.post(f"/reports/{report.pk}/removal/", {"discard-version": report.version})

    assert not Report.objects.exists()
