"""Others are asked only after the responsible person was told that they would be."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils.translation import override

from notifications import answering, compose, deciding, ledger, links, reminders
from notifications.answering import Said
from notifications.facts import read
from notifications.items import items_of
from notifications.models import Answer, Choice, Reminder, SuppressedAddress
from rollout.models import Role
from tests.factories import make_member, make_user
from tests.notifications.escalation.scene import DAY, live, told
from tests.notifications.factories import (
    at,
    make_due_milestone,
    make_ladder,
    make_period,
    make_running_activity,
    steps_of,
)

pytestmark = pytest.mark.django_db


def test_after_downtime_the_person_is_told_first_and_others_as_much_later(cast):
    live("2026-04-08", "2026-04-15")

    live("2026-05-13", "2026-06-30")

    rows = [row for row in told() if row[0] > "2026-04-15"]
    assert rows[0] == ("2026-05-13", 20, "Ansvarlig", "responsible")
    others = [row for row in rows if row[3] != "responsible"]
    # Five working days after the notice, and then at the ladder's own distances.
    assert others == [
        ("2026-05-21", 10, "Stedfortræder", "deputy"),
        ("2026-05-29", 15, "Centerchef", "lead"),
        ("2026-06-05", 20, "Koordinator", "coordinator"),
        ("2026-06-19", 30, "Leder", "manager"),
    ]
    row = Reminder.objects.get(step=10, why="deputy")
    assert (row.moved_from, row.moved_off) == (date(2026, 4, 29), "notice")


def test_a_date_that_is_entered_late_brings_no_mail_to_anybodys_head(cast):
    cast.milestone.delete()
    live("2026-05-11", "2026-05-11")

    make_due_milestone(
        "2026-04-01",
        activity=make_running_activity(
            programme=cast.programme, responsible=cast.responsible
        ),
    )
    live("2026-05-12", "2026-05-18")

    assert {row[2] for row in told()} == {"Ansvarlig"}


def test_a_new_responsible_person_gets_the_same_chance(cast):
    live("2026-04-15", "2026-04-28")
    successor = make_user(name="Efterfølger")
    cast.milestone.responsible = successor
    cast.milestone.save()

    live("2026-04-29", "2026-05-08")

    assert [(row[0], row[2]) for row in told() if row[0] > "2026-04-28"] == [
        ("2026-04-29", "Efterfølger"),
        # Nobody stands in for the successor.
        ("2026-05-06", "Centerchef"),
        ("2026-05-06", "Efterfølger"),
    ]


def test_a_mail_that_has_not_left_has_told_nobody_anything(cast, ladder):
    ladder.steps.create(offset_days=10, audience="deputy")
    day = date(2026, 4, 22)
    # The mail server is down from the announcement on.
    while day <= date(2026, 4, 29):
        compose.remind(now=at(day))
        day += DAY

    assert not Reminder.objects.filter(audience="deputy").exists()
    live("2026-04-30", "2026-05-08")
    row = Reminder.objects.get(audience="deputy")
    assert row.send_on == date(2026, 5, 7)


def test_in_a_quiet_period_notice_and_escalation_do_not_fall_on_one_day(cast, ladder):
    ladder.steps.create(offset_days=10, audience="deputy")
    make_period(cast.programme, "2026-04-20", "2026-04-30")

    live("2026-04-15", "2026-05-12")

    assert [(row[0], row[1], row[2]) for row in told()] == [
        ("2026-05-01", 10, "Ansvarlig"),
        ("2026-05-06", 15, "Ansvarlig"),
        ("2026-05-08", 10, "Stedfortræder"),
    ]


def test_finished_work_is_not_brought_to_anybody(cast):
    live("2026-04-15", "2026-04-24")
    cast.milestone.delete()

    live("2026-04-27", "2026-05-20")

    assert {row[2] for row in told()} == {"Ansvarlig"}


def test_while_an_answer_waits_only_who_decides_is_asked_and_told_of_it(cast):
    ladder = make_ladder(cast.programme, 1, kind="milestone")
    ladder.steps.create(offset_days=3, audience="lead")
    ladder.steps.create(offset_days=5, audience="coordinator")
    member = make_member(cast.programme, Role.PARTNER, partner=cast.partner)
    live("2026-04-16", "2026-04-16")
    now = at("2026-04-17")
    token = links.issue(cast.milestone, to=member, message=None, at=now)
    said = Said(Choice.MORE_TIME, note="Ferie", new_due_on=date(2026, 5, 4))
    answering.answer(links.digest_of(token or ""), said, at=now)

    live("2026-04-17", "2026-04-22")

    assert steps_of(cast.milestone, reason="answered") == {3: "held"}
    row = Reminder.objects.get(object_id=cast.milestone.pk, step=5)
    assert row.recipient == cast.coordinator
    assert row.message is not None
    with override("en"):
        [item] = items_of([row], read([row], today=date(2026, 4, 22)))
    assert item.answered == member.name

    deciding.decide(Answer.objects.get().pk, by=cast.manager, accept=False, at=now)
    reminders.plan(now=at("2026-04-22", 9))
    assert steps_of(cast.milestone, step=3) == {3: "planned"}


def test_a_pause_puts_off_what_comes_after_it_too(cast):
    cast.responsible.paused_until = date(2026, 5, 13)
    cast.responsible.save()

    live("2026-04-15", "2026-05-20")

    # Planned for the 13th, sent on the day after the pause, Ascension Day left out.
    assert [(row[0], row[2]) for row in told()] == [("2026-05-13", "Ansvarlig")]
    live("2026-05-21", "2026-05-26")
    assert ("2026-05-22", 10, "Stedfortræder", "deputy") in told()


def test_who_declined_reminders_is_not_waited_for(cast):
    cast.responsible.reminder_mode = "required"
    cast.responsible.save()

    live("2026-04-15", "2026-05-06")

    assert [(row[0], row[2]) for row in told()] == [
        ("2026-04-29", "Stedfortræder"),
        ("2026-05-06", "Centerchef"),
    ]


def test_an_address_that_does_not_work_is_no_chance(cast):
    SuppressedAddress.objects.create(
        address=cast.responsible.email, reason="550", suppressed_at=at("2026-04-01")
    )

    live("2026-04-15", "2026-04-29")

    # The deputy is told instead, so that the head is the next to be asked.
    assert {row[2] for row in told()} == {"Stedfortræder"}


# --- what is foretold is what happens -------------------------------------------------


def test_the_coming_reminders_name_who_is_asked(cast):
    live("2026-04-08", "2026-04-22")

    coming = reminders.coming(
        activity=cast.milestone.activity, on=date(2026, 4, 22), until=date(2026, 5, 6)
    )

    found = sorted((row.send_on.isoformat(), row.step, row.why) for row in coming)
    assert found == [
        ("2026-04-29", 10, "deputy"),
        ("2026-04-29", 10, "responsible"),
        ("2026-05-06", 15, "lead"),
        ("2026-05-06", 15, "responsible"),
    ]


def test_the_ledger_tells_whom_a_reminder_announced(cast):
    live("2026-04-15", "2026-04-22")

    with override("en"):
        told = ledger.of_activity(cast.milestone.activity, on=date(2026, 4, 22))

    notes = [entry.note for entry in told.past]
    assert "Announced that Stedfortræder is asked Wednesday 29 April" in notes
