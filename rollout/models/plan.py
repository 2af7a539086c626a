"""What plan files last said, to tell the plan's changes from people's."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from rollout.models.people import User
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


class PlanUploadQuerySet(models.QuerySet["PlanUpload"]):
    """Uploaded plan files and their filters."""

    def visible_to(self, user: User | AnonymousUser) -> PlanUploadQuerySet:
        """Keep the person's own: what was not applied yet is nobody else's."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self.filter(by=user)


class PlanUpload(models.Model):
    """A plan file that somebody looks at before it is applied or thrown away."""

    programme = models.ForeignKey(
        Programme, models.CASCADE, related_name="+", verbose_name=_("programme")
    )
    by = models.ForeignKey(
        User,
        models.CASCADE,
        # The constraint's index begins with it.
        db_index=False,
        related_name="+",
        verbose_name=_("uploaded by"),
    )
    name = models.CharField(_("file name"), max_length=200)
    content = models.BinaryField(_("content"))
    uploaded_at = models.DateTimeField(_("uploaded at"))

    objects = PlanUploadQuerySet.as_manager()

    class Meta:
        verbose_name = _("uploaded plan file")
        verbose_name_plural = _("uploaded plan files")
        constraints = [
            models.UniqueConstraint(
                fields=["by", "programme"], name="planupload_is_the_latest"
            ),
        ]

    def __str__(self) -> str:
        return self.name
