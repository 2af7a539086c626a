"""What a person has chosen: a pause, one mail a week, or only what has to be sent."""

from datetime import date

import pytest

from notifications import compose, ledger, reminders
from notifications.explain import explain
from notifications.models import Message, Reminder, SuppressedAddress
from rollout.models import ReminderMode, Role
from tests.factories import make_member, make_request, make_round, make_user
from tests.notifications.factories import (
    at,
    make_due_milestone,
    make_ladder,
    make_period,
    make_running_activity,
    steps_of,
)

pytestmark = pytest.mark.django_db


def make_due(due_on, **fields):
    """Make a milestone for one person with these choices."""
    person = make_user(name="Eksempel Kontakt", **fields)
    activity = make_running_activity(responsible=person)
    return make_due_milestone(due_on, activity=activity)


def paused_until(day):
    return date.fromisoformat(day)


# --- a pause --------------------------------------------------------------------------


def test_during_a_pause_the_reminder_is_held_and_says_until_when():
    milestone = make_due("2026-04-15", paused_until=paused_until("2026-04-10"))

    reminders.plan(now=at("2026-04-08"))

    row = Reminder.objects.get(step=-5)
    assert (row.state, row.reason) == ("held", "paused")
    assert row.params == {"until": "2026-04-10"}
    [entry] = ledger.of_activity(milestone.activity, on=date(2026, 4, 8)).past
    assert "Sat på pause til og med fredag 10. april" in entry.note


def test_after_the_pause_it_goes_out():
    milestone = make_due("2026-04-15", paused_until=paused_until("2026-04-10"))
    for day in ("2026-04-08", "2026-04-10"):
        compose.remind(now=at(day))
    assert not Message.objects.exists()

    compose.remind(now=at("2026-04-13"))

    assert steps_of(milestone) == {-20: "superseded", -5: "merged"}
    row = Reminder.objects.get(step=-5)
    assert (row.moved_from, row.moved_off) == (date(2026, 4, 8), "paused")


def test_of_several_steps_that_waited_only_the_newest_goes_out():
    milestone = make_due("2026-04-15", paused_until=paused_until("2026-04-20"))
    for day in ("2026-04-08", "2026-04-15"):
        compose.remind(now=at(day))

    compose.remind(now=at("2026-04-21"))

    assert steps_of(milestone) == {-20: "superseded", -5: "superseded", 0: "merged"}


def test_a_reminder_already_composed_waits_too(smtp_sink):
    milestone = make_due("2026-04-15")
    compose.remind(now=at("2026-04-08"))
    person = milestone.activity.responsible
    person.paused_until = paused_until("2026-04-10")
    person.save()

    [message] = Message.objects.all()
    dropped = compose.still_wanted([message], now=at("2026-04-08"))[message.pk]

    assert dropped.state == "obsolete"
    assert Reminder.objects.get(step=-5).reason == "paused"


@pytest.mark.parametrize(
    "choice",
    [
        {"paused_until": date(2026, 12, 31)},
        {"reminder_mode": ReminderMode.REQUIRED},
        {"reminder_mode": ReminderMode.DIGEST},
    ],
)
def test_what_is_owed_to_lbf_goes_out_by_itself_all_the_same(choice):
    person = make_user(**choice)
    made = make_round(state="agreed", responsible=person)
    make_request(round=made, responsible=person)

    reminders.plan(now=at("2026-08-14"))

    due = Reminder.objects.filter(step=0)
    assert {row.kind for row in due} == {"monitoring", "data_request"}
    assert {(row.state, row.send_on) for row in due} == {("planned", date(2026, 8, 14))}


def test_a_stand_in_is_told_although_the_person_paused():
    deputy = make_user(name="Vikar")
    make_due("2026-04-15", stand_in=deputy, paused_until=paused_until("2026-06-01"))

    reminders.plan(now=at("2026-04-15"))

    row = Reminder.objects.get(step=0)
    assert (row.state, row.recipient) == ("planned", deputy)


def test_what_comes_after_the_pause_is_not_foretold_as_held():
    milestone = make_due("2026-05-06", paused_until=paused_until("2026-04-10"))

    coming = ledger.of_activity(milestone.activity, on=date(2026, 4, 7)).coming

    assert [(entry.on, entry.state) for entry in coming] == [
        (date(2026, 4, 8), "held"),
        (date(2026, 4, 29), "planned"),
        (date(2026, 5, 6), "planned"),
        *[(entry.on, "planned") for entry in coming[3:]],
    ]


# --- only what has to be sent ---------------------------------------------------------


def test_who_unsubscribed_is_not_reminded_and_the_ledger_says_so():
    milestone = make_due("2026-04-15", reminder_mode=ReminderMode.REQUIRED)

    reminders.plan(now=at("2026-04-15"))

    assert steps_of(milestone, reason="unsubscribed") == {0: "held"}
    person = milestone.activity.responsible
    told = explain(f"milestone:{milestone.pk}", person, now=at("2026-04-15"))
    assert "fordi: personen kun ønsker de mails, der skal sendes" in told


def test_what_is_escalated_cannot_be_declined():
    milestone = make_due("2026-04-15")
    boss = make_member(
        milestone.programme, Role.MANAGER, reminder_mode=ReminderMode.REQUIRED
    )
    ladder = make_ladder(milestone.programme)
    ladder.steps.create(offset_days=3, audience="manager")

    reminders.plan(now=at("2026-04-20"))

    row = Reminder.objects.get(step=3)
    assert (row.state, row.recipient) == ("planned", boss)


# --- the digest -----------------------------------------------------------------------


def test_a_step_goes_with_the_digest_of_its_week():
    milestone = make_due("2026-04-15", reminder_mode=ReminderMode.DIGEST)
    make_due_milestone("2026-04-15")

    reminders.plan(now=at("2026-04-13"))

    row = Reminder.objects.get(object_id=milestone.pk, step=0)
    assert (row.state, row.send_on) == ("planned", date(2026, 4, 13))
    assert (row.moved_from, row.moved_off) == (date(2026, 4, 15), "digest")
    # Somebody who wants each deadline by itself is told on the day.
    assert not Reminder.objects.exclude(object_id=milestone.pk).filter(step=0).exists()


@pytest.mark.parametrize(
    ("due_on", "goes_on"),
    [
        # Easter Monday is off.
        ("2026-04-08", "2026-04-07"),
        # A quiet period until Tuesday.
        ("2026-08-06", "2026-08-05"),
        # In the middle of it: before it, with that week's mail.
        ("2026-07-15", "2026-06-29"),
    ],
)
def test_where_monday_is_off_it_goes_on_the_first_day_that_is_not(due_on, goes_on):
    milestone = make_due(due_on, reminder_mode=ReminderMode.DIGEST)
    make_period(milestone.programme, "2026-07-01", "2026-08-04")

    reminders.plan(now=at(goes_on))

    row = Reminder.objects.get(object_id=milestone.pk, step=0)
    assert row.send_on == date.fromisoformat(goes_on)


def test_nothing_changes_for_an_address_that_does_not_work():
    milestone = make_due("2026-04-15", reminder_mode=ReminderMode.DIGEST)
    SuppressedAddress.objects.create(
        address=milestone.activity.responsible.email,
        reason="550",
        suppressed_at=at("2026-04-01"),
    )

    reminders.plan(now=at("2026-04-15"))

    assert steps_of(milestone, reason="nobody") == {0: "held"}
