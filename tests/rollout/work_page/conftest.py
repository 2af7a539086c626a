"""The day, a partner and what it has to do, for the tests of a person's work."""

from datetime import timedelta

import pytest
import time_machine

from rollout.models import Role
from tests.factories import (
    NOON,
    TODAY,
    make_activity,
    make_focus_area,
    make_indicator,
    make_member,
    make_objective,
    make_partner,
    make_request,
)


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def partner():
    return make_partner()


@pytest.fixture
def person(partner):
    """Somebody who acts for a partner."""
    return make_member(partner.programme, Role.PARTNER, partner=partner)


@pytest.fixture
def activity(partner):
    """A running activity in which the partner takes part."""
    made = make_activity(state="launched", programme=partner.programme)
    made.contributors.add(partner)
    return made


@pytest.fixture
def asked(partner, person):
    """A number that the person is asked for."""
    area = make_focus_area(programme=partner.programme)
    objective = make_objective(focus_area=area)
    indicator = make_indicator(objective=objective, unit="unge")
    return make_request(
        indicator=indicator,
        partner=partner,
        responsible=person,
        question="Hvor mange?",
        due_on=TODAY,
        last_value="10",
        last_period_end=TODAY - timedelta(days=30),
    )
