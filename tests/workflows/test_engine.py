"""The engine refuses what it must, records what it does, and says why."""

import pytest

from rollout.models import Activity, Role
from tests.factories import (
    NOON,
    make_activity,
    make_condition,
    make_member,
    make_milestone,
    make_place,
)
from workflows.engine import Blocked, NotAllowed, Stale, adopt, options, perform
from workflows.signals import transitioned

pytestmark = pytest.mark.django_db


def a_clarified_activity_and_its_manager():
    activity = make_activity(state="in_clarification")
    return activity, make_member(activity.programme)


def test_a_transition_changes_state_version_and_history_together():
    activity, manager = a_clarified_activity_and_its_manager()

    fresh = perform(activity, "launch", by=manager, at=NOON)

    record = fresh.history.latest("sequence")
    assert fresh.state == "launched"
    assert fresh.version == activity.version + 1 == record.version
    assert (record.source, record.target) == ("in_clarification", "launched")
    assert (record.by, record.at) == (manager, NOON)


def test_the_caller_keeps_its_own_object_and_gets_the_fresh_one():
    activity, manager = a_clarified_activity_and_its_manager()

    fresh = perform(activity, "launch", by=manager, at=NOON)

    assert activity.state == "in_clarification"
    assert fresh is not activity


def test_a_refusal_lists_every_reason_and_changes_nothing():
    place = make_place(name="Vildtbanegård II", requires_readiness=True)
    activity = make_activity(state="in_clarification", place=place)
    make_condition(activity=activity, title="Stillingen er bevilget")
    make_milestone(activity=activity, before_launch=True)
    manager = make_member(activity.programme)

    with pytest.raises(Blocked) as refusal:
        perform(activity, "launch", by=manager, at=NOON)

    assert [reason.code for reason in refusal.value.reasons] == [
        "readiness_planning",
        "readiness_framework",
        "readiness_parties",
        "condition_blocks",
        "milestone_open",
    ]
    activity.refresh_from_db()
    assert activity.state == "in_clarification"
    assert activity.history.count() == 1


def test_a_reason_says_what_is_missing_who_can_fix_it_and_where(settings):
    settings.LANGUAGE_CODE = "en"
    place = make_place(name="Vildtbanegård II", requires_readiness=True)
    activity = make_activity(state="in_clarification", place=place)
    activity.responsible = make_member(activity.programme, name="Eksempel Kontakt")
    activity.save()

    option = next(
        option
        for option in options(activity, by=activity.responsible, at=NOON)
        if option.rule.name == "launch"
    )

    parties = option.reasons[-1]
    assert parties.code == "readiness_parties"
    assert "Vildtbanegård II" in str(parties.text)
    assert str(parties.who) == "Eksempel Kontakt"
    assert parties.link == f"{activity.get_absolute_url()}#readiness"


def test_a_manager_may_override_with_a_justification_and_the_record_says_so():
    place = make_place(requires_readiness=True)
    activity = make_activity(state="in_clarification", place=place)
    manager = make_member(activity.programme)

    fresh = perform(
        activity,
        "launch",
        by=manager,
        at=NOON,
        reason="Aftalt på bestyrelsesmødet",
        override=True,
    )

    assert fresh.history.latest("sequence").overridden == [
        "readiness_planning",
        "readiness_framework",
        "readiness_parties",
    ]


def test_an_override_needs_a_justification():
    place = make_place(requires_readiness=True)
    activity = make_activity(state="in_clarification", place=place)
    manager = make_member(activity.programme)

    with pytest.raises(Blocked) as refusal:
        perform(activity, "launch", by=manager, at=NOON, reason="  ", override=True)

    assert refusal.value.reasons[-1].code == "reason_missing"


def test_a_coordinator_may_not_override():
    place = make_place(requires_readiness=True)
    activity = make_activity(state="in_clarification", place=place)
    coordinator = make_member(activity.programme, Role.COORDINATOR)

    with pytest.raises(NotAllowed):
        perform(
            activity, "launch", by=coordinator, at=NOON, reason="fordi", override=True
        )


