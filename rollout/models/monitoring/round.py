"""Rounds of monitoring: when what is reported, and whom it asks for which numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

import pgtrigger
from dateutil.relativedelta import relativedelta
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rollout import guards
from rollout.models.activity import Activity, ActivityState
from rollout.models.monitoring.request import DataRequest, DataRequestQuerySet
from rollout.models.objective import Indicator
from rollout.models.people import User
from rollout.models.places import Place
from rollout.models.programme import Programme
from rollout.models.visibility import VisibleQuerySet
from rollout.periods import Period, periods_ending_in
from workflows.machine import StateField, transition
from workflows.models import StatefulModel, TransitionRecord
from workflows.triggers import record_triggers, state_triggers

RUN_ROUND = "rollout.run_monitoring"


class RoundKind(models.TextChoices):
    """What is reported."""

    MONITORING = "monitoring", _("monitoring")
    EVALUATION = "evaluation", _("evaluation")
    ACCOUNTS = "accounts", _("accounts")
    STATUS = "status", _("status report")


class RoundState(models.TextChoices):
    """Where a round stands. An expected round reminds nobody until LBF has agreed."""

    EXPECTED = "expected", _("expected")
    AGREED = "agreed", _("agreed with LBF")
    SUBMITTED = "submitted", _("submitted")
    APPROVED = "approved", _("approved")


class Recurrence(models.TextChoices):
    """How often a round comes back."""

    NONE = "none", _("once")
    QUARTERLY = "quarterly", _("every quarter")
    HALF_YEARLY = "half_yearly", _("every half-year")
    YEARLY = "yearly", _("every year")


_DAY = relativedelta(days=1)
_MONTHS = {
    Recurrence.QUARTERLY: 3,
    Recurrence.HALF_YEARLY: 6,
    Recurrence.YEARLY: 12,
}


class MonitoringRoundQuerySet(VisibleQuerySet["MonitoringRound"]):
    """Monitoring rounds and their filters."""

    partner_paths = ("data_requests__partner",)

    def requests_concerning(self, activity: Activity) -> DataRequestQuerySet:
        """Return what these rounds ask about the activity's focus area and place."""
        return (
            DataRequest.objects.filter(round__in=self)
            .concerning(activity)
            .select_related("indicator", "place", "partner", "responsible")
        )

    def ask_for_data(self, activity: Activity, *, on: date) -> list[DataRequest]:
        """Ask for what the agreed, not yet due rounds need from a launched activity."""
        rounds = self.filter(state=RoundState.AGREED, due_on__gte=on)
        return [
            request for round_ in rounds for request in round_.make_requests([activity])
        ]


