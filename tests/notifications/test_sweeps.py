"""A sweep looks at what was changed, and misses nothing by looking at no more."""

from __future__ import annotations

import json
import random
from datetime import date, timedelta
from types import SimpleNamespace

import psycopg
import pytest
from django.db import connection
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext

from notifications import (
    compose,
    launches,
    planner,
    reminders,
    responsibilities,
    sweeps,
)
from notifications.models import (
    Answer,
    Calendar,
    Ladder,
    Message,
    Reminder,
    SuppressedAddress,
    Sweep,
)
from rollout.models import ClosingPeriod, Membership, Milestone, Role, User
from tests.factories import (
    make_activity,
    make_condition,
    make_milestone,
    make_request,
    make_user,
)
from tests.notifications.escalation.scene import Cast
from tests.notifications.factories import at, make_due_milestone, make_ladder
from tests.processes import address_of_test_database
from workflows.engine import perform

pytestmark = pytest.mark.django_db(transaction=True)

DAY = "2026-04-15"
NOON = at(DAY, 12)
SOON = NOON + timedelta(minutes=1)


@pytest.fixture
def scene(transactional_db):
    """A programme with a milestone due today, beside another, both just swept."""
    cast = Cast(DAY)
    other = make_due_milestone(DAY)
    settle()
    return SimpleNamespace(cast=cast, other=other)


def settle(now=NOON):
    """Sweep until nothing is left to be looked at, which is soon."""
    for _ in range(3):
        planner.run(now=now)
        if due_for(now) == []:
            return
    raise AssertionError(due_for(now))


def due_for(now=SOON):
    return sweeps.begin(now=now).programmes


# --- what it looks at -----------------------------------------------------------------


def test_a_quiet_minute_asks_a_few_small_things(scene):
    with CaptureQueriesContext(connection) as queries:
        planner.run(now=SOON)

    asked = [query["sql"] for query in queries]
    assert not [sql for sql in asked if "rollout_deadline" in sql]
    assert len([sql for sql in asked if sql not in {"BEGIN", "COMMIT"}]) <= 16


def test_what_is_new_is_planned_in_the_next_minute(scene):
    late = make_milestone(activity=scene.other.activity, due_on=date(2026, 4, 15))

    plan, _reminded = planner.run(now=SOON)

    assert plan.planned == 1
    assert Reminder.objects.filter(object_id=late.pk, state="merged").exists()
    assert due_for() == []


def _set(what, **fields):
    type(what).objects.filter(pk=what.pk).update(**fields)


#: What can be changed of what planning reads, each with how, and whose it is.
CHANGES = {
    "date": lambda s: _set(s.cast.milestone, due_on=date(2026, 4, 16)),
    "owner": lambda s: _set(s.cast.milestone, responsible=s.cast.deputy),
    "title": lambda s: _set(s.cast.milestone, title="Nyt"),
    "activity": lambda s: _set(s.cast.milestone.activity, note="Nyt"),
    "decision": lambda s: make_condition(
        activity=s.cast.milestone.activity, expected_on=date(2026, 4, 15)
    ),
    "place": lambda s: _set(s.cast.milestone.activity.place, name="Nyt"),
    "step": lambda s: perform(
        s.cast.milestone, "finish", by=s.cast.manager, at=at(DAY, 13)
    ),
    "head": lambda s: _set(s.cast.head, paused_until=date(2026, 4, 20)),
    "partner": lambda s: _set(s.cast.partner, lead=s.cast.deputy),
    "role": lambda s: Membership.objects.filter(user=s.cast.coordinator).delete(),
    "pause": lambda s: _set(s.cast.responsible, paused_until=date(2026, 4, 20)),
    "choice": lambda s: _set(s.cast.responsible, reminder_mode="digest"),
    "address": lambda s: _set(s.cast.responsible, email="ny@example.org"),
    "left": lambda s: _set(s.cast.responsible, is_active=False),
    "program": lambda s: _set(s.cast.manager, is_service=True),
    "stand-in": lambda s: _set(s.cast.responsible, stand_in_from=None),
    "who stands in": lambda s: _set(s.cast.deputy, is_active=False),
    "refused": lambda s: SuppressedAddress.objects.create(
        address="NY@example.org", reason="550", suppressed_at=NOON
    ),
    "closed": lambda s: ClosingPeriod.objects.create(
        programme=s.cast.programme,
        name="Lukket",
        kind="closed",
        starts_on=date(2026, 4, 15),
        ends_on=date(2026, 4, 16),
    ),
    "given up": lambda s: Message.objects.filter(
        reminders__programme=s.cast.programme, state="pending"
    ).update(state="dead"),
    "came back": lambda s: Message.objects.filter(
        reminders__programme=s.cast.programme
    ).update(bounced_at=NOON),
    "taken out": lambda s: Reminder.objects.filter(
        programme=s.cast.programme, state="merged"
    ).update(state="planned", message=None, changed_at=Now()),
    "answered": lambda s: Answer.objects.create(
        kind="milestone",
        object_id=s.cast.milestone.pk,
        programme=s.cast.programme,
        choice="not_mine",
        at=NOON,
        due_on=date(2026, 4, 15),
        undo_until=NOON,
    ),
}


