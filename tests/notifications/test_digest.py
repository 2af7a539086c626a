"""One mail a week: what it says, when it goes out, and what the ledger tells of it."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from notifications import compose, planner
from notifications.explain import explain
from notifications.models import Edition, Message, Reminder
from rollout.models import ReminderMode, Role
from tests.factories import (
    make_member,
    make_milestone,
    make_partner,
    make_request,
    make_round,
    make_user,
)
from tests.notifications.factories import (
    at,
    letter_of,
    make_due_milestone,
    make_ladder,
    make_period,
    make_running_activity,
    steps_of,
)
from workflows.engine import perform

pytestmark = pytest.mark.django_db

#: The second Monday after Easter, and the one before.
MONDAY, MONDAY_BEFORE = "2026-04-20", "2026-04-13"


def make_reader(**fields):
    """Make somebody who wants one mail a week."""
    return make_user(
        **{"name": "Eksempel Kontakt", "reminder_mode": ReminderMode.DIGEST} | fields
    )


@pytest.fixture
def activity():
    """A running activity of somebody who wants one mail a week."""
    return make_running_activity(responsible=make_reader())


# --- when -----------------------------------------------------------------------------


def test_on_monday_one_mail_tells_everything_and_the_steps_of_the_week_go_into_it(
    activity,
):
    soon = make_due_milestone("2026-04-22", activity=activity)
    late = make_due_milestone("2026-04-08", activity=activity)
    quiet = make_due_milestone("2026-05-12", activity=activity)
    make_due_milestone("2026-06-30", activity=activity)

    planner.run(now=at(MONDAY))

    message = Message.objects.get()
    assert (message.kind, message.recipient) == ("digest", activity.responsible)
    assert message.params["deadlines"] == sorted(
        f"milestone:{one.pk}" for one in (soon, late, quiet)
    )
    assert steps_of(soon) == {-20: "superseded", -5: "superseded", 0: "merged"}
    assert Reminder.objects.get(object_id=soon.pk, step=0).message == message
    # No step of it falls into this week.
    assert steps_of(quiet) == {-20: "merged"}


def test_on_other_days_nothing_goes_out(activity):
    make_due_milestone("2026-04-22", activity=activity)
    planner.run(now=at(MONDAY))

    for day in range(21, 25):
        planner.run(now=at(date(2026, 4, day)))

    assert Message.objects.count() == 1


def test_with_nothing_to_say_there_is_no_mail(activity):
    make_due_milestone("2026-06-30", activity=activity)

    planner.run(now=at(MONDAY))

    assert not Message.objects.exists()
    assert Edition.objects.get().of == date.fromisoformat(MONDAY)


def test_what_comes_up_later_in_the_week_waits_for_the_next_digest(activity):
    make_due_milestone("2026-06-30", activity=activity)
    planner.run(now=at(MONDAY))
    fresh = make_due_milestone("2026-04-23", activity=activity)

    planner.run(now=at("2026-04-22"))
    assert not Message.objects.exists()
    planner.run(now=at("2026-04-27"))

    message = Message.objects.get()
    assert message.params["deadlines"] == [f"milestone:{fresh.pk}"]
    # By then the step of its second week has taken the place of the missed ones.
    assert steps_of(fresh, state="merged") == {5: "merged"}


@pytest.mark.parametrize(
    ("monday", "goes_on"),
    [("2026-04-06", "2026-04-07"), ("2026-08-03", "2026-08-05")],
)
def test_where_monday_is_off_it_goes_on_the_first_day_that_is_not(monday, goes_on):
    activity = make_running_activity(responsible=make_reader())
    make_period(activity.programme, "2026-07-01", "2026-08-04")
    make_due_milestone("2026-03-02", activity=activity)

    planner.run(now=at(monday))
    assert not Message.objects.exists()
    planner.run(now=at(goes_on))

    assert Message.objects.get().params["monday"] == monday


def test_a_week_in_which_nobody_is_reminded_has_no_digest(activity):
    make_period(activity.programme, "2026-07-01", "2026-08-04")
    make_due_milestone("2026-03-02", activity=activity)

    for day in range(6, 11):
        planner.run(now=at(date(2026, 7, day)))

    assert not Message.objects.exists()
    assert not Edition.objects.exists()


def test_it_keeps_to_office_hours(activity):
    make_due_milestone("2026-04-22", activity=activity)

    planner.run(now=at(MONDAY, 6, 59))
    assert not Message.objects.exists()
    planner.run(now=at(MONDAY, 7))

    assert Message.objects.exists()


def test_a_missed_monday_is_made_up_for_in_the_same_week(activity):
    make_due_milestone("2026-04-22", activity=activity)
    planner.run(now=at(MONDAY_BEFORE))
    Message.objects.update(state="sent", sent_at=at(MONDAY_BEFORE))

    planner.run(now=at("2026-04-22"))

    assert Message.objects.filter(params__monday=MONDAY).exists()


def test_the_first_digest_ever_is_no_belated_one(activity):
    make_due_milestone("2026-04-22", activity=activity)

    planner.run(now=at("2026-04-22"))

    assert not Message.objects.exists()


def test_one_that_never_left_is_replaced_by_the_next(activity):
    milestone = make_due_milestone("2026-04-22", activity=activity)
    for day in (MONDAY_BEFORE, MONDAY):
        planner.run(now=at(day))

    old, new = Message.objects.order_by("created_at")

    assert (old.state, new.state) == ("superseded", "pending")
    assert set(
        Reminder.objects.filter(object_id=milestone.pk, state="merged").values_list(
            "message", flat=True
        )
    ) == {new.pk}


def test_one_that_a_dead_sender_had_claimed_is_replaced_too(activity):
    make_due_milestone("2026-04-22", activity=activity)
    planner.run(now=at(MONDAY_BEFORE))
    Message.objects.update(
        claim_token=uuid4(), lease_until=timezone.now() - timedelta(minutes=1)
    )

    planner.run(now=at(MONDAY))

    old, _new = Message.objects.order_by("created_at")
    assert (old.state, old.claim_token) == ("superseded", None)


def test_programmes_with_other_calendars_share_one_digest():
    reader = make_reader()
    first, second = (make_running_activity(responsible=reader) for _ in range(2))
    make_due_milestone("2026-04-22", activity=first)
    make_due_milestone("2026-04-22", activity=second)
    make_period(second.programme, MONDAY, MONDAY, kind="closed", name="Lukket")

    planner.run(now=at(MONDAY))
    planner.run(now=at("2026-04-21"))

    message = Message.objects.get()
    assert message.programme is None
    assert len(message.params["deadlines"]) == 2


def test_who_paused_gets_none(activity):
    make_due_milestone("2026-04-22", activity=activity)
    person = activity.responsible
    person.paused_until = date(2026, 4, 24)
    person.save()

    planner.run(now=at(MONDAY))
    assert not Message.objects.exists()
    planner.run(now=at("2026-04-27"))

    assert Message.objects.count() == 1


# --- what goes out by itself ----------------------------------------------------------


def test_what_is_owed_to_lbf_comes_by_itself_and_stands_in_the_digest_too():
    reader = make_reader()
    made = make_round(state="agreed", responsible=reader, due_on=date(2026, 4, 22))
    make_request(round=made, responsible=reader)

    planner.run(now=at(MONDAY))

    digest = Message.objects.get(kind="digest")
    assert len(digest.params["deadlines"]) == 2
    assert not digest.reminders.exists()
    assert Message.objects.exclude(kind="digest").get().reminders.count() == 2


def test_what_is_escalated_comes_by_itself():
    milestone = make_due_milestone("2026-04-14")
    boss = make_member(
        milestone.programme, Role.MANAGER, reminder_mode=ReminderMode.DIGEST
    )
    make_ladder(milestone.programme).steps.create(offset_days=3, audience="manager")

    planner.run(now=at("2026-04-17"))

    assert Message.objects.get().recipient == boss


def test_a_stand_in_who_wants_one_mail_a_week_gets_it_in_that():
    deputy = make_reader(name="Vikar")
    person = make_user(name="Eksempel Kontakt", stand_in=deputy)
    make_due_milestone("2026-04-22", activity=make_running_activity(responsible=person))

    planner.run(now=at(MONDAY))

    letter = letter_of(Message.objects.get(), at(MONDAY))
    assert "fordi du er stedfortræder for Eksempel Kontakt" in letter.text


# --- once more before it is sent ------------------------------------------------------


def test_what_was_finished_meanwhile_is_not_mentioned(activity):
    done = make_due_milestone("2026-04-22", activity=activity, title="Aftalen")
    make_due_milestone("2026-04-24", activity=activity, title="Lokalet")
    planner.run(now=at(MONDAY))
    boss = make_member(activity.programme)
    perform(done, "finish", by=boss, at=at(MONDAY, 9))

    letter = letter_of(Message.objects.get(), at(MONDAY, 10))

    assert "Lokalet" in letter.text
    assert "Aftalen" not in letter.text


@pytest.mark.parametrize("mode", [ReminderMode.SINGLE, ReminderMode.REQUIRED])
def test_who_no_longer_wants_it_gets_none_and_the_steps_are_free_again(activity, mode):
    milestone = make_due_milestone("2026-04-20", activity=activity)
    planner.run(now=at(MONDAY))
    person = activity.responsible
    person.reminder_mode = mode
    person.save()
    message = Message.objects.get()

    [dropped] = compose.still_wanted([message], now=at(MONDAY, 9)).values()
    Message.objects.update(state=dropped.state)
    planner.run(now=at(MONDAY, 10))

    expected = "merged" if mode == ReminderMode.SINGLE else "held"
    assert steps_of(milestone)[0] == expected
    assert not message.reminders.exists()


def test_when_everything_is_finished_there_is_no_mail(activity):
    milestone = make_due_milestone("2026-04-22", activity=activity)
    planner.run(now=at(MONDAY))
    milestone.delete()

    [dropped] = compose.still_wanted(Message.objects.all(), now=at(MONDAY, 9)).values()

    assert dropped.state == "obsolete"


# --- what it says ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "subject", "headings"),
    [
        (
            "da",
            "Uge 17: du har 3 frister, og 1 er overskredet",
            ["OVERSKREDET", "UGE 17", "UGE 20"],
        ),
        (
            "en",
            "Week 17: you have 3 deadlines, and 1 has passed",
            ["HAS PASSED", "WEEK 17", "WEEK 20"],
        ),
    ],
)
def test_it_tells_the_overdue_first_and_then_week_by_week(
    activity, language, subject, headings
):
    person = activity.responsible
    person.language = language
    person.save()
    make_due_milestone("2026-05-12", activity=activity, title="Aftalen")
    make_due_milestone("2026-04-22", activity=activity, title="Lokalet")
    make_due_milestone("2026-04-08", activity=activity, title="Planen")

    planner.run(now=at(MONDAY))
    letter = letter_of(Message.objects.get(), at(MONDAY))

    assert letter.kind == "digest"
    assert letter.subject == subject
    told = [
        headings[0],
        "Planen",
        headings[1],
        "Lokalet",
        headings[2],
        "Aftalen",
    ]
    places = [letter.text.index(one) for one in told]
    assert places == sorted(places)
    assert letter.html.count("Fritidsjobforløb") >= 3


def test_a_single_deadline_is_told_in_the_singular(activity):
    make_due_milestone("2026-04-22", activity=activity)

    planner.run(now=at(MONDAY))

    letter = letter_of(Message.objects.get(), at(MONDAY))
    assert letter.subject == "Uge 17: du har 1 frist, onsdag 22. april (uge 17)"


def test_each_deadline_can_be_answered_without_an_account(activity):
    partner = make_partner(programme=activity.programme)
    reader = make_member(
        activity.programme,
        Role.PARTNER,
        partner=partner,
        reminder_mode=ReminderMode.DIGEST,
    )
    for title in ("Aftalen", "Lokalet"):
        make_milestone(
            activity=activity,
            title=title,
            responsible=reader,
            due_on=date(2026, 4, 22),
        )

    planner.run(now=at(MONDAY))
    letter = letter_of(Message.objects.get(recipient=reader), at(MONDAY))

    assert letter.text.count("/answer/") == 2
    # The last one is that by which one chooses mails.
    assert len(letter.secrets) == 3
    assert all(secret in letter.text for secret in letter.secrets)


# --- why ------------------------------------------------------------------------------


def test_it_can_be_explained_before_and_after(activity):
    milestone = make_due_milestone("2026-04-22", activity=activity)
    key, person = f"milestone:{milestone.pk}", activity.responsible

    before = explain(key, person, now=at("2026-04-16"))
    planner.run(now=at(MONDAY))
    Message.objects.update(state="sent", sent_at=at(MONDAY), smtp_code=250)
    after = explain(key, person, now=at(MONDAY, 12))

    assert "mandag 20. april 2026 (uge 17)" in before
    assert "flyttet fra onsdag 22. april 2026 til ugens samlemail" in before
    assert "blev sendt til Eksempel Kontakt" in after
