"""What an edit would change is what then changes, and trying it leaves no trace."""

from datetime import date, timedelta

import pytest

from notifications import compose
from notifications.models import Message, ReminderState
from notifications.rehearsal import rehearse
from notifications.whatif import what_if
from rollout import services
from rollout.models import Activity, Milestone, MonitoringRound, Role
from rollout.services import Invalid, shifting
from rollout.services.shifting import ShiftRequest
from tests.factories import (
    make_activity,
    make_member,
    make_partner,
    make_phase,
    make_programme,
    make_round,
    make_template,
    make_user,
)
from tests.notifications.factories import (
    at,
    make_due_milestone,
    make_period,
    make_running_activity,
    steps_of,
)
from tests.notifications.test_rehearsal import fingerprint

pytestmark = pytest.mark.django_db(transaction=True)


def days_of(changes):
    """Each change as (step, day before, day after), by step."""
    return sorted(
        (
            one.step.step,
            one.before and one.before.day.isoformat(),
            one.after and one.after.day.isoformat(),
        )
        for one in changes
    )


def move(milestone, to, *, now="2026-01-12", **fields):
    manager = make_member(milestone.programme)
    return what_if(
        lambda: services.move_milestone(
            milestone, to=date.fromisoformat(to), by=manager
        ),
        now=at(now),
        programme=milestone.programme,
        **fields,
    )


def test_a_milestone_that_moves_takes_its_mails_along():
    milestone = make_due_milestone("2026-02-27")

    found = move(milestone, "2026-03-13")

    assert days_of(found.moved) == [
        (-20, "2026-01-30", "2026-02-13"),
        (-5, "2026-02-20", "2026-03-06"),
        (0, "2026-02-27", "2026-03-13"),
        (5, "2026-03-06", "2026-03-20"),
        (10, "2026-03-13", "2026-03-27"),
        (15, "2026-03-20", "2026-04-08"),
        (20, "2026-03-27", "2026-04-15"),
    ]
    assert (found.added, found.gone) == ([], [])
    assert [one.step.step for one in found.moved if one.is_overdue] == [5, 10, 15, 20]


def test_what_was_foretold_is_what_saving_brings_about():
    activity = make_running_activity()
    milestone = make_due_milestone("2026-02-27", activity=activity)
    make_due_milestone("2026-03-06", activity=activity)
    make_period(activity.programme, "2026-03-09", "2026-03-20")
    last = date(2026, 4, 30)

    found = move(milestone, "2026-03-13", last=last)
    before = going_out(activity.programme, last)
    services.move_milestone(
        milestone, to=date(2026, 3, 13), by=make_member(activity.programme)
    )
    after = going_out(activity.programme, last)

    told = {(c.step.key, c.step.step): (c.before.day, c.after.day) for c in found.moved}
    assert told == {
        key: (before[key], after[key])
        for key in before.keys() & after.keys()
        if before[key] != after[key]
    }
    assert told


def going_out(programme, last):
    rehearsal = rehearse(
        now=at("2026-01-12"),
        first=date(2026, 1, 12),
        # As far as the comparison looks beyond the last day.
        last=last + timedelta(days=60),
        programme=programme,
    )
    return {
        (step.key, step.step): mail.day
        for mail in rehearsal.mails
        for step in mail.steps
        if mail.day <= last + timedelta(days=20)
    }


def test_a_date_that_comes_close_leaves_out_the_steps_it_passed():
    milestone = make_due_milestone("2026-03-27")

    found = move(milestone, "2026-01-16")

    [gone] = [one for one in found.gone if one.step.step == -20]
    assert gone.reason == "later_step"


def test_a_step_that_was_told_for_the_old_date_is_told_again_for_the_new():
    milestone = make_due_milestone("2026-01-16")
    compose.remind(now=at("2026-01-09"))
    Message.objects.update(state="sent", sent_at=at("2026-01-09"))

    found = move(milestone, "2026-02-27")

    assert steps_of(milestone)[-5] == ReminderState.MERGED
    assert (-5, None, "2026-02-20") in days_of(found.added)


