"""Webhooks: told once of each change, signed, in order, retried."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
import time_machine
from standardwebhooks import Webhook as Verifier

from notifications import calls, webhooks
from notifications.models import Delivery, Webhook
from tests.factories import NOON, make_milestone
from tests.notifications.calls.scene import DAY, LONG, note, round_at
from workflows.engine import perform

pytestmark = pytest.mark.django_db(transaction=True)


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