def test_an_override_with_nothing_missing_records_nothing_overridden():
    activity, manager = a_clarified_activity_and_its_manager()

    fresh = perform(activity, "launch", by=manager, at=NOON, override=True)

    assert fresh.history.latest("sequence").overridden == []


@pytest.mark.parametrize("role", [Role.PARTNER, Role.OBSERVER])
def test_a_role_without_the_right_is_not_allowed(role):
    activity = make_activity(state="in_clarification")
    person = make_member(activity.programme, role)

    with pytest.raises(NotAllowed):
        perform(activity, "launch", by=person, at=NOON)


def test_a_manager_of_another_programme_is_not_allowed():
    activity = make_activity(state="in_clarification")
    stranger = make_member(make_activity().programme)

    with pytest.raises(NotAllowed):
        perform(activity, "launch", by=stranger, at=NOON)


def test_a_superuser_has_no_rights_in_a_programme():
    activity = make_activity(state="in_clarification")
    administrator = make_member(
        activity.programme, Role.OBSERVER, is_superuser=True, is_staff=True
    )

    with pytest.raises(NotAllowed):
        perform(activity, "launch", by=administrator, at=NOON)


def test_an_inactive_manager_is_not_allowed():
    activity = make_activity(state="in_clarification")
    manager = make_member(activity.programme, is_active=False)

    with pytest.raises(NotAllowed):
        perform(activity, "launch", by=manager, at=NOON)


def test_a_stale_version_is_refused_with_the_current_one():
    activity, manager = a_clarified_activity_and_its_manager()
    activity.note = "ændret af en anden"
    activity.save()

    with pytest.raises(Stale) as refusal:
        perform(
            activity, "launch", by=manager, at=NOON, expected_version=activity.version
        )

    activity.refresh_from_db()
    assert refusal.value.current_version == activity.version


def test_a_transition_from_another_state_is_refused():
    activity = make_activity()
    manager = make_member(activity.programme)

    with pytest.raises(Blocked) as refusal:
        perform(activity, "launch", by=manager, at=NOON)

    assert [reason.code for reason in refusal.value.reasons] == ["wrong_state"]


def test_a_step_back_needs_a_reason():
    activity, manager = a_clarified_activity_and_its_manager()

    with pytest.raises(Blocked) as refusal:
        perform(activity, "postpone", by=manager, at=NOON)

    assert [reason.code for reason in refusal.value.reasons] == ["reason_missing"]


def test_an_unknown_transition_is_a_programming_error():
    activity, manager = a_clarified_activity_and_its_manager()

    with pytest.raises(LookupError):
        perform(activity, "explode", by=manager, at=NOON)


def test_a_receiver_that_raises_undoes_the_transition():
    activity, manager = a_clarified_activity_and_its_manager()

    def explode(**kwargs):
        raise RuntimeError("receiver")

    transitioned.connect(explode, dispatch_uid="explode")
    try:
        with pytest.raises(RuntimeError):
            perform(activity, "launch", by=manager, at=NOON)
    finally:
        transitioned.disconnect(dispatch_uid="explode")

    activity.refresh_from_db()
    assert activity.state == "in_clarification"
    assert activity.history.count() == 1


def test_options_name_every_transition_that_starts_here():
    activity, manager = a_clarified_activity_and_its_manager()

    names = {o.rule.name for o in options(activity, by=manager, at=NOON)}

    assert names == {"launch", "postpone", "discontinue"}


def test_an_import_may_skip_steps_once_and_history_says_so():
    activity = make_activity(launched_on=NOON.date())

    fresh = adopt(activity, "launched", at=NOON, reason="kørte i forvejen")

    assert fresh.history.get().transition == "adopt"
    with pytest.raises(ValueError, match="already has a history"):
        adopt(fresh, "evaluated", at=NOON, reason="igen")


def test_no_other_transition_changes_memory_into_the_database():
    activity = make_activity()
    activity.clarify(by=None, at=NOON)

    with pytest.raises(Exception, match="no transition says so"):
        activity.save()

    assert activity.state == Activity.State.IN_CLARIFICATION
