"""The programme and what its agreements say: focus areas, objectives, indicators."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from rollout.models.visibility import VisibleQuerySet
from workflows.schedule import JUNE_5, MAY_1, HalfDay, WorkingCalendar

if TYPE_CHECKING:
    from rollout.models.initiative import Initiative
    from rollout.models.people import Partner
    from rollout.models.places import Place


class ProgrammeQuerySet(VisibleQuerySet["Programme"]):
    """Programmes and their filters."""

    programme_path = ""


class Programme(models.Model):
    """A community housing programme: one agreement with LBF over about four years."""

    code = models.SlugField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=200)
    municipality = models.CharField(_("municipality"), max_length=100)
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"))
    #: True where the agreement names no end date.
    ends_on_is_assumed = models.BooleanField(_("end date is assumed"), default=False)
    decided_on = models.DateField(_("decided on"), null=True, blank=True)
    predecessor = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="successors",
        verbose_name=_("continues"),
    )
    description = models.TextField(_("description"), blank=True)
    source = models.CharField(_("source"), max_length=300, blank=True)
    # By the municipal agreement both are off from noon: a working day or not.
    has_may_1_off = models.BooleanField(
        _("1 May is a day off"), default=False, db_default=False
    )
    has_june_5_off = models.BooleanField(
        _("5 June is a day off"), default=False, db_default=False
    )

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")
        constraints = [
            models.CheckConstraint(
                name="programme_starts_before_it_ends",
                condition=Q(starts_on__lt=F("ends_on")),
            ),
            models.CheckConstraint(
                name="programme_is_not_its_own_predecessor",
                condition=Q(predecessor=None) | ~Q(predecessor=F("id")),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def half_days_off(self) -> frozenset[HalfDay]:
        """Which of the days that are off from noon are no working days here."""
        chosen = {MAY_1: self.has_may_1_off, JUNE_5: self.has_june_5_off}
        return frozenset(day for day, is_off in chosen.items() if is_off)

    def working_calendar(self) -> WorkingCalendar:
        """Return the calendar of this programme's working days."""
        periods = self.closing_periods.all()
        return periods.working_calendar(half_days=self.half_days_off)


class FocusAreaQuerySet(VisibleQuerySet["FocusArea"]):
    """Focus areas and their filters."""


class FocusArea(models.Model):
    """One of the areas of the agreement (indsatsområde), with its sub-agreement."""

    programme = models.ForeignKey(
        Programme,
        models.CASCADE,
        related_name="focus_areas",
        verbose_name=_("programme"),
    )
    code = models.SlugField(_("code"), max_length=60)
    name = models.CharField(_("name"), max_length=200)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    departments: models.ManyToManyField[Partner, models.Model] = models.ManyToManyField(
        "rollout.Partner",
        blank=True,
        related_name="focus_areas",
        verbose_name=_("departments that take part"),
    )
    #: Set when an activity was adjusted; cleared by a new version of the agreement.
    sub_agreement_outdated_since = models.DateField(
        _("sub-agreement to be updated since"), null=True, blank=True
    )
    sub_agreement_outdated_reason = models.TextField(
        _("why the sub-agreement is to be updated"), blank=True
    )
    source = models.CharField(_("source"), max_length=300, blank=True)

    objects = FocusAreaQuerySet.as_manager()

    class Meta:
        verbose_name = _("focus area")
        verbose_name_plural = _("focus areas")
        ordering = ["programme", "position", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "code"], name="focusarea_code_is_unique"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the path of the focus area's page."""
        return reverse("rollout:focus_area", args=[self.pk])


class SubAgreementQuerySet(VisibleQuerySet["SubAgreement"]):
    """Versions of sub-agreements and their filters."""

    programme_path = "focus_area__programme"


class SubAgreement(models.Model):
    """One version of a focus area's sub-agreement; LBF may ask for the valid one."""

    focus_area = models.ForeignKey(
        FocusArea,
        models.CASCADE,
        related_name="sub_agreements",
        verbose_name=_("focus area"),
    )
    number = models.PositiveSmallIntegerField(_("version"))
    valid_from = models.DateField(_("valid from"))
    document = models.FileField(_("document"), upload_to="sub-agreements/", blank=True)
    url = models.URLField(_("link"), blank=True)
    summary = models.TextField(_("what changed"), blank=True)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("added by"),
    )
    added_at = models.DateTimeField(_("added"), null=True, blank=True, editable=False)

    objects = SubAgreementQuerySet.as_manager()

    class Meta:
        verbose_name = _("sub-agreement")
        verbose_name_plural = _("sub-agreements")
        ordering = ["focus_area", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["focus_area", "number"], name="subagreement_number_is_unique"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.focus_area} v{self.number}"


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

    def latest_value(self, place: Place | None) -> Decimal | None:
        """Return the newest approved value for the place as a whole, if any."""
        value: Decimal | None = (
            self.measurements.filter(place=place, band="", status="approved")
            .order_by("-period_end")
            .values_list("value", flat=True)
            .first()
        )
        return value
