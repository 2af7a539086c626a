"""What one person left to another: who decided it, when, and everything that moved."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from rollout.models.people import Role, User
from rollout.models.programme import Programme
from rollout.models.visibility import VisibleQuerySet


class HeldKind(models.TextChoices):
    """What a person can answer for in a programme."""

    ACTIVITY = "activity", _("activity")
    MILESTONE = "milestone", _("milestone")
    ROUND = "round", _("monitoring round")
    REQUEST = "request", _("data request")
    LEAD = "lead", _("head of a partner")
    STAND_IN = "stand_in", _("stand-in for somebody")
    ROLE = "role", _("role in the programme")

    def words(self, title: str) -> str:
        """Return a title in the reader's language: that of a role is its code."""
        is_role = self is HeldKind.ROLE and title in Role.values
        return str(Role(title).label) if is_role else title


class HandOverQuerySet(VisibleQuerySet["HandOver"]):
    """Hand-overs and their filters."""

    #: Nobody but who reads the whole programme.
    partner_paths = ()


class HandOver(models.Model):
    """Everything that one person answered for, given to another in one step."""

    programme = models.ForeignKey(
        Programme,
        models.CASCADE,
        related_name="hand_overs",
        verbose_name=_("programme"),
    )
    from_person = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("from")
    )
    to_person = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("to")
    )
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))
    note = models.TextField(_("note"), blank=True)
    #: Whether the account of who left was closed in the same step.
    deactivated = models.BooleanField(_("account closed"), default=False)

    objects = HandOverQuerySet.as_manager()

    class Meta:
        verbose_name = _("hand-over")
        verbose_name_plural = _("hand-overs")
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="handover_is_between_two",
                condition=~Q(from_person=F("to_person")),
            ),
        ]
        indexes = [
            # Planning says of a reminder to whom its reader handed over.
            models.Index(
                fields=["programme", "from_person", "-at"], name="handover_by_person"
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="handover_stays", operation=pgtrigger.Update)
        ]

    def __str__(self) -> str:
        return f"{self.from_person} → {self.to_person}"

    def get_absolute_url(self) -> str:
        """Return the path of the page that tells of it."""
        return reverse("rollout:hand_over", args=[self.pk])


class HandedOverQuerySet(VisibleQuerySet["HandedOver"]):
    """Lines of hand-overs, seen by whoever sees the hand-over."""

    programme_path = "hand_over__programme"
    partner_paths = ()


class HandedOver(models.Model):
    """One thing that moved with a hand-over."""

    hand_over = models.ForeignKey(
        HandOver, models.CASCADE, related_name="items", verbose_name=_("hand-over")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=HeldKind)
    #: No foreign key: the line outlives what it names.
    object_id = models.BigIntegerField()
    #: What it was called then; of a role its code.
    title = models.CharField(_("title"), max_length=400)

    objects = HandedOverQuerySet.as_manager()

    class Meta:
        verbose_name = _("handed over")
        verbose_name_plural = _("handed over")
        ordering = ["hand_over", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["hand_over", "kind", "object_id"], name="handedover_is_unique"
            ),
            models.CheckConstraint(
                name="handedover_kind_is_known",
                condition=Q(kind__in=HeldKind.values),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="handed_over_stays", operation=pgtrigger.Update)
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.words}"

    @property
    def words(self) -> str:
        """The title in the reader's language."""
        return HeldKind(self.kind).words(self.title)
