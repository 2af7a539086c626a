"""Milestones on the activity's page: edited in place, in order, and in conflict."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from rollout import services
from rollout.models import Activity, Aspect, Milestone, Readiness, Role
from rollout.services import MilestoneValues
from tests.factories import (
    NOON,
    make_activity,
    make_evaluation,
    make_grant,
    make_member,
    make_milestone,
    make_partner,
    make_phase,
    make_programme,
)
from tests.rollout.test_web_overview import text_of
from workflows.engine import perform

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def activity():
    return make_activity(state="launched")


@pytest.fixture
def manager(activity):
    return make_member(activity.programme, name="Eksempel Leder")


def page(activity, what=""):
    return f"/activities/{activity.pk}/{what}"


def change(client, milestone, **values):
    key = f"milestone-{milestone.pk}-edit"
    posted = {
        "version": milestone.version,
        "title": milestone.title,
        "due_on": milestone.due_on or "",
        "weight": milestone.weight,
    } | values
    return client.post(
        page(milestone.activity, f"milestones/{milestone.pk}/change/"),
        {f"{key}-{name}": value for name, value in posted.items()},
    )


def test_a_milestone_is_edited_in_its_row(client, activity, manager):
    first = make_milestone(activity=activity, title="Aftalen", due_on=None)
    milestone = make_milestone(activity=activity, note="Gammel", weight=2)
    client.force_login(manager)

    shown = client.get(page(activity, f"?edit={milestone.pk}")).content.decode()
    assert f'id="form-milestone-{milestone.pk}-edit"' in shown
    assert "Gammel</textarea>" in shown

    answer = change(
        client,
        milestone,
        title="Lokalet er lejet",
        note="To års kontrakt",
        predecessors=[first.pk],
        before_launch="on",
    )

    assert answer["Location"] == page(activity, f"#milestone-{milestone.pk}")
    seen = text_of(client.get(page(activity)))
    assert "Lokalet er lejet · efter: Aftalen" in seen
    assert "vægt 2 To års kontrakt" in seen


def test_a_conflict_shows_both_versions_and_lets_one_choose(client, activity, manager):
    milestone = make_milestone(activity=activity, title="Lokale", due_on=None)
    client.force_login(manager)
    services.change_milestone(
        milestone,
        MilestoneValues("Lokalet er lejet", date(2026, 5, 4), manager, 1, True, []),
        by=make_member(activity.programme),
    )

    answer = change(client, milestone, title="Lokalet er fundet")

    seen = text_of(answer)
    assert answer.status_code == 412
    assert "Milepæl Sådan er det gemt nu: Lokalet er lejet" in seen
    assert "Sådan skrev du det: Lokalet er fundet" in seen
    assert "Frist Sådan er det gemt nu: 4. maj 2026 Sådan skrev du det: –" in seen
    assert "Sådan er det gemt nu: Eksempel Leder" in seen
    assert "Sådan er det gemt nu: ja Sådan skrev du det: nej" in seen
    html = answer.content.decode()
    assert f'form="form-milestone-{milestone.pk}-edit"' in html
    assert 'value="Lokalet er fundet"' in html
    fresh = Milestone.objects.get()
    assert f'edit-version" value="{fresh.version}"' in html, "mine can be saved now"


def test_what_cannot_be_saved_is_kept_with_every_choice(client, activity, manager):
    first = make_milestone(activity=activity, title="Aftalen")
    milestone = make_milestone(activity=activity)
    first.predecessors.add(milestone)
    client.force_login(manager)

    answer = change(client, milestone, title="Ny", predecessors=[first.pk])

    assert answer.status_code == 422
    assert "venter på hinanden" in text_of(answer)
    html = answer.content.decode()
    assert 'value="Ny"' in html
    assert f'value="{first.pk}"' in html
    assert "checked" in html


def test_milestones_change_places_by_buttons(client, activity, manager):
    first, second = (
        make_milestone(activity=activity, title=title, due_on=None) for title in "ab"
    )
    client.force_login(manager)
    shown = text_of(client.get(page(activity)))
    assert "Flyt “a” ned" in shown
    assert "Flyt “a” op" not in shown
    assert "Flyt “b” op" in shown

    client.post(page(activity, f"milestones/{second.pk}/order/"), {"to": 0})

    assert list(activity.milestones.all()) == [second, first]
    assert (
        client.post(
            page(activity, f"milestones/{second.pk}/order/"), {"to": "x"}
        ).status_code
        == 422
    )


def test_who_may_not_edit_gets_no_form_and_is_refused(client, activity):
    milestone = make_milestone(activity=activity)
    client.force_login(make_member(activity.programme, Role.OBSERVER))

    shown = client.get(page(activity, f"?edit={milestone.pk}")).content.decode()
    assert "milestone-form" not in shown
    assert change(client, milestone).status_code == 403
    answer = client.post(page(activity, f"milestones/{milestone.pk}/order/"), {"to": 0})
    assert answer.status_code == 403


def test_milestones_of_other_activities_are_not_there(client, activity, manager):
    foreign = make_milestone()
    client.force_login(manager)

    assert change(client, foreign).status_code == 404
    for what in ("change", "order"):
        address = page(activity, f"milestones/{foreign.pk}/{what}/")
        assert client.post(address, {"to": 0}).status_code == 404


# --- what else is said about an activity ---------------------------------------------


def test_phase_size_and_contributors_are_chosen(client, activity, manager):
    phase = make_phase(programme=activity.programme, name="Fase 2")
    partner = make_partner(programme=activity.programme, name="Gildbroskolen")
    client.force_login(manager)

    client.post(
        page(activity, "details/"),
        {
            "details-version": activity.version,
            "details-phase": phase.pk,
            "details-weight": "2",
            "details-contributors": [partner.pk],
            "details-note": "Kun i vinterhalvåret",
        },
    )

    seen = text_of(client.get(page(activity)))
    assert "Fase Fase 2" in seen
    assert "Størrelse dobbelt så stor" in seen
    assert "Medvirkende Gildbroskolen" in seen
    assert "Kun i vinterhalvåret" in seen


def test_a_phase_that_somebody_else_chose_meanwhile_is_shown_beside_ones_own(
    client, activity, manager
):
    mine, theirs = (
        make_phase(programme=activity.programme, name=name) for name in ("Min", "Din")
    )
    seen = activity.version
    services.put_in_phase(activity, phase=theirs, by=manager)
    client.force_login(manager)

    answer = client.post(
        page(activity, "details/"),
        {
            "details-version": seen,
            "details-phase": mine.pk,
            "details-weight": "1",
        },
    )

    text = text_of(answer)
    assert "Fase Sådan er det gemt nu: Din Sådan skrev du det: Min" in text
    assert Activity.objects.get().phase == theirs


def test_grants_are_shown_to_those_who_may_see_them(client, activity, manager):
    grant = make_grant(
        programme=activity.programme, amount=1_250_000, ends_on=date(2026, 2, 1)
    )
    grant.activities.add(activity)
    activity.contributors.add(partner := make_partner(programme=activity.programme))
    client.force_login(manager)

    seen = text_of(client.get(page(activity)))
    assert "Eksempelfonden" in seen
    assert "1.250.000 kr." in seen
    assert "er udløbet" in seen
    client.force_login(make_member(activity.programme, Role.PARTNER, partner=partner))
    assert "Eksempelfonden" not in text_of(client.get(page(activity)))


# --- what readiness rests on ----------------------------------------------------------


@pytest.fixture
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def declare(client, activity, **values):
    check = Readiness.objects.get(activity=activity, aspect=Aspect.PLANNING)
    posted = {"version": check.version, "is_met": "True"} | values
    key = "readiness-planning"
    return client.post(
        page(activity, "readiness/planning/"),
        {f"{key}-{name}": value for name, value in posted.items()},
    )


def test_a_file_is_handed_in_and_out_again(client, activity, manager, media):
    client.force_login(manager)

    declare(client, activity, evidence=SimpleUploadedFile("plan æ.pdf", b"%PDF"))

    answer = client.get(page(activity, "readiness/planning/evidence/"))
    assert answer.content == b"%PDF"
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment;")
    assert client.get(page(activity, "readiness/parties/evidence/")).status_code == 404


def test_the_file_is_handed_to_nobody_else(client, activity, manager, media):
    client.force_login(manager)
    declare(client, activity, evidence=SimpleUploadedFile("plan.pdf", b"%PDF"))
    address = page(activity, "readiness/planning/evidence/")

    client.force_login(make_member(make_programme()))
    assert client.get(address).status_code == 404
    client.logout()
    assert client.get(address).status_code == 302


@pytest.mark.parametrize(
    ("file", "complaint"),
    [
        (
            SimpleUploadedFile("plan.html", b"<script>"),
            "Filendelse “html” er ikke tilladt",
        ),
        (SimpleUploadedFile("plan.pdf", b"x" * 10_000_001), "større end 10 MB"),
    ],
)
def test_files_that_are_no_documents_are_refused(
    client, activity, manager, media, file, complaint
):
    client.force_login(manager)

    answer = declare(client, activity, evidence=file, note="Bliver stående")

    assert answer.status_code == 422
    assert complaint in text_of(answer)
    assert "Bliver stående</textarea>" in answer.content.decode()


def test_readiness_that_somebody_else_noted_meanwhile_is_not_overwritten(
    client, activity, manager
):
    services.set_readiness(
        activity, Aspect.PLANNING, is_met=True, by=manager, at=NOON, note="Hans"
    )
    client.force_login(manager)

    answer = declare(client, activity, version=1, note="Min")

    assert answer.status_code == 412
    seen = text_of(answer)
    assert "Bemærkning Sådan er det gemt nu: Hans Sådan skrev du det: Min" in seen
    assert 'planning-is_met" value="True"' in answer.content.decode(), "as was meant"


# --- history --------------------------------------------------------------------------


def test_the_history_is_narrowed_by_kind_person_and_period(client, activity, manager):
    other = make_member(activity.programme, name="Eksempel Koordinator")
    milestone = make_milestone(activity=activity, title="Lokale er fundet")
    perform(milestone, "finish", by=other, at=NOON)
    perform(activity, "adjust", by=manager, at=NOON, reason="Ny målgruppe")
    make_evaluation(activity=activity, approved_by=other, approved_on=date(2026, 1, 5))
    client.force_login(manager)

    def seen(**query):
        shown = client.get(page(activity), query).context["page"].history.shown
        return [entry.text for entry in shown]

    assert len(seen()) == 4  # adopted, adjusted, finished, approved
    assert seen(kind="milestone") == [
        "Eksempel Koordinator markerede “Lokale er fundet” som færdig"
    ]
    assert len(seen(person=other.pk)) == 2
    assert len(seen(until="2026-01-31")) == 1
    assert len(seen(since="2026-03-02", kind="state", person=manager.pk)) == 1
    assert seen(person="nonsense", kind="x") == seen()


def test_a_narrowed_history_says_so_where_nothing_fits(client, activity, manager):
    client.force_login(manager)

    seen = text_of(client.get(page(activity, "?kind=dates")))

    assert "Der er ikke sket noget af den slags." in seen
