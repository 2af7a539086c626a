"""What an activity came to: evaluations with a conclusion, and grants that widen it."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from rollout.models.activity import Activity
from rollout.models.monitoring import (
    DataRequest,
    Measurement,
    MeasurementStatus,
    MonitoringRound,
)
from rollout.models.people import User
from rollout.models.programme import Programme
from rollout.models.protection import lock_values
from rollout.models.visibility import VisibleQuerySet
from workflows.models import VersionedModel
from workflows.triggers import version_trigger, written_once


class Conclusion(models.TextChoices):
    """What follows from an evaluation."""

    CONTINUES = "continues", _("continues")
    ADJUSTS = "adjusts", _("is adjusted")
    WIDENS = "widens", _("is widened")
    ENDS = "ends", _("ends")


class EvaluationQuerySet(VisibleQuerySet["Evaluation"]):
    """Evaluations and their filters."""

    programme_path = "activity__programme"
    partner_paths = ("activity__responsible_partner", "activity__contributors")

    def approved(self) -> EvaluationQuerySet:
        """Keep those that a second person has approved."""
        return self.filter(approved_on__isnull=False)


class Evaluation(VersionedModel):
    """The assessment of an activity at the end of a cycle; four eyes approve it."""

    activity = models.ForeignKey(
        Activity,
        models.CASCADE,
        related_name="evaluations",
        verbose_name=_("activity"),
    )
    round = models.ForeignKey(
        MonitoringRound,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="evaluations",
        verbose_name=_("monitoring round"),
    )
    conclusion = models.CharField(
        _("conclusion"), max_length=10, choices=Conclusion, blank=True
    )
    summary = models.TextField(_("summary"), blank=True)
    done = models.TextField(_("what was done"), blank=True)
    reach = models.TextField(_("whom it reached"), blank=True)
    assessment = models.TextField(_("assessment"), blank=True)
    next_step = models.TextField(_("next step"), blank=True)
    #: Values against targets as they stood when it was approved; the system fills them.
    values = models.JSONField(_("values"), default=list, blank=True, editable=False)
    written_by = models.ForeignKey(
        User,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("written by"),
    )
    approved_by = models.ForeignKey(
        User,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("approved by"),
    )
    approved_on = models.DateField(_("approved on"), null=True, blank=True)
    frozen_at = models.DateTimeField(
        _("frozen at"), null=True, blank=True, editable=False
    )
    is_example = models.BooleanField(_("example"), default=False, editable=False)

    objects = EvaluationQuerySet.as_manager()

    class Meta:
        verbose_name = _("evaluation")
        verbose_name_plural = _("evaluations")
        ordering = ["activity", "-approved_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="evaluation_approved_has_a_conclusion",
                condition=Q(approved_on=None) | ~Q(conclusion=""),
            ),
            models.CheckConstraint(
                name="evaluation_has_four_eyes",
                condition=Q(approved_by=None)
                | Q(written_by=None)
                | ~Q(approved_by=F("written_by")),
            ),
            models.CheckConstraint(
                name="evaluation_frozen_is_approved",
                condition=Q(frozen_at=None) | Q(approved_on__isnull=False),
            ),
        ]
        triggers = [
            version_trigger(),
            pgtrigger.Protect(
                name="frozen_stays",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(
                    old__frozen_at__isnull=False, old__is_example=False
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.activity}: {self.get_conclusion_display()}"

    @property
    def programme(self) -> Programme:
        """The programme whose evaluation this is."""
        return self.activity.programme

    @property
    def digest(self) -> str:
        """Tells one wording from another: nobody approves what they never read."""
        written = (self.summary, self.done, self.reach, self.assessment, self.next_step)
        text = "\n".join((self.conclusion, *written))
        return sha256(text.encode()).hexdigest()

    def freeze(self, *, at: datetime) -> None:
        """Close the evaluation and the values of its round for this activity."""
        self.frozen_at = at
        self.save(update_fields=["frozen_at"])
        requests = DataRequest.objects.concerning(self.activity)
        if self.round_id is not None:
            requests = requests.filter(round=self.round_id)
        lock_values(*requests.values_list("indicator", flat=True))
        approved = Measurement.objects.filter(status=MeasurementStatus.APPROVED)
        approved.answering(requests).filter(frozen_at=None).update(frozen_at=at)


class EvaluationAddendumQuerySet(VisibleQuerySet["EvaluationAddendum"]):
    """Addenda and their filters."""

    programme_path = "evaluation__activity__programme"
    partner_paths = (
        "evaluation__activity__responsible_partner",
        "evaluation__activity__contributors",
    )


class EvaluationAddendum(models.Model):
    """What was found out after an evaluation was frozen: added, never written over."""

    evaluation = models.ForeignKey(
        Evaluation,
        models.CASCADE,
        related_name="addenda",
        verbose_name=_("evaluation"),
    )
    text = models.TextField(_("addendum"))
    by = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("at"))

    objects = EvaluationAddendumQuerySet.as_manager()

    class Meta:
        verbose_name = _("addendum")
        verbose_name_plural = _("addenda")
        ordering = ["evaluation", "at", "pk"]
        triggers = written_once("text", "at", "evaluation_id")

    def __str__(self) -> str:
        return self.text


class GrantQuerySet(VisibleQuerySet["Grant"]):
    """Grants and their filters."""

    partner_paths = ("activities__responsible_partner",)


class Grant(models.Model):
    """Money from outside that lets activities be widened until it expires."""

    programme = models.ForeignKey(
        Programme, models.CASCADE, related_name="grants", verbose_name=_("programme")
    )
    funder = models.CharField(_("funder"), max_length=200)
    amount = models.DecimalField(
        _("amount (DKK)"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))
    activities = models.ManyToManyField(
        Activity, blank=True, related_name="grants", verbose_name=_("activities")
    )
    note = models.TextField(_("note"), blank=True)
    is_example = models.BooleanField(_("example"), default=False, editable=False)

    objects = GrantQuerySet.as_manager()

    class Meta:
        verbose_name = _("grant")
        verbose_name_plural = _("grants")
        ordering = ["programme", "ends_on"]
        constraints = [
            models.CheckConstraint(
                name="grant_is_in_order", condition=Q(starts_on__lte=F("ends_on"))
            ),
            models.CheckConstraint(
                name="grant_amount_is_not_negative",
                condition=Q(amount=None) | Q(amount__gte=0),
            ),
        ]

    def __str__(self) -> str:
        return self.funder
