"""What plan files last said, to tell the plan's changes from people's."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from rollout.models.programme import Programme
from rollout.models.visibility import VisibleQuerySet


class AppliedPlanQuerySet(VisibleQuerySet["AppliedPlan"]):
    """Memories of applied plan files and their filters."""


class AppliedPlan(models.Model):
    """The fields that plan files stated when they were last applied.

    A field that the file states as before, but that differs in the database, was
    changed by people in the meantime and is left to them.
    """

    programme = models.OneToOneField(
        Programme,
        models.CASCADE,
        related_name="applied_plan",
        verbose_name=_("programme"),
    )
    #: kind of entry → key of the entry → field → the value that the file stated.
    entries = models.JSONField(_("entries"), default=dict, editable=False)
    applied_at = models.DateTimeField(_("applied at"))

    objects = AppliedPlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("applied plan")
        verbose_name_plural = _("applied plans")

    def __str__(self) -> str:
        return str(self.programme)
