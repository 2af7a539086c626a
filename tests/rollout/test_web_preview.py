"""What a step would do is told beforehand, and nothing of it is done."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine

from rollout.models import Activity, Milestone, Role
from tests.factories import (
    NOON,
    make_activity,
    make_indicator,
    make_member,
    make_objective,
    make_partner,
    make_programme,
    make_round,
    make_template,
)
from tests.rollout.test_web_overview import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOON, tick=False):
        yield


def look(client, activity, name):
    return client.get(f"/activities/{activity.pk}/transitions/{name}/preview/")


def test_the_milestones_that_would_be_made_are_named_and_not_made(client):
    programme = make_programme()
    manager = make_member(programme)
    make_template(programme=programme, title="Opstartsmøde", offset_days=-10)
    activity = make_activity(
        programme=programme, responsible=manager, planned_launch_on=date(2026, 6, 1)
    )
    client.force_login(manager)

    seen = text_of(look(client, activity, "clarify"))

    assert "Tilstand: planlagt → under afklaring" in seen
    assert "Milepælen “Opstartsmøde” oprettes med frist 15. maj 2026" in seen
    assert not Milestone.objects.exists()
    assert Activity.objects.get().state == "planned"


def test_the_values_that_would_be_asked_for_are_named(client):
    activity = make_activity(state="in_clarification")
    programme = activity.programme
    make_indicator(
        objective=make_objective(focus_area=activity.initiative.focus_area),
        name="Unge med fritidsjob",
        delivered_by=make_partner(programme=programme, name="Jobcentret"),
    )
    make_round(programme=programme, state="agreed")
    client.force_login(make_member(programme))

    seen = text_of(look(client, activity, "launch"))

    assert "Samarbejdsparterne bliver spurgt om:" in seen
    assert "Unge med fritidsjob · Jobcentret" in seen


def test_a_step_that_asks_for_a_reason_can_be_looked_at_without_one(client):
    activity = make_activity(state="launched")
    client.force_login(make_member(activity.programme))

    seen = text_of(look(client, activity, "discontinue"))

    assert "Tilstand: iværksat → udgået" in seen


def test_what_is_missing_is_told_instead(client):
    activity = make_activity()
    client.force_login(make_member(activity.programme))

    seen = text_of(look(client, activity, "clarify"))

    assert "Der er ikke valgt en ansvarlig. · kan løses af" in seen


def test_only_who_may_take_the_step_may_try_it(client):
    activity = make_activity()
    client.force_login(make_member(activity.programme, Role.OBSERVER))

    assert look(client, activity, "clarify").status_code == 403
    assert look(client, activity, "nonsense").status_code == 404
    client.force_login(make_member(make_programme()))
    assert look(client, activity, "clarify").status_code == 404
