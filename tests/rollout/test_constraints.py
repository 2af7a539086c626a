"""What must never be stored is refused by the database, not only by forms."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from rollout.models import Activity, DataRequest, Membership, Readiness, Role
from tests.factories import (
    TODAY,
    make_activity,
    make_condition,
    make_evaluation,
    make_grant,
    make_indicator,
    make_initiative,
    make_measurement,
    make_member,
    make_milestone,
    make_objective,
    make_phase,
    make_place,
    make_programme,
    make_request,
    make_round,
    make_template,
    make_user,
)

pytestmark = pytest.mark.django_db

EARLY, LATE = date(2026, 1, 1), date(2026, 12, 31)


def two_activities_of_one_initiative_in_one_place():
    first = make_activity()
    Activity.objects.create(initiative=first.initiative, place=first.place)


def an_activity_across_programmes():
    Activity.objects.create(initiative=make_initiative(), place=make_place())


def a_proposal_that_has_begun():
    activity = make_activity(state="in_clarification")
    Activity.objects.filter(pk=activity.pk).update(is_proposal=True)


def a_launched_activity_without_a_date():
    activity = make_activity(state="launched")
    Activity.objects.filter(pk=activity.pk).update(launched_on=None)


def two_people_with_one_address():
    make_user(email="eksempel@example.org")
    make_user(email="eksempel@example.org".replace("e", "E", 1))


def readiness_met_without_a_date():
    Readiness.objects.filter(activity=make_activity()).update(is_met=True)


def a_request_made_twice():
    request = make_request()
    DataRequest.objects.create(
        round=request.round, indicator=request.indicator, due_on=request.due_on
    )


def a_member_twice():
    user = make_member(programme := make_programme())
    Membership.objects.create(user=user, programme=programme, role=Role.OBSERVER)


def a_partners_person_without_the_partner():
    Membership.objects.create(
        user=make_user(), programme=make_programme(), role=Role.PARTNER
    )


def an_evaluation_approved_by_its_author():
    author = make_user()
    make_evaluation(written_by=author, approved_by=author)


@pytest.mark.parametrize(
    ("wrong", "constraint"),
    [
        (two_activities_of_one_initiative_in_one_place, "activity_is_unique_in_place"),
        (an_activity_across_programmes, "must belong to the programme"),
        (a_proposal_that_has_begun, "activity_proposal_is_not_begun"),
        (a_launched_activity_without_a_date, "activity_launched_on_when_launched"),
        (lambda: make_activity(weight=4), "activity_weight_is_1_to_3"),
        (two_people_with_one_address, "email"),
        (readiness_met_without_a_date, "readiness_met_has_a_date"),
        (a_request_made_twice, "datarequest_is_unique"),
        (a_member_twice, "membership_is_unique"),
        (a_partners_person_without_the_partner, "names_the_partner"),
        (an_evaluation_approved_by_its_author, "evaluation_has_four_eyes"),
        (lambda: make_evaluation(conclusion=""), "approved_has_a_conclusion"),
        (lambda: make_condition(outcome="met"), "condition_decided_iff_dated"),
        (lambda: make_condition(decided_on=TODAY), "condition_decided_iff_dated"),
        (lambda: make_milestone(done_on=TODAY), "milestone_done_on_iff_done"),
        (lambda: make_round(agreed_on=TODAY), "expected_iff_not_agreed"),
        (lambda: make_round(period_start=LATE, period_end=EARLY), "is_in_order"),
        (lambda: make_objective(direction="keep_below"), "threshold_iff_keep_below"),
        (lambda: make_indicator(threshold=6), "threshold_iff_keep_below"),
        (lambda: make_indicator(baseline_missing_reason=""), "baseline_or_reason"),
        (lambda: make_measurement(status="returned"), "returned_has_a_reason"),
        (
            lambda: make_measurement(status="approved", approved_at=None),
            "approved_has_a_time",
        ),
        (lambda: make_grant(amount=-1), "grant_amount_is_not_negative"),
        (lambda: make_grant(starts_on=LATE, ends_on=EARLY), "grant_is_in_order"),
        (lambda: make_phase(starts_on=LATE, ends_on=EARLY), "starts_before_it_ends"),
        (
            lambda: make_programme(starts_on=LATE, ends_on=EARLY),
            "programme_starts_before_it_ends",
        ),
        (
            lambda: make_template(before_launch=True, offset_days=5),
            "before_launch_lies_before",
        ),
    ],
)
def test_the_database_refuses(wrong, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        wrong()


def test_a_place_is_not_its_own_parent():
    place = make_place()
    place.parent = place

    with pytest.raises(IntegrityError, match="not_its_own_parent"):
        place.save()
