"""Decisions outside our hands on which an activity depends."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rollout.models.activity import Activity
from rollout.models.visibility import VisibleQuerySet
from workflows.models import VersionedModel
from workflows.triggers import version_trigger


class ConditionKind(models.TextChoices):
    """What sort of decision is awaited."""

    BUDGET_DECISION = "budget_decision", _("budget decision")
    AGREEMENT = "agreement", _("agreement")
    PERMIT = "permit", _("permit")
    OTHER = "other", _("other decision")


class Outcome(models.TextChoices):
    """How the decision turned out."""

    AWAITING = "awaiting", _("awaited")
    MET = "met", _("met")
    REJECTED = "rejected", _("rejected")


class Effect(models.TextChoices):
    """What an unmet condition does."""

    BLOCKS_LAUNCH = "blocks_launch", _("blocks the launch")
    WARNS = "warns", _("warns only")


class ConditionQuerySet(VisibleQuerySet["Condition"]):
    """Conditions and their filters."""

    programme_path = "activity__programme"
    partner_paths = ("activity__responsible_partner", "activity__contributors")

    def blocking(self) -> ConditionQuerySet:
        """Keep those that stand in the way of a launch."""
        return self.filter(effect=Effect.BLOCKS_LAUNCH).exclude(outcome=Outcome.MET)


class Condition(VersionedModel):
    """A decision outside our hands on which an activity depends."""

    activity = models.ForeignKey(
        Activity,
        models.CASCADE,
        related_name="conditions",
        verbose_name=_("activity"),
    )
    code = models.SlugField(_("code"), max_length=60)
    kind = models.CharField(_("kind"), max_length=20, choices=ConditionKind)
    title = models.CharField(_("title"), max_length=200)
    #: Who decides, such as a city council.
    body = models.CharField(_("decided by"), max_length=120)
    expected_on = models.DateField(_("expected on"), null=True, blank=True)
    outcome = models.CharField(
        _("outcome"), max_length=10, choices=Outcome, default=Outcome.AWAITING
    )
    decided_on = models.DateField(_("decided on"), null=True, blank=True)
    effect = models.CharField(
        _("effect"), max_length=15, choices=Effect, default=Effect.BLOCKS_LAUNCH
    )
    note = models.TextField(_("note"), blank=True)
    source = models.CharField(_("source"), max_length=300, blank=True)

    objects = ConditionQuerySet.as_manager()

    class Meta:
        verbose_name = _("condition")
        verbose_name_plural = _("conditions")
        ordering = ["activity", "expected_on", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["activity", "code"], name="condition_code_is_unique"
            ),
            models.CheckConstraint(
                name="condition_decided_iff_dated",
                condition=Q(outcome=Outcome.AWAITING, decided_on=None)
                | (~Q(outcome=Outcome.AWAITING) & Q(decided_on__isnull=False)),
            ),
        ]
        triggers = [version_trigger()]

    def __str__(self) -> str:
        return self.title
