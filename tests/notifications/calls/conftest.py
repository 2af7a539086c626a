"""A programme whose changes are called out, and who is called."""

from __future__ import annotations

import pytest

from notifications import calls, webhooks
from tests.factories import NOON, make_activity, make_member, make_programme
from tests.notifications.hooks import receiving


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
