"""The numbers that rounds ask of partners."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from rollout.models.activity import Activity
from rollout.models.monitoring.measurement import Measurement, MeasurementStatus
from rollout.models.objective import Indicator
from rollout.models.people import Partner, User
from rollout.models.places import Place
from rollout.models.programme import Programme
from rollout.models.visibility import VisibleQuerySet
from rollout.periods import Period
from workflows.models import VersionedModel
from workflows.triggers import version_trigger

if TYPE_CHECKING:
    from rollout.models.monitoring.round import MonitoringRound


class DataRequestQuerySet(VisibleQuerySet["DataRequest"]):
    """Data requests and their filters."""

    programme_path = "round__programme"
    partner_paths = ("partner",)

    def unapproved(self) -> DataRequestQuerySet:
        """Keep those whose value is missing, unsent, returned or not yet approved."""
        approved = MeasurementStatus.APPROVED
        return self.exclude(answering__measurement__status=approved)

    def unanswered(self) -> DataRequestQuerySet:
        """Keep those whose value is missing, unsent or returned."""
        given = [MeasurementStatus.SUBMITTED, MeasurementStatus.APPROVED]
        return self.exclude(answering__measurement__status__in=given)

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
        while parent is not None and parent.pk not in places:
            places.append(parent.pk)
            parent = parent.parent
        return self.filter(
            indicator__objective__focus_area=activity.initiative.focus_area_id,
            place__in=places,
        )


class DataRequest(VersionedModel):
    """One number asked of one partner in one round."""

    round: models.ForeignKey[MonitoringRound, MonitoringRound] = models.ForeignKey(
        "rollout.MonitoringRound",
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
    #: The last day of the period that it is of, where that is known.
    last_period_end = models.DateField(
        _("last value's last day"), null=True, blank=True
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
            models.CheckConstraint(
                name="datarequest_only_a_last_value_has_a_last_day",
                condition=Q(last_period_end=None) | Q(last_value__isnull=False),
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
    def measurement(self) -> Measurement | None:
        """The value that answers it, whichever round that was delivered for."""
        try:
            return self.answering.measurement
        except ObjectDoesNotExist:
            return None

    @property
    def period(self) -> Period:
        """The days that the number covers."""
        if self.period_start is None or self.period_end is None:
            return self.round.period
        return Period(self.period_start, self.period_end)
