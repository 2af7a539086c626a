"""Nudges: somebody should look at an activity again; they stop by themselves."""

from datetime import date, timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command

from notifications import compose, letters, reminders
from notifications.models import Message, MessageKind, Reminder
from notifications.rehearsal import rehearse
from rollout import services
from rollout.models import Deadline, Role
from tests.factories import (
    TODAY,
    make_activity,
    make_member,
    make_milestone,
)
from tests.notifications.factories import (
    at,
    make_due_milestone,
    make_ladder,
    make_running_activity,
)
from tests.record import record_changes_at
from workflows.engine import perform

pytestmark = pytest.mark.django_db


def nudges_of(activity):
    """Return the day of each nudge of an activity, by its kind."""
    rows = Deadline.with_nudges.filter(activity=activity).exclude(kind="milestone")
    return dict(rows.values_list("kind", "due_on"))


def sent(kind, state="planned"):
    """Return the steps in the ledger of a kind that are in a state."""
    rows = Reminder.objects.filter(kind=kind, state=state)
    return list(rows.order_by("step").values_list("step", flat=True))


# --- when there is cause --------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "kinds"),
    [
        ("planned", set()),
        ("in_clarification", {"no_milestone", "untouched"}),
        ("launched", {"no_milestone", "untouched"}),
        ("evaluated", set()),
        ("discontinued", set()),
    ],
)
def test_only_what_is_under_way_is_nudged(state, kinds):
    assert set(nudges_of(make_activity(state=state))) == kinds


def test_it_is_dated_with_the_day_on_which_somebody_did_something_last():
    activity = make_running_activity()
    manager = make_member(activity.programme)
    assert nudges_of(activity) == {"no_milestone": TODAY, "untouched": TODAY}

    milestone = make_milestone(activity=activity)
    perform(milestone, "finish", by=manager, at=at("2026-03-20", 23, 30))

    day = date(2026, 3, 20)
    assert nudges_of(activity) == {"no_milestone": day, "untouched": day}


def test_any_change_is_a_touch_but_brings_no_milestone():
    activity = make_running_activity()

    record_changes_at(at("2026-04-20"))
    services.assign_responsible(
        activity, responsible=None, by=make_member(activity.programme)
    )

    assert nudges_of(activity) == {
        "no_milestone": TODAY,
        "untouched": date(2026, 4, 20),
    }


@pytest.mark.parametrize(
    ("fields", "is_nudged"),
    [
        ({"due_on": date(2026, 6, 1)}, False),
        # What is overdue speaks for itself.
        ({"due_on": date(2026, 1, 5)}, False),
        # Nobody is reminded of what has no date.
        ({"due_on": None}, True),
    ],
)
def test_an_open_milestone_with_a_date_is_one_ahead(fields, is_nudged):
    activity = make_running_activity()
    make_milestone(activity=activity, **fields)

    assert ("no_milestone" in nudges_of(activity)) is is_nudged


def test_lists_and_calendars_hold_no_nudges():
    activity = make_running_activity()

    assert not Deadline.objects.exists()
    assert not activity.deadlines.exists()
    assert Deadline.with_nudges.count() == 2


# --- who is nudged, how often, and when it stops --------------------------------------


def test_the_responsible_person_is_nudged_now_and_then_and_not_for_ever():
    activity = make_running_activity()

    for days in range(0, 301, 5):
        compose.remind(now=at(TODAY + timedelta(days=days)))

    assert sent("no_milestone", "merged") == [10, 30, 50, 70]
    assert sent("untouched", "merged") == [60, 90, 120]
    assert set(Reminder.objects.values_list("recipient", flat=True)) == {
        activity.responsible_id
    }


def test_nobody_responsible_means_that_a_coordinator_is_nudged():
    activity = make_running_activity(responsible=None)
    coordinator = make_member(activity.programme, Role.COORDINATOR)

    reminders.plan(now=at("2026-03-16"))

    assert Reminder.objects.get(state="planned").recipient == coordinator


def test_a_ladder_for_every_deadline_is_none_for_nudges():
    activity = make_running_activity()
    make_ladder(activity.programme, -5, 0, 5)

    reminders.plan(now=at("2026-03-16"))

    assert sent("no_milestone") == [10]


def test_a_programme_may_nudge_at_other_times_or_not_at_all():
    activity = make_running_activity()
    make_ladder(activity.programme, 2, kind="no_milestone")
    make_ladder(activity.programme, kind="untouched")

    reminders.plan(now=at("2026-12-01"))

    assert sent("no_milestone") == [2]
    assert not Reminder.objects.filter(kind="untouched").exists()


def test_a_milestone_ahead_stops_the_nudge_at_once():
    activity = make_running_activity()
    compose.remind(now=at("2026-03-16", 5))
    assert sent("no_milestone") == [10]

    make_due_milestone("2026-06-01", activity=activity)
    compose.remind(now=at("2026-03-16"))

    row = Reminder.objects.get(kind="no_milestone")
    assert row.state == "cancelled"
    assert not Message.objects.exists()


