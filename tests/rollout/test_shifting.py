"""A shift is tried before it is made, and made as it was seen or not at all."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction

from rollout import services
from rollout.models import (
    Activity,
    ClosingPeriod,
    DateKind,
    Milestone,
    Phase,
    Role,
    Shift,
    ShiftedDate,
)
from rollout.services import Invalid, shifting
from rollout.services.shifting import DateKey, Overtaken, ShiftRequest
from tests.factories import (
    NOON,
    make_activity,
    make_member,
    make_milestone,
    make_partner,
    make_phase,
    make_place,
    make_programme,
)
from workflows.engine import NotAllowed, perform

pytestmark = pytest.mark.django_db

#: A Monday.
MARCH_2 = date(2026, 3, 2)


def days(**fields):
    return timedelta(**fields)


def propose(programme, whole, of, **how):
    return shifting.propose(
        shifting.read_schedule(programme), ShiftRequest(whole, of.pk, **how)
    )


def dates_of(proposal):
    """The new date of everything that moves, by title, phases by their kind."""
    return {
        one.dated.title
        if one.dated.key.kind == DateKind.MILESTONE
        else one.dated.key.kind: one.after
        for one in proposal.changes
    }


def causes_of(proposal):
    return [(one.cause, one.because and one.because.title) for one in proposal.changes]


def codes_of(proposal):
    return [one.code for one in proposal.problems]


def make_chain(**fields):
    """Make a running activity with three milestones, a week apart, in a row."""
    activity = make_activity(state="launched", **fields)
    first, then, last = (
        make_milestone(
            activity=activity, title=title, due_on=MARCH_2 + days(weeks=number)
        )
        for number, title in enumerate(["A", "B", "C"])
    )
    then.predecessors.add(first)
    last.predecessors.add(then)
    return activity, first, then, last


def make_waiting(**fields):
    """Make an activity to be launched in April, with a milestone two weeks before."""
    activity = make_activity(
        state="in_clarification", planned_launch_on=date(2026, 4, 20), **fields
    )
    milestone = make_milestone(
        activity=activity, title="A", due_on=date(2026, 4, 7), before_launch=True
    )
    return activity, milestone


def test_a_milestone_takes_along_what_follows_it_in_working_days():
    _activity, first, *_others = make_chain()

    proposal = propose(first.programme, "milestone", first, days=20)

    assert dates_of(proposal) == {
        "A": date(2026, 3, 30),
        "B": date(2026, 4, 9),  # after Easter
        "C": date(2026, 4, 16),
    }
    assert [
        (one.cause, one.because and one.because.title) for one in proposal.changes
    ] == [
        ("asked", None),
        ("follows", "A"),
        ("follows", "B"),
    ]


def test_what_moves_earlier_takes_nothing_along():
    _activity, first, *_others = make_chain()

    proposal = propose(first.programme, "milestone", first, days=-1)

    assert dates_of(proposal) == {"A": date(2026, 2, 27)}


def test_nothing_can_be_put_before_what_it_comes_after():
    _activity, _first, then, _last = make_chain()

    proposal = propose(then.programme, "milestone", then, to=date(2026, 2, 27))

    assert codes_of(proposal) == ["before_predecessor"]
    assert not proposal.is_possible


def test_what_is_done_keeps_nobody_waiting_and_stays():
    activity, first, then, _last = make_chain()
    perform(first, "finish", by=make_member(activity.programme), at=NOON)

    earlier = propose(activity.programme, "milestone", then, to=date(2026, 2, 27))
    whole = propose(activity.programme, "activity", activity, days=5)

    assert earlier.is_possible
    assert set(dates_of(whole)) == {"B", "C"}
    assert [(one.title, one.stays) for one in whole.left_alone if one.day] == [
        ("A", "done")
    ]


def test_a_launch_is_put_off_only_as_far_as_what_it_waits_for():
    activity, milestone = make_waiting()

    near = propose(activity.programme, "milestone", milestone, to=date(2026, 4, 20))
    far = propose(activity.programme, "milestone", milestone, to=date(2026, 4, 25))

    assert dates_of(near) == {"A": date(2026, 4, 20)}
    assert dates_of(far) == {"A": date(2026, 4, 25), "launch": date(2026, 4, 27)}
    assert causes_of(far) == [("asked", None), ("waits", "A")]


def test_an_activity_moves_with_its_launch_and_open_milestones():
    activity, _milestone = make_waiting()
    make_milestone(activity=activity, title="B", due_on=None)

    proposal = propose(activity.programme, "activity", activity, to=date(2026, 4, 27))

    assert dates_of(proposal) == {"A": date(2026, 4, 14), "launch": date(2026, 4, 27)}
    assert [one.title for one in proposal.left_alone] == ["B"]


def test_a_running_activity_begins_with_its_first_open_milestone():
    activity, *_milestones = make_chain()

    proposal = propose(activity.programme, "activity", activity, to=date(2026, 3, 9))

    assert dates_of(proposal) == {
        "A": date(2026, 3, 9),
        "B": date(2026, 3, 16),
        "C": date(2026, 3, 23),
    }
    assert [one.stays for one in proposal.left_alone] == ["launched"]


def make_phase_with_both(**fields):
    """Make a phase with an activity still ahead and one that is launched."""
    programme = make_programme()
    place = make_place(programme=programme)
    phase = make_phase(
        programme=programme, starts_on=MARCH_2, ends_on=date(2026, 6, 30), **fields
    )
    ahead, milestone = make_waiting(programme=programme, phase=phase)
    running = make_activity(place=place, state="launched", phase=phase)
    make_milestone(activity=running, title="R")
    return phase, ahead, milestone


def test_a_phase_takes_along_what_is_still_ahead():
    phase, *_rest = make_phase_with_both()

    proposal = propose(phase.programme, "phase", phase, to=date(2026, 3, 9))

    assert dates_of(proposal) == {
        "phase_start": date(2026, 3, 9),
        "phase_end": date(2026, 7, 7),
        "A": date(2026, 4, 14),
        "launch": date(2026, 4, 27),
    }
    assert ("R", "launched") in [(one.title, one.stays) for one in proposal.left_alone]


def test_an_activity_without_a_phase_moves_with_its_places():
    programme = make_programme()
    group = make_place(programme=programme, kind="group")
    place = make_place(programme=programme, parent=group)
    phase = make_phase(programme=programme)
    phase.places.add(group)
    activity = make_activity(place=place, planned_launch_on=date(2026, 4, 20))
    make_activity(place=place, phase=make_phase(programme=programme, position=1))

    proposal = propose(programme, "phase", phase, days=1)

    assert dates_of(proposal)["launch"] == date(2026, 4, 21)
    assert {one.dated.activity_id for one in proposal.changes} == {None, activity.pk}


def test_a_date_outside_the_programme_is_refused():
    milestone = make_milestone()

    late = propose(milestone.programme, "milestone", milestone, to=date(2031, 1, 1))
    nothing = propose(milestone.programme, "milestone", milestone, days=0)

    assert codes_of(late) == ["outside_programme"]
    assert codes_of(nothing) == ["nothing"]


def test_milestones_that_wait_for_one_another_are_named():
    _activity, first, _then, last = make_chain()
    first.predecessors.add(last)

    proposal = propose(first.programme, "milestone", first, days=1)

    assert codes_of(proposal) == ["cycle"]
    assert {"A", "B", "C"} <= set(proposal.problems[0].text)


@pytest.mark.parametrize(
    ("to", "kind", "name", "better"),
    [
        (date(2026, 4, 6), "holiday", "Anden påskedag", date(2026, 4, 7)),
        (date(2026, 3, 7), "weekend", "", date(2026, 3, 9)),
        (date(2026, 5, 15), "closed", "Lukkedag", date(2026, 5, 18)),
        (date(2026, 7, 8), "quiet", "Sommerferie", date(2026, 8, 3)),
    ],
)
def test_what_a_date_clashes_with_is_named(to, kind, name, better):
    milestone = make_milestone()
    make_closing(milestone.programme, "closed", "Lukkedag", date(2026, 5, 15))
    make_summer(milestone.programme)

    proposal = propose(milestone.programme, "milestone", milestone, to=to)

    assert [(one.kind, one.name, one.better) for one in proposal.clashes] == [
        (kind, name, better)
    ]


def make_closing(programme, kind, name, first, last=None):
    return ClosingPeriod.objects.create(
        programme=programme,
        kind=kind,
        name=name,
        starts_on=first,
        ends_on=last or first,
    )


def make_summer(programme):
    make_closing(programme, "quiet", "Sommerferie", date(2026, 7, 1), date(2026, 7, 31))


def test_what_would_fall_into_a_quiet_period_can_be_put_off_until_after_it():
    activity, first, *_others = make_chain()
    make_summer(activity.programme)

    proposal = propose(
        activity.programme,
        "milestone",
        first,
        to=date(2026, 6, 30),
        avoids_quiet=True,
    )

    assert dates_of(proposal) == {
        "A": date(2026, 6, 30),
        "B": date(2026, 8, 3),
        "C": date(2026, 8, 10),
    }
    assert proposal.clashes == []


def test_a_partners_week_that_becomes_full_is_told():
    programme = make_programme()
    partner = make_partner(programme=programme)
    activity = make_activity(
        programme=programme, state="launched", responsible_partner=partner
    )
    for _number in range(2):
        make_milestone(activity=activity, due_on=date(2026, 3, 11))
    moving = make_milestone(activity=activity, due_on=MARCH_2)

    [load] = propose(programme, "milestone", moving, days=5).loads

    assert (load.partner_id, load.week) == (partner.pk, date(2026, 3, 9))
    assert (load.before, load.after) == (2, 3)


def test_a_saved_shift_is_what_was_proposed_and_says_who_when_and_why():
    phase, ahead, milestone = make_phase_with_both()
    manager = make_member(phase.programme)
    asked = ShiftRequest("phase", phase.pk, days=10)
    seen = shifting.propose(shifting.read_schedule(phase.programme), asked)

    made = shifting.shift(
        phase.programme,
        asked,
        by=manager,
        at=NOON,
        reason="Udbuddet er forsinket",
        seen=shifting.seen_in(seen),
    )

    assert (made.by, made.at, made.reason) == (manager, NOON, "Udbuddet er forsinket")
    after = {one.dated.key: one.after for one in seen.changes}
    now = shifting.read_schedule(phase.programme).dates
    assert {key: now[key].day for key in after} == after
    recorded = ShiftedDate.objects.filter(shift=made)
    assert {one.after for one in recorded} == set(after.values())
    assert recorded.get(milestone=milestone).activity == ahead
    assert Activity.objects.get(pk=ahead.pk).version == ahead.version + 1
    assert Milestone.objects.get(pk=milestone.pk).version == milestone.version + 1


def test_what_moved_meanwhile_is_told_and_nothing_is_saved():
    activity, first, then, last = make_chain()
    programme = activity.programme
    manager = make_member(programme)
    asked = ShiftRequest("milestone", first.pk, days=5)
    seen = shifting.seen_in(shifting.propose(shifting.read_schedule(programme), asked))
    services.move_milestone(then, to=date(2026, 3, 20), by=manager)
    perform(last, "drop", by=manager, at=NOON, reason="Udgår")
    newest = make_milestone(activity=activity, title="D", due_on=date(2026, 4, 1))
    newest.predecessors.add(first)

    with pytest.raises(Overtaken) as overtaken:
        shifting.shift(programme, asked, by=manager, at=NOON, seen=seen)

    told = {one.key.pk: one.code for one in overtaken.value.differences}
    assert told == {then.pk: "moved", last.pk: "stays", newest.pk: "joins"}
    assert Milestone.objects.get(pk=first.pk).due_on == MARCH_2
    assert not Shift.objects.exists()


def test_a_change_of_something_else_is_seen_too():
    milestone = make_milestone()
    programme = milestone.programme
    asked = ShiftRequest("milestone", milestone.pk, days=5)
    seen = shifting.seen_in(shifting.propose(shifting.read_schedule(programme), asked))
    Milestone.objects.filter(pk=milestone.pk).update(title="Et andet")

    with pytest.raises(Overtaken) as overtaken:
        shifting.shift(programme, asked, by=make_member(programme), at=NOON, seen=seen)

    [difference] = overtaken.value.differences
    assert (difference.code, difference.key) == (
        "changed",
        DateKey("milestone", milestone.pk),
    )


def test_what_is_not_possible_changes_nothing():
    phase, *_rest = make_phase_with_both()

    with pytest.raises(Invalid, match="uden for helhedsplanen"):
        shifting.shift(
            phase.programme,
            ShiftRequest("phase", phase.pk, to=date(2029, 10, 1)),
            by=make_member(phase.programme),
            at=NOON,
        )

    assert Phase.objects.get(pk=phase.pk).starts_on == MARCH_2


@pytest.mark.parametrize("role", [Role.PARTNER, Role.OBSERVER])
def test_partners_and_observers_shift_nothing(role):
    milestone = make_milestone()

    with pytest.raises(NotAllowed):
        shifting.shift(
            milestone.programme,
            ShiftRequest("milestone", milestone.pk, days=1),
            by=make_member(milestone.programme, role),
            at=NOON,
        )


def test_what_belongs_to_another_programme_is_not_there():
    milestone, other = make_milestone(), make_programme()

    proposal = propose(other, "milestone", milestone, days=1)

    assert codes_of(proposal) == ["gone"]


def test_a_shift_that_is_recorded_stays_as_it_is():
    milestone = make_milestone()
    made = shifting.shift(
        milestone.programme,
        ShiftRequest("milestone", milestone.pk, days=1),
        by=make_member(milestone.programme),
        at=NOON,
    )

    for rows, change in (
        (Shift.objects.filter(pk=made.pk), {"reason": "En anden"}),
        (ShiftedDate.objects.filter(shift=made), {"after": MARCH_2}),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**change)


def test_more_activities_ask_no_more_queries(django_assert_num_queries):
    programme = make_programme()
    make_phase(programme=programme)

    for _round in range(2):
        _activity, first, *_others = make_chain(programme=programme)
        make_waiting(programme=programme)
        with django_assert_num_queries(9):
            propose(programme, "milestone", first, days=5)
