"""What a shift is asked to do, and everything that it would bring about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from rollout.models import DateKind
from rollout.services.shifting.schedule import Dated, DateKey


class Whole(models.TextChoices):
    """What can be shifted as one."""

    MILESTONE = "milestone", _("milestone")
    ACTIVITY = "activity", _("activity")
    PHASE = "phase", _("phase")


@dataclass(frozen=True)
class ShiftRequest:
    """What is to move, and by how much: by working days or to a date."""

    whole: str
    pk: int
    #: Working days, negative for earlier; counts where no date is given.
    days: int = 0
    to: date | None = None
    #: Further activities that move with the one in :attr:`pk`, as if they were one.
    others: frozenset[int] = frozenset()
    #: Whether what would fall into a quiet period is put off until after it.
    avoids_quiet: bool = False

    @property
    def anchor(self) -> DateKey:
        """The date that lands on :attr:`to`."""
        kinds = {
            Whole.MILESTONE: DateKind.MILESTONE,
            Whole.ACTIVITY: DateKind.LAUNCH,
            Whole.PHASE: DateKind.PHASE_START,
        }
        return DateKey(kinds[Whole(self.whole)], self.pk)


class Cause(models.TextChoices):
    """Why a date moves."""

    ASKED = "asked", _("it was asked for")
    FOLLOWS = "follows", _("it comes after something that moves")
    WAITS = "waits", _("the launch waits for a milestone")


@dataclass(frozen=True)
class Change:
    """One date that moves, and why."""

    dated: Dated
    after: date
    cause: str
    #: What it follows or waits for.
    because: Dated | None = None

    @property
    def before(self) -> date | None:
        """Where the date is now; None for what had none."""
        return self.dated.day


@dataclass(frozen=True)
class Clash:
    """A new date on which nobody is at work, or in a period that is kept quiet."""

    change: Change
    #: "weekend", "holiday", "closed" or "quiet".
    kind: str
    #: What the day or the period is called; empty for a weekend.
    name: str
    #: The first working day after it.
    better: date


@dataclass(frozen=True)
class Load:
    """How many deadlines a partner has in one ISO week, without and with the shift."""

    partner_id: int
    #: The Monday of the week.
    week: date
    before: int
    after: int


@dataclass(frozen=True)
class Problem:
    """Why the shift cannot be made; the text says it to a person."""

    #: "gone", "nothing", "cycle", "outside_programme" or "before_predecessor".
    code: str
    text: str


@dataclass(frozen=True)
class Proposal:
    """Everything that a shift would do. Nothing of it is saved."""

    asked: ShiftRequest
    changes: Sequence[Change] = ()
    clashes: Sequence[Clash] = ()
    loads: Sequence[Load] = ()
    #: Dates of what moves that stay where they are; each says why.
    left_alone: Sequence[Dated] = ()
    problems: Sequence[Problem] = ()

    @property
    def is_possible(self) -> bool:
        """Whether it can be saved."""
        return not self.problems
