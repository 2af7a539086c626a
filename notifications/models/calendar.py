"""Working days as a table, so that "20 working days before" is a join, not a loop."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rollout.models import Programme


class DayOff(models.TextChoices):
    """Why nobody is reminded on a day."""

    WEEKEND = "weekend", _("weekend")
    HOLIDAY = "holiday", _("public holiday")
    CLOSED = "closed", _("closed")
    QUIET = "quiet", _("quiet period")


class Calendar(models.Model):
    """The days of one programme with closing periods of its own, or of all others."""

    #: Empty for the national calendar, which every other programme shares.
    programme = models.OneToOneField(
        Programme,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("programme"),
    )
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    #: Digest of everything the days were computed from; a refresh compares it.
    fingerprint = models.CharField(max_length=64, editable=False)

    class Meta:
        verbose_name = _("calendar")
        verbose_name_plural = _("calendars")
        constraints = [
            models.UniqueConstraint(
                fields=["programme"],
                nulls_distinct=False,
                name="calendar_is_one_per_programme",
            ),
        ]

    def __str__(self) -> str:
        return str(self.programme or _("national calendar"))

    def nearest(self, day: date) -> date:
        """Return the day itself, or the end of the calendar that is nearest to it."""
        return max(self.first_day, min(self.last_day, day))


class CalendarDay(models.Model):
    """One day of a calendar."""

    calendar = models.ForeignKey(
        Calendar,
        models.CASCADE,
        # Both indexes below begin with it.
        db_index=False,
        related_name="days",
        verbose_name=_("calendar"),
    )
    day = models.DateField(_("day"))
    is_working = models.BooleanField(_("working day"))
    #: Whether work goes on but nobody is reminded.
    is_quiet = models.BooleanField(_("quiet"))
    #: Number of working days from the calendar's first day to this one, inclusive.
    working_index = models.IntegerField(_("working day number"))
    #: Empty on a day on which people are reminded.
    off = models.CharField(_("off"), max_length=8, choices=DayOff, blank=True)
    #: The holiday's Danish name, or the closing period's own.
    name = models.CharField(_("name"), max_length=120, blank=True)
    #: This day or the last one before it on which people are reminded.
    send_before = models.DateField()
    #: This day or the first one after it on which people are reminded.
    send_after = models.DateField()

    class Meta:
        verbose_name = _("calendar day")
        verbose_name_plural = _("calendar days")
        ordering = ["calendar", "day"]
        constraints = [
            models.UniqueConstraint(
                fields=["calendar", "day"], name="calendarday_is_unique"
            ),
            models.CheckConstraint(
                name="calendarday_send_days_enclose_it",
                condition=Q(send_before__lte=models.F("day"))
                & Q(send_after__gte=models.F("day")),
            ),
        ]
        indexes = [
            # Planning looks up "the n-th working day from the due date".
            models.Index(
                fields=["calendar", "working_index"],
                name="calendarday_working_by_index",
                condition=Q(is_working=True),
            ),
        ]

    def __str__(self) -> str:
        return self.day.isoformat()
