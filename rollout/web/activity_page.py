"""Everything that an activity's page shows, read with a constant number of queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.http import QueryDict
from django.shortcuts import get_object_or_404
from django.utils import timezone

from rollout.attained import AttainedValue, attained_values
from rollout.models import (
    Activity,
    ActivityState,
    DataRequest,
    Evaluation,
    Grant,
    User,
)
from rollout.services import NO_DRAFT
from rollout.web import forms
from rollout.web.checklist import Check, checks_of_step, readiness_and_conditions
from rollout.web.choices import Choice, choices_of
from rollout.web.conflicts import Difference, differences_of
from rollout.web.history_part import HistoryPart
from rollout.web.milestone_list import MilestoneList
from rollout.web.reading import activities_in_full, grants_of, requests_about
from rollout.web.refusals import PageWithForms, Trouble
from rollout.web.steps import Step, steps_of
from rollout.web.wording import title_of

#: The step towards which an activity in this state works.
FORWARD = {
    ActivityState.PLANNED: "clarify",
    ActivityState.IN_CLARIFICATION: "launch",
    ActivityState.LAUNCHED: "evaluate",
    ActivityState.EVALUATED: "resume",
    ActivityState.DISCONTINUED: "reinstate",
}


@dataclass(frozen=True)
class Line:
    """One line of what is missing, with the form that supplies it."""

    check: Check
    form: Any = None
    is_open: bool = False


class EvaluationPart:
    """One evaluation, with its values against their targets and its addenda."""

    def __init__(
        self, page: ActivityPage, one: Evaluation, values: list[AttainedValue]
    ) -> None:
        self.page, self.one = page, one
        self.addenda = one.addenda.all()
        #: Values against targets, as approved or as they stand in a draft.
        self.values = values

    @property
    def texts(self) -> list[tuple[Any, str]]:
        """What was written besides the summary, with what it is about."""
        fields = forms.EvaluationForm.base_fields
        names = ("done", "reach", "assessment", "next_step")
        found = [(fields[name].label, getattr(self.one, name)) for name in names]
        return [(label, text) for label, text in found if text]

    @property
    def addendum_form(self) -> forms.AddendumForm | None:
        """The form for what was found out later, for who may add it."""
        if self.one.frozen_at is None or not self.page.may_edit:
            return None
        made: forms.AddendumForm = self.page.form(
            forms.AddendumForm, f"addendum-{self.one.pk}"
        )
        return made


class ActivityPage(PageWithForms):
    """The page of one activity as one person sees it at one moment."""

    def __init__(
        self,
        pk: int,
        *,
        user: User,
        at: datetime,
        query: QueryDict,
        trouble: Trouble | None = None,
    ) -> None:
        """Read the activity. Raises Http404 for one that the person may not see.

        ``query`` says which milestone is edited and which history is shown.
        """
        self.query = query
        self.user = user
        self.at = at
        self.trouble = trouble
        self.activity = get_object_or_404(
            activities_in_full().filter(pk__in=Activity.objects.visible_to(user)), pk=pk
        )
        self.title = title_of(self.activity)
        self.may_edit = user.has_perm("rollout.edit_activity", self.activity)
        self.may_advance = user.has_perm("rollout.advance_activity", self.activity)

        editing = query.get("edit", "")
        self.milestones = MilestoneList(
            *(self, self.activity),
            user=user,
            at=at,
            editing=int(editing) if editing.isdecimal() else None,
        )

    @property
    def address(self) -> str:
        """Where the page as it is shown can be found again."""
        shown = self.query.copy()
        shown.pop("edit", None)
        page = self.activity.get_absolute_url()
        return f"{page}?{shown.urlencode()}" if shown else page

    @property
    def today(self) -> date:
        """The local date of the page."""
        return timezone.localdate(self.at)

    @cached_property
    def steps(self) -> list[Step]:
        """The stepper."""
        return steps_of(self.activity, on=self.today)

    @cached_property
    def choices(self) -> list[Choice]:
        """Every transition from here, possible or not."""
        return choices_of(
            *(self, self.activity, forms.TransitionForm), by=self.user, at=self.at
        )

    @cached_property
    def forward(self) -> Choice | None:
        """The transition that leads on."""
        name = FORWARD[ActivityState(self.activity.state)]
        return next((one for one in self.choices if one.option.rule.name == name), None)

    @cached_property
    def others(self) -> list[Choice]:
        """The transitions that lead back or out."""
        return [one for one in self.choices if one is not self.forward]

    @cached_property
    def lines(self) -> list[Line]:
        """What the next step asks for."""
        if self.forward is None:
            return []
        option = self.forward.option
        checks = checks_of_step(self.activity, option.rule.name, option.reasons)
        return [self._line(check) for check in checks]

    @cached_property
    def preparations(self) -> list[Line]:
        """Readiness and conditions, where the next step does not list them."""
        if self.activity.state == ActivityState.IN_CLARIFICATION:
            return []
        return [
            self._line(check)
            for check in readiness_and_conditions(self.activity)
            if check.kind != "readiness" or self._shows_readiness
        ]

    @property
    def _shows_readiness(self) -> bool:
        """Whether readiness says anything here; what ran long before needs none."""
        return (
            self.activity.state == ActivityState.PLANNED
            or (self.trouble is not None and self.trouble.form.startswith("readiness"))
            or self.activity.place.requires_readiness
            or any(check.is_met for check in self.activity.readiness.all())
        )

    def _line(self, check: Check) -> Line:
        key, initial = "", {}
        form: type[forms.Form] | None = None
        if check.kind == "readiness":
            key, form = f"readiness-{check.subject.aspect}", forms.ReadinessForm
            initial = {
                "version": check.subject.version,
                "is_met": not check.is_met,
                "note": check.subject.note,
                "evidence_url": check.subject.evidence_url,
            }
        elif check.kind == "condition":
            key, form = f"condition-{check.subject.pk}", forms.ConditionForm
            initial = {
                "version": check.subject.version,
                "outcome": check.subject.outcome,
                "note": check.subject.note,
            }
        elif check.kind == "milestone":
            rows = self.milestones.rows
            row = next(one for one in rows if one.milestone == check.subject)
            return Line(check, next(iter(row.choices), None))
        if form is None or not self.may_edit:
            return Line(check)
        return Line(check, self.form(form, key, initial=initial), self.is_open(key))

    @cached_property
    def responsible_form(self) -> forms.ResponsibleForm:
        """The choice of who answers for the activity."""
        made: forms.ResponsibleForm = self.form(
            forms.ResponsibleForm,
            "responsible",
            people=self.milestones.people,
            initial={
                "version": self.activity.version,
                "responsible": self.activity.responsible_id,
            },
        )
        return made

    @property
    def may_plan_launch(self) -> bool:
        """Whether this person may say when the launch, still ahead, is to be."""
        ahead = {ActivityState.PLANNED, ActivityState.IN_CLARIFICATION}
        return self.may_edit and self.activity.state in ahead

    @cached_property
    def planned_launch_form(self) -> forms.PlannedLaunchForm:
        """The date on which the launch is planned."""
        made: forms.PlannedLaunchForm = self.form(
            forms.PlannedLaunchForm,
            "planned-launch",
            initial={
                "version": self.activity.version,
                "planned_launch_on": self.activity.planned_launch_on,
            },
        )
        return made

    @cached_property
    def evaluation_form(self) -> forms.EvaluationForm:
        """The form that writes the evaluation of this cycle."""
        names = forms.EvaluationForm.base_fields
        initial = {name: getattr(self.draft, name, "") for name in names}
        initial["version"] = self.draft.version if self.draft else NO_DRAFT
        made: forms.EvaluationForm = self.form(
            forms.EvaluationForm, "evaluation", initial=initial
        )
        return made

    @cached_property
    def evaluations(self) -> list[Evaluation]:
        """Evaluations, the newest first."""
        return sorted(self.activity.evaluations.all(), key=lambda e: e.pk, reverse=True)

    @cached_property
    def evaluation_parts(self) -> list[EvaluationPart]:
        """Evaluations with their values as the person may see them, newest first."""
        values = attained_values(self.evaluations, user=self.user)
        return [EvaluationPart(self, one, values[one.pk]) for one in self.evaluations]

    @cached_property
    def draft(self) -> Evaluation | None:
        """The evaluation of this cycle, while nobody has approved it."""
        for one in self.evaluations:
            if one.frozen_at is None and one.approved_on is None:
                return one
        return None

    @cached_property
    def may_approve(self) -> bool:
        """Whether this person may approve the draft: four eyes."""
        return (
            self.draft is not None
            and self.draft.written_by_id != self.user.pk
            and self.user.has_perm("rollout.approve_evaluation", self.activity)
        )

    @cached_property
    def is_evaluable(self) -> bool:
        """Whether an evaluation can be written now."""
        is_approved = any(
            one.frozen_at is None and one.approved_on for one in self.evaluations
        )
        return self.activity.state == ActivityState.LAUNCHED and not is_approved

    @cached_property
    def requests(self) -> list[DataRequest]:
        """The values that are asked for about this activity."""
        return list(requests_about(self.activity, self.user))

    @cached_property
    def details_form(self) -> forms.DetailsForm:
        """The form for what the activity belongs to, its size and contributors."""
        made: forms.DetailsForm = self.form(
            forms.DetailsForm,
            "details",
            programme=self.activity.programme,
            initial={
                "version": self.activity.version,
                "phase": self.activity.phase_id,
                "weight": self.activity.weight,
                "contributors": [one.pk for one in self.activity.contributors.all()],
                "note": self.activity.note,
            },
        )
        return made

    @cached_property
    def differences(self) -> list[Difference]:
        """Where what was refused as overtaken differs from what is stored now."""
        if self.trouble is None or self.trouble.kind != "stale":
            return []
        # One of these made the form that was refused.
        _made = (
            *(self.lines, self.preparations, self.milestones.rows),
            *(self.responsible_form, self.planned_launch_form, self.details_form),
            self.evaluation_form,
        )
        return differences_of(self.refused_form) if self.refused_form else []

    @cached_property
    def grants(self) -> list[Grant]:
        """The money from outside that the activity rests on."""
        return list(grants_of(self.activity, self.user))

    @cached_property
    def history(self) -> HistoryPart:
        """What happened, newest first, as far as it was asked for."""
        return HistoryPart(self.activity, self.query)
