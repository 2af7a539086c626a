"""Whether planning, framework and parties are ready for an activity in its place."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rollout.models.activity import Activity
from rollout.models.people import User
from rollout.models.visibility import VisibleQuerySet
from workflows.models import VersionedModel
from workflows.triggers import version_trigger


class Aspect(models.TextChoices):
    """The three things that must be ready (memo: planlægningen, rammerne, parterne)."""

    PLANNING = "planning", _("the planning")
    FRAMEWORK = "framework", _("the framework")
    PARTIES = "parties", _("the parties")


class ReadinessQuerySet(VisibleQuerySet["Readiness"]):
    """Readiness checks and their filters."""

    programme_path = "activity__programme"
    partner_paths = ("activity__responsible_partner", "activity__contributors")


class Readiness(VersionedModel):
    """Whether one aspect of one activity is ready, who said so, when and on what."""

    activity = models.ForeignKey(
        Activity,
        models.CASCADE,
        related_name="readiness",
        verbose_name=_("activity"),
    )
    aspect = models.CharField(_("aspect"), max_length=10, choices=Aspect)
    is_met = models.BooleanField(_("met"), default=False)
    by = models.ForeignKey(
        User,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("confirmed by"),
    )
    on = models.DateField(_("confirmed on"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True)
    evidence = models.FileField(_("evidence"), upload_to="readiness/", blank=True)
    evidence_url = models.URLField(_("link to evidence"), blank=True)

    objects = ReadinessQuerySet.as_manager()

    class Meta:
        verbose_name = _("readiness")
        verbose_name_plural = _("readiness")
        constraints = [
            models.UniqueConstraint(
                fields=["activity", "aspect"], name="readiness_aspect_is_unique"
            ),
            models.CheckConstraint(
                name="readiness_met_has_a_date",
                condition=Q(is_met=False) | Q(on__isnull=False),
            ),
        ]
        triggers = [version_trigger()]

    def __str__(self) -> str:
        return f"{self.activity}: {self.get_aspect_display()}"
