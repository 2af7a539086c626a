"""Silence is noticed: a red health check, and a warning to who runs a programme."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import connection

from notifications import calendar, pulse, reminders
from notifications.models import Heartbeat
from rollout.models import Role
from tests.factories import make_member
from tests.notifications.factories import (
    at,
    make_due_milestone,
    make_message,
    make_running_activity,
)

pytestmark = pytest.mark.django_db

NOW = at("2026-04-15", 10)


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOW, tick=False):
        yield


def seen(**minutes_ago):
    for name, minutes in minutes_ago.items():
        pulse.beat(name, now=NOW - timedelta(minutes=minutes), counts={})


def test_a_fresh_system_is_ready(client):
    assert not Heartbeat.objects.exists()

    answer = client.get("/readyz")

    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ok",
        "database": "ok",
        "tables": "ok",
        "engine": "ok",
        "broker": "ok",
    }


def test_a_running_system_is_ready(client):
    seen(planner=1, sender=0)

    assert client.get("/readyz").status_code == 200


def test_new_code_on_old_tables_is_not_ready(client):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'notifications'")

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["tables"] == "older than this code: run migrate"
    # Pages may work all the same: the container's own probe reads this alone.
    assert answer.json()["database"] == "ok"


def test_old_code_on_new_tables_is_ready(client):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied)"
            " VALUES ('notifications', '9999_of_the_next_release', now())"
        )

    assert client.get("/readyz").status_code == 200


def test_a_broker_that_is_gone_is_told_and_is_no_alarm(client, settings):
    settings.REDIS_URL = "redis://127.0.0.1:9/0"

    answer = client.get("/readyz")

    assert answer.status_code == 200
    assert answer.json()["broker"] == "no answer"


@pytest.mark.parametrize("silent", ["planner", "sender"])
def test_five_minutes_of_silence_are_red(client, silent):
    seen(**({"planner": 0, "sender": 0} | {silent: 6}))

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["engine"] == "nothing has moved for five minutes"
    assert answer["Retry-After"]


def test_mail_that_waits_for_more_than_a_quarter_of_an_hour_is_red(client):
    seen(planner=0, sender=0)
    make_message(now=NOW - timedelta(minutes=14))
    assert client.get("/readyz").status_code == 200

    make_message(now=NOW - timedelta(minutes=16))

    assert client.get("/readyz").json()["engine"] == "mail is late"


@pytest.mark.parametrize(
    ("day", "hour", "minute", "is_late"),
    [
        ("2026-04-15", 3, 0, False),  # the window is closed
        ("2026-04-15", 7, 10, False),  # it has just opened
        ("2026-04-15", 7, 20, True),
        ("2026-04-18", 10, 0, False),  # a Saturday
    ],
)
def test_a_reminder_that_waits_for_the_window_is_not_late(day, hour, minute, is_late):
    milestone = make_due_milestone("2026-04-15")
    make_message(
        now=at("2026-04-14", 16),
        awaits_window=True,
        programme=milestone.programme,
        activity=milestone.activity,
    )
    now = at(day, hour, minute)

    calendar.refresh(on=now.date())

    signs = pulse.signs(now=now)
    assert signs.is_late == is_late
    # What raises an alert by its age is the same mail.
    assert (signs.oldest_due_at is not None) == is_late


def test_a_mail_that_a_sender_has_claimed_is_not_late():
    make_message(
        now=NOW - timedelta(hours=1),
        claim_token=uuid4(),
        # On the database's clock, which runs on.
        lease_until=datetime(2100, 1, 1, tzinfo=UTC),
    )

    signs = pulse.signs(now=NOW)

    assert signs.pending == 1
    assert not signs.is_late
    assert signs.oldest_due_at is None


def test_missed_steps_are_counted():
    make_due_milestone("2026-04-15")

    reminders.plan(now=NOW)

    assert pulse.signs(now=NOW).missed == 2


@pytest.mark.parametrize(
    ("role", "is_told"), [(Role.MANAGER, True), (Role.OBSERVER, False)]
)
def test_who_runs_a_programme_is_warned(client, role, is_told):
    seen(planner=6, sender=0)
    client.force_login(make_member(make_running_activity().programme, role))

    html = client.get("/engine/").content.decode()

    assert ("Påmindelser står stille." in html) == is_told


def test_nobody_is_warned_while_all_is_well(client):
    seen(planner=0, sender=0)
    client.force_login(make_member(make_running_activity().programme))

    assert "trouble" not in client.get("/engine/").content.decode()
