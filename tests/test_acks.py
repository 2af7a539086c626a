"""A worker whose broker did not hear that a task is done does not stand still."""

import pytest
from kombu.message import Message
from kombu.utils.imports import symbol_by_name
from redis import TimeoutError as NoAnswer

from config.celery import app
from notifications.tasks import deliver_outbox


class DeafChannel:
    no_ack_consumers = ()

    def basic_ack(self, *args, **kwargs):
        raise NoAnswer


def test_an_acknowledgement_that_fails_makes_the_worker_connect_anew():
    message = Message(
        body="[[], {}, {}]",
        channel=DeafChannel(),
        delivery_tag="1",
        content_type="application/json",
        headers={"id": "1", "task": deliver_outbox.name},
    )
    under_way = symbol_by_name(deliver_outbox.Request)(
        message,
        app=app,
        task=deliver_outbox,
        on_ack=message.ack_log_error,
        connection_errors=app.connection_for_read().connection_errors,
    )

    with pytest.raises(NoAnswer):
        under_way.acknowledge()
