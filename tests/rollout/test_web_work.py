"""A person's work: what it lists for whom, and what can be done on the spot."""

from datetime import date, timedelta

import pytest
import time_machine

from rollout.models import Measurement, Milestone, Role
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


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def partner():
    return make_partner()


@pytest.fixture
def person(partner):
    """Somebody who acts for a partner."""
    return make_member(partner.programme, Role.PARTNER, partner=partner)


@pytest.fixture
def activity(partner):
    """A running activity in which the partner takes part."""
    made = make_activity(state="launched", programme=partner.programme)
    made.contributors.add(partner)
    return made


@pytest.fixture
def asked(partner, person):
    """A number that the person is asked for."""
    area = make_focus_area(programme=partner.programme)
    objective = make_objective(focus_area=area)
    indicator = make_indicator(objective=objective, unit="unge")
    return make_request(
        indicator=indicator,
        partner=partner,
        responsible=person,
        question="Hvor mange?",
        due_on=TODAY,
        last_value="10",
        last_period_end=TODAY - timedelta(days=30),
    )


def sections_of(response):
    page = response.context["page"]
    return {
        name: [one.title for one in getattr(page, name)]
        for name in ("overdue", "soon", "later", "undated")
    }


# --- what it lists ------------------------------------------------------------------


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
    make_milestone(activity=own, title="aktivitetens")
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


# --- what can be done on the spot ---------------------------------------------------


def test_a_partner_marks_a_milestone_as_done(client, person, activity):
    milestone = make_milestone(activity=activity, title="Aftalen", responsible=person)
    client.force_login(person)

    response = client.post(
        f"/my-work/milestones/{milestone.pk}/",
        {f"milestone-{milestone.pk}-version": milestone.version},
        follow=True,
    )

    assert "“Aftalen” er færdig. Tak." in text_of(response)
    assert Milestone.objects.get().state == "done"
    assert "Ingen frist ligger hos dig." in text_of(response)


def test_what_comes_before_is_named_and_stands_in_the_way(client, person, activity):
    before = make_milestone(activity=activity, title="Først")
    milestone = make_milestone(activity=activity, responsible=person)
    milestone.predecessors.add(before)
    client.force_login(person)

    seen = text_of(client.get("/my-work/"))
    response = client.post(
        f"/my-work/milestones/{milestone.pk}/",
        {f"milestone-{milestone.pk}-version": milestone.version},
    )

    assert "“Først”, som kommer før, er åben." in seen
    assert "Markér som færdig" not in seen
    assert response.status_code == 409
    assert "“Først”, som kommer før, er åben." in text_of(response)


def test_somebody_was_faster_and_it_says_so(client, person, activity):
    milestone = make_milestone(activity=activity, responsible=person)
    client.force_login(person)

    response = client.post(
        f"/my-work/milestones/{milestone.pk}/",
        {f"milestone-{milestone.pk}-version": milestone.version - 1},
    )

    assert response.status_code == 412
    assert Milestone.objects.get().state == "open"


def test_a_partner_delivers_a_number_as_danes_write_it(client, person, asked):
    client.force_login(person)

    response = client.post(
        f"/my-work/requests/{asked.pk}/",
        {
            f"request-{asked.pk}-value": "12,5",
            f"request-{asked.pk}-comment": "Foreløbig",
        },
        follow=True,
    )

    value = Measurement.objects.get()
    assert (str(value.value), value.status, value.submitted_by, value.comment) == (
        "12.5000",
        "submitted",
        person,
        "Foreløbig",
    )
    assert "Du afleverede 12,5 unge den 2. marts 2026; det venter på godkendelse." in (
        text_of(response)
    )


def test_a_surprising_number_must_be_confirmed(client, person, asked):
    client.force_login(person)
    address, key = f"/my-work/requests/{asked.pk}/", f"request-{asked.pk}"

    response = client.post(address, {f"{key}-value": "1000"})
    assert response.status_code == 422
    assert "Sidst var det 10, nu er det 1000. Er det rigtigt?" in text_of(response)
    assert 'value="1000"' in response.content.decode()
    client.post(address, {f"{key}-value": "1000", f"{key}-confirm": "on"})

    assert Measurement.objects.get().value == 1000


def test_the_number_s_own_page_asks_about_a_surprising_one_as_well(
    client, person, asked
):
    client.force_login(person)
    address = f"/monitoring/requests/{asked.pk}/"

    empty = text_of(client.get(address))
    doubted = client.post(address, {"value": "1000"})
    client.post(address, {"value": "1000", "confirm": "on"})

    assert "Ja, tallet er rigtigt" not in empty
    assert doubted.status_code == 422
    assert "Sidst var det 10, nu er det 1000. Er det rigtigt?" in text_of(doubted)
    assert "Ja, tallet er rigtigt" in text_of(doubted)
    assert Measurement.objects.get().value == 1000


