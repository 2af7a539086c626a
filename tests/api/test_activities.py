"""Activities are listed, narrowed, paged and tagged; so is the frame around them."""

from datetime import date

import pytest

from rollout.models import Activity, Milestone
from tests.api.conftest import Caller
from tests.factories import (
    make_activity,
    make_focus_area,
    make_initiative,
    make_member,
    make_milestone,
    make_partner,
    make_phase,
    make_place,
    make_programme,
)

pytestmark = pytest.mark.django_db


def ids(answer):
    assert answer.status_code == 200, answer.content
    return {one["id"] for one in answer.json()["results"]}


def test_an_activity_tells_what_where_who_and_how_ready():
    programme = make_programme(code="ishoj", name="Ishøj")
    area = make_focus_area(programme=programme, code="job", name="Beskæftigelse")
    initiative = make_initiative(focus_area=area, code="fritid", name="Fritidsjob")
    place = make_place(
        programme=programme, code="vb1", name="Vildtbanegård I", requires_readiness=True
    )
    phase = make_phase(programme=programme, code="f1", name="Fase 1")
    school = make_partner(programme=programme, code="skole", name="Skolen")
    manager = make_member(programme, name="Mette Eksempel")
    activity = make_activity(
        state="in_clarification",
        initiative=initiative,
        place=place,
        phase=phase,
        responsible=manager,
        responsible_partner=school,
        planned_launch_on=date(2026, 8, 10),
        weight=2,
    )
    activity.contributors.add(school)
    activity.readiness.filter(aspect="planning").update(is_met=True, on="2026-02-01")

    shown = Caller(manager).ask(f"activities/{activity.pk}/").json()

    aspects = shown["readiness"].pop("aspects")
    met = [aspect["aspect"] for aspect in aspects if aspect["is_met"]]
    assert met == ["planning"]
    partner = {"id": school.pk, "code": "skole", "name": "Skolen"}
    assert shown == {
        "id": activity.pk,
        "version": 2,
        "state": "in_clarification",
        "state_label": "in clarification",
        "programme": {"id": programme.pk, "code": "ishoj", "name": "Ishøj"},
        "focus_area": {"id": area.pk, "code": "job", "name": "Beskæftigelse"},
        "initiative": {"id": initiative.pk, "code": "fritid", "name": "Fritidsjob"},
        "place": {"id": place.pk, "code": "vb1", "name": "Vildtbanegård I"},
        "phase": {"id": phase.pk, "code": "f1", "name": "Fase 1"},
        "is_proposal": False,
        "responsible": {"id": manager.pk, "name": "Mette Eksempel"},
        "responsible_partner": partner,
        "contributors": [partner],
        "readiness": {"is_required": True, "met": 1},
        "planned_launch_on": "2026-08-10",
        "launched_on": None,
        "running_since": None,
        "weight": 2,
        "note": "",
        "source": "",
        "created_at": "2026-03-02T12:00:00+01:00",
    }


def test_activities_are_narrowed_by_what_the_plan_calls_them():
    activity = make_activity(state="launched", is_proposal=False)
    programme = activity.programme
    manager = make_member(programme)
    Activity.objects.filter(pk=activity.pk).update(responsible=manager)
    proposal = make_activity(programme=programme, is_proposal=True)
    caller = Caller(manager)
    both = {activity.pk, proposal.pk}
    expected = {
        "": both,
        f"programme={programme.code}": both,
        "programme=another": set(),
        f"place={activity.place.code}": {activity.pk},
        f"initiative={proposal.initiative.code}": {proposal.pk},
        f"focus_area={activity.initiative.focus_area.code}": {activity.pk},
        "state=launched": {activity.pk},
        "state=launched&state=planned": both,
        "state=evaluated": set(),
        f"responsible={manager.pk}": {activity.pk},
        "responsible=9223372036854775807": set(),
        "is_proposal=true": {proposal.pk},
        "is_proposal=false": {activity.pk},
        f"is_proposal=true&place={activity.place.code}": set(),
    }

    found = {query: ids(caller.ask(f"activities/?{query}")) for query in expected}

    assert found == expected


def test_pages_hold_everything_once_while_others_add_and_remove():
    programme = make_programme()
    early = [make_activity(programme=programme).pk for _ in range(5)]
    caller = Caller(make_member(programme))

    page = caller.ask("activities/?page_size=2").json()
    Activity.objects.get(pk=early[0]).delete()
    late = make_activity(programme=programme).pk
    seen = [one["id"] for one in page["results"]]
    while page["next"]:
        page = caller.get(page["next"]).json()
        seen += [one["id"] for one in page["results"]]

    assert seen == [*early, late]


def test_pages_lead_back_as_well():
    programme = make_programme()
    for _ in range(3):
        make_activity(programme=programme)
    caller = Caller(make_member(programme))
    first = caller.ask("activities/?page_size=2").json()

    second = caller.get(first["next"]).json()
    back = caller.get(second["previous"]).json()

    assert first["previous"] is None
    assert back["results"] == first["results"]


def test_a_tag_begins_with_the_version_and_is_strong():
    activity = make_activity(state="launched")
    caller = Caller(make_member(activity.programme))

    tag = caller.ask(f"activities/{activity.pk}/")["ETag"]

    assert tag.startswith('"2-')
    assert tag.endswith('"')


