"""The programme and its focus areas, each with its sub-agreement."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from rollout.models.visibility import VisibleQuerySet
from rollout.names import refuse_unseen
from workflows.schedule import JUNE_5, MAY_1, HalfDay, WorkingCalendar

if TYPE_CHECKING:
    from rollout.models.people import Partner


class ProgrammeQuerySet(VisibleQuerySet["Programme"]):
    """Programmes and their filters."""

    programme_path = ""


class Programme(models.Model):
    """A community housing programme: one agreement with LBF over about four years."""

    code = models.SlugField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=200, validators=[refuse_unseen])
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
    name = models.CharField(_("name"), max_length=200, validators=[refuse_unseen])
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