def test_what_somebody_does_starts_the_count_again():
    activity = make_running_activity()
    manager = make_member(activity.programme)
    reminders.plan(now=at("2026-06-01"))
    assert sent("untouched") == [60]

    milestone = make_milestone(activity=activity)
    perform(milestone, "finish", by=manager, at=at("2026-06-01", 9))
    reminders.plan(now=at("2026-06-01", 10))

    assert sent("untouched") == []
    assert nudges_of(activity)["untouched"] == date(2026, 6, 1)
    reminders.plan(now=at("2026-08-25"))
    assert sent("untouched") == [60]


@pytest.mark.parametrize("move", ["adjust", "discontinue"])
def test_the_end_of_an_activity_is_the_end_of_its_nudges(move):
    activity = make_running_activity()
    reminders.plan(now=at("2026-03-16"))
    manager = make_member(activity.programme)

    perform(activity, move, by=manager, at=at("2026-03-16", 9), reason="omprioriteret")
    reminders.plan(now=at("2026-03-16", 10))

    assert sent("no_milestone") == []


# --- what is said ---------------------------------------------------------------------


def letter_for(activity, day, language):
    person = activity.responsible
    person.language = language
    person.save()
    compose.remind(now=at(day))
    message = Message.objects.get()
    rows = list(message.reminders.select_related("activity__initiative", "principal"))
    return letters.write(message, rows, now=at(day))


@pytest.mark.parametrize(
    ("language", "subject", "sentences"),
    [
        (
            "da",
            "Fritidsjobforløb i Vejleåparken har ingen milepæl forude",
            [
                "Siden mandag 2. marts (uge 10) har Fritidsjobforløb i Vejleåparken",
                "Tilføj den næste milepæl på siden",
                "fordi du er ansvarlig for aktiviteten",
            ],
        ),
        (
            "en",
            "No milestone lies ahead of Fritidsjobforløb in Vejleåparken",
            [
                "Since Monday 2 March (week 10) no open milestone with a date lies",
                "Add the next milestone on the page",
                "because you are responsible for the activity",
            ],
        ),
    ],
)
def test_the_mail_says_what_is_missing_and_what_to_do(language, subject, sentences):
    activity = make_running_activity()

    letter = letter_for(activity, "2026-03-16", language)

    assert letter.kind == MessageKind.REMINDER
    assert letter.subject == subject
    for sentence in sentences:
        assert sentence in letter.text
    assert activity.get_absolute_url() in letter.text
    assert sentences[1] in letter.html


def test_the_mail_about_an_untouched_activity_says_since_when(no_nudges):
    activity = make_running_activity()
    make_ladder(activity.programme, 60, kind="untouched")

    letter = letter_for(activity, "2026-06-01", "da")

    assert letter.subject == (
        "Intet nyt om Fritidsjobforløb i Vejleåparken siden mandag 2. marts (uge 10)"
    )
    assert "Der er ikke skrevet noget om Fritidsjobforløb i Vejleåparken" in letter.text
    assert "Rykker" not in letter.subject


def test_beside_deadlines_nudges_stand_by_themselves_and_count_as_none():
    activity = make_running_activity()
    make_due_milestone(
        "2026-03-16",
        activity=make_running_activity(
            programme=activity.programme, responsible=activity.responsible
        ),
    )
    make_due_milestone(
        "2026-03-16",
        activity=make_running_activity(
            programme=activity.programme, responsible=activity.responsible
        ),
    )

    letter = letter_for(activity, "2026-03-16", "da")

    assert letter.subject == "Du har 2 frister, først mandag 16. marts (uge 12)"
    for part in (letter.text, letter.html):
        assert "Trænger til et blik" in part


# --- forecast and proof ---------------------------------------------------------------


def test_the_rehearsal_foretells_nudges():
    make_running_activity()

    rehearsal = rehearse(now=at("2026-03-02"), first=TODAY, last=date(2026, 6, 30))

    days = [(step.kind, step.step) for mail in rehearsal.mails for step in mail.steps]
    assert days == [
        ("no_milestone", 10),
        ("no_milestone", 30),
        ("no_milestone", 50),
        ("untouched", 60),
        ("no_milestone", 70),
    ]


@pytest.mark.django_db(transaction=True)
def test_one_sentence_says_why_somebody_was_nudged():
    activity = make_running_activity()
    out = StringIO()

    with time_machine.travel(at("2026-03-10"), tick=True):
        call_command(
            "explain-reminder",
            f"no_milestone:{activity.pk}",
            activity.responsible.email,
            language="en",
            stdout=out,
        )

    assert out.getvalue().strip() == (
        "The next reminder of “Fritidsjobforløb · Vejleåparken” (for 10 working days)"
        " goes to Eksempel Kontakt on Monday 16 March 2026 (week 12)."
    )