def test_why_a_number_came_back_is_for_who_may_deliver_it(client, person, asked):
    make_measurement(
        data_request=asked, status="returned", returned_reason="Fire, ikke fem"
    )
    observer = make_member(asked.programme, Role.OBSERVER)

    client.force_login(person)
    own = text_of(client.get("/my-work/"))
    client.force_login(observer)
    others = text_of(client.get(f"/people/{person.pk}/"))

    assert "Sendt tilbage: “Fire, ikke fem”" in own
    assert "sidste gang: 10 unge, 30 dage gammelt" in own
    assert "Hvor mange?" in others
    assert "Fire, ikke fem" not in others


def test_a_number_is_delivered_once(client, person, asked):
    make_measurement(data_request=asked, status="submitted")
    client.force_login(person)

    response = client.post(
        f"/my-work/requests/{asked.pk}/", {f"request-{asked.pk}-value": "9"}
    )

    assert response.status_code == 422
    assert "Tallet er allerede leveret." in text_of(response)


def test_who_runs_the_programme_approves_a_number(client, asked):
    value = make_measurement(data_request=asked, status="submitted", value=12)
    client.force_login(make_member(asked.programme, Role.COORDINATOR))

    page = client.get("/my-work/")
    assert "Venter på din godkendelse 1" in text_of(page)
    field = f'name="value-{value.pk}-version" value="{value.version}"'
    assert field in page.content.decode()
    client.post(f"/my-work/values/{value.pk}/", seen(value))

    assert Measurement.objects.get().status == "approved"


def seen(value, version=None):
    """Return the form of the version of a number that somebody saw."""
    return {f"value-{value.pk}-version": version or value.version}


def test_a_number_that_changed_since_it_was_seen_is_not_approved(client, asked):
    value = make_measurement(data_request=asked, status="submitted", value=12)
    client.force_login(make_member(asked.programme, Role.COORDINATOR))
    before = value.version
    value.comment = "Rettet imens"
    value.save()
    value.refresh_from_db()
    assert value.version > before

    refused = client.post(f"/my-work/values/{value.pk}/", seen(value, before))

    assert refused.status_code == 412
    assert "En anden har ændret dette" in text_of(refused)
    assert Measurement.objects.get().status == "submitted"


@pytest.mark.parametrize("role", [Role.OBSERVER, Role.PARTNER])
def test_others_may_not_approve(client, role, asked, person):
    value = make_measurement(data_request=asked, status="submitted")
    who = person if role == Role.PARTNER else make_member(asked.programme, role)
    client.force_login(who)

    assert "godkendelse 1" not in text_of(client.get("/my-work/"))
    refused = client.post(f"/my-work/values/{value.pk}/", seen(value))
    assert refused.status_code == 403


def test_an_evaluation_waits_for_a_second_pair_of_eyes(client):
    activity = make_activity(state="launched")
    author = make_member(activity.programme)
    make_evaluation(activity=activity, approved_on=None, written_by=author)

    seen = {}
    for who in (author, make_member(activity.programme)):
        client.force_login(who)
        seen[who] = "Evaluering af" in text_of(client.get("/my-work/"))

    assert list(seen.values()) == [False, True]


def addresses(asked):
    activity = make_activity(state="launched", programme=asked.programme)
    milestone = make_milestone(activity=activity)
    value = make_measurement(
        data_request=asked, status="submitted", period_start=date(2025, 1, 1)
    )
    return [
        f"/my-work/milestones/{milestone.pk}/",
        f"/my-work/requests/{asked.pk}/",
        f"/my-work/values/{value.pk}/",
    ]


def test_what_one_may_not_see_is_not_there(client, asked):
    paths = addresses(asked)

    for programme in (asked.programme, make_programme()):
        client.force_login(make_member(programme, Role.PARTNER))
        assert [client.post(path).status_code for path in paths] == [404] * 3


def test_an_observer_changes_nothing_and_nobody_does_by_looking(client, asked):
    paths = addresses(asked)
    client.force_login(make_member(asked.programme, Role.OBSERVER))

    versions = seen(Measurement.objects.get()) | {
        f"milestone-{Milestone.objects.get().pk}-version": 1
    }

    refused = [client.post(path, versions).status_code for path in (paths[0], paths[2])]

    assert refused == [403, 403]
    assert [client.get(path).status_code for path in paths] == [405] * 3


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
