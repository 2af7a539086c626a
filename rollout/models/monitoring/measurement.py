"""Values: who delivered and approved each, and whether it may be shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pgtrigger
from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from rollout.models.objective import Indicator
from rollout.models.people import User
from rollout.models.places import Place
from rollout.models.programme import Programme
from rollout.models.protection import protect
from rollout.models.visibility import VisibleQuerySet
from rollout.periods import Period
from workflows.models import VersionedModel
from workflows.triggers import version_trigger

if TYPE_CHECKING:
    from rollout.models.monitoring.request import DataRequest, DataRequestQuerySet


class MeasurementStatus(models.TextChoices):
    """Where a value stands."""

    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("submitted")
    APPROVED = "approved", _("approved")
    RETURNED = "returned", _("returned")


class MeasurementQuerySet(VisibleQuerySet["Measurement"]):
    """Measurements and their filters."""

    programme_path = "indicator__objective__focus_area__programme"
    partner_paths = ("data_request__partner", "indicator__delivered_by")

    def answering(self, requests: DataRequestQuerySet) -> MeasurementQuerySet:
        """Keep those that answer one of these requests."""
        return self.filter(pk__in=requests.values("answering__measurement"))


class Measurement(VersionedModel):
    """One value of an indicator for a period, a place and a band or group."""

    indicator = models.ForeignKey(
        Indicator,
        models.PROTECT,
        related_name="measurements",
        verbose_name=_("indicator"),
    )
    place = models.ForeignKey(
        Place,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="measurements",
        verbose_name=_("place"),
    )
    #: One of the indicator's age bands or other groups; empty for all together.
    band = models.CharField(_("age band or group"), max_length=20, blank=True)
    period_start = models.DateField(_("period from"))
    period_end = models.DateField(_("period to"))
    value = models.DecimalField(_("value"), max_digits=14, decimal_places=4)
    comment = models.TextField(_("comment"), blank=True)
    evidence_url = models.URLField(_("link to evidence"), blank=True)
    evidence = models.FileField(_("evidence"), upload_to="measurements/", blank=True)
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=MeasurementStatus,
        default=MeasurementStatus.DRAFT,
    )
    returned_reason = models.TextField(_("why it was returned"), blank=True)
    submitted_by = models.ForeignKey(
        User,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("submitted by"),
    )
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True)
    approved_by = models.ForeignKey(
        User,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("approved by"),
    )
    approved_at = models.DateTimeField(_("approved at"), null=True, blank=True)
    frozen_at = models.DateTimeField(
        _("frozen at"), null=True, blank=True, editable=False
    )
    #: What it was last delivered for. It answers every round's request for its number:
    #: :class:`rollout.models.monitoring.answering.Answering`.
    data_request: models.OneToOneField[DataRequest | None, DataRequest | None] = (
        models.OneToOneField(
            "rollout.DataRequest",
            models.SET_NULL,
            null=True,
            blank=True,
            related_name="delivered",
            verbose_name=_("data request"),
        )
    )
    #: Hidden like a small number, because one would follow from it; kept up to date by
    #: :func:`rollout.models.protection.protect`.
    is_withheld = models.BooleanField(default=False, db_default=False, editable=False)
    is_example = models.BooleanField(_("example"), default=False, editable=False)

    objects = MeasurementQuerySet.as_manager()

    class Meta:
        verbose_name = _("measurement")
        verbose_name_plural = _("measurements")
        ordering = ["indicator", "-period_end", "place"]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "place", "band", "period_start", "period_end"],
                nulls_distinct=False,
                name="measurement_is_unique",
            ),
            models.CheckConstraint(
                name="measurement_period_is_in_order",
                condition=Q(period_start__lte=F("period_end")),
            ),
            models.CheckConstraint(
                name="measurement_approved_has_a_time",
                condition=~Q(status=MeasurementStatus.APPROVED)
                | Q(approved_at__isnull=False),
            ),
            models.CheckConstraint(
                name="measurement_returned_has_a_reason",
                condition=~Q(status=MeasurementStatus.RETURNED)
                | ~Q(returned_reason=""),
            ),
        ]
        triggers = [
            version_trigger(),
            # What becomes of others may hide a frozen value, and nothing else.
            pgtrigger.Protect(
                name="frozen_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.frozen_at IS NOT NULL AND NOT OLD.is_example"
                    " AND to_jsonb(OLD) - ARRAY['is_withheld', 'version']"
                    " IS DISTINCT FROM to_jsonb(NEW) - ARRAY['is_withheld', 'version']"
                ),
            ),
            pgtrigger.Protect(
                name="frozen_is_kept",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Q(
                    old__frozen_at__isnull=False, old__is_example=False
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator}: {self.value}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the value, and hide what would now give a small number away."""
        with transaction.atomic():
            super().save(*args, **kwargs)
            protect(self.indicator, self.period)
        self.is_withheld = Measurement.objects.values_list(
            "is_withheld", flat=True
        ).get(pk=self.pk)

    @property
    def programme(self) -> Programme:
        """The programme whose value this is."""
        return self.indicator.programme

    @property
    def period(self) -> Period:
        """The days that the value covers."""
        return Period(self.period_start, self.period_end)
