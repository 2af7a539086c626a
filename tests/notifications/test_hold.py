"""While all sending is held nothing leaves, everybody sees it, and a person ends it."""

from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command

from notifications import calls, hold, outbox, telling, webhooks
from notifications.models import Delivery, Message, SendingHold
from rollout import services
from tests.factories import make_activity, make_member, make_programme
from tests.notifications.factories import at, make_message

from .hooks import receiving

pytestmark = pytest.mark.django_db(transaction=True)

NOON = at("2026-03-02", 12)


def sending(*words):
    said = StringIO()
    call_command("sending", *words, stdout=said, no_color=True)
    return said.getvalue()


def test_a_held_mail_stays_until_it_is_released(sink):
    message = make_message(now=NOON)
    hold.hold("restored", at=NOON)

    assert outbox.deliver(now=NOON).sent == 0

    assert hold.release() == 1
    assert outbox.deliver(now=NOON).sent == 1
    [mail] = sink.received
    assert mail.message_id == message.message_id


def test_what_left_before_is_put_away_and_never_sent(sink):
    message = make_message(now=NOON)
    hold.hold("restored", at=NOON)

    assert hold.put_away() == 1

    later = make_message(now=NOON)
    assert outbox.deliver(now=NOON).sent == 1
    assert [mail.message_id for mail in sink.received] == [later.message_id]
    message.refresh_from_db()
    assert (message.state, message.last_error) == ("obsolete", hold.PUT_AWAY)


@pytest.fixture
def subscribed(receiver):
    """A programme whose changes are called out, with one that waits."""
    programme = make_programme()
    manager = make_member(programme)
    activity = make_activity(programme=programme, responsible=manager)
    webhooks.subscribe(
        programme,
        event_types=["activities.*"],
        url=receiver.url,
        by=manager,
        at=NOON,
    )
    services.set_readiness(activity, "planning", is_met=True, by=manager, at=NOON)
    hold.hold("restored", at=NOON)
    telling.plan(now=NOON)


@pytest.fixture
def receiver():
    with receiving() as one:
        yield one


@pytest.mark.usefixtures("subscribed")
def test_a_held_webhook_is_not_called_until_it_is_released(receiver):
    assert calls.deliver(now=NOON).received == 0
    assert f"{Delivery.objects.count()} kald venter" in sending("status")

    hold.release()

    assert calls.deliver(now=NOON).received == len(receiver.received) > 0


@pytest.mark.usefixtures("subscribed")
def test_a_call_that_was_put_away_is_never_made(receiver):
    assert hold.put_away() == Delivery.objects.count() > 0

    assert calls.deliver(now=NOON).received == 0
    assert receiver.received == []


def test_a_second_hold_changes_nothing():
    hold.hold("first", at=NOON)

    hold.hold("second", at=NOON)

    assert SendingHold.objects.get().why == "first"


def test_managers_and_the_health_check_see_that_mail_is_held(client):
    programme = make_programme()
    hold.hold("restored from a backup", at=NOON)
    client.force_login(make_member(programme))

    with time_machine.travel(NOON, tick=False):
        health = client.get("/readyz")
        banner = client.get("/engine/").content.decode()
        page = client.get("/messages/engine/").content.decode()

    assert health.status_code == 503
    assert health.json()["engine"] == "all mail is held: restored from a backup"
    assert "Al mail holdes tilbage" in banner
    assert "restored from a backup" in page


def test_the_command_holds_shows_and_releases():
    message = make_message(now=NOON)

    assert "Intet holdes tilbage." in sending("status")
    said = sending("hold", "restored from a backup")
    assert "restored from a backup" in said
    assert message.to_address in said
    assert "1 taget ud" in sending("release", "--put-away")
    with pytest.raises(CommandError, match="Intet holdes tilbage"):
        sending("release")
    assert Message.objects.get(pk=message.pk).state == "obsolete"
