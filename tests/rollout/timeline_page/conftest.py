"""The day, the programme and the manager of the timeline's tests."""

from __future__ import annotations

import pytest
import time_machine

from tests.factories import NOON, make_member, make_programme


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def programme():
    return make_programme()


@pytest.fixture
def manager(programme):
    return make_member(programme, name="Eksempel Leder")
