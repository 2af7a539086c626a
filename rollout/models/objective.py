"""What the programme is to reach, and how it is measured: objectives, indicators."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from rollout.models.programme import FocusArea, Programme
from rollout.models.visibility import VisibleQuerySet

if TYPE_CHECKING:
    from rollout.models.initiative import Initiative
    from rollout.models.monitoring import Measurement
    from rollout.models.people import Partner
    from rollout.models.places import Place


class Direction(models.TextChoices):
    """Which way a value should go. A threshold is strict: "below 6" is missed by 6."""

    INCREASE = "increase", _("should rise")
    DECREASE = "decrease", _("should fall")
    KEEP_BELOW = "keep_below", _("should stay below")


class ObjectiveQuerySet(VisibleQuerySet["Objective"]):
    """Objectives and their filters."""

    programme_path = "focus_area__programme"

    def in_order(self) -> ObjectiveQuerySet:
        """Sort them as the agreement does: by area, and among themselves."""
        return self.order_by(
            "focus_area__position", "focus_area__code", "position", "code"
        )


class Objective(models.Model):
    """An objective (delmål) set by LBF. Users add indicators, never objectives."""

    focus_area = models.ForeignKey(
        FocusArea,
        models.CASCADE,
        related_name="objectives",
        verbose_name=_("focus area"),
    )
    code = models.SlugField(_("code"), max_length=60)
    text = models.CharField(_("text"), max_length=400)
    direction = models.CharField(_("direction"), max_length=12, choices=Direction)
    threshold = models.DecimalField(
        _("threshold"), max_digits=14, decimal_places=4, null=True, blank=True
    )
    #: What the objective asks for besides its number.
    aim = models.CharField(_("aim"), max_length=300, blank=True)
    population = models.CharField(_("population"), max_length=200, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    places: models.ManyToManyField[Place, models.Model] = models.ManyToManyField(
        "rollout.Place",
        blank=True,
        related_name="objectives",
        verbose_name=_("places"),
    )
    source = models.CharField(_("source"), max_length=300, blank=True)

    objects = ObjectiveQuerySet.as_manager()

    class Meta:
        verbose_name = _("objective")
        verbose_name_plural = _("objectives")
        ordering = ["focus_area", "position", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["focus_area", "code"], name="objective_code_is_unique"
            ),
            models.CheckConstraint(
                name="objective_threshold_iff_keep_below",
                condition=Q(direction=Direction.KEEP_BELOW, threshold__isnull=False)
                | (~Q(direction=Direction.KEEP_BELOW) & Q(threshold=None)),
            ),
        ]

    def __str__(self) -> str:
        return self.text

    def get_absolute_url(self) -> str:
        """Return the path of the objective's page."""
        return reverse("rollout:objective", args=[self.pk])


class Rhythm(models.TextChoices):
    """How often an indicator is measured."""

    IRREGULAR = "irregular", _("irregularly")
    MONTHLY = "monthly", _("monthly")
    QUARTERLY = "quarterly", _("quarterly")
    HALF_YEARLY = "half_yearly", _("every half-year")
    SCHOOL_YEAR = "school_year", _("every school year")
    YEARLY = "yearly", _("every calendar year")
    CUSTOM = "custom", _("in the programme's own periods")


class AttendanceSum(models.TextChoices):
    """What of an attendance log an indicator adds up."""

    PARTICIPANTS = "participants", _("participants")
    SESSIONS = "sessions", _("times held")
    HOURS = "hours", _("hours")


class IndicatorQuerySet(VisibleQuerySet["Indicator"]):
    """Indicators and their filters."""

    programme_path = "objective__focus_area__programme"

    def in_order(self) -> IndicatorQuerySet:
        """Sort them as the agreement does: by area, objective, and among themselves."""
        return self.order_by(
            *("objective__focus_area__position", "objective__focus_area__code"),
            *("objective__position", "objective__code", "position", "code"),
        )


