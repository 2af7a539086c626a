"""Planning says for each step what became of it, once, whatever happens meanwhile."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from notifications import reminders
from notifications.models import LadderStep, Reminder, SuppressedAddress
from rollout.models import Activity, Membership, Role
from tests.factories import (
    make_activity,
    make_condition,
    make_grant,
    make_member,
    make_milestone,
    make_partner,
    make_request,
    make_round,
    make_user,
)
from tests.notifications.factories import (
    at,
    make_due_milestone,
    make_ladder,
    make_period,
    make_running_activity,
    steps_of,
)
from workflows.engine import perform

pytestmark = pytest.mark.django_db


def test_the_default_ladder_reminds_20_5_and_0_before_and_every_5_after():
    milestone = make_due_milestone("2026-04-15")
    planned = {}

    for day in range(1, 32):
        for month in (3, 4, 5):
            if month == 4 and day == 31:
                continue
            now = at(date(2026, month, day))
            reminders.plan(now=now)
    for row in Reminder.objects.filter(object_id=milestone.pk):
        planned[row.step] = row.send_on.isoformat()

    assert planned == {
        -20: "2026-03-13",
        -5: "2026-04-08",
        0: "2026-04-15",
        5: "2026-04-22",
        10: "2026-04-29",
        15: "2026-05-06",
        20: "2026-05-13",
        25: "2026-05-21",
        30: "2026-05-29",
    }


def test_planning_again_changes_nothing():
    milestone = make_due_milestone("2026-04-15")
    first = reminders.plan(now=at("2026-04-08"))
    before = list(Reminder.objects.values())

    second = reminders.plan(now=at("2026-04-08", 9))

    assert (first.planned, first.superseded) == (1, 1)
    assert second == reminders.Plan()
    assert list(Reminder.objects.values()) == before
    assert steps_of(milestone) == {-20: "superseded", -5: "planned"}


def test_after_downtime_only_the_newest_missed_step_is_live():
    milestone = make_due_milestone("2026-04-15")
    reminders.plan(now=at("2026-03-13"))
    assert steps_of(milestone) == {-20: "planned"}

    reminders.plan(now=at("2026-05-08"))

    assert steps_of(milestone) == {
        -20: "superseded",
        -5: "superseded",
        0: "superseded",
        5: "superseded",
        10: "superseded",
        15: "planned",
    }
    assert set(
        Reminder.objects.filter(state="superseded").values_list("reason", flat=True)
    ) == {"later_step"}


def test_a_moved_due_date_calls_the_old_step_off_and_says_where_it_went():
    milestone = make_due_milestone("2026-04-15")
    reminders.plan(now=at("2026-04-08"))
    milestone.due_on = date(2026, 6, 15)
    milestone.save()

    reminders.plan(now=at("2026-04-08", 9))

    row = Reminder.objects.get(step=-5)
    assert (row.state, row.reason) == ("cancelled", "moved")
    assert row.params == {"due_on": "2026-06-15"}
    assert Reminder.objects.filter(due_on="2026-06-15").count() == 0


def test_a_date_moved_there_and_back_takes_the_old_step_up_again():
    milestone = make_due_milestone("2026-04-15")
    reminders.plan(now=at("2026-04-08"))
    for due in (date(2026, 6, 15), date(2026, 4, 15)):
        milestone.due_on = due
        milestone.save()
        reminders.plan(now=at("2026-04-08", 9))

    assert steps_of(milestone) == {-20: "superseded", -5: "planned"}


def test_finished_work_reminds_nobody_and_reopened_work_does_again():
    milestone = make_due_milestone("2026-04-15")
    manager = make_member(milestone.programme)
    reminders.plan(now=at("2026-04-15"))

    perform(milestone, "finish", by=manager, at=at("2026-04-15", 9))
    reminders.plan(now=at("2026-04-15", 10))
    finished = Reminder.objects.get(step=0)
    milestone.refresh_from_db()
    perform(milestone, "reopen", by=manager, at=at("2026-04-15", 11), reason="nej")
    reminders.plan(now=at("2026-04-15", 12))

    assert (finished.state, finished.reason) == ("cancelled", "finished")
    assert steps_of(milestone, step=0) == {0: "planned"}


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"is_proposal": True}, "proposal"),
        ({}, "planned"),
    ],
)
def test_what_is_only_planned_is_held_and_says_why(fields, reason):
    activity = make_activity(responsible=make_user(), **fields)
    milestone = make_milestone(activity=activity)

    reminders.plan(now=at("2026-04-15"))

    row = Reminder.objects.get(object_id=milestone.pk, step=0)
    assert (row.state, row.reason) == ("held", reason)


def test_a_held_reminder_is_released_with_its_activity():
    activity = make_activity(responsible=make_user())
    milestone = make_milestone(activity=activity)
    manager = make_member(activity.programme)
    reminders.plan(now=at("2026-04-15"))

    perform(activity, "clarify", by=manager, at=at("2026-04-15", 9))
    reminders.plan(now=at("2026-04-15", 10))

    assert steps_of(milestone, step=0) == {0: "planned"}


def test_a_postponed_activity_holds_its_reminders_at_once():
    activity = make_activity(
        responsible=make_user(), state=Activity.State.IN_CLARIFICATION
    )
    milestone = make_milestone(activity=activity)
    reminders.plan(now=at("2026-04-15"))

    perform(
        activity,
        "postpone",
        by=make_member(activity.programme),
        at=at("2026-04-15", 9),
        reason="der mangler en bevilling",
    )

    row = Reminder.objects.get(object_id=milestone.pk, step=0)
    assert (row.state, row.reason) == ("held", "planned")


def test_an_expected_round_is_held_and_an_agreed_one_reminds():
    expected = make_round()
    make_member(expected.programme, Role.COORDINATOR)
    agreed = make_round(programme=expected.programme, state="agreed")

    reminders.plan(now=at("2026-08-14"))

    states = dict(Reminder.objects.filter(step=0).values_list("object_id", "state"))
    assert states == {expected.pk: "held", agreed.pk: "planned"}


def test_an_expired_grant_is_not_overdue_for_ever():
    grant = make_grant()
    make_member(grant.programme)

    reminders.plan(now=at("2028-01-10"))

    assert set(Reminder.objects.values_list("step", flat=True)) == {-60, -20, 0}


def test_a_decision_is_asked_for_after_its_day():
    condition = make_condition(
        expected_on=date(2026, 4, 15),
        activity=make_activity(responsible=make_user()),
    )

    reminders.plan(now=at("2026-04-16"))

    row = Reminder.objects.get(state="planned")
    assert (row.kind, row.object_id, row.step) == ("condition", condition.pk, 1)


# --- who is told ----------------------------------------------------------------------


def planned_for(day: str = "2026-04-15") -> tuple[str, str]:
    """Plan, and return whom the live step addresses and why."""
    reminders.plan(now=at(day))
    row = Reminder.objects.get(state="planned")
    assert row.recipient is not None
    return row.recipient.name, row.why


def test_the_responsible_person_is_told():
    make_due_milestone("2026-04-15")

    assert planned_for() == ("Eksempel Kontakt", "responsible")


def test_without_a_responsible_person_the_partners_contact_is_told():
    activity = make_running_activity(responsible=None)
    partner = make_partner(
        programme=activity.programme, lead=make_user(name="Centerchef")
    )
    make_member(activity.programme, Role.PARTNER, partner=partner, name="Kontakt")
    make_milestone(activity=activity, responsible_partner=partner)

    assert planned_for() == ("Kontakt", "contact")


def test_without_a_contact_the_partners_head_is_told():
    activity = make_running_activity(responsible=None)
    partner = make_partner(
        programme=activity.programme, lead=make_user(name="Centerchef")
    )
    make_milestone(activity=activity, responsible_partner=partner)

    assert planned_for() == ("Centerchef", "lead")


def test_without_a_partner_a_coordinator_is_told_and_then_a_manager():
    activity = make_running_activity(responsible=None)
    make_milestone(activity=activity)
    manager = make_member(activity.programme, Role.MANAGER, name="Leder")
    coordinator = make_member(activity.programme, Role.COORDINATOR, name="Koordinator")

    assert planned_for() == ("Koordinator", "coordinator")
    coordinator.is_active = False
    coordinator.save()
    assert planned_for() == ("Leder", "manager")
    assert manager.is_active


def test_where_there_is_nobody_the_ledger_says_so():
    activity = make_running_activity(responsible=None)
    make_milestone(activity=activity)

    reminders.plan(now=at("2026-04-15"))

    row = Reminder.objects.get(step=0)
    assert (row.state, row.reason, row.recipient) == ("held", "nobody", None)


def test_a_stand_in_is_told_on_the_days_of_absence():
    stand_in = make_user(name="Eksempel Vikar")
    away = make_user(
        name="Eksempel Kontakt",
        stand_in=stand_in,
        stand_in_from=date(2026, 4, 13),
        stand_in_until=date(2026, 4, 17),
    )
    make_due_milestone("2026-04-15", activity=make_running_activity(responsible=away))

    assert planned_for("2026-04-10") == ("Eksempel Kontakt", "responsible")
    assert planned_for("2026-04-15") == ("Eksempel Vikar", "responsible")
    row = Reminder.objects.get(state="planned")
    assert row.principal == away


def test_a_person_whose_address_does_not_work_is_not_told():
    person = make_user(email="Borte@example.org")
    activity = make_running_activity(responsible=person)
    make_member(activity.programme, Role.COORDINATOR, name="Koordinator")
    make_milestone(activity=activity)
    SuppressedAddress.objects.create(
        address="borte@example.org", reason="550", suppressed_at=at("2026-04-01")
    )

    assert planned_for() == ("Koordinator", "coordinator")


def test_a_new_responsible_person_takes_the_planned_step_over():
    milestone = make_due_milestone("2026-04-15")
    reminders.plan(now=at("2026-04-15"))
    activity = milestone.activity
    activity.responsible = make_user(name="Efterfølger")
    activity.save()

    reminders.plan(now=at("2026-04-15", 9))

    states = {
        row.recipient.name: (row.state, row.reason)
        for row in Reminder.objects.filter(step=0)
    }
    assert states == {
        "Eksempel Kontakt": ("cancelled", "other_recipient"),
        "Efterfølger": ("planned", ""),
    }


def test_a_data_request_reminds_the_delivering_partner():
    request = make_request()
    programme = request.programme
    request.partner = make_partner(programme=programme)
    request.save()
    make_member(programme, Role.PARTNER, partner=request.partner, name="Skolen")
    make_member(programme, Role.COORDINATOR, name="Koordinator")

    reminders.plan(now=at(request.due_on))

    told = {
        (row.kind, row.recipient.name)
        for row in Reminder.objects.filter(state="planned")
    }
    assert told == {("data_request", "Skolen"), ("monitoring", "Koordinator")}


# --- ladders --------------------------------------------------------------------------


def test_the_most_specific_ladder_holds():
    milestone = make_due_milestone("2026-04-15")
    make_ladder(milestone.programme, -10)
    make_ladder(milestone.programme, -3, kind="milestone")
    make_ladder(None, -2, kind="milestone")

    reminders.plan(now=at("2026-04-15"))

    assert steps_of(milestone) == {-3: "planned"}


def test_a_repetition_ends_where_the_ladder_says():
    milestone = make_due_milestone("2026-04-15")
    ladder = make_ladder(milestone.programme)
    ladder.steps.create(offset_days=5, repeat_every=5, until=12)

    reminders.plan(now=at("2026-06-15"))

    assert steps_of(milestone) == {5: "superseded", 10: "planned"}


def test_a_step_taken_off_the_ladder_is_not_sent():
    milestone = make_due_milestone("2026-04-15")
    ladder = make_ladder(milestone.programme, 0)
    reminders.plan(now=at("2026-04-15"))
    ladder.steps.all().delete()

    reminders.plan(now=at("2026-04-15", 9))

    row = Reminder.objects.get(object_id=milestone.pk)
    assert (row.state, row.reason) == ("cancelled", "ladder")


def test_a_quiet_period_entered_later_moves_what_was_not_sent():
    milestone = make_due_milestone("2026-04-15")
    make_ladder(milestone.programme, 5)
    reminders.plan(now=at("2026-04-22"))
    make_period(milestone.programme, "2026-04-20", "2026-04-30")

    reminders.plan(now=at("2026-04-22", 9))
    called_off = Reminder.objects.get()
    reminders.plan(now=at("2026-05-01"))

    assert (called_off.state, called_off.reason) == ("cancelled", "calendar")
    row = Reminder.objects.get()
    assert (row.state, row.send_on) == ("planned", date(2026, 5, 1))
    assert row.moved_from == date(2026, 4, 22)


def test_a_step_that_repeats_before_the_due_date_cannot_exist():
    ladder = make_ladder(make_running_activity().programme)

    with pytest.raises(IntegrityError), transaction.atomic():
        LadderStep.objects.create(ladder=ladder, offset_days=-5, repeat_every=5)


# --- the forecast ---------------------------------------------------------------------


def test_what_is_coming_is_what_planning_then_does():
    milestone = make_due_milestone("2026-04-15")
    reminders.plan(now=at("2026-03-13"))

    coming = reminders.coming(
        activity=milestone.activity, on=date(2026, 3, 13), until=date(2026, 5, 1)
    )
    for row in coming:
        reminders.plan(now=at(row.send_on))

    steps = [(row.step, row.send_on) for row in coming]
    assert steps == [
        (row.step, row.send_on)
        for row in Reminder.objects.exclude(step=-20).order_by("send_on")
    ]
    assert [step for step, _day in steps] == [-5, 0, 5, 10]


def test_only_members_who_may_see_the_activity_see_its_reminders():
    milestone = make_due_milestone("2026-04-15")
    reminders.plan(now=at("2026-04-15"))
    manager = make_member(milestone.programme)
    stranger = make_member(make_running_activity().programme)
    contact = milestone.activity.responsible

    assert Reminder.objects.visible_to(manager).count() == 3
    assert Reminder.objects.visible_to(contact).count() == 3
    assert Reminder.objects.visible_to(stranger).count() == 0
    assert Membership.objects.filter(user=contact).count() == 0
