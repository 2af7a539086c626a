"""One sentence says what became of a reminder, in the language asked for."""

from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command

from notifications import compose, outbox
from notifications.outbox import Timing
from rollout.models import Activity
from tests.factories import make_activity, make_member, make_user
from tests.notifications.factories import at, make_due_milestone
from workflows.engine import perform

pytestmark = pytest.mark.django_db(transaction=True)


def explain(milestone, person, day, language="en"):
    out = StringIO()
    with time_machine.travel(at(day), tick=True):
        call_command(
            "explain-reminder",
            f"milestone:{milestone.pk}",
            person.email,
            language=language,
            stdout=out,
        )
    return out.getvalue().strip()


def test_it_says_when_it_was_sent_what_was_answered_and_when_the_next_comes(smtp_sink):
    milestone = make_due_milestone("2026-04-15", title="Aftale")
    person = milestone.activity.responsible
    now = at("2026-04-08")
    compose.remind(now=now)
    with time_machine.travel(now, tick=True):
        outbox.deliver(now=now, times=Timing(jitter=0))

    said = explain(milestone, person, "2026-04-09")

    assert said.startswith(
        "The reminder of “Aftale” (5 working days before) was sent to Eksempel Kontakt"
    )
    assert "the mail server answered “250 Accepted”" in said
    assert said.endswith(
        "; the next reminder of “Aftale” (on the due date) goes to Eksempel Kontakt"
        " on Wednesday 15 April 2026 (week 16)."
    )
    danish = explain(milestone, person, "2026-04-09", "da")
    assert danish.startswith("Påmindelsen om “Aftale” (5 arbejdsdage før) blev sendt")
    assert danish.endswith("onsdag 15. april 2026 (uge 16).")


def test_it_says_that_nothing_went_out_yet_and_what_the_day_was_moved_from():
    milestone = make_due_milestone("2026-04-06", title="Aftale")

    said = explain(milestone, milestone.activity.responsible, "2026-03-31")

    assert said.startswith("The next reminder of “Aftale”")


@pytest.mark.parametrize(
    ("hour", "waits"),
    [
        (8, "is on its way to Eksempel Kontakt"),
        (5, "is to be sent to Eksempel Kontakt on Wednesday 8 April"),
    ],
)
def test_what_still_waits_is_not_told_as_the_next_one_too(hour, waits):
    milestone = make_due_milestone("2026-04-15", title="Aftale")
    compose.remind(now=at("2026-04-08", hour))

    said = explain(milestone, milestone.activity.responsible, "2026-04-08")

    assert said == (
        f"The reminder of “Aftale” (5 working days before) {waits}; the next reminder"
        " of “Aftale” (on the due date) goes to Eksempel Kontakt on Wednesday 15 April"
        " 2026 (week 16)."
    )


def test_it_names_who_stands_in_for_the_person_asked_about():
    milestone = make_due_milestone("2026-04-15", title="Aftale")
    person = milestone.activity.responsible
    person.stand_in = make_member(milestone.programme, name="Stedfortræder")
    person.save()

    said = explain(milestone, person, "2026-04-07")

    assert "goes to Stedfortræder on Tuesday 7 April" in said


def test_it_says_why_a_reminder_is_held_back():
    person = make_user(name="Ansvarlig")
    activity = make_activity(responsible=person, state=Activity.State.PLANNED)
    milestone = make_due_milestone("2026-04-15", title="Aftale", activity=activity)

    assert explain(milestone, person, "2026-04-08") == (
        "Ansvarlig is not reminded of “Aftale” because the activity is only planned."
    )

    compose.remind(now=at("2026-04-08"))

    assert explain(milestone, person, "2026-04-08") == (
        "The reminder of “Aftale” (5 working days before) is held back from Ansvarlig"
        " because the activity is only planned."
    )


def test_it_says_that_the_work_was_finished_first():
    milestone = make_due_milestone("2026-04-15", title="Aftale")
    person = milestone.activity.responsible
    # Before the sending window it is planned, and nothing leaves.
    compose.remind(now=at("2026-04-08", 5))
    perform(
        milestone, "finish", by=make_member(milestone.programme), at=at("2026-04-08", 6)
    )
    compose.remind(now=at("2026-04-08"))

    assert explain(milestone, person, "2026-04-08") == (
        "The reminder of “Aftale” (5 working days before) was not sent to Eksempel"
        " Kontakt because it is finished."
    )


def test_it_says_who_is_not_told():
    milestone = make_due_milestone("2026-04-15", title="Aftale")

    said = explain(milestone, make_user(name="Anden"), "2026-04-08")

    assert said.startswith("Anden is not reminded of “Aftale” in the time ahead")


@pytest.mark.parametrize("key", ["milestone:999999", "nonsense", "milestone:x"])
def test_an_unknown_deadline_is_refused(key):
    person = make_user()

    with pytest.raises(CommandError) as refusal:
        call_command("explain-reminder", key, person.email, stdout=StringIO())

    assert refusal.value.returncode == 2


def test_an_unknown_person_is_refused():
    with pytest.raises(CommandError):
        call_command("explain-reminder", "milestone:1", "no@example.org")
