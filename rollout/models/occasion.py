"""What comes back every year: the fixed points of the year wheel (årshjul)."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rollout.models.programme import Programme
from rollout.models.visibility import VisibleQuerySet

#: A day of any year: month and day, such as 06-30.
_DAY_OF_YEAR = r"^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"
_is_day_of_year = RegexValidator(
    _DAY_OF_YEAR, _("Write month and day with two digits each, such as 06-30.")
)


class OccasionKind(models.TextChoices):
    """Whose rhythm it belongs to."""

    AGREEMENT = "agreement", _("agreement with LBF")
    BOARD = "board", _("board")
    BUDGET = "budget", _("municipal budget")
    SCHOOL = "school", _("school")
    DATA = "data", _("figures")
    OTHER = "other", _("other")


class OccasionQuerySet(VisibleQuerySet["Occasion"]):
    """Occasions and their filters."""


class Occasion(models.Model):
    """Something that comes back every year, on a day or over some weeks.

    Unlike a monitoring round it reminds nobody; it only shows in the year wheel.
    """

    programme = models.ForeignKey(
        Programme, models.CASCADE, related_name="occasions", verbose_name=_("programme")
    )
    title = models.CharField(_("title"), max_length=200)
    kind = models.CharField(_("kind"), max_length=10, choices=OccasionKind)
    first = models.CharField(_("first day"), max_length=5, validators=[_is_day_of_year])
    #: In the next calendar year where it lies before the first day.
    last = models.CharField(_("last day"), max_length=5, validators=[_is_day_of_year])
    #: Suggested by us, and not confirmed by those whose rhythm it is.
    is_proposal = models.BooleanField(_("proposal"), default=False)
    source = models.CharField(_("source"), max_length=300, blank=True)

    objects = OccasionQuerySet.as_manager()

    class Meta:
        verbose_name = _("fixed point of the year")
        verbose_name_plural = _("fixed points of the year")
        ordering = ["programme", "first", "title"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "title", "first"], name="occasion_is_unique"
            ),
            models.CheckConstraint(
                name="occasion_first_is_a_day", condition=Q(first__regex=_DAY_OF_YEAR)
            ),
            models.CheckConstraint(
                name="occasion_last_is_a_day", condition=Q(last__regex=_DAY_OF_YEAR)
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def days_from(self, start: date) -> tuple[date, date]:
        """Return its first and last day in the twelve months that begin on ``start``.

        What begins in them may end after them.
        """
        first = _next(self.first, start)
        return first, _next(self.last, first)


def _next(text: str, start: date) -> date:
    """Return the day on or after ``start``; the last one where a month is too short."""
    month, day = (int(part) for part in text.split("-"))
    found = _on(start.year, month, day)
    return found if found >= start else _on(start.year + 1, month, day)


def _on(year: int, month: int, day: int) -> date:
    return date(year, month, min(day, monthrange(year, month)[1]))
