"""Monitoring by agreement with LBF: rounds, what they ask of whom, and the answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

import pgtrigger
from dateutil.relativedelta import relativedelta
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField

from rollout import guards
from rollout.models.activity import Activity, ActivityState
from rollout.models.people import Partner, User
from rollout.models.places import Place
from rollout.models.programme import Indicator, Programme
from rollout.models.protection import protect
from rollout.models.visibility import VisibleQuerySet
from rollout.periods import Period, periods_ending_in
from workflows.machine import transition
from workflows.models import StatefulModel, TransitionRecord, VersionedModel
from workflows.triggers import record_triggers, state_triggers, version_trigger

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
    state = FSMField(
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
        request, is_new = DataRequest.objects.get_or_create(
            round=self,
            indicator=indicator,
            place=place,
            partner=indicator.delivered_by,
            period_start=None if is_own else period.starts_on,
            period_end=None if is_own else period.ends_on,
            defaults={
                "due_on": self.due_on,
                "last_value": indicator.latest_value(place),
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


class DataRequestQuerySet(VisibleQuerySet["DataRequest"]):
    """Data requests and their filters."""

    programme_path = "round__programme"
    partner_paths = ("partner",)

    def unapproved(self) -> DataRequestQuerySet:
        """Keep those whose value is missing, unsent, returned or not yet approved."""
        return self.exclude(measurement__status=MeasurementStatus.APPROVED)

    def unanswered(self) -> DataRequestQuerySet:
        """Keep those whose value is missing, unsent or returned."""
        given = [MeasurementStatus.SUBMITTED, MeasurementStatus.APPROVED]
        return self.exclude(measurement__status__in=given)

    def asking_for(
        self, indicator: Indicator, place: Place | None, period: Period
    ) -> DataRequestQuerySet:
        """Keep those that a value of a period, in a place as a whole, answers."""
        first, last = period.starts_on, period.ends_on
        own = Q(period_start=first, period_end=last)
        of_round = Q(
            period_start=None, round__period_start=first, round__period_end=last
        )
        return self.filter(own | of_round, indicator=indicator, place=place)

    def concerning(self, activity: Activity) -> DataRequestQuerySet:
        """Keep those on the activity's focus area and place, or a group over it."""
        places = [activity.place_id]
        parent = activity.place.parent
        while parent is not None:
            places.append(parent.pk)
            parent = parent.parent
        return self.filter(
            indicator__objective__focus_area=activity.initiative.focus_area_id,
            place__in=places,
        )


class DataRequest(VersionedModel):
    """One number asked of one partner in one round."""

    round = models.ForeignKey(
        MonitoringRound,
        models.CASCADE,
        related_name="data_requests",
        verbose_name=_("monitoring round"),
    )
    indicator = models.ForeignKey(
        Indicator,
        models.PROTECT,
        related_name="data_requests",
        verbose_name=_("indicator"),
    )
    place = models.ForeignKey(
        Place,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="data_requests",
        verbose_name=_("place"),
    )
    partner = models.ForeignKey(
        Partner,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="data_requests",
        verbose_name=_("partner"),
    )
    responsible = models.ForeignKey(
        User,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="data_requests",
        verbose_name=_("responsible person"),
    )
    #: The days that the number covers, where they are not the round's own.
    period_start = models.DateField(_("period from"), null=True, blank=True)
    period_end = models.DateField(_("period to"), null=True, blank=True)
    question = models.CharField(_("what is asked"), max_length=300, blank=True)
    due_on = models.DateField(_("due on"))
    last_value = models.DecimalField(
        _("last value"), max_digits=14, decimal_places=4, null=True, blank=True
    )
    is_example = models.BooleanField(_("example"), default=False, editable=False)

    objects = DataRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("data request")
        verbose_name_plural = _("data requests")
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "indicator", "place", "partner", "period_start"],
                nulls_distinct=False,
                name="datarequest_is_unique",
            ),
            models.CheckConstraint(
                name="datarequest_period_is_in_order",
                condition=Q(period_start=None, period_end=None)
                | Q(period_start__lte=F("period_end")),
            ),
        ]
        triggers = [version_trigger()]

    def __str__(self) -> str:
        return self.question or str(self.indicator)

    @property
    def programme(self) -> Programme:
        """The programme that asks."""
        return self.round.programme

    @property
    def period(self) -> Period:
        """The days that the number covers."""
        if self.period_start is None or self.period_end is None:
            return self.round.period
        return Period(self.period_start, self.period_end)