def test_each_change_has_its_own_programme_looked_at_and_no_other(scene):
    found = {}

    for name, change in CHANGES.items():
        change(scene)
        found[name] = due_for()
        sweeps.finish(sweeps.begin(now=SOON), wrote=False)

    assert found == {name: [scene.cast.programme.pk] for name in CHANGES}


def test_what_is_everybodys_has_everything_looked_at(scene):
    found = []

    for change in (
        lambda: make_ladder(scene.cast.programme, 0, kind="milestone"),
        lambda: Ladder.objects.filter(programme=scene.cast.programme).delete(),
        lambda: Calendar.objects.filter(programme=None).update(fingerprint=""),
    ):
        change()
        found.append(due_for())
        settle(SOON)

    assert found == [None, None, None]


def test_logging_in_and_a_mail_that_leaves_today_change_nothing(scene):
    _set(scene.cast.responsible, last_login=NOON)
    Message.objects.filter(created_at=NOON).update(state="sent", sent_at=NOON)

    assert due_for() == []


# --- when it looks at everything ------------------------------------------------------


def test_a_new_day_an_hour_and_a_clock_put_back_have_everything_looked_at(scene):
    hour, minute = timedelta(hours=1), timedelta(minutes=1)

    assert due_for(NOON + hour - minute) == []
    assert due_for(NOON + hour) is None
    assert due_for(NOON - minute) is None
    Sweep.objects.update(whole_at=at("2026-04-15", 23, 50))
    assert due_for(at("2026-04-15", 23, 59)) == []
    assert due_for(at("2026-04-16", 0, 0)) is None


def test_another_database_has_everything_looked_at(scene):
    found = []

    for fields in ({"database": 1}, {"transaction": 2**60}):
        Sweep.objects.update(**fields)
        found.append(due_for())

    assert found == [None, None]


# --- several at once, and those that die ----------------------------------------------


def test_what_is_under_way_during_a_sweep_is_found_once_it_has_ended(scene):
    with psycopg.connect(address_of_test_database()) as slow:
        slow.execute(
            "UPDATE rollout_milestone SET due_on = %s WHERE id = %s",
            [date(2026, 4, 16), scene.cast.milestone.pk],
        )
        slow.execute("UPDATE rollout_user SET paused_until = %s", [date(2026, 4, 20)])
        # What is newer ends first, and is swept.
        _set(scene.other, title="Nyt")
        planner.run(now=SOON)
        assert due_for() == [scene.other.programme.pk]
        slow.commit()

    assert scene.cast.programme.pk in due_for()
    settle(SOON)


def test_a_planner_that_dies_leaves_everything_to_the_next(scene):
    _set(scene.cast.milestone, due_on=date(2026, 4, 16))
    _set(scene.other.activity.responsible, paused_until=date(2026, 4, 20))
    both = {scene.cast.programme.pk, scene.other.programme.pk}

    task = sweeps.begin(now=SOON)
    reminders.plan(now=SOON, programmes=task.programmes)

    assert set(due_for()) == set(task.programmes) == both


def test_what_another_process_is_at_is_left_to_the_next_sweep(scene):
    late = make_milestone(activity=scene.other.activity, due_on=date(2026, 4, 15))
    reminders.plan(now=SOON)
    row = Reminder.objects.get(object_id=late.pk, state="planned")
    _set(late, due_on=date(2026, 4, 16))

    with psycopg.connect(address_of_test_database()) as sender:
        sender.execute(
            "SELECT id FROM notifications_reminder WHERE id = %s FOR UPDATE", [row.pk]
        )
        plan, _reminded = planner.run(now=SOON)
    then, _reminded = planner.run(now=SOON)

    assert (plan.busy, plan.cancelled) == (1, 0)
    assert (then.busy, then.cancelled) == (0, 1)


@pytest.mark.parametrize("writer", [0, 1])
def test_of_two_planners_that_met_the_next_looks_again(scene, writer):
    _set(scene.cast.milestone, due_on=date(2026, 4, 16))
    tasks = [sweeps.begin(now=SOON), sweeps.begin(now=SOON)]

    for number, task in enumerate(tasks):
        sweeps.finish(task, wrote=number == writer)

    assert due_for() == [scene.cast.programme.pk]


