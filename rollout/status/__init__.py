"""How far a programme is: one answer for the page, the API and the command line."""

from rollout.status.cells import NEXT_STEP, cells_of
from rollout.status.launch import Awaiting, Obstacle, launch_of
from rollout.status.past import as_it_was, recorded_since
from rollout.status.reading import UPCOMING_DAYS, programme_status
from rollout.status.scope import WHOLE, Scope
from rollout.status.shape import (
    Cell,
    Counts,
    FocusAreaStatus,
    InitiativeStatus,
    PlaceStatus,
    ProgrammeStatus,
    ReadinessStatus,
)

__all__ = [
    "NEXT_STEP",
    "UPCOMING_DAYS",
    "WHOLE",
    "Awaiting",
    "Cell",
    "Counts",
    "FocusAreaStatus",
    "InitiativeStatus",
    "Obstacle",
    "PlaceStatus",
    "ProgrammeStatus",
    "ReadinessStatus",
    "Scope",
    "as_it_was",
    "cells_of",
    "launch_of",
    "programme_status",
    "recorded_since",
]