class Indicator(models.Model):
    """How an objective is measured. One objective has one or more."""

    objective = models.ForeignKey(
        Objective,
        models.CASCADE,
        related_name="indicators",
        verbose_name=_("objective"),
    )
    code = models.SlugField(_("code"), max_length=60)
    name = models.CharField(_("name"), max_length=200)
    unit = models.CharField(_("unit"), max_length=60)
    decimals = models.PositiveSmallIntegerField(_("decimals"), default=0)
    direction = models.CharField(_("direction"), max_length=12, choices=Direction)
    threshold = models.DecimalField(
        _("threshold"), max_digits=14, decimal_places=4, null=True, blank=True
    )
    is_share = models.BooleanField(_("is a share"), default=False)
    numerator = models.CharField(_("numerator"), max_length=200, blank=True)
    denominator = models.CharField(_("denominator"), max_length=200, blank=True)
    population = models.CharField(_("population"), max_length=200, blank=True)
    age_bands = ArrayField(
        models.CharField(max_length=20),
        default=list,
        blank=True,
        verbose_name=_("age bands"),
    )
    #: Another way to part the same total, such as girls and boys.
    groups = ArrayField(
        models.CharField(max_length=20),
        default=list,
        blank=True,
        verbose_name=_("other groups"),
    )
    places: models.ManyToManyField[Place, models.Model] = models.ManyToManyField(
        "rollout.Place",
        blank=True,
        related_name="indicators",
        verbose_name=_("places"),
    )
    source_of_data = models.CharField(_("source of data"), max_length=200, blank=True)
    rhythm = models.CharField(
        _("rhythm"), max_length=12, choices=Rhythm, default=Rhythm.IRREGULAR
    )
    is_cumulative = models.BooleanField(_("is cumulative"), default=False)
    baseline = models.DecimalField(
        _("baseline"), max_digits=14, decimal_places=4, null=True, blank=True
    )
    baseline_missing_reason = models.CharField(
        _("why there is no baseline"), max_length=200, blank=True
    )
    #: The initiative whose attendance log gives the values, and what of it is added up.
    attendance_of: models.ForeignKey[Initiative | None, Initiative | None] = (
        models.ForeignKey(
            "rollout.Initiative",
            models.SET_NULL,
            null=True,
            blank=True,
            related_name="indicators",
            verbose_name=_("attendance log of"),
        )
    )
    attendance_sum = models.CharField(
        _("what is added up"), max_length=12, choices=AttendanceSum, blank=True
    )
    #: True until the parties have agreed that this is how they measure.
    is_proposal = models.BooleanField(_("is a proposal"), default=False)
    delivered_by: models.ForeignKey[Partner | None, Partner | None] = models.ForeignKey(
        "rollout.Partner",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="indicators",
        verbose_name=_("delivered by"),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    source = models.CharField(_("source"), max_length=300, blank=True)

    objects = IndicatorQuerySet.as_manager()

    class Meta:
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")
        ordering = ["objective", "position", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["objective", "code"], name="indicator_code_is_unique"
            ),
            models.CheckConstraint(
                name="indicator_threshold_iff_keep_below",
                condition=Q(direction=Direction.KEEP_BELOW, threshold__isnull=False)
                | (~Q(direction=Direction.KEEP_BELOW) & Q(threshold=None)),
            ),
            models.CheckConstraint(
                name="indicator_baseline_or_reason",
                condition=Q(baseline__isnull=False) | ~Q(baseline_missing_reason=""),
            ),
            models.CheckConstraint(
                name="indicator_has_at_most_four_decimals",
                condition=Q(decimals__lte=4),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def programme(self) -> Programme:
        """The programme that measures it."""
        return self.objective.focus_area.programme

    @property
    def lacks_definition(self) -> bool:
        """Whether it is a share of which nobody has said what is counted of what."""
        return self.is_share and not (self.numerator and self.denominator)

    @property
    def bands(self) -> list[str]:
        """Every part of the population for which a value can be kept."""
        return [*self.age_bands, *self.groups]

    def is_met_by(self, value: Decimal, target: Decimal | None = None) -> bool | None:
        """Say whether a value reaches its threshold or target; None without either.

        A threshold is strict: what should stay below 6 is missed by 6.
        """
        if self.direction == Direction.KEEP_BELOW and self.threshold is not None:
            return value < self.threshold
        if target is None:
            return None
        return (
            value >= target if self.direction == Direction.INCREASE else value <= target
        )

    def newest_value(self, place: Place | None) -> Measurement | None:
        """Return the newest approved value for the place as a whole, if any."""
        approved = self.measurements.filter(place=place, band="", status="approved")
        return approved.order_by("-period_end").first()
