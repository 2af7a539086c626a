"""Fixtures of the reaction's tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from tests.notifications.sink import FaultySink


@pytest.fixture
def sink(settings: Settings) -> Iterator[FaultySink]:
    """A real mail server, well behaved until a test tells it otherwise."""
    server = FaultySink().start()
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    yield server
    server.stop()
