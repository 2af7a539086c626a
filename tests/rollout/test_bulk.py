"""One change for many activities: all or none, and told beforehand."""

from __future__ import annotations

from datetime import date

import pytest

from rollout import services
from rollout.models import Activity, ActivityTransition, Milestone, Role
from tests.factories import (
    NOON,
    TODAY,
    make_activity,
    make_evaluation,
    make_indicator,
    make_measurement,
    make_member,
    make_milestone,
    make_objective,
    make_partner,
    make_phase,
    make_programme,
    make_request,
    make_round,
    make_template,
)

pytestmark = pytest.mark.django_db


def two(programme, **fields):
    return [make_activity(programme=programme, **fields) for _ in range(2)]


def keys(*activities):
    return {activity.pk: activity.version for activity in activities}


def reasons(result):
    return {
        one.activity and one.activity.pk: [reason.code for reason in one.reasons]
        for one in result.refusals
    }


def test_all_are_clarified_together_and_get_their_milestones():
    programme = make_programme()
    manager = make_member(programme)
    make_template(programme=programme)
    activities = two(programme, responsible=manager)

    result = services.change_all(
        *(programme, keys(*activities), services.Advance("clarify")),
        by=manager,
        at=NOON,
    )

    assert not result.refusals
    assert [one.after.state for one in result.changed] == ["in_clarification"] * 2
    assert [len(one.after.milestones.all()) for one in result.changed] == [1, 1]
    assert Activity.objects.filter(state="in_clarification").count() == 2


def test_one_refusal_keeps_all_as_they_were_and_every_refusal_is_named():
    programme = make_programme()
    manager = make_member(programme)
    fine = make_activity(programme=programme, responsible=manager)
    nobody = make_activity(programme=programme)
    proposal = make_activity(programme=programme, is_proposal=True)

    result = services.change_all(
        *(programme, keys(fine, nobody, proposal), services.Advance("clarify")),
        by=manager,
        at=NOON,
    )

    assert reasons(result) == {
        nobody.pk: ["responsible_missing"],
        proposal.pk: ["proposal_unconfirmed", "responsible_missing"],
    }
    assert [one.before for one in result.changed] == [fine]
    assert not ActivityTransition.objects.exists()
    assert set(Activity.objects.values_list("state", "version")) == {("planned", 1)}


def test_a_rehearsal_tells_the_same_and_leaves_nothing():
    programme = make_programme()
    manager = make_member(programme)
    make_template(programme=programme, title="Opstartsmøde")
    [activity] = activities = two(programme, responsible=manager)[:1]
    change = services.Advance("clarify")

    foretold = services.rehearse_change(
        *(programme, keys(*activities), change), by=manager, at=NOON
    )

    assert foretold.changed[0].after.state == "in_clarification"
    assert not Milestone.objects.exists()
    assert not ActivityTransition.objects.exists()
    activity.refresh_from_db()
    assert (activity.state, activity.version) == ("planned", 1)
    done = services.change_all(
        *(programme, keys(*activities), change), by=manager, at=NOON
    )
    assert [str(one) for one in done.changed[0].after.milestones.all()] == [
        str(one) for one in foretold.changed[0].after.milestones.all()
    ]


def test_a_launch_tells_which_values_are_asked_for():
    activity = make_activity(state="in_clarification")
    programme = activity.programme
    manager = make_member(programme)
    objective = make_objective(focus_area=activity.initiative.focus_area)
    make_indicator(
        objective=objective,
        name="Unge med fritidsjob",
        delivered_by=make_partner(programme=programme),
    )
    make_round(programme=programme, state="agreed")

    result = services.rehearse_change(
        programme, keys(activity), services.Advance("launch"), by=manager, at=NOON
    )

    assert [str(one) for one in result.requests] == ["Unge med fritidsjob"]


def test_evaluating_many_opens_only_when_each_has_its_evaluation_and_values():
    programme = make_programme()
    manager = make_member(programme)
    fine, missing = two(programme, state="launched")
    make_evaluation(activity=fine)
    objective = make_objective(focus_area=missing.initiative.focus_area)
    indicator = make_indicator(objective=objective)
    request = make_request(indicator=indicator, place=missing.place, due_on=TODAY)
    change = services.Advance("evaluate")

    refused = services.change_all(
        programme, keys(fine, missing), change, by=manager, at=NOON
    )
    states = set(Activity.objects.values_list("state", flat=True))
    make_measurement(data_request=request, status="approved")
    make_evaluation(activity=missing, round=request.round)
    done = services.change_all(
        programme, keys(fine, missing), change, by=manager, at=NOON
    )

    assert reasons(refused) == {missing.pk: ["evaluation_missing", "data_request_open"]}
    assert states == {"launched"}
    assert [one.after.state for one in done.changed] == ["evaluated"] * 2


