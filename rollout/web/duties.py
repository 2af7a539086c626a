"""Duties: what somebody is to do by a date, and the form that does it on the spot."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from rollout.models import (
    ActivityState,
    DataRequest,
    Deadline,
    DeadlineKind,
    Hold,
    Membership,
    Milestone,
    User,
)
from rollout.tables import Table
from rollout.web import forms
from rollout.web.attention import page_of
from rollout.web.numbers import DeliveryForm
from rollout.web.refusals import PageWithForms, Trouble
from workflows.engine import options
from workflows.guards import Reason

_RUNNING = [ActivityState.IN_CLARIFICATION, ActivityState.LAUNCHED]


@dataclass(frozen=True)
class Duty:
    """One thing that somebody is to do."""

    kind: str
    title: str
    due_on: date | None
    #: The activity, or else the round, in which it is to be done.
    about: str
    url: str
    #: Who is to do it; None where only an organisation is named.
    responsible_id: int | None
    #: Why nobody is reminded of it yet; empty where it counts.
    hold: str = ""
    is_overdue: bool = False
    is_example: bool = False
    #: The milestone or data request, where it can be dealt with on the spot.
    subject: Milestone | DataRequest | None = None
    #: The form that deals with it; None where the person may not.
    form: forms.Form | None = None
    #: What stands in the way.
    reasons: Sequence[Reason] = ()
    is_open: bool = False


class PageWithDuties(PageWithForms):
    """A page of duties as one person sees and may deal with them at one moment."""

    def __init__(
        self, user: User, *, at: datetime, trouble: Trouble | None = None
    ) -> None:
        self.user = user
        self.at = at
        self.trouble = trouble

    @cached_property
    def memberships(self) -> list[Membership]:
        """In what the person takes part."""
        return list(self.user.memberships.all())

    @cached_property
    def programmes(self) -> set[int]:
        """Where the person takes part: nothing else can be seen by them.

        To say so lets PostgreSQL find rows by an index instead of asking of each
        milestone of a country whether it may be seen.
        """
        return {one.programme_id for one in self.memberships}

    @property
    def today(self) -> date:
        """The local date of the page."""
        return timezone.localdate(self.at)

    def read_duties(self, dated: Q, undated: Q) -> list[Duty]:
        """Read deadlines that match ``dated``, and milestones without a date."""
        deadlines = list(
            Deadline.objects.visible_to(self.user)
            .filter(dated, programme__in=self.programmes)
            .exclude(hold__in=[Hold.PROPOSAL, Hold.DISCONTINUED])
            # A decision is taken by others; what one can do is to wait.
            .exclude(kind=DeadlineKind.CONDITION)
            .select_related("activity__initiative", "activity__place", "programme")
            .order_by("due_on", "key")
        )
        milestones = self._milestones(deadlines, undated)
        requests = self._requests(deadlines)
        duties = [self._dated_duty(one, milestones, requests) for one in deadlines]
        named = {one.object_id for one in deadlines if one.kind == "milestone"}
        duties += [
            self._milestone_duty(one, None)
            for pk, one in milestones.items()
            if pk not in named
        ]
        return duties

    def _milestones(
        self, deadlines: Iterable[Deadline], undated: Q
    ) -> dict[int, Milestone]:
        dated = _ids(deadlines, DeadlineKind.MILESTONE)
        running = Q(
            undated,
            due_on=None,
            activity__state__in=_RUNNING,
            activity__is_proposal=False,
        )
        people = ("responsible", "responsible_partner")
        of_activity = (f"activity__{name}" for name in people)
        before: QuerySet[Milestone] = Milestone.objects.select_related(
            "activity", *people, *of_activity
        )
        found = (
            Milestone.objects.visible_to(self.user)
            .open()
            .filter(Q(pk__in=dated) | running, activity__programme__in=self.programmes)
            .select_related(
                "activity__initiative",
                "activity__place",
                "activity__programme",
                "activity__responsible",
                *people,
            )
            .prefetch_related(Prefetch("predecessors", before))
            .order_by("activity", "position", "pk")
        )
        return {one.pk: one for one in found}

    def _requests(self, deadlines: Iterable[Deadline]) -> dict[int, DataRequest]:
        found = (
            DataRequest.objects.visible_to(self.user)
            .filter(pk__in=_ids(deadlines, DeadlineKind.DATA_REQUEST))
            .select_related(
                *("round__programme", "indicator", "place", "partner"),
                "answering__measurement",
            )
        )
        return {one.pk: one for one in found}

    def _dated_duty(
        self,
        deadline: Deadline,
        milestones: dict[int, Milestone],
        requests: dict[int, DataRequest],
    ) -> Duty:
        if deadline.kind == DeadlineKind.MILESTONE:
            milestone = milestones.get(deadline.object_id)
            if milestone is not None:
                return self._milestone_duty(milestone, deadline)
        request = (
            requests.get(deadline.object_id)
            if deadline.kind == DeadlineKind.DATA_REQUEST
            else None
        )
        key = f"request-{deadline.object_id}"
        may = request is not None and self.user.has_perm(
            "rollout.deliver_value", request
        )
        return Duty(
            kind=str(deadline.get_kind_display()),
            title=deadline.title,
            due_on=deadline.due_on,
            about=_about(request) if request else str(deadline.programme),
            url=page_of(deadline),
            responsible_id=deadline.responsible_id,
            hold=str(deadline.get_hold_display()) if deadline.hold else "",
            is_overdue=deadline.due_on < self.today and not deadline.hold,
            is_example=deadline.is_example,
            subject=request,
            form=self.form(DeliveryForm, key, request=request) if may else None,
            is_open=self.is_open(key),
        )

    def _milestone_duty(self, milestone: Milestone, deadline: Deadline | None) -> Duty:
        found = options(milestone, by=self.user, at=self.at)
        finish = next(one for one in found if one.rule.name == "finish")
        key = f"milestone-{milestone.pk}"
        initial = {"version": milestone.version}
        form = self.form(forms.VersionForm, key, initial=initial)
        answers = milestone.responsible_id
        if answers is None and milestone.responsible_partner_id is None:
            answers = milestone.activity.responsible_id
        hold = str(deadline.get_hold_display()) if deadline and deadline.hold else ""
        return Duty(
            kind=str(DeadlineKind.MILESTONE.label),
            title=milestone.title,
            due_on=milestone.due_on,
            about=str(milestone.activity),
            url=milestone.get_absolute_url(),
            responsible_id=answers,
            hold=hold,
            is_overdue=(
                milestone.due_on is not None
                and milestone.due_on < self.today
                and not hold
            ),
            is_example=milestone.is_example,
            subject=milestone,
            form=form if finish.allowed else None,
            reasons=finish.reasons,
            is_open=self.is_open(key),
        )


def _ids(deadlines: Iterable[Deadline], kind: str) -> list[int]:
    return [one.object_id for one in deadlines if one.kind == kind]


def _about(request: DataRequest) -> str:
    parts = (request.place, request.round)
    return " · ".join(str(part) for part in parts if part)


def table_of_duties(title: str, duties: Iterable[Duty]) -> Table:
    """Return duties as a list for a spreadsheet."""
    columns = [_("Due on"), _("Kind"), _("What"), _("Where"), _("Note")]
    rows = [(one.due_on, one.kind, one.title, one.about, one.hold) for one in duties]
    return Table(title, columns, rows)
