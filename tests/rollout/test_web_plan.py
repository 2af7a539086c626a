"""The agreement's pages: what is agreed, and versions of the sub-agreements."""

from datetime import date

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from rollout.models import FocusArea, Role, SubAgreement
from tests.factories import (
    NOON,
    make_activity,
    make_focus_area,
    make_indicator,
    make_initiative,
    make_member,
    make_objective,
    make_partner,
    make_place,
    make_programme,
)
from tests.rollout.test_web_overview import text_of
from workflows.engine import perform

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def area():
    return make_focus_area(name="Beskæftigelse")


@pytest.fixture
def manager(area):
    return make_member(area.programme, name="Eksempel Leder")


def post(client, area, **values):
    data = {
        "agreement-valid_from": "2026-02-01",
        "agreement-summary": "Målgruppen er udvidet",
        "agreement-url": "https://example.org/delaftale.pdf",
    } | {f"agreement-{name}": value for name, value in values.items()}
    return client.post(f"/plan/areas/{area.pk}/versions/", data, follow=True)


def test_the_plan_tells_nature_lineage_and_states_by_place(client, area, manager):
    earlier = make_initiative(name="Jobvejen")
    whole = make_initiative(
        focus_area=area, name="Brobygning", nature="revised", continues=earlier
    )
    part = make_initiative(focus_area=area, name="Playbox", parent=whole)
    park = make_place(programme=area.programme, name="Vejleåparken")
    make_activity(initiative=whole, place=park, state="launched")
    make_activity(initiative=part, place=park, is_proposal=True)
    client.force_login(manager)

    seen = text_of(client.get("/plan/"))

    assert "Brobygning fortsætter Jobvejen fra Boligsocial helhedsplan" in seen
    assert "revideret igangværende indsats Steder: Vejleåparken iværksat" in seen
    assert "Playbox del af Brobygning" in seen
    assert "Vejleåparken forslag" in seen
    assert "ingen version af delaftalen er lagt ind" in seen


def test_an_area_tells_objectives_and_how_they_are_measured(client, area, manager):
    objective = make_objective(focus_area=area, text="Flere unge i job")
    make_indicator(objective=objective, name="Unge i fritidsjob", unit="unge")
    client.force_login(manager)

    seen = text_of(client.get(f"/plan/areas/{area.pk}/"))

    assert "Flere unge i job Skal stige" in seen
    assert "Unge i fritidsjob (unge)" in seen
    assert "ingen førmåling: ikke målt" in seen


def test_a_new_version_clears_that_the_agreement_is_to_be_updated(
    client, area, manager
):
    activity = make_activity(
        initiative=make_initiative(focus_area=area), state="launched"
    )
    perform(activity, "adjust", by=manager, at=NOON, reason="Færre timer")
    client.force_login(manager)

    before = text_of(client.get(f"/plan/areas/{area.pk}/"))
    after = text_of(post(client, area, valid_from="2026-03-03"))

    assert "Skal ajourføres; justeret 2. marts 2026" in before
    assert "“Færre timer”" in before
    assert "Version 1 er tilføjet." in after
    assert "Version 1 (gældende) gælder fra 3. marts 2026 · tilføjet af" in after
    assert "Målgruppen er udvidet" in after
    assert "Skal ajourføres" not in after
    assert FocusArea.objects.get(pk=area.pk).sub_agreement_outdated_since is None


def test_the_change_log_begins_with_the_newest_version(client, area, manager):
    client.force_login(manager)
    post(client, area)
    activity = make_activity(
        initiative=make_initiative(focus_area=area), state="launched"
    )
    perform(activity, "adjust", by=manager, at=NOON, reason="Færre timer")

    seen = text_of(client.get(f"/plan/areas/{area.pk}/"))

    assert "Justeret siden version 1" in seen
    assert "“Færre timer”" in seen


def test_a_document_is_kept_and_handed_out_to_save(client, area, manager):
    client.force_login(manager)
    pdf = SimpleUploadedFile("delaftale æøå.pdf", b"%PDF-1.7 indhold")
    post(client, area, document=pdf, url="")
    version = SubAgreement.objects.get()

    client.force_login(make_member(area.programme, Role.PARTNER))
    response = client.get(f"/plan/documents/{version.pk}/")

    assert response.content == b"%PDF-1.7 indhold"
    assert response["Content-Disposition"].startswith("attachment")
    assert (version.number, version.added_by) == (1, manager)


