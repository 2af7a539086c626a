"""“You may launch”: when the three conditions are met and nothing else blocks, once."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from notifications import compose, hold, planner
from notifications.models import Message
from rollout import services
from rollout.models import Activity, Aspect, Role
from tests.factories import (
    make_activity,
    make_condition,
    make_member,
    make_milestone,
    make_place,
    make_programme,
    make_user,
)
from tests.notifications.factories import at, letter_of
from workflows.engine import perform

pytestmark = pytest.mark.django_db

#: A Wednesday.
DAY = "2026-03-04"


@pytest.fixture
def boss():
    """Who may launch."""
    return make_member(make_programme(), name="Eksempel Leder")


@pytest.fixture
def activity(boss):
    """An activity in clarification, with nothing confirmed."""
    programme = boss.memberships.get().programme
    return make_activity(
        programme=programme,
        place=make_place(
            programme=programme, name="Vildtbanegård I", requires_readiness=True
        ),
        state=Activity.State.IN_CLARIFICATION,
        responsible=make_user(name="Eksempel Kontakt"),
    )


def confirm(activity, by, *aspects):
    for aspect in aspects or Aspect:
        services.set_readiness(activity, aspect, is_met=True, by=by, at=at(DAY))


def told():
    return Message.objects.filter(kind="ready").order_by("pk")


def test_when_all_three_are_met_who_may_launch_and_who_answers_for_it_are_told(
    activity, boss
):
    coordinator = make_member(activity.programme, Role.COORDINATOR)
    make_member(activity.programme, Role.OBSERVER)
    make_member(activity.programme, name="Et program", is_service=True)
    confirm(activity, boss, Aspect.PLANNING, Aspect.FRAMEWORK)
    planner.run(now=at(DAY))
    assert not told().exists()

    confirm(activity, boss, Aspect.PARTIES)
    for minute in (1, 2):
        planner.run(now=at(DAY, 8, minute))

    readers = {message.recipient for message in told()}
    assert readers == {boss, coordinator, activity.responsible}
    assert told().count() == 3


def test_what_else_blocks_holds_it_back(activity, boss):
    confirm(activity, boss)
    condition = make_condition(activity=activity)
    milestone = make_milestone(activity=activity, before_launch=True)

    planner.run(now=at(DAY))
    assert not told().exists()
    services.decide_condition(condition, "met", by=boss, at=at(DAY))
    planner.run(now=at(DAY, 9))
    assert not told().exists()
    perform(milestone, "finish", by=boss, at=at(DAY))
    planner.run(now=at(DAY, 10))

    assert told().exists()


def test_it_is_told_once_in_each_cycle(activity, boss):
    confirm(activity, boss)
    planner.run(now=at(DAY))
    first = told().count()
    services.set_readiness(
        activity, Aspect.PARTIES, is_met=False, by=boss, at=at(DAY, 9)
    )
    planner.run(now=at(DAY, 9))
    confirm(activity, boss)
    planner.run(now=at(DAY, 10))
    assert told().count() == first

    activity = perform(activity, "launch", by=boss, at=at(DAY, 11))
    activity = perform(activity, "adjust", by=boss, at=at(DAY, 12), reason="Ny plan")
    confirm(activity, boss)
    planner.run(now=at(DAY, 13))

    assert told().count() == 2 * first


def test_what_left_before_a_restore_is_not_told_again(activity, boss):
    confirm(activity, boss)
    planner.run(now=at(DAY))
    first = told().count()
    hold.put_away()

    planner.run(now=at(DAY, 9))

    assert told().count() == first


def test_once_it_is_launched_the_mail_is_of_no_use(activity, boss):
    confirm(activity, boss)
    planner.run(now=at(DAY))
    perform(activity, "launch", by=boss, at=at(DAY, 9))

    verdicts = compose.still_wanted(told(), now=at(DAY, 9)).values()

    assert {dropped.state for dropped in verdicts} == {"obsolete"}


def test_a_mail_that_came_too_late_is_followed_by_another(activity, boss):
    confirm(activity, boss)
    planner.run(now=at(DAY))
    services.set_readiness(
        activity, Aspect.PARTIES, is_met=False, by=boss, at=at(DAY, 9)
    )
    late = compose.still_wanted(told(), now=at(DAY, 9)).values()
    assert {dropped.state for dropped in late} == {"obsolete"}
    told().update(state="obsolete")
    first = told().count()

    confirm(activity, boss)
    for minute in (1, 2):
        planner.run(now=at(DAY, 10, minute))

    assert told().filter(state="pending").count() == first


@pytest.mark.parametrize(
    ("language", "subject", "condition"),
    [
        (
            "da",
            "Fritidsjobforløb i Vildtbanegård I kan iværksættes",
            "Alle tre betingelser er opfyldt i Vildtbanegård I",
        ),
        (
            "en",
            "Fritidsjobforløb in Vildtbanegård I may be launched",
            "All three conditions are met in Vildtbanegård I",
        ),
    ],
)
def test_it_says_where_and_what_to_do(activity, boss, language, subject, condition):
    confirm(activity, boss)
    boss.language = activity.responsible.language = language
    boss.save()
    activity.responsible.save()
    planner.run(now=at(DAY))

    of_boss, of_responsible = (
        letter_of(told().get(recipient=reader), at(DAY))
        for reader in (boss, activity.responsible)
    )

    assert of_boss.subject == of_responsible.subject == subject
    assert condition in of_boss.text
    assert activity.get_absolute_url() in of_boss.text
    assert of_boss.text != of_responsible.text


def test_the_planner_asks_as_often_for_many_as_for_one(activity, boss):
    counts = []
    for _ in range(2):
        planner.run(now=at(DAY))
        with CaptureQueriesContext(connection) as queries:
            planner.run(now=at(DAY, 9))
        counts.append(len(queries))
        for _ in range(3):
            confirm(
                make_activity(
                    programme=activity.programme, state=Activity.State.IN_CLARIFICATION
                ),
                boss,
            )

    assert counts[0] == counts[1]
    assert counts[0] <= 48