class MeasurementStatus(models.TextChoices):
    """Where a value stands."""

    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("submitted")
    APPROVED = "approved", _("approved")
    RETURNED = "returned", _("returned")


class MeasurementQuerySet(VisibleQuerySet["Measurement"]):
    """Measurements and their filters."""

    programme_path = "indicator__objective__focus_area__programme"
    partner_paths = ("data_request__partner", "indicator__delivered_by")


class Measurement(VersionedModel):
    """One value of an indicator for a period, a place and a band or group."""

    indicator = models.ForeignKey(
        Indicator,
        models.PROTECT,
        related_name="measurements",
        verbose_name=_("indicator"),
    )
    place = models.ForeignKey(
        Place,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="measurements",
        verbose_name=_("place"),
    )
    #: One of the indicator's age bands or other groups; empty for all together.
    band = models.CharField(_("age band or group"), max_length=20, blank=True)
    period_start = models.DateField(_("period from"))
    period_end = models.DateField(_("period to"))
    value = models.DecimalField(_("value"), max_digits=14, decimal_places=4)
    comment = models.TextField(_("comment"), blank=True)
    evidence_url = models.URLField(_("link to evidence"), blank=True)
    evidence = models.FileField(_("evidence"), upload_to="measurements/", blank=True)
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=MeasurementStatus,
        default=MeasurementStatus.DRAFT,
    )
    returned_reason = models.TextField(_("why it was returned"), blank=True)
    submitted_by = models.ForeignKey(
        User,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("submitted by"),
    )
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True)
    approved_by = models.ForeignKey(
        User,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("approved by"),
    )
    approved_at = models.DateTimeField(_("approved at"), null=True, blank=True)
    frozen_at = models.DateTimeField(
        _("frozen at"), null=True, blank=True, editable=False
    )
    data_request = models.OneToOneField(
        DataRequest,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="measurement",
        verbose_name=_("data request"),
    )
    #: Hidden like a small number, because one would follow from it; kept up to date by
    #: :func:`rollout.models.protection.protect`.
    is_withheld = models.BooleanField(default=False, db_default=False, editable=False)
    is_example = models.BooleanField(_("example"), default=False, editable=False)

    objects = MeasurementQuerySet.as_manager()

    class Meta:
        verbose_name = _("measurement")
        verbose_name_plural = _("measurements")
        ordering = ["indicator", "-period_end", "place"]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "place", "band", "period_start", "period_end"],
                nulls_distinct=False,
                name="measurement_is_unique",
            ),
            models.CheckConstraint(
                name="measurement_period_is_in_order",
                condition=Q(period_start__lte=F("period_end")),
            ),
            models.CheckConstraint(
                name="measurement_approved_has_a_time",
                condition=~Q(status=MeasurementStatus.APPROVED)
                | Q(approved_at__isnull=False),
            ),
            models.CheckConstraint(
                name="measurement_returned_has_a_reason",
                condition=~Q(status=MeasurementStatus.RETURNED)
                | ~Q(returned_reason=""),
            ),
        ]
        triggers = [
            version_trigger(),
            # What becomes of others may hide a frozen value, and nothing else.
            pgtrigger.Protect(
                name="frozen_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.frozen_at IS NOT NULL AND NOT OLD.is_example"
                    " AND to_jsonb(OLD) - ARRAY['is_withheld', 'version']"
                    " IS DISTINCT FROM to_jsonb(NEW) - ARRAY['is_withheld', 'version']"
                ),
            ),
            pgtrigger.Protect(
                name="frozen_is_kept",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Q(
                    old__frozen_at__isnull=False, old__is_example=False
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator}: {self.value}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the value, and hide what would now give a small number away."""
        with transaction.atomic():
            super().save(*args, **kwargs)
            protect(self.indicator, self.period)
        self.is_withheld = Measurement.objects.values_list(
            "is_withheld", flat=True
        ).get(pk=self.pk)

    @property
    def programme(self) -> Programme:
        """The programme whose value this is."""
        return self.indicator.programme

    @property
    def period(self) -> Period:
        """The days that the value covers."""
        return Period(self.period_start, self.period_end)
