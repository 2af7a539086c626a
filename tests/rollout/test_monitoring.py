"""Rounds remind nobody until agreed, ask for data when agreed, and come back."""

from datetime import date

import pytest

from rollout import services
from rollout.models import Deadline, MonitoringRound
from tests.factories import (
    NOON,
    TODAY,
    make_activity,
    make_evaluation,
    make_indicator,
    make_measurement,
    make_member,
    make_objective,
    make_partner,
    make_request,
    make_round,
)
from workflows.engine import Blocked, perform

pytestmark = pytest.mark.django_db


def test_an_expected_round_is_held_and_an_agreed_one_reminds():
    round_ = make_round()
    manager = make_member(round_.programme)
    key = f"monitoring:{round_.pk}"
    assert Deadline.objects.get(key=key).hold == "expected"

    perform(round_, "agree", by=manager, at=NOON)

    assert Deadline.objects.reminding().filter(key=key).exists()


def test_agreeing_asks_the_delivering_partners_of_launched_activities():
    activity = make_activity(state="launched")
    area = activity.initiative.focus_area
    police = make_partner(programme=activity.programme, kind="police")
    make_indicator(objective=make_objective(focus_area=area), delivered_by=police)
    round_ = make_round(programme=activity.programme)

    perform(round_, "agree", by=make_member(activity.programme), at=NOON)

    request = round_.data_requests.get()
    assert (request.partner, request.place) == (police, activity.place)


def test_the_last_approved_value_goes_with_the_question():
    activity = make_activity(state="launched")
    area = activity.initiative.focus_area
    indicator = make_indicator(
        objective=make_objective(focus_area=area),
        delivered_by=make_partner(programme=activity.programme),
    )
    make_measurement(
        indicator=indicator,
        place=activity.place,
        status="approved",
        value=14,
        period_start=date(2025, 7, 1),
        period_end=date(2025, 12, 31),
    )
    round_ = make_round(programme=activity.programme)

    perform(round_, "agree", by=make_member(activity.programme), at=NOON)

    request = round_.data_requests.get()
    assert request.last_value == 14
    assert request.last_period_end == date(2025, 12, 31)


def test_a_round_is_submitted_when_every_value_is_approved():
    request = make_request()
    round_ = request.round
    manager = make_member(round_.programme)
    value = make_measurement(data_request=request, status="submitted")

    with pytest.raises(Blocked) as refusal:
        perform(round_, "submit", by=manager, at=NOON)
    assert [r.code for r in refusal.value.reasons] == ["data_request_open"]

    services.approve_measurement(value, by=manager, at=NOON)
    assert perform(round_, "submit", by=manager, at=NOON).state == "submitted"


def test_approving_a_recurring_round_expects_the_next_with_month_ends_kept():
    round_ = make_round(
        state="submitted",
        recurrence="half_yearly",
        period_start=date(2026, 1, 1),
        period_end=date(2026, 6, 30),
    )

    perform(round_, "approve", by=make_member(round_.programme), at=NOON)

    following = MonitoringRound.objects.get(period_start=date(2026, 7, 1))
    assert following.period_end == date(2026, 12, 31)
    assert following.due_on == date(2027, 2, 14)
    assert following.state == "expected"


def test_no_round_is_expected_after_the_programme():
    round_ = make_round(
        state="submitted", recurrence="yearly", due_on=date(2029, 6, 30)
    )

    perform(round_, "approve", by=make_member(round_.programme), at=NOON)

    assert MonitoringRound.objects.count() == 1


def test_an_evaluation_is_approved_by_somebody_else():
    manager = make_member((activity := make_activity(state="launched")).programme)
    evaluation = make_evaluation(
        activity=activity, approved_on=None, written_by=manager
    )

    with pytest.raises(services.Invalid):
        services.approve_evaluation(evaluation, by=manager, at=NOON)

    other = make_member(activity.programme)
    approved = services.approve_evaluation(evaluation, by=other, at=NOON)
    assert (approved.approved_by, approved.approved_on) == (other, TODAY)


def test_an_answered_request_is_no_longer_a_deadline():
    request = make_request()
    key = f"data_request:{request.pk}"
    assert Deadline.objects.filter(key=key).exists()

    make_measurement(data_request=request, status="submitted")

    assert not Deadline.objects.filter(key=key).exists()
