"""One view of everything that falls due, with the reason why some of it is held."""

from datetime import date

import pytest

from rollout.models import Deadline
from tests.factories import (
    NOON,
    make_activity,
    make_condition,
    make_grant,
    make_member,
    make_milestone,
    make_partner,
    make_request,
    make_round,
)
from workflows.engine import perform

pytestmark = pytest.mark.django_db


def the_deadline(kind, obj):
    return Deadline.objects.get(key=f"{kind}:{obj.pk}")


def test_an_open_milestone_is_a_deadline_for_the_activitys_responsible():
    activity = make_activity(state="launched")
    activity.responsible = make_member(activity.programme)
    activity.responsible_partner = make_partner(programme=activity.programme)
    activity.save()
    milestone = make_milestone(activity=activity)

    deadline = the_deadline("milestone", milestone)

    assert (deadline.title, deadline.due_on) == (milestone.title, milestone.due_on)
    assert deadline.responsible == activity.responsible
    assert deadline.partner == activity.responsible_partner
    assert deadline.hold == ""


def test_a_milestone_with_a_partner_of_its_own_is_not_the_activitys_persons():
    activity = make_activity(state="launched")
    activity.responsible = make_member(activity.programme)
    activity.save()
    partner = make_partner(programme=activity.programme)

    deadline = the_deadline(
        "milestone", make_milestone(activity=activity, responsible_partner=partner)
    )

    assert (deadline.responsible, deadline.partner) == (None, partner)


def test_finished_and_undated_milestones_are_none():
    milestone = make_milestone()
    make_milestone(activity=milestone.activity, due_on=None)
    manager = make_member(milestone.programme)

    perform(milestone, "finish", by=manager, at=NOON)

    assert not Deadline.objects.exists()


@pytest.mark.parametrize(
    ("fields", "hold"),
    [
        ({"is_proposal": True}, "proposal"),
        ({}, "planned"),
        ({"state": "in_clarification"}, ""),
        ({"state": "discontinued"}, "discontinued"),
    ],
)
def test_milestones_are_held_by_the_state_of_their_activity(fields, hold):
    milestone = make_milestone(activity=make_activity(**fields))

    assert the_deadline("milestone", milestone).hold == hold


def test_rounds_requests_decisions_and_grants_are_deadlines_too():
    request = make_request()
    condition = make_condition(expected_on=date(2026, 10, 7))
    grant = make_grant()

    assert the_deadline("data_request", request).title == request.indicator.name
    assert the_deadline("monitoring", request.round).due_on == request.round.due_on
    assert the_deadline("condition", condition).due_on == condition.expected_on
    assert the_deadline("grant", grant).due_on == grant.ends_on


def test_a_request_of_an_expected_round_is_held():
    round_ = make_round()
    request = make_request(round=round_)

    assert the_deadline("data_request", request).hold == "expected"
