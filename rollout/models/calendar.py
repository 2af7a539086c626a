"""When a programme's people are away: own closing days and quiet periods."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from rollout.models.programme import Programme
from rollout.models.visibility import VisibleQuerySet
from workflows.schedule import HALF_DAYS, HalfDay, WorkingCalendar, danish_holidays


def holidays_in(year: int) -> dict[date, str]:
    """Return the days off in a Danish municipality, named in the active language.

    1 May and 5 June are among them, which are off from noon.
    """
    language = "en_US" if (get_language() or "").startswith("en") else "da"
    return danish_holidays(year, half_days=HALF_DAYS, language=language)


class ClosingKind(models.TextChoices):
    """What stops in the period."""

    CLOSED = "closed", _("closed: no working days")
    QUIET = "quiet", _("quiet: work goes on, no reminders")


class ClosingPeriodQuerySet(VisibleQuerySet["ClosingPeriod"]):
    """Closing periods and their filters."""

    def working_calendar(
        self, *, half_days: frozenset[HalfDay] = frozenset()
    ) -> WorkingCalendar:
        """Return the calendar of working days with these closing days taken out."""
        closed = {
            period.starts_on + timedelta(days=n)
            for period in self.filter(kind=ClosingKind.CLOSED)
            for n in range((period.ends_on - period.starts_on).days + 1)
        }
        return WorkingCalendar(closed=frozenset(closed), half_days=half_days)


class ClosingPeriod(models.Model):
    """A span of days, first and last included, that changes the working calendar."""

    programme = models.ForeignKey(
        Programme,
        models.CASCADE,
        related_name="closing_periods",
        verbose_name=_("programme"),
    )
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=8, choices=ClosingKind)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    is_example = models.BooleanField(_("example"), default=False, editable=False)

    objects = ClosingPeriodQuerySet.as_manager()

    class Meta:
        verbose_name = _("closing period")
        verbose_name_plural = _("closing periods")
        ordering = ["programme", "starts_on"]
        constraints = [
            models.CheckConstraint(
                name="closingperiod_is_in_order",
                condition=Q(starts_on__lte=F("ends_on")),
            ),
        ]

    def __str__(self) -> str:
        return self.name
