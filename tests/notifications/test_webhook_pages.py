"""The pages of webhooks: for managers, with a key that is shown once."""

from __future__ import annotations

import re

import pytest
import time_machine
from django.urls import reverse

from notifications import webhooks
from notifications.models import Delivery, Webhook
from rollout.models import Role
from tests.factories import NOON, make_member, make_programme

pytestmark = pytest.mark.django_db

URL = "https://example.org/hook"


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def programme():
    return make_programme()


@pytest.fixture
def manager(programme, client):
    manager = make_member(programme)
    client.force_login(manager)
    return manager


@pytest.fixture
def webhook(programme, manager):
    made, _key = webhooks.subscribe(
        programme,
        url=URL,
        event_types=["milestones.created", "activities.*"],
        by=manager,
        at=NOON,
    )
    return made


def address(name, *args):
    return reverse(f"notifications:{name}", args=args)


def test_a_manager_sets_one_up_and_sees_its_key_once(client, manager, programme):
    made = client.post(
        address("webhook_new"), {"url": URL, "event_types": ["activities.*"]}
    )
    webhook = Webhook.objects.get()
    page = client.get(address("webhook", webhook.pk))

    key = re.search(r"whsec_[\w+/=]+", made.content.decode())
    assert key is not None
    assert "no-store" in made.headers["Cache-Control"]
    assert "whsec_" not in page.content.decode()
    assert (webhook.owner, webhook.programme) == (manager, programme)
    assert URL in client.get(address("webhooks")).content.decode()


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": "http://example.org/", "event_types": ["activities.*"]},
        {"url": "https://10.0.0.1/", "event_types": ["activities.*"]},
        {"url": URL, "event_types": []},
        {"url": URL, "event_types": ["everything"]},
    ],
)
def test_what_makes_no_sense_is_said_at_the_field(client, manager, wrong):
    answer = client.post(address("webhook_new"), wrong)

    assert answer.status_code == 422
    assert "form-error-message" in answer.content.decode()
    assert not Webhook.objects.exists()


def test_what_a_program_chose_more_finely_is_kept(client, webhook):
    page = client.get(address("webhook", webhook.pk)).content.decode()
    client.post(
        address("webhook", webhook.pk),
        {
            "url": URL,
            "description": "Intranettet",
            "event_types": ["milestones.created", "places.*"],
        },
    )

    assert 'value="milestones.created"' in page
    fresh = Webhook.objects.get()
    assert fresh.event_types == ["milestones.created", "places.*"]
    assert (fresh.description, fresh.version) == ("Intranettet", 2)


def test_it_is_switched_off_and_on(client, webhook):
    client.post(address("webhook_switch", webhook.pk), {"on": "false"})
    off = Webhook.objects.get()
    client.post(address("webhook_switch", webhook.pk), {"on": "true"})

    assert off.off_reason == "by_hand"
    assert Webhook.objects.get().is_on


def test_the_log_shows_the_answer_and_offers_to_call_again(client, webhook):
    client.post(address("webhook_test", webhook.pk))
    Delivery.objects.update(state="dead", status=500, last_error="<b>åh nej</b>")
    page = client.get(address("webhook", webhook.pk)).content.decode()

    client.post(address("call_again", webhook.pk, Delivery.objects.get().pk))

    assert "500" in page
    assert "&lt;b&gt;åh nej&lt;/b&gt;" in page
    assert Delivery.objects.get().state == "pending"


def test_the_log_says_whether_any_call_was_made_or_none_is_so(client, webhook):
    path = address("webhook", webhook.pk)
    nothing = client.get(path).content.decode()
    client.post(address("webhook_test", webhook.pk))

    dead = client.get(path, {"state": "dead"}).content.decode()
    pending = client.get(path, {"state": "pending"}).content.decode()

    assert "Der er ikke foretaget noget kald endnu." in nothing
    assert "Der er ikke foretaget noget kald endnu." not in dead
    assert "Ingen kald har den tilstand." in dead
    assert "Ingen kald" not in pending


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "Slået til"),
        (
            {"failing_since": NOON, "failures": 1},
            "Slået til, men intet kald er nået frem siden",
        ),
        ({"off_at": NOON, "off_reason": "by_hand"}, "Slået fra"),
    ],
)
def test_its_status_is_said_in_the_list_and_on_its_page(client, webhook, fields, said):
    Webhook.objects.filter(pk=webhook.pk).update(**fields)

    assert said in client.get(address("webhooks")).content.decode()
    assert said in client.get(address("webhook", webhook.pk)).content.decode()


def test_the_key_can_be_exchanged(client, webhook):
    answer = client.post(address("webhook_key", webhook.pk))

    assert "whsec_" in answer.content.decode()
    assert Webhook.objects.get().old_salt == webhook.salt


def test_it_is_removed_with_its_log(client, webhook):
    client.post(address("webhook_test", webhook.pk))

    client.post(address("webhook_remove", webhook.pk))

    assert not Webhook.objects.exists()


@pytest.mark.parametrize("role", [Role.OBSERVER, Role.COORDINATOR, None])
def test_to_everybody_else_there_is_none(client, webhook, programme, role):
    other = make_member(programme if role else make_programme(), role or Role.MANAGER)
    client.force_login(other)

    for name in ("webhook_switch", "webhook_key", "webhook_test", "webhook_remove"):
        assert client.post(address(name, webhook.pk)).status_code == 404
    assert client.get(address("webhook", webhook.pk)).status_code == 404
    assert Webhook.objects.get().is_on


def test_looking_changes_nothing(client, webhook):
    for name in ("webhook_switch", "webhook_key", "webhook_test", "webhook_remove"):
        assert client.get(address(name, webhook.pk)).status_code == 405
