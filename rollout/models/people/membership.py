"""What somebody is in a programme, and for whom they act in it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rollout.models.people.partner import Partner
from rollout.models.people.user import User
from rollout.models.programme import Programme
from rollout.models.visibility import READS_ALL, VisibleQuerySet


class Role(models.TextChoices):
    """What a person may do in a programme."""

    MANAGER = "manager", _("manager")
    COORDINATOR = "coordinator", _("coordinator")
    PARTNER = "partner", _("partner")
    OBSERVER = "observer", _("observer")


class MembershipQuerySet(VisibleQuerySet["Membership"]):
    """Memberships and their filters."""

    def reading_all(self) -> MembershipQuerySet:
        """Keep those whose role sees everything in the programme."""
        return self.filter(role__in=READS_ALL)

    def of_people(self) -> MembershipQuerySet:
        """Keep those of people who have not left, and of no service account."""
        return self.filter(user__is_active=True, user__is_service=False)

    def managing(self) -> MembershipQuerySet:
        """Keep those of managers who can log in."""
        return self.of_people().filter(role=Role.MANAGER)


class Membership(models.Model):
    """A person's role in a programme, and the partner for whom they act in it."""

    user = models.ForeignKey(
        User, models.CASCADE, related_name="memberships", verbose_name=_("person")
    )
    programme = models.ForeignKey(
        Programme,
        models.CASCADE,
        related_name="memberships",
        verbose_name=_("programme"),
    )
    role = models.CharField(_("role"), max_length=12, choices=Role)
    partner = models.ForeignKey(
        Partner,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="memberships",
        verbose_name=_("partner"),
    )
    #: When a manager invited the person; who invites by mail looks for this.
    invited_at = models.DateTimeField(
        _("invited"), null=True, blank=True, editable=False
    )
    invited_by = models.ForeignKey(
        User,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("invited by"),
    )

    #: The login provider whose claims gave it and end it; empty: a person gave it.
    from_provider = models.CharField(
        _("from login provider"),
        max_length=40,
        blank=True,
        default="",
        db_default="",
        editable=False,
    )

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["programme", "user"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "programme"], name="membership_is_unique"
            ),
            models.CheckConstraint(
                name="membership_of_a_partner_names_the_partner",
                condition=~Q(role=Role.PARTNER) | Q(partner__isnull=False),
            ),
        ]
        indexes = [
            # Each minute: who was invited lately (notifications/invitations.py).
            models.Index(
                fields=["invited_at"],
                name="membership_invited",
                condition=Q(invited_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()}"

    @property
    def reads_all(self) -> bool:
        """Whether the role sees everything in the programme."""
        return self.role in READS_ALL
