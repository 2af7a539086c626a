"""Who is asked after the responsible person, and who where somebody is missing."""

from __future__ import annotations

from datetime import date

import pytest

from notifications.models import LadderStep, Reminder
from rollout.models import Role
from tests.factories import make_member, make_milestone, make_partner, make_user
from tests.notifications.escalation.scene import announced, asked, live, told
from tests.notifications.factories import make_ladder, make_running_activity

pytestmark = pytest.mark.django_db


def test_by_default_deputy_head_coordinator_and_manager_are_asked_in_turn(cast):
    live("2026-04-15", "2026-06-05")

    others = [row for row in told() if row[3] != "responsible"]
    assert others == [
        ("2026-04-29", 10, "Stedfortræder", "deputy"),
        ("2026-05-06", 15, "Centerchef", "lead"),
        ("2026-05-13", 20, "Koordinator", "coordinator"),
        ("2026-05-29", 30, "Leder", "manager"),
    ]


def test_each_is_announced_in_the_reminder_before_with_the_day_it_then_happens(cast):
    live("2026-04-15", "2026-06-05")

    assert announced() == [
        ("Ansvarlig", "2026-04-29", "Stedfortræder"),
        ("Ansvarlig", "2026-05-06", "Centerchef"),
        ("Stedfortræder", "2026-05-06", "Centerchef"),
        ("Ansvarlig", "2026-05-13", "Koordinator"),
        ("Centerchef", "2026-05-13", "Koordinator"),
        # Nobody is asked on the day of the next reminder but one.
        ("Ansvarlig", "2026-05-29", "Leder"),
    ]


def test_reminders_end_with_the_latest_step(cast):
    live("2026-07-20", "2026-08-31")

    assert max(step for _day, step, _name, _why in told()) == 60


def test_accounts_are_brought_up_sooner():
    steps = LadderStep.objects.filter(ladder__kind="accounts", ladder__programme=None)

    assert dict(
        steps.exclude(audience="responsible").values_list("audience", "offset_days")
    ) == {"deputy": 5, "lead": 10, "coordinator": 15, "manager": 20}


@pytest.mark.parametrize("kind", ["condition", "grant", "no_milestone", "untouched"])
def test_nobody_else_is_asked_about_what_nobody_can_deliver(kind):
    steps = LadderStep.objects.filter(ladder__kind=kind)

    assert set(steps.values_list("audience", flat=True)) == {"responsible"}


# --- who is asked where somebody is missing -------------------------------------------


def test_where_there_is_nobody_the_next_is_asked_who_has_no_step_of_their_own(
    cast, ladder
):
    cast.responsible.stand_in = None
    cast.responsible.save()
    ladder.steps.create(offset_days=10, audience="deputy")
    ladder.steps.create(offset_days=15, audience="coordinator")

    live("2026-04-15", "2026-05-20")

    assert asked() == [(10, "Centerchef"), (15, "Koordinator")]


def test_nobody_is_asked_twice_for_want_of_somebody_else(cast, ladder):
    cast.responsible.stand_in = None
    cast.responsible.save()
    cast.partner.lead = None
    cast.partner.save()
    for offset, audience in ((10, "deputy"), (15, "lead"), (20, "coordinator")):
        ladder.steps.create(offset_days=offset, audience=audience)

    live("2026-04-15", "2026-05-20")

    # Nobody stands in, nobody is head: a manager has no step and is asked once, first.
    assert asked() == [(10, "Leder"), (15, "Leder"), (20, "Koordinator")]


def test_who_is_told_already_is_nobody_else(cast, ladder):
    cast.partner.lead = cast.responsible
    cast.partner.save()
    ladder.steps.create(offset_days=10, audience="lead")

    live("2026-04-15", "2026-05-05")

    assert asked() == [(10, "Koordinator")]


def test_while_the_deputy_stands_in_somebody_above_is_asked(cast, ladder):
    cast.responsible.stand_in_from = None
    cast.responsible.save()
    ladder.steps.create(offset_days=10, audience="deputy")

    live("2026-04-15", "2026-05-05")

    names = {(row[1], row[2]) for row in told()}
    assert names == {(5, "Stedfortræder"), (10, "Stedfortræder"), (10, "Centerchef")}


def test_without_a_responsible_person_the_contacts_deputy_is_asked(no_nudges):
    activity = make_running_activity(responsible=None)
    partner = make_partner(programme=activity.programme)
    make_member(
        activity.programme,
        Role.PARTNER,
        partner=partner,
        name="Kontakt",
        stand_in=make_user(name="Kontaktens stedfortræder"),
        stand_in_from=date(2027, 1, 4),
    )
    make_milestone(activity=activity, responsible_partner=partner)
    ladder = make_ladder(activity.programme, 5)
    ladder.steps.create(offset_days=10, audience="deputy")

    live("2026-04-15", "2026-05-05")

    assert [(row[1], row[2]) for row in told()] == [
        (5, "Kontakt"),
        (10, "Kontaktens stedfortræder"),
    ]


def test_an_escalation_that_can_reach_nobody_leaves_no_row(cast, ladder):
    for person in (cast.deputy, cast.head, cast.coordinator, cast.manager):
        person.is_active = False
        person.save()
    ladder.steps.create(offset_days=10, audience="lead")

    live("2026-04-15", "2026-05-05")

    assert {row[1] for row in told()} == {5, 10}
    assert not Reminder.objects.filter(audience="lead").exists()
    assert announced() == []
