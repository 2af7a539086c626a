"""Whatever is shifted: order and distances are kept, and what is done stays."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rollout.models import DateKind, Milestone, Programme
from rollout.services import shifting
from rollout.services.shifting import Dated, DateKey, Schedule, ShiftRequest
from tests.factories import NOON, make_activity, make_member, make_phase, make_programme
from workflows.engine import perform
from workflows.schedule import WorkingCalendar

CALENDAR = WorkingCalendar()
FIRST, LAST = date(2026, 1, 1), date(2028, 12, 31)
PROGRAMME = Programme(starts_on=date(2020, 1, 1), ends_on=date(2040, 12, 31))

days = st.dates(FIRST, LAST)
amounts = st.integers(-120, 120)


def key(number):
    return DateKey(DateKind.MILESTONE, number)


@st.composite
def schedules(draw):
    """Milestones of three activities, each after some of those that lie before it."""
    dues = sorted(draw(st.lists(days, min_size=2, max_size=12)))
    dates = {}
    predecessors = {}
    for number, due in enumerate(dues):
        dates[key(number)] = Dated(
            key(number),
            title=str(number),
            day=due,
            activity_id=number % 3,
            stays=draw(st.sampled_from(["", "", "", "done"])),
        )
        earlier = [key(other) for other in range(number) if not dates[key(other)].stays]
        if earlier and not dates[key(number)].stays:
            chosen = draw(st.lists(st.sampled_from(earlier), max_size=3, unique=True))
            predecessors[key(number)] = chosen
    launches = {
        DateKey(DateKind.LAUNCH, pk): Dated(
            DateKey(DateKind.LAUNCH, pk),
            title=str(pk),
            day=draw(st.none() | days),
            activity_id=pk,
        )
        for pk in range(3)
    }
    return Schedule(PROGRAMME, CALENDAR, (), dates | launches, predecessors)


@st.composite
def requests(draw):
    how = draw(st.builds(dict, days=amounts) | st.builds(dict, to=days))
    whole, pk = draw(
        st.tuples(st.just("milestone"), st.integers(0, 11))
        | st.tuples(st.just("activity"), st.integers(0, 2))
    )
    return ShiftRequest(whole, pk, **how)


@given(schedules(), requests())
def test_order_and_distances_are_kept_and_what_is_done_stays(schedule, asked):
    proposal = shifting.propose(schedule, asked)

    after = {one.dated.key: one.after for one in proposal.changes}
    assert not any(schedule.dates[moved].stays for moved in after)
    for then, predecessors in schedule.predecessors.items():
        for before in predecessors:
            old = [schedule.dates[one].day for one in (before, then)]
            new = [after.get(one, schedule.dates[one].day) for one in (before, then)]
            if proposal.is_possible:
                assert new[0] <= new[1]
            if new[0] > old[0] and then in after and len(predecessors) == 1:
                follows = next(c for c in proposal.changes if c.dated.key == then)
                if follows.cause == "follows":
                    assert CALENDAR.between(*new) == CALENDAR.between(*old)
    for one in proposal.changes:
        if one.cause == "follows":
            assert one.after > one.before, "nothing moves earlier by itself"


@given(schedules(), st.integers(0, 2), amounts.filter(bool))
def test_all_of_an_activity_moves_by_the_same_working_days(schedule, pk, amount):
    proposal = shifting.propose(schedule, ShiftRequest("activity", pk, days=amount))

    for one in proposal.changes:
        if one.cause == "asked":
            assert one.after == CALENDAR.add(one.before, amount)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
@pytest.mark.django_db
def test_what_is_saved_is_what_was_proposed(data):
    programme = make_programme(starts_on=PROGRAMME.starts_on, ends_on=PROGRAMME.ends_on)
    manager = make_member(programme)
    phase = make_phase(programme=programme, starts_on=FIRST, ends_on=LAST)
    made = save(data.draw(schedules()), programme, phase, manager)
    asked = data.draw(
        st.builds(
            ShiftRequest,
            st.just("milestone"),
            st.sampled_from([one.pk for one in made]),
            amounts,
        )
        | st.builds(ShiftRequest, st.just("phase"), st.just(phase.pk), amounts)
    )
    before = shifting.read_schedule(programme)
    proposal = shifting.propose(before, asked)

    if proposal.is_possible:
        seen = shifting.seen_in(proposal)
        shifting.shift(programme, asked, by=manager, at=NOON, seen=seen)

    after = {one.dated.key: one.after for one in proposal.changes}
    expected = after if proposal.is_possible else {}
    now = shifting.read_schedule(programme)
    for one, dated in before.dates.items():
        assert now.dates[one].day == expected.get(one, dated.day)


def save(schedule, programme, phase, manager):
    """Write a drawn schedule to the database."""
    activities = [
        make_activity(
            programme=programme,
            phase=phase,
            planned_launch_on=schedule.dates[DateKey(DateKind.LAUNCH, pk)].day,
        )
        for pk in range(3)
    ]
    drawn = [one for one in schedule.dates.values() if one.key.kind == "milestone"]
    made = Milestone.objects.bulk_create(
        Milestone(activity=activities[one.activity_id], title=one.title, due_on=one.day)
        for one in drawn
    )
    for one, row in zip(drawn, made, strict=True):
        before = schedule.predecessors.get(one.key, ())
        row.predecessors.set([made[other.pk] for other in before])
        if one.stays:
            perform(row, "finish", by=manager, at=NOON)
    return made
