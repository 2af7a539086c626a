"""The fragment on the activity's page, and the commands."""

import signal
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import InterfaceError, OperationalError
from django.urls import reverse

from notifications import compose, outbox, planner, pulse
from notifications.management.rounds import RoundsCommand
from notifications.models import Heartbeat, Message
from tests.factories import make_member, make_milestone
from tests.notifications.factories import (
    at,
    make_due_milestone,
    make_message,
    make_running_activity,
)


def page(client, activity):
    return client.get(reverse("notifications:activity_reminders", args=[activity.pk]))


@pytest.mark.django_db(transaction=True)
def test_the_fragment_tells_what_was_sent_and_what_is_coming(client, sink):
    milestone = make_due_milestone("2026-04-15")
    client.force_login(make_member(milestone.programme))
    compose.remind(now=at("2026-04-08"))
    outbox.deliver(now=at("2026-04-08"))
    Message.objects.update(sent_at=at("2026-04-08", 8, 1))

    with time_machine.travel(at("2026-04-09"), tick=False):
        text = page(client, milestone.activity).content.decode()

    assert "Sendt til Eksempel Kontakt onsdag 8. april kl. 08.01." in text
    assert "Sendes til Eksempel Kontakt onsdag 15. april." in text
    assert "Sendes til Eksempel Kontakt onsdag 22. april." in text
    assert text.index("Kommende") < text.index("Indtil nu")


@pytest.mark.django_db
def test_the_fragment_says_why_a_reminder_was_moved_or_called_off(client):
    milestone = make_due_milestone("2026-04-06")
    client.force_login(make_member(milestone.programme))
    compose.remind(now=at("2026-04-01", 5))
    milestone.due_on = at("2026-05-18").date()
    milestone.save()
    with time_machine.travel(at("2026-04-01", 6), tick=False):
        compose.remind(now=at("2026-04-01", 6))
        text = page(client, milestone.activity).content.decode()

    assert "Flyttet fra Anden påskedag, mandag 6. april" in text
    assert "fristen blev flyttet til mandag 18. maj" in text
    assert "Sendes til Eksempel Kontakt mandag 18. maj." in text


@pytest.mark.django_db
def test_a_stranger_gets_no_fragment(client):
    milestone = make_due_milestone("2026-04-15")
    client.force_login(make_member(make_running_activity().programme))

    assert page(client, milestone.activity).status_code == 404


@pytest.mark.django_db
def test_the_fragment_needs_few_queries(client, django_assert_max_num_queries):
    activity = make_running_activity()
    client.force_login(make_member(activity.programme))
    for _ in range(8):
        make_milestone(activity=activity)
    compose.remind(now=at("2026-04-15"))

    with (
        time_machine.travel(at("2026-04-15", 9), tick=False),
        django_assert_max_num_queries(23),
    ):
        page(client, activity)


@pytest.mark.django_db
def test_remind_plans_composes_and_says_that_the_window_was_ignored():
    make_due_milestone("2026-04-15")
    out = StringIO()

    with time_machine.travel(at("2026-04-19", 3), tick=False):  # Sunday night
        call_command("remind", stdout=out)
        assert not Message.objects.exists()
        call_command("remind", "--now", stdout=out)

    assert Message.objects.count() == 1
    assert "Der skal skrives til 1 person nu." in out.getvalue()
    assert "Der blev set bort fra sendetiden" in out.getvalue()


@pytest.mark.django_db(transaction=True)
def test_outbox_once_does_the_whole_loop_without_celery(sink):
    make_due_milestone("2026-04-15")
    out = StringIO()

    with time_machine.travel(at("2026-04-15", 9), tick=True):
        call_command("outbox", "--once", stdout=out)

    assert len(sink.received) == 1
    assert "1 sendt" in out.getvalue()
    assert set(Heartbeat.objects.values_list("name", flat=True)) == {
        pulse.PLANNER,
        pulse.SENDER,
    }


@pytest.mark.django_db(transaction=True)
def test_what_waits_is_sent_although_planning_fails(sink, monkeypatch):
    now = at("2026-04-15", 9)
    make_message(now=now)

    def fail(**_):
        raise OperationalError("canceling statement due to lock timeout")

    monkeypatch.setattr(planner, "run", fail)

    with (
        time_machine.travel(now, tick=True),
        pytest.raises(OperationalError, match="lock timeout"),
    ):
        call_command("outbox", "--once", stdout=StringIO())

    assert len(sink.received) == 1


@pytest.mark.django_db
def test_no_error_ends_a_loop(monkeypatch, caplog):
    handlers = {}
    monkeypatch.setattr(signal, "signal", handlers.__setitem__)
    errors = [OperationalError("away"), InterfaceError("closed"), KeyError("broken")]

    class Unlucky(RoundsCommand):
        def parts(self, **_):
            return [self.fail]

        def fail(self):
            error = errors.pop()
            if not errors:
                handlers[signal.SIGTERM](signal.SIGTERM, None)
            raise error

    out = StringIO()
    call_command(Unlucky(), "--loop", "0.001", stderr=out)

    assert out.getvalue().split("\n")[:2] == [
        "InterfaceError: closed",
        "OperationalError: away",
    ]
    assert [record.exc_info[0] for record in caplog.records] == [KeyError]


@pytest.mark.django_db
def test_an_interval_of_nothing_is_refused():
    with pytest.raises(CommandError, match="nul sekunder"):
        call_command("outbox", "--loop", "0", stdout=StringIO())


@pytest.mark.django_db
def test_the_signs_of_life_say_what_waits():
    make_due_milestone("2026-04-15")
    compose.remind(now=at("2026-04-15"))

    found = pulse.signs(now=at("2026-04-15", 9))

    assert found.planned_at == at("2026-04-15")
    assert (found.pending, found.dead, found.sent_at) == (1, 0, None)
    assert found.oldest_due_at == at("2026-04-15")
