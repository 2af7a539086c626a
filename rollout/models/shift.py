"""Who moved which dates together, when and why: the record of a shifted plan."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rollout.models.activity import Activity
from rollout.models.milestone import Milestone
from rollout.models.people import User
from rollout.models.places import Phase
from rollout.models.programme import Programme
from rollout.models.visibility import VisibleQuerySet


class DateKind(models.TextChoices):
    """Which date of the plan it is."""

    MILESTONE = "milestone", _("milestone")
    LAUNCH = "launch", _("planned launch")
    PHASE_START = "phase_start", _("first day of a phase")
    PHASE_END = "phase_end", _("last day of a phase")


class ShiftQuerySet(VisibleQuerySet["Shift"]):
    """Shifts and their filters."""

    partner_paths = (
        "dates__milestone__responsible_partner",
        "dates__activity__responsible_partner",
        "dates__activity__contributors",
    )


class Shift(models.Model):
    """One decision to move dates of the plan, with all that moved by it."""

    programme = models.ForeignKey(
        Programme, models.CASCADE, related_name="shifts", verbose_name=_("programme")
    )
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))
    reason = models.TextField(_("reason"), blank=True)

    objects = ShiftQuerySet.as_manager()

    class Meta:
        verbose_name = _("shift of dates")
        verbose_name_plural = _("shifts of dates")
        ordering = ["-at", "-pk"]
        triggers = [pgtrigger.Protect(name="shift_stays", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return f"{self.by} · {self.at:%Y-%m-%d}"


class ShiftedDateQuerySet(VisibleQuerySet["ShiftedDate"]):
    """Shifted dates and their filters."""

    programme_path = "shift__programme"
    partner_paths = (
        "milestone__responsible_partner",
        "activity__responsible_partner",
        "activity__contributors",
    )


def _names_its_owner() -> Q:
    """Say that a phase's date names the phase, and any other its activity."""
    phase = Q(kind__in=[DateKind.PHASE_START, DateKind.PHASE_END])
    of_phase = phase & Q(phase__isnull=False, activity=None, milestone=None)
    launch = Q(kind=DateKind.LAUNCH, phase=None, milestone=None)
    milestone = Q(kind=DateKind.MILESTONE, phase=None, milestone__isnull=False)
    return of_phase | (Q(activity__isnull=False) & (launch | milestone))


class ShiftedDate(models.Model):
    """One date that moved, from where to where."""

    shift = models.ForeignKey(
        Shift, models.CASCADE, related_name="dates", verbose_name=_("shift of dates")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=DateKind)
    milestone = models.ForeignKey(
        Milestone, models.CASCADE, null=True, related_name="shifted_dates"
    )
    #: The milestone's own, too, so that one look finds all that moved in an activity.
    activity = models.ForeignKey(
        Activity, models.CASCADE, null=True, related_name="shifted_dates"
    )
    phase = models.ForeignKey(
        Phase, models.CASCADE, null=True, related_name="shifted_dates"
    )
    before = models.DateField(_("from"), null=True)
    after = models.DateField(_("to"))

    objects = ShiftedDateQuerySet.as_manager()

    class Meta:
        verbose_name = _("shifted date")
        verbose_name_plural = _("shifted dates")
        ordering = ["shift", "after", "pk"]
        constraints = [
            models.CheckConstraint(
                name="shifteddate_names_its_owner", condition=_names_its_owner()
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="shifted_date_stays", operation=pgtrigger.Update)
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.before} → {self.after}"
