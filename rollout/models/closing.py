"""What becomes of values once they are reported: locks, late entries, corrections."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rollout.models.monitoring import Measurement
from rollout.models.people import Partner, User
from rollout.models.programme import Programme
from rollout.models.visibility import VisibleQuerySet
from rollout.periods import Period
from workflows.triggers import written_once


class PeriodLockQuerySet(VisibleQuerySet["PeriodLock"]):
    """Locks and their filters."""

    def holding(self, period: Period) -> PeriodLockQuerySet:
        """Keep those under which values of the period are."""
        return self.filter(until__gte=period.ends_on)


class PeriodLock(models.Model):
    """Closes every period that ended by a day: its values are entered no more."""

    programme = models.OneToOneField(
        Programme,
        models.CASCADE,
        related_name="period_lock",
        verbose_name=_("programme"),
    )
    until = models.DateField(_("periods that end on or before"))
    reason = models.CharField(_("why"), max_length=300, blank=True)
    locked_by = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="+", verbose_name=_("locked by")
    )
    locked_at = models.DateTimeField(_("locked at"))

    objects = PeriodLockQuerySet.as_manager()

    class Meta:
        verbose_name = _("period lock")
        verbose_name_plural = _("period locks")

    def __str__(self) -> str:
        return f"{self.programme}: {self.until}"


class LateEntryQuerySet(VisibleQuerySet["LateEntry"]):
    """Permissions to enter late, and their filters."""

    partner_paths = ("partner",)

    def open_for(self, partner: int | None, *, on: date) -> LateEntryQuerySet:
        """Keep those that let a partner, or everybody, enter values on this day."""
        return self.filter(Q(partner=None) | Q(partner=partner), until__gte=on)


class LateEntry(models.Model):
    """Lets one partner, or everybody, enter values of locked periods for a while."""

    programme = models.ForeignKey(
        Programme,
        models.CASCADE,
        related_name="late_entries",
        verbose_name=_("programme"),
    )
    partner = models.ForeignKey(
        Partner,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="late_entries",
        verbose_name=_("partner"),
    )
    until = models.DateField(_("allowed until"))
    reason = models.CharField(_("why"), max_length=300)
    allowed_by = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="+", verbose_name=_("allowed by")
    )
    allowed_at = models.DateTimeField(_("allowed at"))

    objects = LateEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("late entry")
        verbose_name_plural = _("late entries")
        ordering = ["programme", "-until", "-pk"]

    def __str__(self) -> str:
        return f"{self.partner or self.programme}: {self.until}"


class MeasurementCorrectionQuerySet(VisibleQuerySet["MeasurementCorrection"]):
    """Corrections and their filters."""

    programme_path = "measurement__indicator__objective__focus_area__programme"
    partner_paths = ("measurement__data_request__partner",)


class MeasurementCorrection(models.Model):
    """What a value was before it was changed or returned, and why that was done."""

    measurement = models.ForeignKey(
        Measurement,
        models.CASCADE,
        related_name="corrections",
        verbose_name=_("measurement"),
    )
    value_before = models.DecimalField(
        _("value before"), max_digits=14, decimal_places=4
    )
    #: None where the value was returned and not yet changed.
    value_after = models.DecimalField(
        _("value after"), max_digits=14, decimal_places=4, null=True
    )
    reason = models.TextField(_("reason"))
    by = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("at"))

    objects = MeasurementCorrectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        ordering = ["measurement", "-at", "-pk"]
        triggers = written_once("value_before", "value_after", "reason", "at")

    def __str__(self) -> str:
        return f"{self.value_before} → {self.value_after or '?'}"

    @property
    def programme(self) -> Programme:
        """The programme whose value was corrected."""
        return self.measurement.programme
