"""The lines of the timeline and how anything finds its place among them.

Places are percentages, so that the drawing follows the page's width without scripts
and without styles of its own, while texts keep their size.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from rollout.models import Activity, DateKind, Milestone, Phase, Programme
from rollout.services.shifting import DateKey
from rollout.web.timeline.reading import Group
from rollout.web.timeline.window import Scale

#: Where in its line something is drawn, from the top: an activity's bar lies above its
#: marks, so that none covers the other.
BAR_LANE, MARK_LANE, PHASE_LANE = 0.32, 0.74, 0.5


@dataclass(frozen=True)
class Line:
    """One line of the timeline: a phase, or an activity in it."""

    number: int
    phase: Phase | None
    #: None where it is the phase itself, with its name.
    activity: Activity | None = None

    @property
    def key(self) -> str:
        """The key of what the line shows, as a text."""
        shown = self.activity or self.phase
        return str(shown.pk) if shown else ""

    @property
    def milestones(self) -> list[Milestone]:
        """An activity's milestones that still play a part."""
        return list(self.activity.milestones.all()) if self.activity else []


@dataclass(frozen=True)
class Sheet:
    """What is drawn on: lines, scale, and the dates as a proposal moves them."""

    programme: Programme
    groups: Sequence[Group]
    scale: Scale
    today: date
    #: The new dates of a proposal, if there is one.
    moved: Mapping[DateKey, date] = field(default_factory=dict)

    @cached_property
    def lines(self) -> list[Line]:
        """The lines from top to bottom."""
        pairs = [
            pair
            for group in self.groups
            for pair in (
                (group.phase, None),
                *((group.phase, one) for one in group.activities),
            )
        ]
        return [Line(number, *pair) for number, pair in enumerate(pairs)]

    def y(self, line: Line, lane: float) -> float:
        """Return how far down a lane of a line lies."""
        return 100 * (line.number + lane) / len(self.lines)

    def shows(self, first: date, last: date) -> bool:
        """Say whether any of these days is in the window."""
        window = self.scale.window
        return first <= window.last and last >= window.first

    def stretch(self, first: date, last: date) -> tuple[float, float]:
        """Return where these days begin, and how wide they are."""
        x = self.scale.start(first)
        return x, self.scale.end(last) - x

    def launch_of(self, activity: Activity) -> date | None:
        """Return the planned launch, as it would be."""
        key = DateKey(DateKind.LAUNCH, activity.pk)
        return self.moved.get(key, activity.planned_launch_on)

    def due_of(self, milestone: Milestone) -> date | None:
        """Return when a milestone is due, as it would be."""
        return self.moved.get(
            DateKey(DateKind.MILESTONE, milestone.pk), milestone.due_on
        )

    def window_of(self, phase: Phase) -> tuple[date, date]:
        """Return a phase's first and last day, as they would be."""
        return (
            self.moved.get(DateKey(DateKind.PHASE_START, phase.pk), phase.starts_on),
            self.moved.get(DateKey(DateKind.PHASE_END, phase.pk), phase.ends_on),
        )
