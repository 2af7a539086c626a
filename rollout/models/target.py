"""What an indicator is to reach, and the programme's own periods of measuring."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from rollout.models.objective import Indicator
from rollout.models.places import Place
from rollout.models.programme import Programme
from rollout.models.visibility import VisibleQuerySet
from rollout.periods import Period


class ReportingPeriodQuerySet(VisibleQuerySet["ReportingPeriod"]):
    """Reporting periods and their filters."""


class ReportingPeriod(models.Model):
    """A period of the programme's own, for what is measured in such periods."""

    programme = models.ForeignKey(
        Programme,
        models.CASCADE,
        related_name="reporting_periods",
        verbose_name=_("programme"),
    )
    name = models.CharField(_("name"), max_length=120)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))

    objects = ReportingPeriodQuerySet.as_manager()

    class Meta:
        verbose_name = _("reporting period")
        verbose_name_plural = _("reporting periods")
        ordering = ["programme", "starts_on", "ends_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "starts_on", "ends_on"],
                name="reportingperiod_is_unique",
            ),
            models.CheckConstraint(
                name="reportingperiod_is_in_order",
                condition=Q(starts_on__lte=F("ends_on")),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def period(self) -> Period:
        """Its days."""
        return Period(self.starts_on, self.ends_on)


class TargetQuerySet(VisibleQuerySet["Target"]):
    """Targets and their filters."""

    programme_path = "indicator__objective__focus_area__programme"


class Target(models.Model):
    """The value that an indicator is to reach in a period, in one place or in all."""

    indicator = models.ForeignKey(
        Indicator,
        models.CASCADE,
        related_name="targets",
        verbose_name=_("indicator"),
    )
    place = models.ForeignKey(
        Place,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="targets",
        verbose_name=_("place"),
    )
    period_start = models.DateField(_("period from"))
    period_end = models.DateField(_("period to"))
    value = models.DecimalField(_("target"), max_digits=14, decimal_places=4)
    note = models.CharField(_("note"), max_length=300, blank=True)

    objects = TargetQuerySet.as_manager()

    class Meta:
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        ordering = ["indicator", "period_end", "place"]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "place", "period_start", "period_end"],
                nulls_distinct=False,
                name="target_is_unique",
            ),
            models.CheckConstraint(
                name="target_period_is_in_order",
                condition=Q(period_start__lte=F("period_end")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator}: {self.value}"

    @property
    def programme(self) -> Programme:
        """The programme that set the target."""
        return self.indicator.programme

    @property
    def period(self) -> Period:
        """The days that it covers."""
        return Period(self.period_start, self.period_end)

    def is_for(self, place: int | None, period: Period) -> bool:
        """Say whether a value of the indicator, there and then, is to reach it.

        What is counted adds up over places and over time, so it compares with the
        target of its own place and period; what was counted from the start, with that
        of the day it is counted to. A share of a part compares with that of the whole.
        """
        if self.indicator.is_share:
            is_there = self.place_id in {place, None}
            days = self.period
            return is_there and period.starts_on in days and period.ends_on in days
        is_then = period.ends_on == self.period_end and (
            self.indicator.is_cumulative or period.starts_on == self.period_start
        )
        return is_then and self.place_id == place


def target_for(
    targets: Iterable[Target], place: int | None, period: Period
) -> Decimal | None:
    """Return what an indicator's value was to reach there and then; None for nothing.

    The place's own target comes before that for all places, a shorter period's before
    a longer one's. Each target has its indicator at hand.
    """
    fitting = [one for one in targets if one.is_for(place, period)]
    fitting.sort(
        key=lambda one: (one.place_id is None, one.period_end - one.period_start)
    )
    return fitting[0].value if fitting else None
