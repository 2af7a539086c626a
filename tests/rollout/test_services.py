"""What people do to activities besides advancing them."""

from datetime import date

import pytest

from rollout import services
from rollout.models import ApiToken, Readiness, Role
from tests.factories import (
    NOON,
    TODAY,
    make_activity,
    make_condition,
    make_member,
    make_milestone,
    make_partner,
    make_place,
    make_template,
    make_user,
)
from workflows.engine import NotAllowed, Stale

pytestmark = pytest.mark.django_db


def test_confirming_a_proposal_moves_the_version():
    activity = make_activity(is_proposal=True)
    manager = make_member(activity.programme)

    fresh = services.confirm_proposal(activity, by=manager)

    assert not fresh.is_proposal
    assert fresh.version == activity.version + 1


def test_two_people_confirming_at_once_conflict():
    activity = make_activity(is_proposal=True)
    manager = make_member(activity.programme)
    services.confirm_proposal(activity, by=manager, expected_version=activity.version)

    with pytest.raises(Stale):
        services.confirm_proposal(
            activity, by=manager, expected_version=activity.version
        )


def test_the_responsible_person_brings_their_partner():
    activity = make_activity()
    partner = make_partner(programme=activity.programme)
    contact = make_member(activity.programme, Role.PARTNER, partner=partner)
    manager = make_member(activity.programme)

    fresh = services.assign_responsible(activity, responsible=contact, by=manager)

    assert (fresh.responsible, fresh.responsible_partner) == (contact, partner)


def test_nobody_from_outside_the_programme_can_be_responsible():
    activity = make_activity()
    manager = make_member(activity.programme)

    with pytest.raises(services.Invalid):
        services.assign_responsible(activity, responsible=make_user(), by=manager)
    with pytest.raises(services.Invalid):
        services.assign_responsible(
            activity, responsible=None, partner=make_partner(), by=manager
        )


def test_readiness_says_who_and_when_and_takes_both_back():
    activity = make_activity()
    manager = make_member(activity.programme)

    met = services.set_readiness(
        activity, "planning", is_met=True, by=manager, at=NOON, note="Plan.pdf"
    )
    assert (met.by, met.on, met.note) == (manager, TODAY, "Plan.pdf")

    withdrawn = services.set_readiness(
        activity, "planning", is_met=False, by=manager, at=NOON
    )
    assert (withdrawn.by, withdrawn.on, withdrawn.is_met) == (None, None, False)


def test_readiness_can_be_applied_to_all_that_is_not_launched_in_the_place():
    place = make_place(requires_readiness=True)
    one = make_activity(place=place)
    two = make_activity(place=place, state="in_clarification")
    make_activity(place=place, is_proposal=True)
    make_activity(place=place, state="launched")
    manager = make_member(place.programme)

    services.apply_readiness_to_place(one, "parties", is_met=True, by=manager, at=NOON)

    met = Readiness.objects.filter(is_met=True).values_list("activity", flat=True)
    assert set(met) == {one.pk, two.pk}


def test_a_decision_is_dated_and_can_be_awaited_again():
    condition = make_condition()
    manager = make_member(condition.activity.programme)

    condition = services.decide_condition(condition, "met", by=manager, at=NOON)
    assert condition.decided_on == TODAY

    condition = services.decide_condition(condition, "awaiting", by=manager, at=NOON)
    assert condition.decided_on is None


def test_only_a_manager_lets_a_condition_merely_warn_and_says_why():
    condition = make_condition()
    programme = condition.activity.programme

    with pytest.raises(NotAllowed):
        services.soften_condition(
            condition, by=make_member(programme, Role.COORDINATOR), reason="x"
        )
    with pytest.raises(services.Invalid):
        services.soften_condition(condition, by=make_member(programme), reason=" ")

    softened = services.soften_condition(
        condition, by=make_member(programme), reason="Stillingen er sikret til juni"
    )
    assert softened.effect == "warns"
    assert "sikret" in softened.note


@pytest.mark.parametrize("role", [Role.PARTNER, Role.OBSERVER])
def test_others_may_change_nothing(role):
    activity = make_activity(is_proposal=True)
    person = make_member(activity.programme, role)

    with pytest.raises(NotAllowed):
        services.confirm_proposal(activity, by=person)
    with pytest.raises(NotAllowed):
        services.set_readiness(activity, "planning", is_met=True, by=person, at=NOON)


def test_a_token_is_shown_once_and_stored_as_a_digest():
    person = make_user()

    token, secret = ApiToken.objects.issue(person, "BI", at=NOON)

    assert secret not in (token.prefix, token.digest)
    assert ApiToken.objects.authenticate(secret, at=NOON) == token


def test_a_revoked_expired_or_foreign_token_opens_nothing():
    person = make_user()
    token, secret = ApiToken.objects.issue(person, "BI", at=NOON, expires_at=NOON)

    assert ApiToken.objects.authenticate(secret, at=NOON) is None
    ApiToken.objects.filter(pk=token.pk).update(expires_at=None, revoked_at=NOON)
    assert ApiToken.objects.authenticate(secret, at=NOON) is None
    for wrong in ("", "rollout_", "rollout_x_y", secret + "x", "a\x00b_c_d"):
        assert ApiToken.objects.authenticate(wrong, at=NOON) is None


def test_a_planned_launch_dates_the_milestones_that_waited_for_it():
    activity = make_activity(state="in_clarification")
    template = make_template(programme=activity.programme, offset_days=-1)
    waiting = make_milestone(activity=activity, template=template, due_on=None)
    own = make_milestone(activity=activity, due_on=None)
    manager = make_member(activity.programme)

    services.plan_launch(activity, on=date(2026, 4, 7), by=manager)

    waiting.refresh_from_db()
    own.refresh_from_db()
    assert (waiting.due_on, own.due_on) == (date(2026, 4, 1), None)


def test_a_launch_is_planned_inside_the_programme():
    activity = make_activity()
    manager = make_member(activity.programme)

    with pytest.raises(services.Invalid):
        services.plan_launch(activity, on=date(2031, 1, 1), by=manager)


def test_nobody_approves_an_evaluation_that_was_rewritten_since_they_read_it():
    activity = make_activity(state="launched")
    author = make_member(activity.programme)
    evaluation = services.write_evaluation(
        activity, services.EvaluationValues("continues", "Godt"), by=author
    )
    seen = evaluation.digest
    services.write_evaluation(
        activity, services.EvaluationValues("ends", "Skidt"), by=author
    )
    manager = make_member(activity.programme)

    with pytest.raises(services.Invalid):
        services.approve_evaluation(evaluation, by=manager, at=NOON, seen=seen)


def test_a_decision_keeps_what_somebody_else_changed_meanwhile():
    condition = make_condition()
    manager = make_member(condition.activity.programme)
    services.soften_condition(condition, by=manager, reason="Sikret til juni")

    decided = services.decide_condition(condition, "rejected", by=manager, at=NOON)

    assert (decided.effect, decided.outcome) == ("warns", "rejected")


def test_naming_nobody_leaves_the_partner_that_the_plan_names():
    partner = make_partner()
    activity = make_activity(programme=partner.programme, responsible_partner=partner)
    manager = make_member(activity.programme)

    fresh = services.assign_responsible(activity, responsible=None, by=manager)

    assert fresh.responsible_partner == partner