def test_what_somebody_changed_meanwhile_is_refused():
    programme = make_programme()
    manager = make_member(programme)
    one, other = two(programme)
    seen = keys(one, other)
    Activity.objects.filter(pk=other.pk).update(note="rettet")

    result = services.change_all(
        programme, seen, services.Assign(manager), by=manager, at=NOON
    )

    assert reasons(result) == {other.pk: ["stale"]}
    assert not Activity.objects.filter(responsible=manager).exists()


def test_everything_is_refused_to_who_may_only_look():
    programme = make_programme()
    observer = make_member(programme, Role.OBSERVER)
    [activity] = two(programme)[:1]

    for change in (
        services.Confirm(),
        services.Advance("clarify"),
        services.Assign(observer),
        services.PutInPhase(None),
        services.ShiftDates(1),
    ):
        result = services.change_all(
            programme, keys(activity), change, by=observer, at=NOON
        )
        [refusal] = result.refusals
        assert refusal.reasons[0].code == "not_allowed"


def test_a_phase_of_another_programme_is_refused():
    programme = make_programme()
    manager = make_member(programme)
    activities = two(programme)
    phase = make_phase(programme=programme)

    foreign = services.change_all(
        *(programme, keys(*activities), services.PutInPhase(make_phase())),
        by=manager,
        at=NOON,
    )
    own = services.change_all(
        *(programme, keys(*activities), services.PutInPhase(phase)),
        by=manager,
        at=NOON,
    )

    assert len(foreign.refusals) == 2
    assert [one.after.phase for one in own.changed] == [phase, phase]


def test_dates_move_by_working_days():
    programme = make_programme()
    manager = make_member(programme)
    planned = make_activity(programme=programme, planned_launch_on=date(2026, 3, 31))
    running = make_activity(
        programme=programme, state="launched", planned_launch_on=date(2025, 11, 3)
    )
    for activity in (planned, running):
        make_milestone(activity=activity, due_on=date(2026, 3, 27))
        make_milestone(activity=activity, due_on=None)

    result = services.change_all(
        *(programme, keys(planned, running), services.ShiftDates(4)),
        by=manager,
        at=NOON,
    )

    assert not result.refusals
    # Over Easter: 2 to 6 April are days off.
    assert {one.after.planned_launch_on for one in result.changed} == {
        date(2026, 4, 9),
        date(2025, 11, 3),
    }
    dates = Milestone.objects.values_list("due_on", flat=True)
    assert sorted(dates, key=str) == [date(2026, 4, 7)] * 2 + [None] * 2


def test_what_follows_a_moved_date_moves_once_and_is_told_though_not_chosen():
    programme = make_programme()
    manager = make_member(programme)
    chosen = two(programme, state="launched")
    follower = make_activity(programme=programme, state="launched")
    before = [make_milestone(activity=one, due_on=date(2026, 5, 4)) for one in chosen]
    after = make_milestone(activity=follower, due_on=date(2026, 5, 6))
    after.predecessors.set(before)

    result = services.change_all(
        *(programme, keys(*chosen), services.ShiftDates(5)), by=manager, at=NOON
    )

    assert {one.after for one in result.changed} == {*chosen, follower}
    after.refresh_from_db()
    assert after.due_on == date(2026, 5, 13)


def test_dates_do_not_leave_the_programme():
    programme = make_programme()
    manager = make_member(programme)
    fine = make_activity(programme=programme, planned_launch_on=date(2026, 6, 1))
    last = make_activity(programme=programme, planned_launch_on=programme.ends_on)

    result = services.change_all(
        *(programme, keys(fine, last), services.ShiftDates(5)), by=manager, at=NOON
    )

    assert reasons(result) == {None: ["invalid"]}
    assert not result.changed
    fine.refresh_from_db()
    assert fine.planned_launch_on == date(2026, 6, 1)


def test_dates_that_somebody_changed_meanwhile_are_not_moved():
    programme = make_programme()
    manager = make_member(programme)
    activity = make_activity(programme=programme, planned_launch_on=date(2026, 6, 1))
    seen = keys(activity)
    Activity.objects.filter(pk=activity.pk).update(note="rettet")

    result = services.change_all(
        programme, seen, services.ShiftDates(5), by=manager, at=NOON
    )

    assert reasons(result) == {activity.pk: ["stale"]}
