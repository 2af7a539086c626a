"""The page “How it runs”: what was seen when, what waits, and what was missed."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from notifications import compose, pulse
from notifications.models import Breaker
from rollout.models import Role
from tests.factories import make_member, make_user
from tests.notifications.factories import (
    at,
    make_due_milestone,
    make_message,
    make_running_activity,
)

pytestmark = pytest.mark.django_db

NOW = at("2026-04-08", 9)


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def manager():
    return make_member(make_running_activity().programme)


def show(client, user):
    client.force_login(user)
    return client.get("/messages/engine/")


def text_of(client, user):
    return " ".join(show(client, user).content.decode().split())


def seen(minutes):
    for name in (pulse.PLANNER, pulse.SENDER):
        pulse.beat(name, now=NOW - timedelta(minutes=minutes), counts={})


def test_an_engine_that_moves_says_so(client, manager):
    seen(1)

    html = text_of(client, manager)

    assert "Alt kører." in html
    assert "8. april 2026 kl. 08.59" in html


@pytest.mark.parametrize("minutes", [6, 600])
def test_a_standstill_is_said(client, manager, minutes):
    seen(minutes)

    assert "Påmindelser står stille." in text_of(client, manager)


def test_an_engine_that_was_never_started_says_so(client, manager):
    html = text_of(client, manager)

    assert "Den er ikke startet" in html
    assert "aldrig" in html


def test_the_oldest_waiting_mail_is_told(client, manager):
    seen(0)
    make_message(now=NOW - timedelta(minutes=40))

    html = text_of(client, manager)

    assert "<dd>1, den ældste siden 8. april 2026 kl. 08.20</dd>" in html
    assert "Mails er forsinkede." in html


def test_missed_steps_and_what_was_given_up_are_counted(client, manager):
    milestone = make_due_milestone("2026-03-02")
    # Nothing ran for a month: the earlier steps have passed.
    compose.remind(now=NOW)
    make_message(now=NOW, state="dead")

    html = text_of(client, manager)

    assert pulse.signs(now=NOW).missed > 2
    assert f"<dd>{pulse.signs(now=NOW).missed} <span" in html
    assert '<a href="/messages/?state=dead">1 mail</a>' in html
    assert milestone.title not in html


def test_a_mail_server_that_refuses_us_is_told(client, manager):
    Breaker.objects.create(
        name="mail:25",
        failures=3,
        last_error="535 authentication failed",
        open_until=timezone.now(),
    )

    assert "535 authentication failed" in text_of(client, manager)


def test_administrators_see_it_and_partners_do_not(client):
    programme = make_running_activity().programme

    assert show(client, make_user(is_staff=True)).status_code == 200
    assert show(client, make_member(programme, Role.OBSERVER)).status_code == 200
    assert show(client, make_member(programme, Role.PARTNER)).status_code == 404


def test_the_warning_on_every_page_leads_there(client, manager):
    seen(6)
    client.force_login(manager)

    assert 'href="/messages/engine/"' in client.get("/engine/").content.decode()
