"""The activity's page: transitions, proposals and who is responsible."""

from __future__ import annotations

import pytest

from rollout.models import Role
from tests.factories import (
    NOON,
    make_activity,
    make_member,
    make_partner,
    make_programme,
)
from tests.rollout.activity_page.scene import a_waiting_activity, page
from tests.rollout.test_web_overview import text_of
from workflows.engine import perform

pytestmark = pytest.mark.django_db


def test_a_transition_leads_back_to_the_page_and_says_so(client):
    activity = make_activity(state="in_clarification")
    client.force_login(make_member(activity.programme))

    response = client.post(
        page(activity, "transitions/launch/"),
        {"launch-version": activity.version},
        follow=True,
    )

    assert response.redirect_chain == [(page(activity), 302)]
    assert "Aktiviteten er nu iværksat." in text_of(response)


def test_a_blocked_transition_keeps_what_was_written(client):
    activity = a_waiting_activity()
    client.force_login(make_member(activity.programme))

    response = client.post(
        page(activity, "transitions/launch/"),
        {"launch-version": activity.version, "launch-reason": "Vi har travlt"},
    )

    assert response.status_code == 409
    assert "Det kan ikke lade sig gøre endnu" in text_of(response)
    assert "Vi har travlt</textarea>" in response.content.decode()
    activity.refresh_from_db()
    assert activity.state == "in_clarification"


def test_who_is_too_late_sees_what_changed_and_can_try_again(client):
    activity = make_activity(state="in_clarification")
    faster = make_member(activity.programme, name="Eksempel Koordinator")
    seen = activity.version
    fresh = perform(activity, "launch", by=faster, at=NOON)
    client.force_login(make_member(activity.programme))

    response = client.post(
        page(activity, "transitions/discontinue/"),
        {"discontinue-version": seen, "discontinue-reason": "Sammenlagt"},
    )

    assert response.status_code == 412
    assert "Eksempel Koordinator iværksatte aktiviteten" in text_of(response)
    shown = response.content.decode()
    assert "Sammenlagt</textarea>" in shown
    assert f'name="discontinue-version" value="{fresh.version}"' in shown


def test_a_manager_goes_ahead_in_spite_of_what_is_missing(client):
    activity = a_waiting_activity()
    client.force_login(make_member(activity.programme))

    client.post(
        page(activity, "transitions/launch/"),
        {
            "launch-version": activity.version,
            "launch-override": "true",
            "launch-reason": "Aftalt med bestyrelsen",
        },
    )

    activity.refresh_from_db()
    assert activity.state == "launched"
    assert activity.history.last().overridden == [
        "readiness_planning",
        "readiness_framework",
        "readiness_parties",
    ]


def test_a_coordinator_may_not(client):
    activity = a_waiting_activity()
    client.force_login(make_member(activity.programme, Role.COORDINATOR))
    shown = text_of(client.get(page(activity)))

    response = client.post(
        page(activity, "transitions/launch/"),
        {
            "launch-version": activity.version,
            "launch-override": "true",
            "launch-reason": "Jeg vil",
        },
    )

    assert response.status_code == 403
    assert "Iværksæt alligevel" not in shown


def test_a_step_back_needs_a_reason(client):
    activity = make_activity(state="in_clarification")
    client.force_login(make_member(activity.programme))

    response = client.post(
        page(activity, "transitions/postpone/"),
        {"postpone-version": activity.version, "postpone-reason": "  "},
    )

    assert response.status_code == 409
    assert "Der skal gives en begrundelse." in text_of(response)


def test_a_proposal_is_confirmed_and_given_a_responsible_person(client):
    activity = make_activity(is_proposal=True)
    partner = make_partner(programme=activity.programme)
    contact = make_member(activity.programme, Role.PARTNER, partner=partner)
    client.force_login(make_member(activity.programme))

    client.post(page(activity, "proposal/"), {"proposal-version": activity.version})
    activity.refresh_from_db()
    client.post(
        page(activity, "responsible/"),
        {
            "responsible-version": activity.version,
            "responsible-responsible": contact.pk,
        },
    )

    activity.refresh_from_db()
    assert not activity.is_proposal
    assert activity.responsible == contact
    assert activity.responsible_partner == partner


def test_only_the_programmes_people_can_be_made_responsible(client):
    activity = make_activity()
    stranger = make_member(make_programme())
    client.force_login(make_member(activity.programme))

    response = client.post(
        page(activity, "responsible/"),
        {
            "responsible-version": activity.version,
            "responsible-responsible": stranger.pk,
        },
    )

    assert response.status_code == 422
    activity.refresh_from_db()
    assert activity.responsible is None


def test_each_person_is_offered_once_with_the_partner_of_this_programme(client):
    activity = make_activity()
    partner = make_partner(programme=activity.programme, name="Center A")
    contact = make_member(
        activity.programme, Role.PARTNER, partner=partner, name="Kontakt"
    )
    elsewhere = make_partner(name="Center B")
    contact.memberships.create(
        programme=elsewhere.programme, role=Role.PARTNER, partner=elsewhere
    )
    client.force_login(make_member(activity.programme, name="Leder"))

    shown = client.get(page(activity)).context["page"].responsible_form

    assert [label for _value, label in shown.fields["responsible"].choices] == [
        "Ingen",
        "Kontakt, Center A",
        "Leder",
    ]
