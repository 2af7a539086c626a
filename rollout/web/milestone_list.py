"""An activity's milestones as its page shows them, with what one may do to each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from rollout.models import Activity, Milestone, MilestoneState, User
from rollout.web.choices import Choice, choices_of
from rollout.web.forms import (
    MilestoneEditForm,
    MilestoneForm,
    MilestoneTransitionForm,
)
from rollout.web.reading import people_of
from rollout.web.refusals import PageWithForms


@dataclass(frozen=True)
class MilestoneRow:
    """One milestone with what this person may do to it."""

    milestone: Milestone
    #: Its place in the list, from 0.
    place: int
    is_first: bool
    is_last: bool
    choices: Sequence[Choice]
    is_overdue: bool
    #: The form that edits it, where somebody asked for that.
    form: MilestoneEditForm | None = None


def edit_key(pk: int) -> str:
    """Return the key of the form that edits a milestone."""
    return f"milestone-{pk}-edit"


def possible_predecessors(milestone: Milestone) -> QuerySet[Milestone]:
    """Return what a milestone can come after: its activity's, and what it does now."""
    here = Q(activity=milestone.activity_id) & ~Q(state=MilestoneState.DROPPED)
    found: QuerySet[Milestone] = Milestone.objects.filter(
        here | Q(successors=milestone)
    ).exclude(pk=milestone.pk)
    return found.select_related("activity").distinct()


class MilestoneList:
    """The milestones of one activity."""

    def __init__(
        self,
        page: PageWithForms,
        activity: Activity,
        *,
        user: User,
        at: datetime,
        editing: int | None = None,
    ) -> None:
        self.page = page
        self.activity = activity
        self.user = user
        self.at = at
        self.editing = editing

    @cached_property
    def rows(self) -> list[MilestoneRow]:
        """The milestones in their order."""
        found = list(self.activity.milestones.all())
        return [self._row(one, place, len(found)) for place, one in enumerate(found)]

    def _row(self, milestone: Milestone, place: int, count: int) -> MilestoneRow:
        # The list is read as part of its activity; guards ask for that.
        milestone.activity = self.activity
        choices = choices_of(
            *(self.page, milestone, MilestoneTransitionForm),
            by=self.user,
            at=self.at,
            prefix=f"milestone-{milestone.pk}-",
        )
        today = timezone.localdate(self.at)
        return MilestoneRow(
            milestone=milestone,
            place=place,
            is_first=place == 0,
            is_last=place == count - 1,
            choices=[one for one in choices if one.option.allowed],
            is_overdue=milestone.state == MilestoneState.OPEN
            and milestone.due_on is not None
            and milestone.due_on < today,
            form=self._edit_form(milestone),
        )

    def _edit_form(self, milestone: Milestone) -> MilestoneEditForm | None:
        key = edit_key(milestone.pk)
        may_edit = self.user.has_perm("rollout.edit_activity", self.activity)
        is_asked = milestone.pk == self.editing or self.page.is_open(key)
        if not (is_asked and may_edit):
            return None
        form: MilestoneEditForm = self.page.form(
            MilestoneEditForm,
            key,
            people=self.people,
            predecessors=possible_predecessors(milestone),
            initial={
                "version": milestone.version,
                "title": milestone.title,
                "due_on": milestone.due_on,
                "responsible": milestone.responsible_id,
                "weight": milestone.weight,
                "before_launch": milestone.before_launch,
                "predecessors": [one.pk for one in milestone.predecessors.all()],
                "note": milestone.note,
                "evidence_url": milestone.evidence_url,
            },
        )
        return form

    @cached_property
    def people(self) -> QuerySet[User]:
        """Who can be responsible."""
        return people_of(self.activity.programme, self.user)

    @cached_property
    def new_form(self) -> Any:
        """The form that adds a milestone."""
        return self.page.form(MilestoneForm, "milestone-new", people=self.people)
