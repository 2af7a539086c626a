"""Which mails a step would set off: told beforehand, and none is written down."""

from __future__ import annotations

import pytest
import time_machine

from notifications.models import Message
from rollout.models import Activity, Role
from tests.factories import (
    NOON,
    make_activity,
    make_member,
    make_partner,
    make_programme,
)
from tests.rollout.test_web_overview import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOON, tick=False):
        yield


def look(client, activity, name):
    return client.get(f"/what-if/transitions/{activity.pk}/{name}/")


def test_who_would_be_told_is_named_and_nobody_is_told(client):
    activity = make_activity(state="in_clarification")
    programme = activity.programme
    partner = make_partner(programme=programme)
    make_member(programme, Role.PARTNER, partner=partner, name="Eksempel Skole")
    activity.contributors.add(partner)
    client.force_login(make_member(programme))

    seen = text_of(look(client, activity, "launch"))

    assert "Får besked med det samme: Eksempel Skole" in seen
    assert not Message.objects.exists()
    assert Activity.objects.get().state == "in_clarification"


def test_it_says_so_where_nobody_is_told(client):
    activity = make_activity(state="in_clarification")
    client.force_login(make_member(activity.programme))

    assert "Ingen får besked med det samme." in text_of(
        look(client, activity, "launch")
    )


def test_a_step_that_is_not_possible_yet_tells_nothing(client):
    activity = make_activity()
    client.force_login(make_member(activity.programme))

    assert look(client, activity, "clarify").status_code == 204


def test_only_who_may_take_the_step_may_try_it(client):
    activity = make_activity(state="in_clarification")
    client.force_login(make_member(activity.programme, Role.OBSERVER))

    assert look(client, activity, "launch").status_code == 403
    assert look(client, activity, "nonsense").status_code == 404
    client.force_login(make_member(make_programme()))
    assert look(client, activity, "launch").status_code == 404
