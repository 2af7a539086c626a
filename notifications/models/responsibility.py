"""Who was last seen to be responsible for what, so that a change is told, and once."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from notifications.models.message import Message
from rollout.models import Programme


class Duty(models.TextChoices):
    """What somebody is responsible for."""

    ACTIVITY = "activity", _("activity")
    MILESTONE = "milestone", _("milestone")


class Responsibility(models.Model):
    """One activity or milestone, and who was responsible when the planner last looked.

    Nothing signals that somebody became responsible: pages, API, plan files and links
    in mails all write it. So the planner compares.
    """

    kind = models.CharField(_("kind"), max_length=10, choices=Duty)
    # No foreign key: what it names is in another table for each kind.
    object_id = models.BigIntegerField()
    programme = models.ForeignKey(
        Programme, models.CASCADE, related_name="+", verbose_name=_("programme")
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("person"),
    )
    seen_at = models.DateTimeField(_("since"))
    #: Whether the person has been told, or need not be.
    is_told = models.BooleanField(_("told"))
    message = models.ForeignKey(
        Message,
        models.SET_NULL,
        null=True,
        related_name="responsibilities",
        verbose_name=_("message"),
    )

    class Meta:
        verbose_name = _("responsibility")
        verbose_name_plural = _("responsibilities")
        ordering = ["programme", "kind", "object_id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "object_id"], name="responsibility_is_seen_once"
            ),
            models.CheckConstraint(
                name="responsibility_untold_has_a_person",
                condition=Q(is_told=True) | Q(person__isnull=False),
            ),
        ]
        indexes = [
            # Each round of the planner tells what is not told yet.
            models.Index(
                fields=["seen_at"],
                name="responsibility_untold",
                condition=Q(is_told=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}:{self.object_id}"
