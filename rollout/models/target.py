"""What an indicator is to reach, and the programme's own periods of measuring."""

from __future__ import annotations

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
