"""Webhooks: told once of each change, signed, retried, switched off, told again."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection, transaction
from standardwebhooks import Webhook as Verifier

from notifications import calls, letters, telling, webhooks
from notifications.models import Delivery, Message, OffReason, Webhook
from rollout import changes, services
from rollout.models import Activity, Membership
from tests.factories import (
    NOON,
    make_activity,
    make_member,
    make_milestone,
    make_programme,
)
from workflows.engine import NotAllowed, perform

from .hooks import receiving

pytestmark = pytest.mark.django_db(transaction=True)

DAY = timedelta(days=1)
LONG = (3600, 3600, 3600, 3600)


@pytest.fixture(autouse=True)
def _without_pauses(monkeypatch):
    """An address that failed is tried again in the next round."""
    monkeypatch.setattr(calls, "PAUSES", (0, 0, 0, 0))


@pytest.fixture
def receiver():
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def programme():
    return make_programme()


@pytest.fixture
def manager(programme):
    return make_member(programme)


@pytest.fixture
def activity(programme, manager):
    return make_activity(programme=programme, responsible=manager)


@pytest.fixture
def subscribe(programme, manager, receiver):
    """Make webhooks; the key of the newest is `subscribe.key`."""

    def subscribed(*event_types, **fields):
        webhook, subscribed.key = webhooks.subscribe(
            programme,
            event_types=event_types or ["activities.*"],
            **{"url": receiver.url, "by": manager, "at": NOON} | fields,
        )
        return webhook

    return subscribed


def round_at(now=NOON):
    """Do what the task does, at a time."""
    telling.plan(now=now)
    return calls.deliver(now=now)


def note(activity, text="nyt"):
    Activity.objects.filter(pk=activity.pk).update(note=text)


def test_a_change_is_told_once_and_verifies(subscribe, receiver, activity):
    subscribe()

    note(activity)
    with time_machine.travel(NOON, tick=False):
        round_at()
        round_at()
        (call,) = receiver.received
        told = Verifier(subscribe.key).verify(call.body, call.headers)

    assert told["type"] == "activities.updated"
    assert told["data"]["id"] == activity.pk
    assert told["data"]["changed"] == ["note"]
    assert "nyt" not in call.body.decode()
    assert call.headers["content-type"] == "application/json"
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.status, delivery.attempts) == ("sent", 204, 1)
    assert delivery.body == call.body.decode()


def test_it_is_told_what_it_asked_for_of_its_own_programme(
    subscribe, receiver, activity, manager
):
    subscribe("activities.transitioned", "milestones.created")

    note(activity)
    perform(activity, "clarify", by=manager, at=NOON)
    make_milestone(activity=activity)
    make_milestone()
    round_at()

    types = [json.loads(call.body)["type"] for call in receiver.received]
    assert types == ["activities.transitioned", "milestones.created"]


def test_ids_are_in_the_order_of_the_changes(subscribe, receiver, activity):
    subscribe()

    for number in range(5):
        note(activity, str(number))
    round_at()

    ids = [call.headers["webhook-id"] for call in receiver.received]
    assert ids == sorted(set(ids))
    versions = [json.loads(call.body)["data"]["version"] for call in receiver.received]
    assert versions == sorted(versions)


def test_what_fails_is_tried_again_under_the_same_id(subscribe, receiver, activity):
    subscribe()
    note(activity)
    receiver.answer = lambda call, handler: (500, "åh nej")

    round_at()
    waiting = Delivery.objects.get()
    receiver.answer = lambda call, handler: (200, "ok")
    round_at(NOON + timedelta(seconds=30))
    round_at(NOON + timedelta(seconds=90))

    assert (waiting.state, waiting.status, waiting.said) == ("pending", 500, "åh nej")
    first, second = receiver.received
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.body == second.body
    done = Delivery.objects.get()
    assert (done.state, done.attempts, done.said) == ("sent", 2, "ok")
    assert Webhook.objects.get().failing_since is None


def test_after_three_days_a_call_is_given_up_and_a_person_may_make_it_again(
    subscribe, receiver, activity, manager
):
    subscribe()
    note(activity)
    receiver.answer = lambda call, handler: (503, "")
    for hours in range(0, 100, 13):
        round_at(NOON + timedelta(hours=hours))

    given_up = Delivery.objects.get()
    calls_before = len(receiver.received)
    receiver.answer = lambda call, handler: (204, "")
    webhooks.send_again(given_up, by=manager, at=NOON + 5 * DAY)
    round_at(NOON + 5 * DAY)

    assert given_up.state == "dead"
    assert Delivery.objects.get().state == "sent"
    assert len(receiver.received) == calls_before + 1
    assert len({call.headers["webhook-id"] for call in receiver.received}) == 1


def test_one_that_fails_delays_no_other(subscribe, receiver, activity, monkeypatch):
    monkeypatch.setattr(calls, "PAUSES", LONG)
    broken = subscribe(url="http://localhost:1/nobody")
    subscribe()
    for number in range(3):
        note(activity, str(number))

    round_at()

    assert len(receiver.received) == 3
    # Of the broken one's calls a single one was tried.
    assert sorted(
        Delivery.objects.filter(webhook=broken).values_list("attempts", flat=True)
    ) == [0, 0, 1]


def test_an_address_that_failed_is_left_alone_for_a_while(
    subscribe, receiver, activity, monkeypatch
):
    monkeypatch.setattr(calls, "PAUSES", LONG)
    subscribe()
    receiver.answer = lambda call, handler: (500, "")
    note(activity, "1")
    round_at()
    note(activity, "2")

    round_at(NOON + DAY)

    assert len(receiver.received) == 1


def test_when_it_works_again_everything_that_waits_is_told_at_once(
    subscribe, receiver, activity
):
    subscribe()
    receiver.answer = lambda call, handler: (500, "")
    for number in range(3):
        note(activity, str(number))
        round_at(NOON + number * timedelta(hours=1))
    receiver.received.clear()
    receiver.answer = lambda call, handler: (204, "")

    round_at(NOON + timedelta(hours=5))
    round_at(NOON + timedelta(hours=5))

    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}
    assert len(receiver.received) == 3


def fail_for_a_week(receiver, activity):
    receiver.answer = lambda call, handler: (500, "kaput")
    for day in range(8):
        note(activity, str(day))
        round_at(NOON + day * DAY)


def test_after_a_week_it_is_switched_off_and_its_owner_gets_a_mail(
    subscribe, receiver, activity, manager
):
    webhook = subscribe(description="Intranettet")
    fail_for_a_week(receiver, activity)
    receiver.received.clear()
    note(activity, "igen")

    round_at(NOON + 9 * DAY)

    webhook.refresh_from_db()
    assert webhook.off_reason == OffReason.FAILURES
    assert receiver.received == []
    mail = Message.objects.get(kind="webhook_off")
    assert mail.recipient == manager
    letter = letters.write(mail, [], now=NOON + 8 * DAY)
    assert letter.subject == "Webhooken “Intranettet” er slået fra"
    assert "mandag 2. marts" in letter.text
    assert "kaput" in letter.text
    assert f"/settings/webhooks/{webhook.pk}/" in letter.text


def test_switched_on_again_it_is_told_what_it_missed(
    subscribe, receiver, activity, manager
):
    webhook = subscribe()
    fail_for_a_week(receiver, activity)
    note(activity, "imens")
    receiver.received.clear()
    receiver.answer = lambda call, handler: (204, "")

    webhook.refresh_from_db()
    webhooks.switch(webhook, on=True, by=manager, at=NOON + 9 * DAY)
    round_at(NOON + 9 * DAY)
    round_at(NOON + 9 * DAY)

    told = [json.loads(call.body)["data"]["version"] for call in receiver.received]
    assert max(told) == Activity.objects.get(pk=activity.pk).version
    assert Webhook.objects.get().is_on


def test_a_receiver_that_wants_no_more_is_asked_once(subscribe, receiver, activity):
    subscribe()
    receiver.answer = lambda call, handler: (410, "")
    note(activity)

    round_at()
    note(activity, "mere")
    round_at(NOON + DAY)

    assert len(receiver.received) == 1
    assert Webhook.objects.get().off_reason == OffReason.GONE


def test_who_manages_no_more_has_no_webhook(subscribe, receiver, activity, manager):
    subscribe()
    note(activity)
    telling.plan(now=NOON)
    Membership.objects.filter(user=manager).update(role="observer")

    calls.deliver(now=NOON)
    round_at(NOON + DAY)

    assert receiver.received == []
    assert Webhook.objects.get().off_reason == OffReason.OWNER


def test_whose_owner_left_belongs_to_who_switches_it_on(
    subscribe, receiver, activity, manager, programme
):
    webhook = subscribe()
    Membership.objects.filter(user=manager).delete()
    round_at()
    heir = make_member(programme)

    webhook.refresh_from_db()
    webhooks.switch(webhook, on=True, by=heir, at=NOON)
    note(activity)
    round_at()

    assert Webhook.objects.get().owner == heir
    assert len(receiver.received) == 1


def test_a_key_is_exchanged_without_losing_a_call(
    subscribe, receiver, activity, manager
):
    webhook = subscribe()
    old = subscribe.key
    _webhook, new = webhooks.exchange_key(webhook, by=manager, at=NOON)
    for later in (timedelta(hours=1), timedelta(hours=25)):
        note(activity, str(later))
        round_at(NOON + later)

    during, after = receiver.received

    with time_machine.travel(NOON + timedelta(hours=1), tick=False):
        for key in (old, new):
            Verifier(key).verify(during.body, during.headers)
    assert len(during.headers["webhook-signature"].split()) == 2
    assert len(after.headers["webhook-signature"].split()) == 1


def test_everything_since_a_cursor_is_told_again(
    subscribe, receiver, activity, manager
):
    note(activity, "før")
    begin, _database = changes.present()
    webhook = subscribe()
    note(activity, "1")
    round_at()
    webhook.refresh_from_db()

    again = webhooks.replay(webhook, begin, by=manager, at=NOON + DAY)
    round_at(NOON + DAY)
    round_at(NOON + DAY)

    first, second = receiver.received
    assert again == 1
    assert first.headers["webhook-id"] == second.headers["webhook-id"]


def test_a_replay_reaches_behind_the_beginning(subscribe, receiver, activity, manager):
    begin, _database = changes.present()
    note(activity, "før")
    webhook = subscribe()

    webhooks.replay(webhook, begin, by=manager, at=NOON)
    round_at()

    (call,) = receiver.received
    assert json.loads(call.body)["data"]["changed"] == ["note"]


def test_a_test_call_says_that_calls_arrive(subscribe, receiver, manager):
    webhook = subscribe()

    webhooks.ping(webhook, by=manager, at=NOON)
    round_at()

    (call,) = receiver.received
    assert json.loads(call.body)["type"] == "webhooks.ping"


def test_only_managers_have_them_and_only_to_where_one_may_call(programme, manager):
    observer = make_member(programme, "observer")
    with pytest.raises(NotAllowed):
        webhooks.subscribe(
            programme,
            url="https://example.org/",
            event_types=["activities.*"],
            by=observer,
            at=NOON,
        )
    with pytest.raises(services.Invalid):
        webhooks.subscribe(
            programme,
            url="https://10.0.0.1/",
            event_types=["activities.*"],
            by=manager,
            at=NOON,
        )


def test_how_far_it_was_told_is_no_new_version(subscribe, activity, manager):
    webhook = subscribe()
    note(activity)
    round_at()

    webhook.refresh_from_db()
    before = webhook.version
    changed = webhooks.change(webhook, by=manager, description="nyt navn")

    assert (before, changed.version) == (1, 2)


def test_of_another_database_nothing_is_told(subscribe, receiver, activity):
    webhook = subscribe()
    note(activity)
    Webhook.objects.update(database=1)

    round_at()
    note(activity, "herfra")
    round_at()

    assert len(receiver.received) == 1
    webhook.refresh_from_db()
    assert webhook.database != 1


def test_old_calls_are_forgotten(subscribe, activity):
    subscribe()
    note(activity)
    round_at()

    telling.plan(now=NOON + 91 * DAY)

    assert not Delivery.objects.exists()


def test_calls_are_never_made_inside_a_transaction():
    with transaction.atomic(), pytest.raises(RuntimeError):
        calls.deliver(now=NOON)


def test_a_call_whose_sender_died_is_made_by_another(subscribe, receiver, activity):
    subscribe()
    note(activity)
    telling.plan(now=NOON)
    calls._Run(now=NOON, must_stop=lambda: False).claim()
    calls.deliver(now=NOON)
    held = list(receiver.received)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE notifications_delivery SET lease_until = now()")

    calls.deliver(now=NOON)

    assert held == []
    assert len(receiver.received) == 1


def test_without_celery_a_command_does_the_same(subscribe, receiver, activity, capsys):
    subscribe()
    note(activity)

    call_command("push", "--once")

    assert len(receiver.received) == 1
    assert "1 kald modtaget" in capsys.readouterr().out
