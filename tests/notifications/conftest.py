"""Fixtures of the reaction's tests."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from pytest_django import Settings

from notifications.models import LadderStep
from rollout.models import DataRequest, Milestone, Nudge, Role, User
from tests.factories import (
    make_activity,
    make_focus_area,
    make_indicator,
    make_member,
    make_milestone,
    make_objective,
    make_partner,
    make_programme,
    make_request,
)
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


@pytest.fixture
def contact(db: None) -> User:
    """A partner's contact, with a coordinator and a colleague."""
    programme = make_programme()
    partner = make_partner(programme=programme)
    make_member(programme, Role.COORDINATOR, name="Eksempel Koordinator")
    make_member(programme, Role.PARTNER, partner=partner, name="Eksempel Kollega")
    return make_member(
        programme, Role.PARTNER, partner=partner, name="Eksempel Kontakt"
    )


@pytest.fixture
def milestone(contact: User) -> Milestone:
    """A milestone that lies with the contact, due on 15 April 2026."""
    programme = contact.memberships.get().programme
    activity = make_activity(state="launched", programme=programme)
    return make_milestone(
        activity=activity,
        responsible=contact,
        responsible_partner=contact.memberships.get().partner,
        due_on=date(2026, 4, 15),
    )


@pytest.fixture
def request_for_number(contact: User) -> DataRequest:
    """A number that the contact is asked for."""
    programme = contact.memberships.get().programme
    area = make_focus_area(programme=programme)
    indicator = make_indicator(objective=make_objective(focus_area=area))
    return make_request(
        indicator=indicator,
        partner=contact.memberships.get().partner,
        responsible=contact,
        last_value=Decimal(20),
    )
