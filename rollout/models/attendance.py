"""The attendance log of an activity: how many came, for how long, and no names."""

from __future__ import annotations

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rollout.models.activity import Activity
from rollout.models.people import User
from rollout.models.programme import Programme
from rollout.models.visibility import VisibleQuerySet
from workflows.models import VersionedModel
from workflows.triggers import version_trigger


class AttendanceQuerySet(VisibleQuerySet["Attendance"]):
    """Entries of attendance logs and their filters."""

    programme_path = "activity__programme"
    partner_paths = ("activity__responsible_partner", "activity__contributors")


class Attendance(VersionedModel):
    """One time that an activity was held."""

    activity = models.ForeignKey(
        Activity,
        models.CASCADE,
        related_name="attendances",
        verbose_name=_("activity"),
    )
    held_on = models.DateField(_("held on"))
    hours = models.DecimalField(
        _("hours"),
        max_digits=6,
        decimal_places=2,
        default=0,
        validators=[MinValueValidator(0)],
    )
    #: How many came, by age band; the empty name is for those of whom no band is known.
    participants = models.JSONField(_("participants"), default=dict)
    note = models.CharField(_("note"), max_length=300, blank=True)
    noted_by = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="+", verbose_name=_("noted by")
    )
    noted_at = models.DateTimeField(_("noted at"))

    objects = AttendanceQuerySet.as_manager()

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendances")
        ordering = ["activity", "-held_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="attendance_hours_are_not_negative", condition=Q(hours__gte=0)
            ),
        ]
        indexes = [
            # The sums of an activity over a period.
            models.Index(fields=["activity", "held_on"], name="attendance_by_day"),
        ]
        triggers = [version_trigger()]

    def __str__(self) -> str:
        return f"{self.activity} {self.held_on}"

    @property
    def programme(self) -> Programme:
        """The programme whose activity was held."""
        return self.activity.programme

    @property
    def total(self) -> int:
        """How many came in all."""
        return sum(self.participants.values())
