"""Fixtures of the reaction's tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from notifications.models import LadderStep
from rollout.models import Nudge
from tests.notifications.sink import FaultySink


@pytest.fixture
def sink(settings: Settings) -> Iterator[FaultySink]:
    """A real mail server, well behaved until a test tells it otherwise."""
    server = FaultySink().start()
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    yield server
    server.stop()


@pytest.fixture
def no_nudges(db: None) -> None:
    """Let only deadlines remind: for what goes on for months without anybody acting."""
    LadderStep.objects.filter(ladder__kind__in=Nudge.values).delete()
