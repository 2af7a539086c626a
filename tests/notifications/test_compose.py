"""What one person should get now becomes one mail, and finished work becomes none."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.db.models.functions import Now

from notifications import compose, outbox
from notifications.models import Message, Reminder
from rollout.models import Role
from tests.factories import make_member, make_milestone, make_user
from tests.notifications.delivery.scene import QUICK
from tests.notifications.factories import (
    at,
    make_due_milestone,
    make_period,
    make_running_activity,
    steps_of,
)
from workflows.engine import perform


def deliver(now, **fields):
    return outbox.deliver(now=now, times=QUICK, **fields)


@pytest.mark.django_db
def test_everything_due_for_one_person_becomes_one_message():
    activity = make_running_activity()
    make_milestone(activity=activity, title="Lokale er fundet")
    make_milestone(activity=activity, title="Aftale er skrevet")
    make_due_milestone("2026-04-15")

    _plan, people = compose.remind(now=at("2026-04-15"))

    assert people == 2
    counts = sorted(m.reminders.count() for m in Message.objects.all())
    assert counts == [1, 2]
    assert not Reminder.objects.filter(state="planned").exists()


@pytest.mark.django_db
def test_composing_again_makes_nothing_new():
    make_due_milestone("2026-04-15")

    compose.remind(now=at("2026-04-15"))
    compose.remind(now=at("2026-04-15", 9))

    assert Message.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        (at("2026-04-15", 6, 59), False),
        (at("2026-04-15", 7), True),
        (at("2026-04-15", 16, 59), True),
        (at("2026-04-15", 17), False),
        (at("2026-04-18", 10), False),  # Saturday
        (at("2026-05-14", 10), False),  # Ascension Day
    ],
)
def test_reminders_are_composed_in_office_hours_on_working_days(moment, is_open):
    make_due_milestone("2026-04-15")

    compose.remind(now=moment)

    assert Message.objects.exists() is is_open


@pytest.mark.django_db
def test_the_window_can_be_ignored_on_purpose():
    make_due_milestone("2026-04-15")

    compose.remind(now=at("2026-04-19", 3), any_time=True)

    assert not Message.objects.get().awaits_window


@pytest.mark.django_db
def test_nobody_is_written_to_in_a_quiet_period():
    milestone = make_due_milestone("2026-04-15")
    other = make_due_milestone("2026-04-15")
    make_period(milestone.programme, "2026-04-10", "2026-04-20")

    compose.remind(now=at("2026-04-15"))

    [message] = Message.objects.all()
    assert message.programme == other.programme


@pytest.mark.django_db
def test_what_falls_due_later_joins_a_message_that_nobody_has_begun_to_send():
    activity = make_running_activity()
    make_milestone(activity=activity)
    compose.remind(now=at("2026-04-15"))
    make_milestone(activity=activity, due_on=date(2026, 4, 16))

    compose.remind(now=at("2026-04-16"))

    assert Message.objects.get().reminders.count() == 2


# --- looked at once more, just before sending -----------------------------------------


@pytest.mark.django_db(transaction=True)
def test_work_finished_in_the_meantime_is_not_reminded_of(sink):
    milestone = make_due_milestone("2026-04-15")
    manager = make_member(milestone.programme)
    compose.remind(now=at("2026-04-15"))
    perform(milestone, "finish", by=manager, at=at("2026-04-15", 9))

    tally = deliver(at("2026-04-15", 10))

    message = Message.objects.get()
    row = Reminder.objects.get(step=0)
    assert (tally.sent, tally.dropped, message.state) == (0, 1, "obsolete")
    assert (row.state, row.reason, row.message) == ("cancelled", "finished", None)
    assert sink.received == []


@pytest.mark.django_db(transaction=True)
def test_one_finished_thing_leaves_the_others_in_the_mail(sink):
    activity = make_running_activity()
    done = make_milestone(activity=activity, title="Aftale er skrevet")
    make_milestone(activity=activity, title="Lokale er fundet")
    compose.remind(now=at("2026-04-15"))
    perform(done, "finish", by=make_member(activity.programme), at=at("2026-04-15", 9))

    deliver(at("2026-04-15", 10))

    [mail] = sink.received
    body = mail.message.get_body(["plain"]).get_content()
    assert "Lokale er fundet" in body
    assert "Aftale er skrevet" not in body


@pytest.mark.django_db(transaction=True)
def test_work_taken_up_again_is_reminded_of_in_a_new_mail(sink):
    milestone = make_due_milestone("2026-04-15")
    manager = make_member(milestone.programme)
    compose.remind(now=at("2026-04-15"))
    done = perform(milestone, "finish", by=manager, at=at("2026-04-15", 9))
    deliver(at("2026-04-15", 10))
    perform(done, "reopen", by=manager, at=at("2026-04-15", 11), reason="nej")

    compose.remind(now=at("2026-04-15", 12))
    deliver(at("2026-04-15", 12))

    assert len(sink.received) == 1
    assert Message.objects.filter(state="sent").count() == 1


@pytest.mark.django_db(transaction=True)
def test_after_three_days_without_a_mail_server_each_person_gets_one_mail(
    sink, settings
):
    milestone = make_due_milestone("2026-04-15")
    make_milestone(activity=milestone.activity, due_on=date(2026, 4, 17))
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 9
    for day in range(15, 18):
        compose.remind(now=at(date(2026, 4, day)))
        deliver(at(date(2026, 4, day)))
    settings.EMAIL_PORT = port

    deliver(at("2026-04-17", 12))

    [mail] = sink.received
    assert Message.objects.get().reminders.count() == 2
    assert mail.message["Subject"]


@pytest.mark.django_db(transaction=True)
def test_who_outlives_its_lease_does_not_send_what_was_written_before(sink):
    activity = make_running_activity()
    make_milestone(activity=activity, title="Lokale er fundet")
    compose.remind(now=at("2026-04-15"))

    def be_slow(_):
        # While it talks to the server its lease ends and something more falls due.
        sink.at_rcpt = lambda _: None
        Message.objects.update(lease_until=Now() - timedelta(seconds=1))
        make_milestone(activity=activity, title="Aftale er skrevet")
        compose.remind(now=at("2026-04-15"))
        connection.close()

    sink.at_rcpt = be_slow
    deliver(at("2026-04-15"))

    [mail] = sink.received
    body = mail.message.get_body(["plain"]).get_content()
    assert "Lokale er fundet" in body
    assert "Aftale er skrevet" in body


@pytest.mark.django_db(transaction=True)
def test_a_step_told_to_a_stand_in_is_not_told_again_when_the_person_is_back(sink):
    person = make_user(
        name="Eksempel Kontakt",
        stand_in=make_user(name="Eksempel Vikar"),
        stand_in_until=date(2026, 4, 15),
    )
    milestone = make_due_milestone(
        "2026-04-15", activity=make_running_activity(responsible=person)
    )
    compose.remind(now=at("2026-04-15"))
    deliver(at("2026-04-15"))

    compose.remind(now=at("2026-04-16"))

    assert steps_of(milestone, recipient=person, state="planned") == {}
    assert Message.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_when_an_address_bounces_the_next_in_line_is_told(sink):
    person = make_user(email="borte@example.org")
    activity = make_running_activity(responsible=person)
    make_milestone(activity=activity)
    coordinator = make_member(activity.programme, Role.COORDINATOR)
    sink.at_rcpt = lambda to: "550 5.1.1 gone" if to.startswith("borte") else None
    now = at("2026-04-15")

    for minutes in range(3):
        compose.remind(now=now + timedelta(minutes=minutes))
        deliver(now + timedelta(minutes=minutes))

    [mail] = sink.received
    assert mail.recipients == [coordinator.email]
    states = dict(Message.objects.values_list("recipient__email", "state"))
    assert states == {"borte@example.org": "suppressed", coordinator.email: "sent"}
    row = Reminder.objects.get(step=0, recipient=person)
    assert (row.state, row.reason) == ("cancelled", "other_recipient")


@pytest.mark.django_db(transaction=True)
def test_a_copy_after_a_lost_reply_is_not_sent_for_finished_work(sink):
    milestone = make_due_milestone("2026-04-15")
    manager = make_member(milestone.programme)
    compose.remind(now=at("2026-04-15"))
    sink.drops = lambda _: True
    deliver(at("2026-04-15"))
    perform(milestone, "finish", by=manager, at=at("2026-04-15", 9))

    deliver(at("2026-04-15", 10))

    assert Message.objects.get().state == "uncertain"
    assert len(sink.received) == 1
