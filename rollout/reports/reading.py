"""What a report is made from: read once, for the open, whoever makes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.contrib.auth.models import AnonymousUser

from rollout.attained import AttainedValue, attained_values
from rollout.figures import IndicatorFigures, figures_of
from rollout.models import (
    ActivityState,
    ActivityTransition,
    Contribution,
    Evaluation,
    Indicator,
    Milestone,
    MilestoneState,
    Programme,
    Report,
    ShiftedDate,
    SubAgreement,
)
from rollout.status import ProgrammeStatus, programme_status

#: Steps by which an activity leaves its plan; each has a reason.
BACKWARD = ("postpone", "adjust", "discontinue")


@dataclass(frozen=True)
class Source:
    """One programme on one day, as a report of some period may tell of it.

    A report is read by others than its writer: it sees the whole programme, and small
    numbers as anybody would.
    """

    report: Report
    #: The local date on which it is read.
    on: date

    @property
    def programme(self) -> Programme:
        """The programme."""
        return self.report.programme

    @cached_property
    def status(self) -> ProgrammeStatus:
        """How far the programme is."""
        return programme_status(self.programme, on=self.on, user=None)

    @cached_property
    def figures(self) -> Sequence[IndicatorFigures]:
        """Where every indicator stands, masked."""
        indicators = (
            Indicator.objects.filter(objective__focus_area__programme=self.programme)
            .select_related("objective__focus_area__programme", "delivered_by")
            .in_order()
        )
        return figures_of(indicators, user=None, on=self.on, is_open=True)

    @property
    def has_examples(self) -> bool:
        """Whether anything that it may tell of is invented."""
        return any(one.is_example for one in self.figures) or (
            Milestone.objects.filter(
                activity__programme=self.programme, is_example=True
            ).exists()
        )

    @cached_property
    def setbacks(self) -> Sequence[ActivityTransition]:
        """Steps back in the period, oldest first."""
        return list(
            ActivityTransition.objects.filter(
                activity__programme=self.programme,
                transition__in=BACKWARD,
                at__date__range=(self.report.period_start, self.report.period_end),
            )
            .select_related("activity__initiative", "activity__place")
            .order_by("at")
        )

    @cached_property
    def moved(self) -> Sequence[ShiftedDate]:
        """Dates that were moved in the period, for which somebody gave a reason."""
        return list(
            ShiftedDate.objects.filter(
                shift__programme=self.programme,
                shift__at__date__range=(
                    self.report.period_start,
                    self.report.period_end,
                ),
            )
            .exclude(shift__reason="")
            .select_related(
                *("shift", "milestone", "phase"),
                *("activity__initiative", "activity__place"),
            )
            .order_by("shift__at", "pk")
        )

    def milestones(self, first: date, last: date) -> Sequence[Milestone]:
        """Return the milestones due in these days, dropped ones left out."""
        return list(
            Milestone.objects.filter(
                activity__programme=self.programme,
                activity__is_proposal=False,
                due_on__range=(first, last),
            )
            .exclude(state=MilestoneState.DROPPED)
            .exclude(activity__state=ActivityState.DISCONTINUED)
            .select_related(
                *("activity__initiative", "activity__place", "responsible_partner"),
                *("activity__responsible_partner", "responsible"),
                "activity__responsible",
            )
            .order_by("due_on", "pk")
        )

    @cached_property
    def evaluations(self) -> Sequence[Evaluation]:
        """Evaluations that were approved in the period."""
        return list(
            Evaluation.objects.filter(
                activity__programme=self.programme,
                approved_on__range=(self.report.period_start, self.report.period_end),
            )
            .select_related(
                *("activity__initiative__focus_area", "activity__place"),
                *("round", "approved_by", "written_by"),
            )
            .prefetch_related("addenda")
            .order_by(
                *("activity__initiative__focus_area__position", "approved_on", "pk"),
            )
        )

    @cached_property
    def attained(self) -> Mapping[int, Sequence[AttainedValue]]:
        """What each evaluation was based on, by its key: masked, for the open."""
        return attained_values(self.evaluations, user=AnonymousUser())

    @cached_property
    def contributions(self) -> Sequence[Any]:
        """Promises for days of the period, each with what was ``delivered`` of it."""
        return list(
            Contribution.objects.with_delivered()
            .filter(
                programme=self.programme,
                starts_on__lte=self.report.period_end,
                ends_on__gte=self.report.period_start,
            )
            .select_related("partner", "activity__initiative", "activity__place")
            .order_by("partner__name", "starts_on", "pk")
        )

    def agreement_in_force(self, area_pk: int) -> SubAgreement | None:
        """Return the version of a sub-agreement that is valid on the day."""
        return self._agreements.get(area_pk)

    @cached_property
    def _agreements(self) -> dict[int, SubAgreement]:
        found = SubAgreement.objects.filter(
            focus_area__programme=self.programme, valid_from__lte=self.on
        ).order_by("number")
        return {one.focus_area_id: one for one in found}
