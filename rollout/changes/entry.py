"""What the feed says of a change, and where in it somebody stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from rollout.models import (
    Activity,
    Attendance,
    Condition,
    Contribution,
    DataRequest,
    Evaluation,
    FocusArea,
    Grant,
    Indicator,
    Initiative,
    Measurement,
    Milestone,
    MonitoringRound,
    Objective,
    Partner,
    Phase,
    Place,
    Programme,
    Readiness,
    Target,
    User,
)

#: What the feed tells of, under the names that the API has for them.
RESOURCES: dict[str, type[models.Model]] = {
    "programmes": Programme,
    "focus-areas": FocusArea,
    "objectives": Objective,
    "indicators": Indicator,
    "targets": Target,
    "measurements": Measurement,
    "places": Place,
    "phases": Phase,
    "partners": Partner,
    "users": User,
    "initiatives": Initiative,
    "activities": Activity,
    "readiness": Readiness,
    "conditions": Condition,
    "milestones": Milestone,
    "monitoring-rounds": MonitoringRound,
    "data-requests": DataRequest,
    "evaluations": Evaluation,
    "attendance": Attendance,
    "contributions": Contribution,
    "grants": Grant,
}


class Operation(models.TextChoices):
    """What became of an object, for one reader."""

    CREATED = "created", _("created")
    UPDATED = "updated", _("updated")
    TRANSITIONED = "transitioned", _("changed its state")
    DELETED = "deleted", _("deleted, or no longer to be seen")


@dataclass(frozen=True, order=True)
class Position:
    """A place in the feed: everything up to here was told.

    Changes are in the order of their transactions' numbers and, within one, of their
    own. Both are needed: numbers of changes are given before transactions end.
    """

    transaction: int
    number: int


@dataclass(frozen=True)
class Transition:
    """A change of state: what was done and by whom."""

    name: str
    source: str
    target: str
    #: Key of the person; None for an import.
    by: int | None


@dataclass(frozen=True)
class Entry:
    """One thing that a reader has to read again, or to forget."""

    position: Position
    resource: str
    object_id: int
    operation: Operation
    #: None of a person, who belongs to no programme.
    programme_id: int | None
    at: datetime
    #: The object's version after the change, where it has one.
    version: int | None
    #: Names of what is different, never what it was or is.
    fields: tuple[str, ...]
    transition: Transition | None = None

    @property
    def key(self) -> str:
        """A name of this entry that sorts as the feed is ordered."""
        where = f"{self.position.transaction:016x}{self.position.number:016x}"
        return f"{where}-{self.resource}-{self.object_id}"


@dataclass(frozen=True)
class Page:
    """A part of the feed."""

    entries: list[Entry]
    #: From where to read on.
    position: Position
    #: Whether more is there already.
    has_more: bool