def test_a_document_that_is_gone_or_was_never_there_is_not_found(client, area, manager):
    client.force_login(manager)
    post(client, area)
    version = SubAgreement.objects.get()

    assert client.get(f"/plan/documents/{version.pk}/").status_code == 404
    SubAgreement.objects.update(document="sub-agreements/borte.pdf")
    assert client.get(f"/plan/documents/{version.pk}/").status_code == 404


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"url": ""}, "Vælg dokumentet, eller skriv et link til det."),
        ({"summary": ""}, "Se, hvad der er markeret i formularen."),
        (
            {"document": SimpleUploadedFile("virus.exe", b"MZ")},
            "Se, hvad der er markeret i formularen.",
        ),
        ({"valid_from": "2026-01-01"}, "Den forrige version gælder fra en senere dag."),
    ],
)
def test_what_is_no_version_is_refused_and_kept_in_the_form(
    client, area, manager, values, says
):
    SubAgreement.objects.create(
        focus_area=area, number=3, valid_from=date(2026, 1, 15), url="https://x.example"
    )
    client.force_login(manager)

    response = post(client, area, **values)

    assert response.status_code == 422
    assert says in text_of(response)
    assert SubAgreement.objects.count() == 1
    if "summary" not in values:
        assert "Målgruppen er udvidet" in response.content.decode()


def test_versions_count_on_from_the_last(client, area, manager):
    SubAgreement.objects.create(focus_area=area, number=3, valid_from=date(2026, 1, 15))
    client.force_login(manager)

    post(client, area)

    assert SubAgreement.objects.get(number=4).summary == "Målgruppen er udvidet"


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.PARTNER, Role.OBSERVER])
def test_only_a_manager_adds_a_version(client, area, role):
    client.force_login(make_member(area.programme, role))

    seen = text_of(client.get(f"/plan/areas/{area.pk}/"))

    assert "Tilføj en version" not in seen
    assert post(client, area).status_code == 403
    assert not SubAgreement.objects.exists()


def test_another_programmes_agreement_is_not_there(client, area, manager):
    version = SubAgreement.objects.create(
        focus_area=area, number=1, valid_from=date(2026, 1, 1)
    )
    client.force_login(make_member(make_programme()))

    assert client.get(f"/plan/areas/{area.pk}/").status_code == 404
    assert client.get(f"/plan/documents/{version.pk}/").status_code == 404
    assert post(client, area).status_code == 404
    assert area.name not in text_of(client.get("/plan/"))


def test_a_partner_reads_the_plan_and_of_the_activities_its_own(client, area):
    partner = make_partner(programme=area.programme)
    initiative = make_initiative(focus_area=area)
    for name, responsible in (("Vores sted", partner), ("Et andet", None)):
        make_activity(
            initiative=initiative,
            place=make_place(programme=area.programme, name=name),
            responsible_partner=responsible,
        )
    client.force_login(make_member(area.programme, Role.PARTNER, partner=partner))

    seen = text_of(client.get("/plan/"))

    assert initiative.name in seen
    assert "Vores sted" in seen
    assert "Et andet" not in seen


def test_the_plan_is_downloaded(client, area, manager):
    make_activity(initiative=make_initiative(focus_area=area))
    client.force_login(manager)

    rows = client.get("/plan/?format=csv").content.decode("utf-8-sig").splitlines()

    assert rows[0] == "Indsatsområde;Indsats;Karakter;Del af;Sted;Tilstand"
    assert rows[1].startswith("Beskæftigelse;Fritidsjobforløb;")


@pytest.mark.parametrize(("path", "queries"), [("/plan/", 13), ("area", 15)])
def test_more_initiatives_ask_no_more_queries(
    client, area, manager, django_assert_num_queries, path, queries
):
    client.force_login(manager)
    for number in (1, 2):
        for _one in range(2):
            initiative = make_initiative(focus_area=area)
            make_activity(initiative=initiative)
            make_indicator(objective=make_objective(focus_area=area))
            running = make_activity(
                initiative=make_initiative(focus_area=area), state="launched"
            )
            perform(running, "adjust", by=manager, at=NOON, reason="Justeret")
        SubAgreement.objects.create(
            focus_area=area, number=number, valid_from=date(2026, 1, number)
        )

        with django_assert_num_queries(queries):
            client.get(path if path != "area" else f"/plan/areas/{area.pk}/")
