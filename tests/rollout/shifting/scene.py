"""What is shifted: milestones in a row, an activity that waits, a phase with both."""

from __future__ import annotations

from datetime import date, timedelta

from rollout.models import (
    DateKind,
)
from rollout.services import shifting
from rollout.services.shifting import ShiftRequest
from tests.factories import (
    make_activity,
    make_milestone,
    make_phase,
    make_place,
    make_programme,
)

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
