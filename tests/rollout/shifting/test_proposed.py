"""What a shift would do is told before anything is saved."""

from __future__ import annotations

from datetime import date

import pytest

from rollout.models import (
    ClosingPeriod,
)
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
from tests.rollout.shifting.scene import (
    MARCH_2,
    causes_of,
    codes_of,
    dates_of,
    make_chain,
    make_phase_with_both,
    make_waiting,
    propose,
)
from workflows.engine import perform

pytestmark = pytest.mark.django_db


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
