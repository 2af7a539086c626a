"""A person's work: what it lists for whom, and who begins with it."""

from datetime import timedelta

import pytest
import time_machine

from rollout.models import Role
from tests.factories import (
    NOON,
    TODAY,
    make_activity,
    make_condition,
    make_evaluation,
    make_focus_area,
    make_indicator,
    make_initiative,
    make_measurement,
    make_member,
    make_milestone,
    make_objective,
    make_partner,
    make_place,
    make_programme,
    make_request,
    make_user,
)
from tests.rollout.test_web_overview import text_of

pytestmark = pytest.mark.django_db


def sections_of(response):
    page = response.context["page"]
    return {
        name: [one.title for one in getattr(page, name)]
        for name in ("overdue", "soon", "later", "undated")
    }


def test_it_sorts_ones_duties_by_when_they_are_due(client, person, activity):
    for title, days in (("for sent", -1), ("i dag", 0), ("om en uge", 7), ("så", 8)):
        make_milestone(
            activity=activity,
            title=title,
            responsible=person,
            due_on=TODAY + timedelta(days=days),
        )
    make_milestone(activity=activity, title="engang", responsible=person, due_on=None)
    client.force_login(person)

    response = client.get("/my-work/")

    assert sections_of(response) == {
        "overdue": ["for sent"],
        "soon": ["i dag", "om en uge"],
        "later": ["så"],
        "undated": ["engang"],
    }
    seen = text_of(response)
    assert "Overskredet 1" in seen
    assert "fristen var 1. marts 2026 (uge 9)" in seen


def test_what_nobody_at_the_organisation_is_named_for_is_everybodys(
    client, person, partner, activity
):
    colleague = make_member(partner.programme, Role.PARTNER, partner=partner)
    make_milestone(activity=activity, title="vores", responsible_partner=partner)
    make_milestone(
        activity=activity,
        title="kollegaens",
        responsible=colleague,
        responsible_partner=partner,
    )
    own = make_activity(
        state="launched", programme=partner.programme, responsible_partner=partner
    )
    make_milestone(activity=own, title="aktivitetens", due_on=TODAY + timedelta(60))
    client.force_login(person)

    response = client.get("/my-work/")

    assert sections_of(response)["later"] == ["vores", "aktivitetens"]
    assert "din organisation; ingen person er nævnt" in text_of(response)


def test_nobody_elses_work_is_there(client, person, activity):
    other = make_partner(programme=activity.programme)
    make_milestone(activity=activity, title="en andens", responsible_partner=other)
    make_milestone(title="et andet steds")
    client.force_login(person)

    seen = text_of(client.get("/my-work/"))

    assert "en andens" not in seen
    assert "et andet steds" not in seen
    assert "Ingen frist ligger hos dig." in seen


def test_what_does_not_count_yet_is_never_overdue(client, person, partner):
    planned = make_activity(programme=partner.programme, responsible=person)
    make_milestone(activity=planned, title="planlagt", due_on=TODAY - timedelta(days=9))
    proposal = make_activity(programme=partner.programme, is_proposal=True)
    make_milestone(activity=proposal, title="foreslået", responsible=person)
    client.force_login(make_member(partner.programme, Role.COORDINATOR))
    client.force_login(person)

    response = client.get("/my-work/")

    # The planned activity is the person's own, but a partner sees an activity only
    # through the organisation that takes part in it.
    assert sections_of(response)["overdue"] == []
    assert "foreslået" not in text_of(response)


def test_it_says_for_whose_decision_ones_activities_wait(client):
    place = make_place(name="Vildtbanegård I", requires_readiness=True)
    manager = make_member(place.programme, name="Eksempel Leder")
    waiting = make_activity(place=place, state="in_clarification", responsible=manager)
    make_condition(activity=waiting, title="Stillingen", body="Byrådet")
    client.force_login(manager)

    response = client.get("/my-work/")

    assert "“Stillingen” er ikke afgjort. · Byrådet" in text_of(response)
    (found,) = response.context["page"].waiting
    assert [str(one.who) for one in found.reasons] == ["Byrådet"]


def test_who_stands_in_sees_the_others_work_while_they_do(client, partner, activity):
    away = make_member(
        partner.programme, Role.PARTNER, partner=partner, name="Eksempel Væk"
    )
    make_milestone(
        activity=activity,
        title="den fraværendes",
        responsible=away,
        responsible_partner=partner,
    )
    deputy = make_member(partner.programme, Role.PARTNER, partner=partner)
    away.stand_in, away.stand_in_until = deputy, TODAY
    away.save()
    client.force_login(deputy)

    during = text_of(client.get("/my-work/"))
    with time_machine.travel(NOON + timedelta(days=1), tick=False):
        client.force_login(deputy)
        after = text_of(client.get("/my-work/"))

    assert "Du er stedfortræder for Eksempel Væk til og med 2. marts 2026" in during
    assert "den fraværendes" in during
    assert "den fraværendes" not in after


def test_the_list_is_downloaded_as_it_is_shown(client, person, activity):
    make_milestone(activity=activity, title="Aftalen", responsible=person)
    client.force_login(person)

    rows = client.get("/my-work/?format=csv").content.decode("utf-8-sig").splitlines()

    assert rows[0] == "Frist;Art;Hvad;Hvor;Bemærkning"
    assert rows[1].startswith("2026-04-15;milepæl;Aftalen;")


def test_more_work_asks_no_more_queries(
    client, partner, person, django_assert_num_queries
):
    manager = make_member(partner.programme)
    manager.memberships.update(partner=partner)
    away = make_member(partner.programme, stand_in=manager)
    client.force_login(manager)

    for _round in range(2):
        for responsible in (manager, away):
            busy = make_activity(
                state="in_clarification",
                programme=partner.programme,
                responsible=responsible,
            )
            make_condition(activity=busy)
            before = make_milestone(activity=busy)
            make_milestone(activity=busy).predecessors.add(before)
        area = make_focus_area(programme=partner.programme)
        indicator = make_indicator(objective=make_objective(focus_area=area))
        make_request(indicator=indicator, partner=partner, last_value="10")
        delivered = make_request(indicator=indicator, place=busy.place)
        make_measurement(
            data_request=delivered, status="submitted", submitted_by=manager
        )
        done = make_activity(state="launched", programme=partner.programme)
        make_evaluation(activity=done, approved_on=None, written_by=away)

        with django_assert_num_queries(26):
            client.get("/my-work/")


# --- where one begins ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "path"),
    [
        (Role.PARTNER, "/my-work/"),
        (Role.MANAGER, "/"),
        (Role.COORDINATOR, "/"),
        (Role.OBSERVER, "/"),
    ],
)
def test_a_partner_begins_with_their_work_and_others_with_the_overview(
    client, role, path
):
    person = make_member(make_programme(), role, password="kun til prøver")

    asked = client.get("/")
    response = client.post(
        asked["Location"], {"login": person.email, "password": "kun til prøver"}
    )

    assert response["Location"] == "/start/"
    assert client.get("/start/")["Location"] == path


def test_who_takes_part_in_nothing_begins_at_the_overview(client):
    client.force_login(make_user())

    assert client.get("/start/")["Location"] == "/"


def test_a_parent_initiative_is_no_trouble_to_the_list(client):
    whole = make_initiative()
    part = make_initiative(focus_area=whole.focus_area, parent=whole)
    manager = make_member(whole.focus_area.programme)
    make_activity(initiative=part, state="in_clarification", responsible=manager)
    client.force_login(manager)

    assert client.get("/my-work/").status_code == 200
