"""The life of an activity: what each transition needs and what it brings about."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rollout import services
from rollout.models import Activity, Evaluation, Measurement
from tests.factories import (
    NOON,
    TODAY,
    make_activity,
    make_condition,
    make_evaluation,
    make_indicator,
    make_initiative,
    make_measurement,
    make_member,
    make_milestone,
    make_objective,
    make_partner,
    make_place,
    make_programme,
    make_request,
    make_round,
    make_template,
)
from workflows.engine import Blocked, perform

pytestmark = pytest.mark.django_db


def codes(activity, name, *, by=None, at=NOON):
    with pytest.raises(Blocked) as refusal:
        perform(activity, name, by=by or make_member(activity.programme), at=at)
    return [reason.code for reason in refusal.value.reasons]


def test_clarifying_needs_a_confirmed_proposal_and_a_responsible_person():
    activity = make_activity(is_proposal=True)

    assert codes(activity, "clarify") == ["proposal_unconfirmed", "responsible_missing"]


def test_an_unconfirmed_proposal_cannot_be_overridden():
    activity = make_activity(is_proposal=True)
    manager = make_member(activity.programme)

    with pytest.raises(Blocked):
        perform(activity, "clarify", by=manager, at=NOON, reason="nu", override=True)


def test_clarifying_makes_the_milestones_from_the_templates():
    activity = make_activity(planned_launch_on=date(2026, 4, 7))
    responsible = make_member(activity.programme)
    activity.responsible = responsible
    activity.save()
    programme = activity.programme
    make_template(programme=programme, title="For alle", offset_days=-1)
    make_template(programme=programme, title="For nye", nature="new")

    perform(activity, "clarify", by=responsible, at=NOON)

    milestone = activity.milestones.get()
    assert (milestone.title, milestone.due_on) == ("For alle", date(2026, 4, 1))


def test_clarifying_asks_no_more_for_many_templates_than_for_one():
    programme = make_programme()
    manager = make_member(programme)
    counts = []

    for _more in range(2):
        make_template(programme=programme)
        activity = make_activity(
            programme=programme,
            planned_launch_on=date(2026, 4, 7),
            responsible=manager,
        )
        with CaptureQueriesContext(connection) as asked:
            perform(activity, "clarify", by=manager, at=NOON)
        counts.append(len(asked))

    assert counts[0] == counts[1]


def test_clarifying_again_makes_no_milestone_twice():
    activity = make_activity(state="in_clarification")
    manager = make_member(activity.programme)
    activity.responsible = manager
    activity.save()
    make_template(programme=activity.programme)
    for _ in range(2):
        activity = perform(activity, "postpone", by=manager, at=NOON, reason="Senere")
        activity = perform(activity, "clarify", by=manager, at=NOON)

    assert activity.milestones.count() == 1


def test_readiness_is_required_only_where_the_place_requires_it():
    activity = make_activity(state="in_clarification")
    manager = make_member(activity.programme)

    assert perform(activity, "launch", by=manager, at=NOON).launched_on == TODAY


def test_three_met_conditions_open_the_launch():
    place = make_place(requires_readiness=True)
    activity = make_activity(state="in_clarification", place=place)
    manager = make_member(activity.programme)
    for aspect in ("planning", "framework", "parties"):
        services.set_readiness(activity, aspect, is_met=True, by=manager, at=NOON)

    assert perform(activity, "launch", by=manager, at=NOON).state == "launched"


def test_a_rejected_decision_blocks_like_an_awaited_one():
    activity = make_activity(state="in_clarification")
    make_condition(activity=activity, outcome="rejected", decided_on=TODAY)

    assert codes(activity, "launch") == ["condition_blocks"]


@pytest.mark.parametrize(
    "fields",
    [{"effect": "warns"}, {"outcome": "met", "decided_on": TODAY}],
)
def test_a_warning_or_met_condition_does_not_block(fields):
    activity = make_activity(state="in_clarification")
    make_condition(activity=activity, **fields)
    manager = make_member(activity.programme)

    assert perform(activity, "launch", by=manager, at=NOON).state == "launched"


def test_a_part_cannot_be_launched_where_the_whole_is_discontinued():
    whole = make_activity(state="discontinued")
    part = make_initiative(
        focus_area=whole.initiative.focus_area, parent=whole.initiative
    )
    activity = make_activity(
        state="in_clarification", initiative=part, place=whole.place
    )

    assert codes(activity, "launch") == ["parent_discontinued"]


def test_a_launch_lies_inside_the_programme():
    activity = make_activity(state="in_clarification")

    too_late = datetime(2029, 11, 2, 11, tzinfo=UTC)

    assert codes(activity, "launch", at=too_late) == ["outside_programme"]


def test_the_launch_date_is_the_local_date():
    activity = make_activity(state="in_clarification")
    manager = make_member(activity.programme)
    after_midnight_in_copenhagen = datetime(2026, 6, 30, 22, 30, tzinfo=UTC)

    fresh = perform(activity, "launch", by=manager, at=after_midnight_in_copenhagen)

    assert fresh.launched_on == date(2026, 7, 1)


def test_a_launch_asks_for_the_data_of_agreed_rounds():
    activity = make_activity(state="in_clarification")
    programme = activity.programme
    area = activity.initiative.focus_area
    school = make_partner(programme=programme)
    counted = make_indicator(
        objective=make_objective(focus_area=area), delivered_by=school
    )
    make_indicator(objective=make_objective(focus_area=area))  # nobody delivers it
    agreed = make_round(state="agreed", programme=programme)
    make_round(state="expected", programme=programme)

    perform(activity, "launch", by=make_member(programme), at=NOON)

    request = agreed.data_requests.get()
    assert (request.indicator, request.place) == (counted, activity.place)
    assert (request.partner, request.due_on) == (school, agreed.due_on)


def test_evaluating_needs_an_approved_evaluation_and_every_due_value():
    activity = make_activity(state="launched")
    area = activity.initiative.focus_area
    make_request(
        indicator=make_indicator(objective=make_objective(focus_area=area)),
        place=activity.place,
        due_on=TODAY,
    )

    assert codes(activity, "evaluate") == ["evaluation_missing", "data_request_open"]


def test_values_not_yet_due_or_of_other_places_do_not_hold_up_an_evaluation():
    activity = make_activity(state="launched")
    area = activity.initiative.focus_area
    indicator = make_indicator(objective=make_objective(focus_area=area))
    make_request(indicator=indicator, place=activity.place, due_on=date(2026, 12, 1))
    elsewhere = make_place(programme=activity.programme)
    make_request(indicator=indicator, place=elsewhere, due_on=TODAY)
    make_evaluation(activity=activity)
    manager = make_member(activity.programme)

    assert perform(activity, "evaluate", by=manager, at=NOON).state == "evaluated"


def test_evaluating_freezes_the_evaluation_and_its_values():
    activity = make_activity(state="launched")
    area = activity.initiative.focus_area
    request = make_request(
        indicator=make_indicator(objective=make_objective(focus_area=area)),
        place=activity.place,
        due_on=TODAY,
    )
    value = make_measurement(data_request=request, status="approved")
    evaluation = make_evaluation(activity=activity, round=request.round)

    perform(activity, "evaluate", by=make_member(activity.programme), at=NOON)

    assert Evaluation.objects.get(pk=evaluation.pk).frozen_at == NOON
    assert Measurement.objects.get(pk=value.pk).frozen_at == NOON
    with pytest.raises(Exception, match="Cannot update"):
        Measurement.objects.filter(pk=value.pk).update(value=99)


@pytest.mark.parametrize("conclusion", ["continues", "adjusts", "widens"])
def test_an_activity_resumes_when_the_conclusion_lets_it(conclusion):
    activity = make_activity(state="launched")
    make_evaluation(activity=activity, conclusion=conclusion)
    manager = make_member(activity.programme)
    activity = perform(activity, "evaluate", by=manager, at=NOON)

    assert perform(activity, "resume", by=manager, at=NOON).state == "launched"


def test_an_activity_that_ends_does_not_resume():
    activity = make_activity(state="launched")
    make_evaluation(activity=activity, conclusion="ends")
    manager = make_member(activity.programme)
    activity = perform(activity, "evaluate", by=manager, at=NOON)

    assert codes(activity, "resume", by=manager) == ["conclusion_ends"]


def test_a_second_cycle_needs_a_new_evaluation():
    activity = make_activity(state="launched")
    make_evaluation(activity=activity)
    manager = make_member(activity.programme)
    activity = perform(activity, "evaluate", by=manager, at=NOON)
    activity = perform(activity, "resume", by=manager, at=NOON)

    assert codes(activity, "evaluate", by=manager) == ["evaluation_missing"]


def test_adjusting_asks_for_readiness_again_and_flags_the_sub_agreement():
    activity = make_activity(state="launched")
    manager = make_member(activity.programme)
    services.set_readiness(activity, "planning", is_met=True, by=manager, at=NOON)

    activity = perform(activity, "adjust", by=manager, at=NOON, reason="Færre hold")

    assert not activity.readiness.filter(is_met=True).exists()
    area = activity.initiative.focus_area
    assert area.sub_agreement_outdated_since == TODAY
    assert "Færre hold" in area.sub_agreement_outdated_reason


def test_discontinuing_drops_the_open_milestones():
    activity = make_activity(state="launched")
    manager = make_member(activity.programme)
    done = make_milestone(activity=activity)
    perform(done, "finish", by=manager, at=NOON)
    left = make_milestone(activity=activity)

    perform(activity, "discontinue", by=manager, at=NOON, reason="Overgået til drift")

    left.refresh_from_db()
    done.refresh_from_db()
    assert (left.state, done.state) == ("dropped", "done")
    assert left.history.get().reason == "Overgået til drift"


def test_reinstating_starts_readiness_over():
    activity = make_activity(state="discontinued")
    manager = make_member(activity.programme)
    services.set_readiness(activity, "parties", is_met=True, by=manager, at=NOON)

    activity = perform(activity, "reinstate", by=manager, at=NOON, reason="Ny aftale")

    assert activity.state == Activity.State.PLANNED
    assert not activity.readiness.filter(is_met=True).exists()