def test_two_planners_that_met_and_changed_nothing_are_done(scene):
    _set(scene.cast.milestone, title="Nyt")

    for task in [sweeps.begin(now=SOON), sweeps.begin(now=SOON)]:
        sweeps.finish(task, wrote=False)

    assert due_for() == []


# --- nothing is forgotten -------------------------------------------------------------

#: Tables without a trigger of their own, and with what a change of them is noticed.
NOTICED_WITH = {
    "rollout_change": "it is the record itself",
    "rollout_activitytransition": "the activity, whose state follows it",
    "rollout_milestonetransition": "the milestone, whose state follows it",
    "rollout_handover": "what was handed over",
    "notifications_calendarday": "its calendar, written in the same transaction",
    "notifications_actionlink": "the answer given by it",
    "notifications_responsibility": "nothing: the planner alone writes it",
}


def test_every_table_that_planning_reads_is_watched(scene):
    make_request()
    with CaptureQueriesContext(connection) as queries:
        reminders.plan(now=SOON)
        responsibilities.notice(now=SOON)
        launches.announce(now=SOON)

    read = {
        table
        for query in queries
        if query["sql"].split()[0] in {"SELECT", "WITH", "INSERT", "UPDATE"}
        for table in tables_of(query["sql"])
    }

    assert {"rollout_grant", "rollout_user", "notifications_answer"} <= read
    assert read - watched() == set(NOTICED_WITH)


def tables_of(sql):
    """Yield the tables that a statement reads or writes, those behind views too."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}")
        plan = cursor.fetchone()[0]
    nodes = json.loads(plan) if isinstance(plan, str) else plan
    while nodes:
        node = nodes.pop()
        nodes += [node["Plan"]] if "Plan" in node else node.get("Plans", [])
        if "Relation Name" in node:
            yield node["Relation Name"]


def watched():
    """Return the tables of which each change is recorded, or leaves a mark."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger"
            " WHERE tgname LIKE 'rollout_recorded%' OR tgname LIKE"
            " 'notifications_touched%'"
        )
        return {table for (table,) in cursor.fetchall()}


#: What else goes on while the planner works.
OTHER_EVENTS = {
    "sent": lambda s: Message.objects.filter(state="pending").update(
        state="sent", sent_at=s.now
    ),
    "looked at again": lambda s: compose.still_wanted(
        list(Message.objects.filter(state="pending").select_related("recipient")),
        now=s.now,
    ),
    "new": lambda s: make_milestone(
        activity=s.cast.milestone.activity,
        responsible=s.any_of(User),
        due_on=s.any_day(),
    ),
    "moved": lambda s: _set(s.any_of(Milestone), due_on=s.any_day()),
    "handed over": lambda s: _set(s.any_of(Milestone), responsible=s.any_of(User)),
    "launchable": lambda s: make_activity(
        programme=s.cast.programme, state="in_clarification"
    ).readiness.update(is_met=True, on=date(2026, 4, 1)),
    "pause": lambda s: _set(s.any_of(User), paused_until=s.any_day()),
    "back": lambda s: User.objects.update(paused_until=None, is_active=True),
    "stands in": lambda s: _set(
        s.cast.responsible, stand_in=make_user(), stand_in_from=s.any_day()
    ),
    "lifted": lambda s: SuppressedAddress.objects.update(lifted_at=s.now),
    "member": lambda s: s.cast.member(Role.COORDINATOR, "Ny"),
}


@pytest.mark.long
@pytest.mark.parametrize("seed", range(20))
def test_whatever_happens_a_whole_sweep_has_nothing_left_to_do(scene, seed):
    chance = random.Random(seed)
    scene.now = SOON
    scene.any_of = lambda model: chance.choice(model.objects.order_by("pk"))
    scene.any_day = lambda: scene.now.date() + timedelta(days=chance.randint(-30, 30))
    # These can happen once.
    events = {**CHANGES, **OTHER_EVENTS}
    once = {"step", "refused", "closed", "answered", "decision"}

    for _ in range(25):
        name = chance.choice(sorted(events))
        events[name](scene)
        if name in once:
            del events[name]
        scene.now += timedelta(minutes=chance.choice([1, 1, 1, 1, 20, 60 * 24]))
        planner.run(now=scene.now)

        # Who has just been written to can no longer be told otherwise.
        mails = Message.objects.count()
        assert reminders.plan(now=scene.now) == reminders.Plan(), name
        assert responsibilities.notice(now=scene.now) == 0, name
        launches.announce(now=scene.now)
        assert Message.objects.count() == mails, name
