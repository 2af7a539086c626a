"""A reminder says who is asked next and when; who is asked is told why."""

from __future__ import annotations

from datetime import date

import pytest

from notifications import regular, reminders
from tests.factories import make_milestone
from tests.notifications.escalation.scene import DAY, letter_to, live
from tests.notifications.factories import at

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("steps_before", "day", "danish", "english"),
    [
        (
            "2026-04-15",
            "2026-04-22",
            "inden onsdag 29. april, spørger vi Stedfortræder, der er stedfortræder.",
            "If we hear nothing by Wednesday 29 April, we will ask Stedfortræder, the",
        ),
        (
            "2026-04-28",
            "2026-04-29",
            "inden onsdag 6. maj, spørger vi Centerchef, chef for Center for Kultur og",
            "If we hear nothing by Wednesday 6 May, we will ask Centerchef, head of",
        ),
        (
            "2026-05-05",
            "2026-05-06",
            "spørger vi Koordinator, der er koordinator for helhedsplanen.",
            "we will ask Koordinator, coordinator of the programme.",
        ),
        (
            "2026-05-20",
            "2026-05-21",
            "inden fredag 29. maj, spørger vi Leder, der er leder af helhedsplanen.",
            "by Friday 29 May, we will ask Leder, manager of the programme.",
        ),
    ],
)
def test_the_reminder_before_names_day_and_person(
    cast, steps_before, day, danish, english
):
    live("2026-04-15", steps_before)

    in_danish = letter_to(cast.responsible, at(day))
    in_english = letter_to(cast.responsible, at(day), "en")

    for letter, sentence in ((in_danish, danish), (in_english, english)):
        assert sentence in letter.text
        assert sentence in letter.html


def test_a_reminder_with_none_to_follow_announces_nobody(cast):
    letter = letter_to(cast.responsible, at("2026-04-15"))

    assert "spørger vi" not in letter.text


def test_one_mail_about_several_deadlines_says_it_of_each(cast):
    make_milestone(
        activity=cast.milestone.activity,
        responsible=cast.responsible,
        due_on=date(2026, 4, 14),
        title="Aftalen",
    )
    live("2026-04-15", "2026-04-20")

    letter = letter_to(cast.responsible, at("2026-04-22"))

    for part in (letter.text, letter.html):
        assert (
            part.count("spørger vi Stedfortræder") == len(letter.text.split("* ")) - 1
        )


def test_a_digest_says_it_too(cast):
    cast.responsible.reminder_mode = "digest"
    cast.responsible.save()
    live("2026-04-13", "2026-04-17")
    reminders.plan(now=at("2026-04-20"))
    regular.compose(now=at("2026-04-20"))

    letter = letter_to(cast.responsible, at("2026-04-20"))

    # The step of Wednesday the 22nd is told on Monday.
    for part in (letter.text, letter.html):
        assert "inden onsdag 29. april, spørger vi Stedfortræder" in part


@pytest.mark.parametrize(
    ("name", "day", "danish", "english"),
    [
        (
            "deputy",
            "2026-04-29",
            "længe har været overskredet, og du er stedfortræder for den ansvarlige",
            "the deadline has long passed and you stand in",
        ),
        (
            "head",
            "2026-05-06",
            "længe har været overskredet, og du er chef for Center for Kultur og",
            "the deadline has long passed and you are the head of Center for",
        ),
        (
            "coordinator",
            "2026-05-13",
            "længe har været overskredet, og du koordinerer helhedsplanen",
            "the deadline has long passed and you coordinate the programme",
        ),
        (
            "manager",
            "2026-05-29",
            "længe har været overskredet, og du leder helhedsplanen",
            "the deadline has long passed and you manage the programme",
        ),
    ],
)
def test_who_is_asked_is_told_why(cast, name, day, danish, english):
    live("2026-04-15", (date.fromisoformat(day) - DAY).isoformat())

    person = getattr(cast, name)
    assert danish in letter_to(person, at(day)).text
    assert english in letter_to(person, at(day), "en").text
