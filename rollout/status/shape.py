"""What a programme's status consists of. None of it asks the database again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from rollout.models import (
    Activity,
    ActivityState,
    Aspect,
    Condition,
    Deadline,
    FocusArea,
    Initiative,
    Partner,
    Place,
    Programme,
)
from rollout.status.scope import Scope
from workflows.guards import Reason
from workflows.machine import Rule


@dataclass(frozen=True)
class Counts:
    """How many activities stand where."""

    by_state: Mapping[str, int]
    #: Planned ones that the parties have not confirmed.
    proposals: int
    #: Confirmed ones that nobody answers for.
    missing_responsible: int

    @property
    def total(self) -> int:
        """All activities, discontinued ones included."""
        return sum(self.by_state.values())

    @property
    def launched(self) -> int:
        """Activities in the state launched."""
        return self.by_state[ActivityState.LAUNCHED]


@dataclass(frozen=True)
class Cell:
    """One activity as the matrix shows it."""

    activity: Activity
    #: The aspects that are ready, in the order planning, framework, parties.
    ready_aspects: tuple[str, ...]
    #: Open milestones whose date has passed.
    overdue: int
    #: Everything that keeps the activity from its next step.
    reasons: tuple[Reason, ...]
    #: The step expected next, if any.
    next_step: Rule | None
    #: When the activity, or what hangs on it, was last changed.
    changed_at: datetime | None

    @property
    def place(self) -> Place:
        """Where the activity is carried out."""
        return self.activity.place

    @property
    def is_missing_responsible(self) -> bool:
        """Whether it is confirmed, alive, and nobody answers for it."""
        activity = self.activity
        return (
            activity.responsible_id is None
            and not activity.is_proposal
            and activity.state != ActivityState.DISCONTINUED
        )

    @property
    def is_blocked(self) -> bool:
        """Whether a confirmed activity cannot take its next step."""
        return bool(self.reasons) and not self.activity.is_proposal

    @property
    def is_held_up(self) -> bool:
        """Whether it is blocked by more than that nobody is responsible."""
        return self.is_blocked and not (
            self.is_missing_responsible and len(self.reasons) == 1
        )

    @property
    def is_ready(self) -> bool:
        """Whether nothing stands between the activity and its next step."""
        return self.next_step is not None and not self.reasons

    @property
    def is_asked_for_readiness(self) -> bool:
        """Whether its place asks for readiness and the activity is to be launched."""
        return (
            self.place.requires_readiness
            and not self.activity.is_proposal
            and self.activity.state != ActivityState.DISCONTINUED
        )

    @property
    def is_readiness_withdrawn(self) -> bool:
        """Whether it was launched and has since ceased to be ready."""
        return (
            self.activity.state in {ActivityState.LAUNCHED, ActivityState.EVALUATED}
            and self.place.requires_readiness
            and len(self.ready_aspects) < len(Aspect)
        )


@dataclass(frozen=True)
class ReadinessStatus:
    """How ready the places are that ask for readiness, activity by activity."""

    #: Activities to which it applies: confirmed, and not discontinued.
    required: int
    #: Those of them that are ready in every aspect.
    complete: int
    #: How many are ready in each aspect.
    by_aspect: Mapping[str, int]


@dataclass(frozen=True)
class InitiativeStatus:
    """One initiative and its activities in order of place."""

    initiative: Initiative
    counts: Counts
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class FocusAreaStatus:
    """One focus area, its departments, and its initiatives."""

    focus_area: FocusArea
    departments: tuple[Partner, ...]
    objectives: int
    counts: Counts
    #: A sub-initiative follows its parent.
    initiatives: tuple[InitiativeStatus, ...]


@dataclass(frozen=True)
class PlaceStatus:
    """One place; a group sums up the places in it."""

    place: Place
    counts: Counts


@dataclass(frozen=True)
class ProgrammeStatus:
    """How far a programme is on one day, as far as one person may see."""

    programme: Programme
    #: The local date for which this holds.
    on: date
    #: True where the reader sees only what their own organisation takes part in.
    is_partial: bool
    #: Which part of the programme was asked about.
    scope: Scope
    counts: Counts
    focus_areas: tuple[FocusAreaStatus, ...]
    #: Places with activities, and the groups over them.
    places: tuple[PlaceStatus, ...]
    #: What should have been done before today, oldest first.
    overdue: tuple[Deadline, ...]
    #: What falls due in the next :data:`UPCOMING_DAYS` days, today included.
    upcoming: tuple[Deadline, ...]
    #: Decisions outside our hands that are awaited.
    decisions: tuple[Condition, ...]
    #: Since when the programme's changes are recorded.
    recorded_since: datetime | None
    #: Every activity, by focus area, initiative and place.
    cells: tuple[Cell, ...] = field(repr=False)

    @property
    def changed_at(self) -> datetime | None:
        """When any of the activities shown was last changed."""
        return max((c.changed_at for c in self.cells if c.changed_at), default=None)

    @property
    def readiness(self) -> ReadinessStatus:
        """How ready the places are that ask for readiness."""
        asked = [cell for cell in self.cells if cell.is_asked_for_readiness]
        return ReadinessStatus(
            required=len(asked),
            complete=sum(len(cell.ready_aspects) == len(Aspect) for cell in asked),
            by_aspect={
                aspect: sum(aspect in cell.ready_aspects for cell in asked)
                for aspect in Aspect.values
            },
        )

    @property
    def initiatives(self) -> int:
        """How many initiatives there are; of a part, those with activities."""
        return sum(
            bool(row.cells) or not (self.is_partial or self.scope)
            for area in self.focus_areas
            for row in area.initiatives
        )

    @property
    def size(self) -> int:
        """The sizes of all activities, added up."""
        return sum(one.activity.weight for one in self.cells)

    @property
    def launched_size(self) -> int:
        """The sizes of the launched ones, added up."""
        return sum(
            one.activity.weight
            for one in self.cells
            if one.activity.state == ActivityState.LAUNCHED
        )

    @property
    def sizes_differ(self) -> bool:
        """Whether counting activities tells another story than their sizes."""
        return self.size != self.counts.total

    @property
    def blocked(self) -> list[Cell]:
        """Confirmed activities that cannot take their next step."""
        return [cell for cell in self.cells if cell.is_blocked]

    @property
    def ready(self) -> list[Cell]:
        """Activities with nothing between them and their next step."""
        return [cell for cell in self.cells if cell.is_ready]

    @property
    def missing_responsible(self) -> list[Cell]:
        """Confirmed activities that nobody answers for."""
        return [cell for cell in self.cells if cell.is_missing_responsible]
