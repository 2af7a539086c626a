"""The day on which the activity's page is looked at."""

from __future__ import annotations

import pytest
import time_machine

from tests.factories import NOON


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOON, tick=False):
        yield
