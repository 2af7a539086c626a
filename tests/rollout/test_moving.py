"""Dates move together or not at all, and only inside the programme."""

from datetime import date

import pytest

from rollout import services
from rollout.models import MonitoringRound, Role
from rollout.services import Invalid
from tests.factories import (
    NOON,
    make_indicator,
    make_member,
    make_milestone,
    make_request,
    make_round,
)
from workflows.engine import NotAllowed, Stale, perform

pytestmark = pytest.mark.django_db


def test_a_milestone_moves_to_another_date():
    milestone = make_milestone(due_on=date(2026, 4, 15))
    coordinator = make_member(milestone.programme, Role.COORDINATOR)

    moved = services.move_milestone(milestone, to=date(2026, 5, 4), by=coordinator)

    assert moved.due_on == date(2026, 5, 4)
    assert moved.version > milestone.version


def test_a_milestone_cannot_leave_the_programme():
    milestone = make_milestone()
    manager = make_member(milestone.programme)

    with pytest.raises(Invalid):
        services.move_milestone(milestone, to=date(2031, 1, 1), by=manager)


def test_a_milestone_that_is_done_stays():
    milestone = make_milestone()
    manager = make_member(milestone.programme)
    perform(milestone, "finish", by=manager, at=NOON)

    with pytest.raises(Invalid):
        services.move_milestone(milestone, to=date(2026, 5, 4), by=manager)


def test_whoever_was_faster_is_told():
    milestone = make_milestone()
    manager = make_member(milestone.programme)
    services.move_milestone(milestone, to=date(2026, 5, 4), by=manager)

    with pytest.raises(Stale):
        services.move_milestone(
            milestone,
            to=date(2026, 5, 5),
            by=manager,
            expected_version=milestone.version,
        )


@pytest.mark.parametrize("role", [Role.PARTNER, Role.OBSERVER])
def test_partners_and_observers_move_nothing(role):
    milestone = make_milestone()
    other = make_member(milestone.programme, role)

    with pytest.raises(NotAllowed):
        services.move_milestone(milestone, to=date(2026, 5, 4), by=other)


def test_requests_due_with_their_round_move_with_it():
    with_it = make_request()
    early = make_request(
        round=with_it.round,
        indicator=make_indicator(objective=with_it.indicator.objective),
        due_on=date(2026, 8, 3),
    )
    manager = make_member(with_it.programme)

    moved = services.move_round(with_it.round, to=date(2026, 9, 1), by=manager)

    with_it.refresh_from_db()
    early.refresh_from_db()
    assert moved.due_on == with_it.due_on == date(2026, 9, 1)
    assert early.due_on == date(2026, 8, 3)


def test_a_round_that_is_handed_in_stays():
    submitted = make_round(state=MonitoringRound.State.SUBMITTED)
    manager = make_member(submitted.programme)

    with pytest.raises(Invalid):
        services.move_round(submitted, to=date(2026, 9, 1), by=manager)
