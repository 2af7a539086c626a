"""Whatever becomes of what is reminded of, the right rows are called off, and why."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest
from django.utils.translation import override

from notifications import ledger, reminders, wording
from notifications.models import Reminder
from rollout import answers, services
from rollout.models import Milestone, Role
from tests.factories import (
    make_activity,
    make_condition,
    make_grant,
    make_member,
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
)
from workflows.engine import perform

pytestmark = pytest.mark.django_db

MORNING, LATER = at("2026-04-15"), at("2026-04-15", 12)


@dataclass
class Stage:
    """Something due on 15 April, of which somebody is to be reminded that day."""

    subject: object
    manager: object
    #: The row of the ledger that waits.
    kind: str


def of_milestone(**fields):
    milestone = make_due_milestone("2026-04-15", **fields)
    return Stage(milestone, make_member(milestone.programme), "milestone")


def of_request():
    request = make_request(due_on=date(2026, 4, 15))
    manager = make_member(request.programme)
    request.responsible = manager
    request.save()
    return Stage(request, manager, "data_request")


def of_round():
    due = date(2026, 4, 15)
    found = make_round(state="agreed", due_on=due)
    return Stage(found, make_member(found.programme), "monitoring")


def of_condition():
    activity = make_activity(responsible=make_user())
    make_ladder(activity.programme, 0, kind="condition")
    found = make_condition(activity=activity, expected_on=date(2026, 4, 15))
    return Stage(found, make_member(activity.programme), "condition")


def of_grant():
    found = make_grant(ends_on=date(2026, 4, 15))
    return Stage(found, make_member(found.programme), "grant")


def of_nudge(kind):
    def make():
        activity = make_running_activity()
        make_ladder(activity.programme, 5, kind=kind)
        return Stage(activity, make_member(activity.programme), kind)

    return make


def advance(name, *, of=lambda subject: subject):
    def act(stage):
        perform(
            of(stage.subject), name, by=stage.manager, at=LATER, reason="omprioriteret"
        )

    return act


def change(**fields):
    def act(stage):
        for field, value in fields.items():
            setattr(stage.subject, field, value)
        stage.subject.save()

    return act


def remove(stage):
    type(stage.subject).objects.filter(pk=stage.subject.pk).delete()


def activity_of(milestone):
    return milestone.activity


def deliver(stage):
    answers.deliver_value(stage.subject, Decimal(12), by=stage.manager, at=LATER)


def decide(stage):
    services.decide_condition(stage.subject, "met", by=stage.manager, at=LATER)


def hand_on(stage):
    stage.subject.responsible = make_user(name="Efterfølger")
    stage.subject.save()


def plan_one_ahead(stage):
    Milestone.objects.create(
        activity=stage.subject, title="Næste", due_on=date(2026, 6, 1)
    )


def work_on_it(stage):
    milestone = Milestone.objects.create(activity=stage.subject, title="Færdig")
    perform(milestone, "finish", by=stage.manager, at=LATER)


def change_ladder(stage):
    make_ladder(stage.subject.programme, -5, kind=stage.kind)


# What happens; to what; and the state and reason that the ledger then tells.
CASES: list[tuple[str, Callable[[], Stage], Callable[[Stage], None], str, str]] = [
    ("finished", of_milestone, advance("finish"), "cancelled", "finished"),
    ("dropped", of_milestone, advance("drop"), "cancelled", "dropped"),
    ("moved", of_milestone, change(due_on=date(2026, 6, 1)), "cancelled", "moved"),
    ("no date", of_milestone, change(due_on=None), "cancelled", "undated"),
    ("other person", of_milestone, hand_on, "cancelled", "other_recipient"),
    (
        *("discontinued", of_milestone),
        *(advance("discontinue", of=activity_of), "cancelled", "discontinued"),
    ),
    ("ladder", of_milestone, change_ladder, "cancelled", "ladder"),
    ("removed", of_milestone, remove, "cancelled", "removed"),
    ("delivered", of_request, deliver, "cancelled", "delivered"),
    ("submitted", of_round, advance("submit"), "cancelled", "finished"),
    ("expected again", of_round, advance("withdraw"), "held", "expected"),
    ("decided", of_condition, decide, "cancelled", "decided"),
    ("no day", of_condition, change(expected_on=None), "cancelled", "undated"),
    ("grant removed", of_grant, remove, "cancelled", "removed"),
    ("ahead", of_nudge("no_milestone"), plan_one_ahead, "cancelled", "ahead"),
    ("touched", of_nudge("untouched"), work_on_it, "cancelled", "touched"),
    (
        *("nudge ended", of_nudge("untouched")),
        *(advance("discontinue"), "cancelled", "not_under_way"),
    ),
]


@pytest.mark.parametrize(
    ("make", "act", "state", "reason"),
    [pytest.param(*case[1:], id=case[0]) for case in CASES],
)
def test_the_waiting_row_is_called_off_and_says_why(make, act, state, reason):
    stage = make()
    reminders.plan(now=MORNING)
    row = Reminder.objects.get(kind=stage.kind, state="planned")

    act(stage)
    reminders.plan(now=at("2026-04-15", 13))

    row.refresh_from_db()
    assert (row.state, row.reason) == (state, reason)


def test_every_reason_is_said_in_both_languages():
    for reason in {case[4] for case in CASES} - {"moved"}:
        with override("en"):
            english = wording.reason(reason, {}, on=date(2026, 4, 15))
        with override("da"):
            danish = wording.reason(reason, {}, on=date(2026, 4, 15))
        assert " " in english
        assert " " in danish
        assert english != danish


def test_what_a_quiet_period_puts_off_is_told_as_coming_and_then_why():
    stage = of_milestone()
    ladder = make_ladder(stage.subject.programme, kind="milestone")
    ladder.steps.create(offset_days=5, repeat_every=None)
    reminders.plan(now=at("2026-04-22"))

    make_period(stage.subject.programme, "2026-04-20", "2026-04-30")
    reminders.plan(now=at("2026-04-22", 12))
    with override("en"):
        told = ledger.of_activity(stage.subject.activity, on=date(2026, 4, 22))
    reminders.plan(now=at("2026-05-01"))
    row = Reminder.objects.get(kind="milestone")

    [coming] = [one for one in told.coming if one.title == stage.subject.title]
    assert "Friday 1 May" in coming.text
    assert coming.note == "Moved out of the quiet period “Sommerferie”"
    [past] = [one for one in told.past if one.title == stage.subject.title]
    assert past.note.endswith("he calendar was changed")
    assert (row.state, row.send_on) == ("planned", date(2026, 5, 1))
    assert (row.moved_off, row.moved_name) == ("quiet", "Sommerferie")


@pytest.mark.parametrize(
    ("fields", "reason"),
    [({"is_proposal": True}, "proposal"), ({}, "planned")],
)
def test_a_proposal_and_what_is_only_planned_are_held(fields, reason):
    activity = make_activity(responsible=make_user(), **fields)
    make_due_milestone("2026-04-15", activity=activity)

    reminders.plan(now=MORNING)

    row = Reminder.objects.get(step=0)
    assert (row.state, row.reason) == ("held", reason)


def test_a_step_added_in_the_past_is_passed_over_and_not_made_up_for():
    stage = of_milestone()
    ladder = make_ladder(stage.subject.programme, 0, kind="milestone")
    reminders.plan(now=MORNING)

    ladder.steps.create(offset_days=-3)
    reminders.plan(now=LATER)

    rows = Reminder.objects.filter(kind="milestone")
    assert dict(rows.values_list("step", "state")) == {0: "planned", -3: "superseded"}


def test_a_coordinator_who_leaves_is_replaced_by_a_manager():
    stage = of_grant()
    coordinator = make_member(stage.subject.programme, Role.COORDINATOR)
    reminders.plan(now=MORNING)
    coordinator.is_active = False
    coordinator.save()

    reminders.plan(now=LATER)

    states = set(
        Reminder.objects.filter(step=0).values_list("recipient", "state", "reason")
    )
    assert states == {
        (coordinator.pk, "cancelled", "other_recipient"),
        (stage.manager.pk, "planned", ""),
    }
