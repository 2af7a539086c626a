"""Milestones follow one another, and the people who answer for them finish them."""

import pytest

from rollout.models import Milestone, Role
from tests.factories import (
    NOON,
    TODAY,
    make_activity,
    make_member,
    make_milestone,
    make_partner,
)
from workflows.engine import Blocked, NotAllowed, perform

pytestmark = pytest.mark.django_db


def test_an_open_predecessor_denies_finishing_and_says_why():
    milestone = make_milestone()
    before = make_milestone(activity=milestone.activity, title="Aftale er underskrevet")
    milestone.predecessors.add(before)
    manager = make_member(milestone.programme)

    with pytest.raises(Blocked, match="Aftale er underskrevet"):
        perform(milestone, "finish", by=manager, at=NOON)

    assert not milestone.history.exists()


def test_a_dropped_predecessor_does_not_hold_up():
    milestone = make_milestone()
    before = make_milestone(activity=milestone.activity)
    milestone.predecessors.add(before)
    manager = make_member(milestone.programme)
    perform(before, "drop", by=manager, at=NOON, reason="Ikke relevant")

    assert perform(milestone, "finish", by=manager, at=NOON).done_on == TODAY


def test_reopening_takes_the_date_back():
    milestone = make_milestone()
    manager = make_member(milestone.programme)
    perform(milestone, "finish", by=manager, at=NOON)

    reopened = perform(milestone, "reopen", by=manager, at=NOON, reason="Fejl")

    assert (reopened.state, reopened.done_on) == ("open", None)


def test_the_partner_that_is_responsible_may_finish_it():
    activity = make_activity(state="launched")
    partner = make_partner(programme=activity.programme)
    contact = make_member(activity.programme, Role.PARTNER, partner=partner)
    milestone = make_milestone(activity=activity, responsible_partner=partner)

    assert perform(milestone, "finish", by=contact, at=NOON).state == "done"


def test_the_activitys_responsible_finishes_what_nobody_else_answers_for():
    activity = make_activity(state="launched")
    contact = make_member(activity.programme, Role.PARTNER)
    activity.responsible = contact
    activity.save()
    milestone = make_milestone(activity=activity)

    assert perform(milestone, "finish", by=contact, at=NOON).state == "done"


def test_another_partner_may_not_finish_it():
    activity = make_activity(state="launched")
    milestone = make_milestone(
        activity=activity,
        responsible_partner=make_partner(programme=activity.programme),
    )
    other = make_member(activity.programme, Role.PARTNER)

    with pytest.raises(NotAllowed):
        perform(milestone, "finish", by=other, at=NOON)


def test_only_those_who_edit_the_activity_drop_milestones():
    activity = make_activity(state="launched")
    partner = make_partner(programme=activity.programme)
    contact = make_member(activity.programme, Role.PARTNER, partner=partner)
    milestone = make_milestone(activity=activity, responsible_partner=partner)

    with pytest.raises(NotAllowed):
        perform(milestone, "drop", by=contact, at=NOON, reason="Nej")


def test_overdue_means_open_and_past_its_date():
    activity = make_activity(state="launched")
    late = make_milestone(activity=activity, due_on="2026-03-01")
    make_milestone(activity=activity, due_on=TODAY)
    make_milestone(activity=activity, due_on=None)
    done = make_milestone(activity=activity, due_on="2026-02-01")
    perform(done, "finish", by=make_member(activity.programme), at=NOON)

    assert list(Milestone.objects.overdue(on=TODAY)) == [late]
