"""Webhooks: switched off and on, keys exchanged, told again, forgotten."""

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
from tests.factories import NOON, make_member
from tests.notifications.calls.scene import DAY, fail_for_a_week, note, round_at
from workflows.engine import NotAllowed

pytestmark = pytest.mark.django_db(transaction=True)


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


def test_one_that_is_removed_during_its_call_stops_no_other(
    subscribe, receiver, activity
):
    doomed = subscribe(url=f"{receiver.url}/doomed")
    subscribe()
    note(activity)

    def remove(call, handler):
        if call.path.endswith("/doomed"):
            Webhook.objects.filter(pk=doomed.pk).delete()
            connection.close()
            return 500, ""
        return 204, ""

    receiver.answer = remove

    tally = round_at()

    assert (tally.received, len(receiver.received)) == (1, 2)


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
