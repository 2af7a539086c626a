"""The people whom escalation goes through, and a ladder of their own."""

from __future__ import annotations

import pytest

from tests.notifications.escalation.scene import Cast
from tests.notifications.factories import make_ladder


@pytest.fixture
def cast(no_nudges):
    return Cast()


@pytest.fixture
def ladder(cast):
    """Reminders every five days, and one step for a deputy at ten."""
    found = make_ladder(cast.programme, kind="milestone")
    found.steps.create(offset_days=5, repeat_every=5, until=20)
    return found