class MonitoringRound(StatefulModel):
    """One occasion on which values are collected and reported."""

    State = RoundState
    FINAL_STATES = (RoundState.APPROVED,)

    programme = models.ForeignKey(
        Programme,
        models.CASCADE,
        related_name="monitoring_rounds",
        verbose_name=_("programme"),
    )
    kind = models.CharField(_("kind"), max_length=12, choices=RoundKind)
    title = models.CharField(_("title"), max_length=200)
    period_start = models.DateField(_("period from"))
    period_end = models.DateField(_("period to"))
    due_on = models.DateField(_("due on"))
    state = StateField(
        _("state"),
        max_length=20,
        choices=RoundState,
        default=RoundState.EXPECTED,
        editable=False,
    )
    agreed_on = models.DateField(
        _("agreed with LBF on"), null=True, blank=True, editable=False
    )
    recurrence = models.CharField(
        _("recurrence"), max_length=12, choices=Recurrence, default=Recurrence.NONE
    )
    responsible = models.ForeignKey(
        User,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="monitoring_rounds",
        verbose_name=_("responsible person"),
    )
    is_example = models.BooleanField(_("example"), default=False, editable=False)

    objects = MonitoringRoundQuerySet.as_manager()

    class Meta:
        verbose_name = _("monitoring round")
        verbose_name_plural = _("monitoring rounds")
        ordering = ["programme", "due_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "kind", "title", "period_start"],
                name="monitoringround_is_unique",
            ),
            models.CheckConstraint(
                name="monitoringround_state_is_known",
                condition=Q(state__in=RoundState.values),
            ),
            models.CheckConstraint(
                name="monitoringround_period_is_in_order",
                condition=Q(period_start__lte=F("period_end")),
            ),
            models.CheckConstraint(
                name="monitoringround_expected_iff_not_agreed",
                condition=Q(state=RoundState.EXPECTED, agreed_on=None)
                | (~Q(state=RoundState.EXPECTED) & Q(agreed_on__isnull=False)),
            ),
        ]
        indexes = [
            # Every page asks whether anything is invented, and mostly nothing is.
            models.Index(
                fields=["id"],
                name="monitoringround_examples",
                condition=Q(is_example=True),
            ),
        ]
        triggers = [
            *state_triggers(
                history="rollout_monitoringroundtransition",
                subject="monitoring_round_id",
                initial="expected",
            ),
            pgtrigger.ReadOnly(name="example_is_fixed", fields=["is_example"]),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def period(self) -> Period:
        """The days that it reports on."""
        return Period(self.period_start, self.period_end)

    def later_due_dates(self, *, until: date) -> Iterator[date]:
        """Yield when the rounds that will follow this one would be due, by its rhythm.

        None of them is made yet: each is expected once the one before is approved.
        """
        months = _MONTHS.get(Recurrence(self.recurrence))
        if months is None:
            return
        last = min(until, self.programme.ends_on)
        number = 1
        due = self.due_on + relativedelta(months=months)
        while due <= last:
            yield due
            number += 1
            # Counted from the first, so that month ends stay month ends.
            due = self.due_on + relativedelta(months=number * months)

    def make_requests(self, activities: Iterable[Activity]) -> list[DataRequest]:
        """Ask the delivering partners for what these launched activities concern.

        One request for each indicator of the activity's focus area that has a
        delivering partner and covers the activity's place, and for each period of its
        rhythm that ends in the round's; none is made twice.
        """
        made: list[DataRequest] = []
        own = [one.period for one in self.programme.reporting_periods.all()]
        for activity in activities:
            indicators = Indicator.objects.filter(
                Q(places=None) | Q(places=activity.place),
                objective__focus_area=activity.initiative.focus_area,
                delivered_by__isnull=False,
            )
            for indicator in indicators:
                for period in periods_ending_in(self.period, indicator.rhythm, own):
                    made += self._ask(indicator, activity.place, period)
        return made

    def _ask(
        self, indicator: Indicator, place: Place, period: Period
    ) -> list[DataRequest]:
        is_own = period == self.period
        last = indicator.newest_value(place)
        request, is_new = DataRequest.objects.get_or_create(
            round=self,
            indicator=indicator,
            place=place,
            partner=indicator.delivered_by,
            period_start=None if is_own else period.starts_on,
            period_end=None if is_own else period.ends_on,
            defaults={
                "due_on": self.due_on,
                "last_value": last.value if last else None,
                "last_period_end": last.period_end if last else None,
                "is_example": self.is_example,
            },
        )
        return [request] if is_new else []

    @transition(
        state,
        RoundState.EXPECTED,
        RoundState.AGREED,
        permission=RUN_ROUND,
        label=_("Agreed with LBF"),
    )
    def agree(self, *, by: User, at: datetime, reason: str = "") -> None:
        """LBF has agreed to the round; partners are asked for their values."""
        self.agreed_on = timezone.localdate(at)
        self.make_requests(
            self.programme.activities.filter(state=ActivityState.LAUNCHED)
        )

    @transition(
        state,
        RoundState.AGREED,
        RoundState.EXPECTED,
        permission=RUN_ROUND,
        label=_("No longer agreed"),
        needs_reason=True,
    )
    def withdraw(self, *, by: User, at: datetime, reason: str = "") -> None:
        """The agreement no longer holds; nobody is reminded."""
        self.agreed_on = None

    @transition(
        state,
        RoundState.AGREED,
        RoundState.SUBMITTED,
        permission=RUN_ROUND,
        label=_("Submit"),
        guards=[guards.every_value_is_approved],
    )
    def submit(self, *, by: User, at: datetime, reason: str = "") -> None:
        """The round is handed in."""

    @transition(
        state,
        RoundState.SUBMITTED,
        RoundState.AGREED,
        permission=RUN_ROUND,
        label=_("Return"),
        needs_reason=True,
    )
    def send_back(self, *, by: User, at: datetime, reason: str = "") -> None:
        """The receiver asks for corrections."""

    @transition(
        state,
        RoundState.SUBMITTED,
        RoundState.APPROVED,
        permission=RUN_ROUND,
        label=_("Approve"),
    )
    def approve(self, *, by: User, at: datetime, reason: str = "") -> None:
        """The round is accepted; the next one of a recurring round is expected."""
        months = _MONTHS.get(Recurrence(self.recurrence))
        if months is None:
            return
        step = relativedelta(months=months)
        if self.due_on + step > self.programme.ends_on:
            return
        MonitoringRound.objects.get_or_create(
            programme=self.programme,
            kind=self.kind,
            title=self.title,
            period_start=self.period_start + step,
            defaults={
                # A period ends on the day before the next one begins, so that
                # month ends of different length stay month ends.
                "period_end": self.period_end + _DAY + step - _DAY,
                "due_on": self.due_on + step,
                "recurrence": self.recurrence,
                "responsible": self.responsible,
                "is_example": self.is_example,
            },
        )


class MonitoringRoundTransition(TransitionRecord):
    """One change of a monitoring round's state."""

    monitoring_round = models.ForeignKey(
        MonitoringRound, models.PROTECT, related_name="history"
    )

    class Meta(TransitionRecord.Meta):
        verbose_name = _("monitoring round transition")
        verbose_name_plural = _("monitoring round transitions")
        constraints = [
            models.UniqueConstraint(
                fields=["monitoring_round", "sequence"],
                name="monitoringroundtransition_is_numbered",
            ),
        ]
        triggers: list[Any] = record_triggers(
            table="rollout_monitoringroundtransition",
            of=MonitoringRound,
            subject="monitoring_round_id",
            disposable=True,
        )
