"""What lies with one person: what is due, what waits, for whom they stand in.

Everything is read with a constant number of queries, and nothing is shown or offered
that the person may not see or do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django.db.models import Q

from rollout.models import (
    Activity,
    Evaluation,
    Measurement,
    MeasurementStatus,
    Partner,
    Role,
    User,
)
from rollout.status import Cell, cells_of
from rollout.web.duties import Duty, PageWithDuties
from rollout.web.refusals import Trouble
from workflows.guards import Reason

#: How many days ahead what is due counts as due soon.
SOON_DAYS = 7


@dataclass(frozen=True)
class Waiting:
    """An activity of one's own that waits for others, and for what."""

    activity: Activity
    reasons: Sequence[Reason]


@dataclass(frozen=True)
class StandingIn:
    """Somebody for whom one stands in at present, and their duties."""

    person: User
    duties: list[Duty]


class WorkPage(PageWithDuties):
    """What lies with one person at one moment."""

    def __init__(
        self, user: User, *, at: datetime, trouble: Trouble | None = None
    ) -> None:
        super().__init__(user, at=at, trouble=trouble)
        mine = self.memberships
        self.partners = {one.partner_id for one in mine if one.partner_id}
        runs = {Role.MANAGER, Role.COORDINATOR}
        self.runs = [one.programme_id for one in mine if one.role in runs]

    # --- one's own ------------------------------------------------------------------

    @cached_property
    def duties(self) -> list[Duty]:
        """All that lies with the person, earliest first, the undated last."""
        nobody = Q(responsible=None)
        mine = Q(responsible=self.user) | (nobody & Q(partner__in=self.partners))
        undated = (
            Q(responsible=self.user)
            | (nobody & Q(responsible_partner__in=self.partners))
            | (
                nobody
                & Q(responsible_partner=None)
                & (
                    Q(activity__responsible=self.user)
                    | Q(
                        activity__responsible=None,
                        activity__responsible_partner__in=self.partners,
                    )
                )
            )
        )
        return self.read_duties(mine, undated)

    @property
    def overdue(self) -> list[Duty]:
        """What should have been done before today."""
        return [one for one in self.duties if one.is_overdue]

    @property
    def soon(self) -> list[Duty]:
        """What is due today or in the next :data:`SOON_DAYS` days."""
        last = self.today + timedelta(days=SOON_DAYS)
        return [
            one
            for one in self._dated
            if self.today <= one.due_on <= last and not one.hold
        ]

    @property
    def later(self) -> list[Duty]:
        """What is due after that, and what does not count yet."""
        last = self.today + timedelta(days=SOON_DAYS)
        return [one for one in self._dated if one.due_on > last or one.hold]

    @property
    def undated(self) -> list[Duty]:
        """What has no date."""
        return [one for one in self.duties if one.due_on is None]

    @property
    def _dated(self) -> list[Any]:
        return [one for one in self.duties if one.due_on is not None]

    # --- to approve -----------------------------------------------------------------

    @cached_property
    def values(self) -> list[Measurement]:
        """Values that others delivered and that this person may approve."""
        if not self.runs:
            return []
        return list(
            Measurement.objects.visible_to(self.user)
            .filter(
                status=MeasurementStatus.SUBMITTED,
                indicator__objective__focus_area__programme__in=self.runs,
            )
            .select_related(
                "indicator__objective__focus_area__programme",
                "place",
                "submitted_by",
                "data_request__indicator",
            )
            .order_by("submitted_at", "pk")
        )

    @cached_property
    def evaluations(self) -> list[Evaluation]:
        """Evaluations that others wrote and that wait for a second pair of eyes."""
        if not self.runs:
            return []
        drafts = (
            Evaluation.objects.visible_to(self.user)
            .filter(approved_on=None, activity__programme__in=self.runs)
            .exclude(conclusion="")
            .exclude(written_by=self.user)
            .select_related(
                "activity__initiative",
                "activity__place",
                "activity__programme",
                "written_by",
            )
        )
        may = "rollout.approve_evaluation"
        return [one for one in drafts if self.user.has_perm(may, one)]

    @property
    def to_approve(self) -> int:
        """How much waits for the person's approval."""
        return len(self.values) + len(self.evaluations)

    # --- waiting for others ---------------------------------------------------------

    @cached_property
    def waiting(self) -> list[Waiting]:
        """The person's activities that wait for somebody else, and for what."""
        own = Activity.objects.visible_to(self.user).filter(
            responsible=self.user, is_proposal=False
        )
        cells = cells_of(own, on=self.today, user=self.user)
        found = [(cell, self._of_others(cell)) for cell in cells]
        return [Waiting(cell.activity, others) for cell, others in found if others]

    def _of_others(self, cell: Cell) -> list[Reason]:
        return [one for one in cell.reasons if str(one.who) != self.user.name]

    @cached_property
    def delivered(self) -> list[Measurement]:
        """Values that the person delivered and that nobody has approved yet."""
        return list(
            Measurement.objects.visible_to(self.user)
            .filter(submitted_by=self.user, status=MeasurementStatus.SUBMITTED)
            .select_related("indicator", "place", "data_request__indicator")
            .order_by("submitted_at", "pk")
        )

    # --- standing in ----------------------------------------------------------------

    @cached_property
    def standing_in(self) -> list[StandingIn]:
        """For whom the person stands in today, and what lies with them."""
        people = [
            one
            for one in User.objects.visible_to(self.user).filter(stand_in=self.user)
            if one.stands_in_on(self.today)
        ]
        if not people:
            return []
        theirs = self.read_duties(
            Q(responsible__in=people),
            Q(responsible__in=people)
            | Q(
                responsible=None,
                responsible_partner=None,
                activity__responsible__in=people,
            ),
        )
        return [
            StandingIn(one, [duty for duty in theirs if duty.responsible_id == one.pk])
            for one in people
        ]

    @cached_property
    def organisations(self) -> list[Partner]:
        """The partners for which the person acts."""
        if not self.partners:
            return []
        own = Partner.objects.open_to(self.user).filter(pk__in=self.partners)
        return list(own.order_by("name"))

    @property
    def has_stand_in(self) -> bool:
        """Whether somebody stands in for the person today."""
        return self.user.stands_in_on(self.today)