def test_trying_leaves_no_trace():
    milestone = make_due_milestone("2026-02-27")
    compose.remind(now=at("2026-01-12"))
    manager = make_member(milestone.programme)
    before = fingerprint()

    what_if(
        lambda: services.move_milestone(milestone, to=date(2026, 3, 13), by=manager),
        now=at("2026-01-12"),
        programme=milestone.programme,
    )

    after = fingerprint()
    locked = {table for table in before if before[table] != after[table]}
    # The rows that the edit touched were locked for a moment, and what the record of
    # changes said of it was forgotten; nothing else happened.
    assert locked <= {"rollout_milestone", "rollout_change", "sequences"}
    milestone.refresh_from_db()
    assert milestone.due_on == date(2026, 2, 27)


def test_an_edit_that_is_refused_is_refused_here_too():
    milestone = make_due_milestone("2026-02-27")

    with pytest.raises(Invalid):
        move(milestone, "2031-01-01")

    milestone.refresh_from_db()
    assert milestone.due_on == date(2026, 2, 27)


def test_a_planned_launch_dates_the_milestones_and_so_adds_mails():
    programme = make_programme()
    template = make_template(programme=programme, offset_days=-10)
    activity = make_activity(
        programme=programme,
        state=Activity.State.IN_CLARIFICATION,
        responsible=make_user(),
    )
    Milestone.objects.create(activity=activity, template=template, title="Aftale")
    manager = make_member(programme)

    found = what_if(
        lambda: services.plan_launch(activity, on=date(2026, 4, 8), by=manager),
        now=at("2026-01-12"),
        programme=programme,
    )

    assert {one.step.step for one in found.added} >= {-20, -5, 0}
    assert found.moved == []
    # A milestone lies ahead again.
    assert {one.step.kind for one in found.gone} == {"no_milestone"}


def test_a_phase_moves_the_mails_of_all_its_activities():
    programme = make_programme()
    phase = make_phase(programme=programme, starts_on=date(2026, 2, 2))
    for day in ("2026-03-06", "2026-03-13"):
        activity = make_activity(
            programme=programme,
            phase=phase,
            state=Activity.State.IN_CLARIFICATION,
            responsible=make_user(),
        )
        make_due_milestone(day, activity=activity)
    manager = make_member(programme)

    found = what_if(
        lambda: shifting.shift(
            programme,
            ShiftRequest("phase", phase.pk, to=date(2026, 2, 9)),
            by=manager,
            at=at("2026-01-12"),
        ),
        now=at("2026-01-12"),
        programme=programme,
    )

    on_the_day = [one for one in found.moved if one.step.step == 0]
    assert days_of(on_the_day) == [
        (0, "2026-03-06", "2026-03-13"),
        (0, "2026-03-13", "2026-03-20"),
    ]
    assert len({one.step.key for one in found.moved}) == 2


def test_a_round_that_moves_takes_its_mails_along():
    asked = make_round(
        state=MonitoringRound.State.AGREED,
        due_on=date(2026, 3, 6),
        responsible=make_user(),
    )
    manager = make_member(asked.programme)

    found = what_if(
        lambda: services.move_round(asked, to=date(2026, 3, 13), by=manager),
        now=at("2026-01-12"),
        programme=asked.programme,
    )

    assert (0, "2026-03-06", "2026-03-13") in days_of(found.moved)


def test_the_load_of_people_and_partners_is_told_before_and_after():
    programme = make_programme()
    school = make_partner(programme=programme, name="Skolen")
    contact = make_member(programme, Role.PARTNER, partner=school)
    activity = make_running_activity(programme=programme, responsible=contact)
    milestone = make_due_milestone("2026-02-27", activity=activity)
    make_due_milestone("2026-03-13", activity=activity)

    # Both on one day: one mail instead of two.
    found = move(milestone, "2026-03-13", last=date(2026, 3, 13))

    # The manager's weekly summary comes whatever the dates are.
    loads = {one.of: (one.before, one.after) for one in found.people}
    assert loads[contact] == (6, 3)
    assert [(one.of, one.before, one.after) for one in found.partners] == [
        (school, 6, 3)
    ]


def test_an_edit_without_consequence_says_so():
    milestone = make_due_milestone("2026-02-27")

    found = move(milestone, "2026-02-27")

    assert not found
    assert [(one.before, one.after) for one in found.people] != []
