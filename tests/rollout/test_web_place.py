"""A place: what stands between it and its launches, what unblocks most first."""

from datetime import date

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rollout import services
from rollout.models import Aspect, Role
from rollout.status import launch_of
from tests.factories import (
    NOON,
    TODAY,
    make_activity,
    make_condition,
    make_focus_area,
    make_initiative,
    make_member,
    make_milestone,
    make_partner,
    make_place,
    make_programme,
)
from tests.rollout.test_web_overview import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def place():
    return make_place(name="Vildtbanegård II", requires_readiness=True)


def obstacles(place, user=None):
    rows = place.activities.all()
    return [
        (one.text, len(one.blocks), one.alone)
        for one in launch_of(rows, on=TODAY, user=user)[1]
    ]


def make_here(place, state="in_clarification", **fields):
    initiative = make_initiative(focus_area=make_focus_area(programme=place.programme))
    return make_activity(initiative=initiative, place=place, state=state, **fields)


def test_what_holds_up_most_comes_first_and_then_what_alone_does(place):
    first, second = make_here(place), make_here(place)
    by = make_member(place.programme)
    for aspect in (Aspect.PLANNING, Aspect.FRAMEWORK):
        services.set_readiness(first, aspect, is_met=True, by=by, at=NOON)
    services.set_readiness(second, Aspect.PLANNING, is_met=True, by=by, at=NOON)
    make_condition(activity=second, title="Stillingen")

    assert obstacles(place) == [
        ("Parterne er ikke klar i Vildtbanegård II.", 2, 1),
        ("Rammerne er ikke klar i Vildtbanegård II.", 1, 0),
        ("“Stillingen” er ikke afgjort.", 1, 0),
    ]


def test_a_planned_activity_tells_what_both_steps_ask_for():
    place = make_place()
    planned = make_here(place, state="planned", is_proposal=True)
    make_milestone(activity=planned, title="Lokale", due_on=None, before_launch=True)

    assert [text for text, *_rest in obstacles(place)] == [
        "Forslaget er ikke bekræftet.",
        "Der er ikke valgt en ansvarlig.",
        "Milepælen “Lokale” er åben.",
    ]


def test_what_is_launched_or_discontinued_waits_for_nothing():
    place = make_place()
    for state in ("launched", "evaluated", "discontinued"):
        make_here(place, state=state)

    assert launch_of(place.activities.all(), on=TODAY, user=None) == ([], [])


def test_the_page_names_owners_and_links_to_where_it_is_settled(client, place):
    partner = make_partner(programme=place.programme, name="CKF")
    one = make_here(place, responsible_partner=partner)
    other = make_here(place)
    milestone = make_milestone(activity=other, title="Lokale", before_launch=True)
    client.force_login(make_member(place.programme))

    response = client.get(f"/places/{place.pk}/")

    seen, html = text_of(response), response.content.decode()
    assert "Hvad står mellem os og iværksættelse i Vildtbanegård II?" in seen
    assert "2 aktiviteter er ikke iværksat endnu" in seen
    assert "CKF, helhedsplanens leder" in seen
    assert f'href="/activities/{one.pk}/#readiness"' in html
    assert f'href="/activities/{other.pk}/#milestone-{milestone.pk}"' in html


def test_it_is_narrowed_to_one_owner_and_downloaded(client, place):
    waiting = make_here(place)
    make_condition(activity=waiting, title="Stillingen", body="Byrådet")
    client.force_login(make_member(place.programme))

    seen = text_of(client.get(f"/places/{place.pk}/?who=Byrådet"))
    file = client.get(f"/places/{place.pk}/?who=Byrådet&format=csv")

    assert "“Stillingen” er ikke afgjort." in seen
    assert "Parterne er ikke klar" not in seen
    rows = file.content.decode("utf-8-sig").splitlines()
    assert rows[0] == "Hvad mangler;Hvem kan løse det;Aktivitet"
    assert rows[1:] == [f"“Stillingen” er ikke afgjort.;Byrådet;{waiting}"]


def test_a_group_sums_up_the_places_in_it(client, place):
    group = make_place(programme=place.programme, name="Vildtbanegård", kind="group")
    first = make_place(programme=place.programme, name="Vildtbanegård I", parent=group)
    place.parent = group
    place.save()
    make_here(place)
    make_here(first, state="planned")
    make_here(first, state="launched")
    client.force_login(make_member(place.programme))

    seen = text_of(client.get(f"/places/{group.pk}/"))
    listed = text_of(client.get("/places/"))

    assert "2 aktiviteter er ikke iværksat endnu · 1 er iværksat" in seen
    assert "Parterne er ikke klar i Vildtbanegård II." in seen
    assert "Der er ikke valgt en ansvarlig." in seen
    assert "Vildtbanegård Art: Gruppe af steder Iværksat: 1 Aktiviteter: 3" in listed


def test_a_place_where_all_is_ready_says_so(client):
    place = make_place()
    make_here(place)
    client.force_login(make_member(place.programme))

    seen = text_of(client.get(f"/places/{place.pk}/"))

    assert "Ingenting: alt her kan iværksættes nu." in seen


def test_outside_the_programme_nothing_can_be_launched(client):
    place = make_place(programme=make_programme(ends_on=date(2026, 1, 1)))
    make_here(place)
    client.force_login(make_member(place.programme))

    assert "ligger uden for helhedsplanen" in text_of(
        client.get(f"/places/{place.pk}/")
    )


def test_a_partner_sees_what_holds_up_its_own(client, place):
    partner = make_partner(programme=place.programme)
    make_here(place, responsible_partner=partner)
    other = make_here(place)
    make_condition(activity=other, title="En andens sag")
    client.force_login(make_member(place.programme, Role.PARTNER, partner=partner))

    seen = text_of(client.get(f"/places/{place.pk}/"))

    assert "1 aktivitet er ikke iværksat endnu" in seen
    assert "En andens sag" not in seen


def test_another_programmes_place_is_not_there(client, place):
    client.force_login(make_member(make_programme()))

    assert client.get(f"/places/{place.pk}/").status_code == 404
    assert place.name not in text_of(client.get("/places/"))


def test_more_activities_ask_no_more_queries(client, place, django_assert_num_queries):
    client.force_login(make_member(place.programme))
    whole = make_initiative(focus_area=make_focus_area(programme=place.programme))
    make_activity(initiative=whole, place=place, state="discontinued")

    for _round in range(2):
        for state in ("planned", "in_clarification"):
            part = make_initiative(focus_area=whole.focus_area, parent=whole)
            waiting = make_activity(initiative=part, place=place, state=state)
            make_condition(activity=waiting)
            make_milestone(activity=waiting, before_launch=True)

        with django_assert_num_queries(20):
            client.get(f"/places/{place.pk}/")


def test_more_places_in_a_group_ask_no_more_queries(client, place):
    client.force_login(make_member(place.programme))
    make_here(place)
    asked = []

    for number in range(2):
        name = f"Blok {number}"
        make_here(make_place(programme=place.programme, parent=place, name=name))
        with CaptureQueriesContext(connection) as queries:
            page = text_of(client.get("/places/"))
        asked.append(len(queries))

    assert page.count(f"del af {place.name}") == 2
    assert asked[0] == asked[1]
