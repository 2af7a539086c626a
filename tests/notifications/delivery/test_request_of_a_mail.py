"""From a mail one finds what the log says of the request that led to it."""

import pytest
import time_machine
from django.utils import timezone

from notifications import outbox
from rollout.models import Role
from tests.factories import NOON, make_activity, make_member, make_programme
from tests.notifications.factories import make_message

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOON, tick=True):
        yield


def test_a_mail_names_the_request_that_led_to_it(client, smtp_sink):
    programme = make_programme()
    activity = make_activity(
        programme=programme,
        state="in_clarification",
        responsible=make_member(programme, Role.COORDINATOR),
    )
    client.force_login(make_member(programme))

    answer = client.post(
        f"{activity.get_absolute_url()}transitions/postpone/",
        {"postpone-version": activity.version, "postpone-reason": "Lokaler"},
    )
    outbox.deliver(now=timezone.now(), any_time=True)

    assert answer.status_code == 302
    [mail] = smtp_sink.received
    assert mail.message["X-Request-ID"] == answer["X-Request-ID"]


def test_what_no_request_led_to_names_none(smtp_sink):
    make_message()

    outbox.deliver(now=timezone.now(), any_time=True)

    [mail] = smtp_sink.received
    assert "X-Request-ID" not in mail.message
