"""A shift is made as it was seen or not at all."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import DatabaseError, transaction

from rollout import services
from rollout.models import (
    Activity,
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
    make_member,
    make_milestone,
    make_phase,
    make_programme,
)
from tests.rollout.shifting.scene import (
    MARCH_2,
    codes_of,
    make_chain,
    make_phase_with_both,
    make_waiting,
    propose,
)
from workflows.engine import NotAllowed, perform

pytestmark = pytest.mark.django_db


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
