"""Escalations, requests for a number, and the due date for one's calendar."""

from datetime import date
from decimal import Decimal
from email import message_from_bytes, policy

import pytest
from icalendar import Calendar

from notifications import compose
from notifications.models import Message, Reminder
from rollout.models import Role
from tests.factories import (
    make_indicator,
    make_member,
    make_request,
    make_round,
    make_user,
)
from tests.notifications.factories import (
    at,
    letter_of,
    make_due_milestone,
    make_ladder,
    make_running_activity,
)

pytestmark = pytest.mark.django_db


def mail_on(day, **filters):
    """Compose what is due on a day and return the mail as it goes out."""
    compose.remind(now=at(day), any_time=True)
    letter = letter_of(Message.objects.get(**filters), at(day))
    raw = letter.as_bytes(message_id="<r.1@example.org>", at=at(day))
    return letter, message_from_bytes(raw, policy=policy.default)


# --- escalation -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "subject", "asked"),
    [
        (
            "da",
            "Brug for din hjælp: “Lokale er fundet” skulle have været færdig",
            "Vi har spurgt Eksempel Kontakt (onsdag 15. april) og ikke hørt noget.",
        ),
        (
            "en",
            "Your help is needed: “Lokale er fundet” should have been finished",
            "We have asked Eksempel Kontakt (Wednesday 15 April) and heard nothing.",
        ),
    ],
)
def test_an_escalation_says_what_since_when_and_who_was_asked(language, subject, asked):
    milestone = make_due_milestone("2026-04-15")
    boss = make_member(milestone.programme, Role.MANAGER, language=language)
    ladder = make_ladder(milestone.programme, 0)
    ladder.steps.create(offset_days=5, audience="manager")
    compose.remind(now=at("2026-04-15"))
    Message.objects.update(state="sent", sent_at=at("2026-04-15"))

    letter, _mail = mail_on("2026-04-22", recipient=boss)

    assert letter.kind == "escalation"
    assert letter.subject.startswith(subject)
    assert asked in letter.text
    assert asked in letter.html
    # Nobody can decline it.
    assert "/mails/" not in letter.text


# --- a number -------------------------------------------------------------------------


def make_number(**fields):
    person = make_user(name="Eksempel Kontakt")
    indicator = make_indicator(name="Unge med fritidsjob", unit="unge", **fields)
    made = make_round(
        programme=indicator.objective.focus_area.programme,
        state="agreed",
        title="Halvårsstatus",
    )
    return make_request(indicator=indicator, round=made, responsible=person)


@pytest.mark.parametrize(
    ("last", "said"),
    [
        (Decimal(1234), "Sidste gang: 1.234 unge (45 dage gammelt)"),
        (Decimal(3), "Sidste gang: under 5 unge (45 dage gammelt)"),
        (Decimal(0), "Sidste gang: under 5 unge (45 dage gammelt)"),
        (None, "Sidste gang: intet er oplyst"),
    ],
)
def test_a_request_names_the_number_the_period_and_the_last_value(last, said):
    request = make_number()
    request.last_value = last
    request.last_period_end = None if last is None else date(2026, 6, 30)
    request.save()

    letter, _mail = mail_on("2026-08-14", recipient=request.responsible)

    assert letter.kind == "data_request"
    assert letter.subject == (
        "Vi beder om ét tal: “Unge med fritidsjob” senest fredag 14. august (uge 33)"
    )
    assert "Periode: 1. januar–30. juni 2026" in letter.text
    assert said in letter.text
    assert said.split(": ")[1] in letter.html


def test_few_that_are_to_be_kept_few_are_not_put_into_a_mail():
    request = make_number(direction="keep_below", threshold=6)
    request.last_value = Decimal(5)
    request.save()

    letter, _mail = mail_on("2026-08-14", recipient=request.responsible)

    assert "Sidste gang: vises ikke" in letter.text


def test_a_number_of_a_part_of_the_round_names_its_own_days():
    request = make_number()
    request.period_start, request.period_end = date(2026, 1, 1), date(2026, 3, 31)
    request.save()

    letter, _mail = mail_on("2026-08-14", recipient=request.responsible)

    assert "Periode: 1. januar–31. marts 2026" in letter.text


def test_a_share_is_no_count_and_may_be_small():
    request = make_number(is_share=True, decimals=1)
    request.last_value = Decimal("3.4")
    request.save()

    letter, _mail = mail_on("2026-08-14", recipient=request.responsible)

    assert "3,4" in letter.text


# --- the calendar ---------------------------------------------------------------------


def calendar_of(mail):
    [part] = mail.iter_attachments()
    assert part.get_content_type() == "text/calendar"
    assert part.get_param("method") == "PUBLISH"
    raw = part.get_payload(decode=True)
    return raw, Calendar.from_ical(raw)


def test_a_reminder_brings_its_due_date_as_a_whole_day():
    milestone = make_due_milestone("2026-04-15")

    _letter, mail = mail_on("2026-04-08")

    _raw, calendar = calendar_of(mail)
    [event] = calendar.walk("VEVENT")
    assert calendar["METHOD"] == "PUBLISH"
    assert event["UID"] == f"milestone-{milestone.pk}@localhost"
    assert event.decoded("DTSTART") == date(2026, 4, 15)
    assert event.decoded("DTEND") == date(2026, 4, 16)
    assert event["SEQUENCE"] == 0
    # Calendars are shared: there is no link in it by which somebody could answer.
    assert event["URL"].endswith(milestone.get_absolute_url())


def test_a_moved_date_is_the_same_event_in_a_later_version():
    milestone = make_due_milestone("2026-04-15")
    compose.remind(now=at("2026-04-08"))
    milestone.due_on = date(2026, 4, 29)
    milestone.save()
    Message.objects.update(state="sent", sent_at=at("2026-04-08"))

    _letter, mail = mail_on("2026-04-22", state="pending")

    [event] = calendar_of(mail)[1].walk("VEVENT")
    assert event["UID"] == f"milestone-{milestone.pk}@localhost"
    assert event["SEQUENCE"] == 1


def test_what_is_overdue_brings_none():
    make_due_milestone("2026-04-15")

    _letter, mail = mail_on("2026-04-22")

    assert list(mail.iter_attachments()) == []


def test_no_title_can_forge_an_event():
    title = "Aftale\r\nEND:VEVENT\r\nATTENDEE:mailto:x@example.org; æøå, " + "x" * 90
    make_due_milestone("2026-04-15", title=title)

    _letter, mail = mail_on("2026-04-08")

    raw, calendar = calendar_of(mail)
    assert len(calendar.walk("VEVENT")) == 1
    assert not calendar.walk("VEVENT")[0].get("ATTENDEE")
    assert max(len(line) for line in raw.split(b"\r\n")) <= 75


def test_several_coming_deadlines_are_one_calendar():
    activity = make_running_activity()
    for day in ("2026-04-15", "2026-04-16"):
        make_due_milestone(day, activity=activity)

    compose.remind(now=at("2026-04-15"))
    assert Reminder.objects.filter(state="merged").count() == 2

    _letter, mail = mail_on("2026-04-15")
    assert len(calendar_of(mail)[1].walk("VEVENT")) == 2
