"""What was learnt in one phase of the rollout, for those who prepare the next."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rollout.models.people import User
from rollout.models.places import Phase
from rollout.models.visibility import VisibleQuerySet
from workflows.triggers import written_once


class LessonQuerySet(VisibleQuerySet["Lesson"]):
    """Lessons and their filters."""

    programme_path = "phase__programme"


class Lesson(models.Model):
    """Something to do again, or otherwise, in the next phase. Written once."""

    phase = models.ForeignKey(
        Phase, models.CASCADE, related_name="lessons", verbose_name=_("phase")
    )
    text = models.TextField(_("lesson"))
    written_by = models.ForeignKey(
        User,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("written by"),
    )
    written_at = models.DateTimeField(_("written"))

    objects = LessonQuerySet.as_manager()

    class Meta:
        verbose_name = _("lesson")
        verbose_name_plural = _("lessons")
        ordering = ["phase", "-written_at", "-pk"]
        constraints = [
            models.CheckConstraint(name="lesson_says_something", condition=~Q(text="")),
        ]
        triggers = written_once("text", "written_at", "phase_id")

    def __str__(self) -> str:
        return self.text