@pytest.mark.parametrize("address", ["activities/", "activities/{}/", "status/"])
def test_what_the_caller_has_already_is_not_sent_again(address):
    activity = make_activity(state="launched")
    caller = Caller(make_member(activity.programme))
    address = address.format(activity.pk)
    first = caller.ask(address)

    again = caller.ask(address, headers={"If-None-Match": first["ETag"]})
    weak = caller.ask(address, headers={"If-None-Match": f'"x", W/{first["ETag"]}'})
    other = caller.ask(address, headers={"If-None-Match": '"2"'})

    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == first["ETag"]
    assert "Accept-Language" in again["Vary"]
    assert (weak.status_code, other.status_code) == (304, 200)


def test_the_tag_changes_with_the_language_the_version_and_what_lies_around():
    activity = make_activity(state="in_clarification")
    caller = Caller(make_member(activity.programme))
    address = f"activities/{activity.pk}/"

    tags = [caller.ask(address)["ETag"]]
    tags.append(caller.ask(address, headers={"Accept-Language": "da"})["ETag"])
    activity.readiness.filter(aspect="planning").update(is_met=True, on="2026-02-01")
    tags.append(caller.ask(address)["ETag"])
    caller.perform(activity, "postpone", reason="Venter")
    tags.append(caller.ask(address)["ETag"])

    assert len(set(tags)) == 4


def test_labels_are_in_the_language_asked_for_and_codes_are_not():
    activity = make_activity(state="launched")
    caller = Caller(make_member(activity.programme))
    address = f"activities/{activity.pk}/"

    danish = caller.ask(address, headers={"Accept-Language": "da"})
    english = caller.ask(address, headers={"Accept-Language": "en"})

    assert danish.json()["state"] == english.json()["state"] == "launched"
    assert danish.json()["state_label"] == "iværksat"
    assert english.json()["state_label"] == "launched"
    assert danish["Content-Language"] == "da"
    assert "Accept-Language" in danish["Vary"]


def test_answers_are_private():
    caller = Caller(make_member(make_programme()))

    answer = caller.ask("activities/")

    assert answer["Cache-Control"] == "private, no-cache"
    assert {"Authorization", "Cookie"} <= set(answer["Vary"].split(", "))


def test_head_answers_with_the_headers_of_get():
    activity = make_activity()
    caller = Caller(make_member(activity.programme))
    address = f"/api/v1/activities/{activity.pk}/"

    head = caller.head(address)

    assert (head.status_code, head.content) == (200, b"")
    assert head["ETag"] == caller.get(address)["ETag"]


def test_the_frame_of_the_plan_can_be_read():
    programme = make_programme(code="ishoj")
    center = make_partner(programme=programme, code="ckf", name="Center")
    area = make_focus_area(programme=programme, code="job")
    area.departments.add(center)
    whole = make_initiative(focus_area=area, code="helhed")
    part = make_initiative(focus_area=area, code="del", parent=whole, nature="new")
    group = make_place(programme=programme, code="vb", kind="group")
    place = make_place(programme=programme, code="vb1", parent=group)
    caller = Caller(make_member(programme))

    shown = {
        "programmes": caller.ask(f"programmes/{programme.pk}/").json(),
        "focus-areas": caller.ask(f"focus-areas/{area.pk}/").json(),
        "initiatives": caller.ask(f"initiatives/{part.pk}/").json(),
        "places": caller.ask(f"places/{place.pk}/").json(),
    }

    assert shown["programmes"]["starts_on"] == "2025-11-01"
    assert [one["code"] for one in shown["focus-areas"]["departments"]] == ["ckf"]
    assert shown["initiatives"]["parent"]["code"] == "helhed"
    assert shown["initiatives"]["nature_label"] == "new activity"
    assert shown["initiatives"]["programme"]["code"] == "ishoj"
    assert shown["places"]["parent"]["code"] == "vb"
    assert shown["places"]["kind_label"] == "housing area"


def test_the_frame_is_narrowed_by_programme():
    areas = [make_focus_area(), make_focus_area()]
    initiatives = [make_initiative(focus_area=area) for area in areas]
    manager = make_member(areas[0].programme)
    manager.memberships.create(programme=areas[1].programme, role="observer")
    caller = Caller(manager)
    code = areas[0].programme.code

    assert ids(caller.ask(f"focus-areas/?programme={code}")) == {areas[0].pk}
    assert ids(caller.ask(f"initiatives/?programme={code}")) == {initiatives[0].pk}
    assert ids(caller.ask(f"initiatives/?focus_area={areas[1].code}")) == {
        initiatives[1].pk
    }


def test_milestones_are_listed_and_narrowed_by_activity_and_state():
    milestone = make_milestone(title="Lokale er fundet")
    caller = Caller(make_member(milestone.activity.programme))
    make_milestone(activity=make_activity(programme=milestone.activity.programme))

    listed = caller.ask(f"milestones/?activity={milestone.activity_id}&state=open")

    shown = listed.json()["results"][0]
    assert ids(listed) == {milestone.pk}
    assert shown["title"] == "Lokale er fundet"
    assert shown["activity"]["id"] == milestone.activity_id
    assert shown["due_on"] == "2026-04-15"
    assert ids(caller.ask("milestones/?state=done")) == set()
    assert len(ids(caller.ask("milestones/"))) == Milestone.objects.count() == 2
