"""Mails that came back, and the addresses to which nothing is sent for that reason."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from notifications.models.message import Message
from rollout.models import READS_ALL, Membership, Role, User


class Returned(models.TextChoices):
    """Why a mail came back, as far as it matters."""

    HARD = "hard", _("the address does not work")
    SOFT = "soft", _("it could not be delivered this time")
    COMPLAINT = "complaint", _("the recipient marked it as unwanted")


class Bounce(models.Model):
    """One report that one mail came back. Rows are only ever added.

    A report that arrives again, or by another way, is the same row.
    """

    message = models.ForeignKey(
        Message, models.CASCADE, related_name="bounces", verbose_name=_("message")
    )
    #: The address to which our mail went, whatever the report says of others.
    address = models.EmailField(_("e-mail"))
    kind = models.CharField(_("kind"), max_length=10, choices=Returned)
    #: Names the report at its source; a second row with the same key cannot exist.
    key = models.CharField(max_length=200, unique=True)
    #: Enhanced status of RFC 3463, such as 5.1.1, where one was given.
    status = models.CharField(_("status"), max_length=12, blank=True)
    text = models.TextField(_("the mail server's words"), blank=True)
    #: When it came back, by the reporter's clock.
    at = models.DateTimeField(_("at"))
    received_at = models.DateTimeField(_("received at"))

    class Meta:
        verbose_name = _("returned mail")
        verbose_name_plural = _("returned mails")
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="bounce_kind_is_known", condition=Q(kind__in=Returned.values)
            ),
        ]
        indexes = [
            # How often mail to an address came back lately.
            models.Index(Lower("address"), "at", name="bounce_by_address"),
            # Metrics count what came back in the past hour; what is old is removed.
            models.Index(fields=["received_at"], name="bounce_by_time"),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update),
        ]

    def __str__(self) -> str:
        return f"{self.address}: {self.get_kind_display()}"


class SuppressedAddressQuerySet(models.QuerySet["SuppressedAddress"]):
    """Suppressed addresses and their filters."""

    def visible_to(self, user: Any) -> SuppressedAddressQuerySet:
        """Keep those of people in the programmes that one reads as a whole."""
        return self._in_programmes(user, READS_ALL)

    def liftable_by(self, user: Any) -> SuppressedAddressQuerySet:
        """Keep those of people in the programmes that one manages."""
        return self._in_programmes(user, (Role.MANAGER,))

    def _in_programmes(
        self, user: Any, roles: Iterable[str]
    ) -> SuppressedAddressQuerySet:
        if not user.is_authenticated or not user.is_active:
            return self.none()
        mine = Membership.objects.filter(user=user, role__in=roles)
        people = User.objects.filter(
            memberships__programme__in=mine.values("programme")
        )
        return self.filter(address__in=people.values(found=Lower("email")))

    def in_force(self) -> SuppressedAddressQuerySet:
        """Keep those that nobody has lifted."""
        return self.filter(lifted_at=None)


class SuppressedAddress(models.Model):
    """An address that was refused for good; nothing is sent to it until it is lifted.

    Lifted rows stay: they say who let mail flow again, and when.
    """

    #: In lower case.
    address = models.EmailField(_("e-mail"))
    reason = models.TextField(_("the mail server's answer"))
    kind = models.CharField(
        _("kind"),
        max_length=10,
        choices=Returned,
        default=Returned.HARD,
        # Senders of the version before this one name no kind.
        db_default=Returned.HARD,
    )
    #: The mail that was refused or came back.
    message = models.ForeignKey(
        Message,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("message"),
    )
    suppressed_at = models.DateTimeField(_("since"))
    #: When the coordinators were told.
    announced_at = models.DateTimeField(_("announced at"), null=True, blank=True)
    lifted_at = models.DateTimeField(_("lifted at"), null=True, blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("lifted by"),
    )

    objects = SuppressedAddressQuerySet.as_manager()

    class Meta:
        verbose_name = _("suppressed address")
        verbose_name_plural = _("suppressed addresses")
        ordering = ["-suppressed_at", "-pk"]
        constraints = [
            # Planning asks for each person whether the address works.
            models.UniqueConstraint(
                Lower("address"),
                name="suppressedaddress_is_unique",
                condition=Q(lifted_at=None),
            ),
            models.CheckConstraint(
                name="suppressedaddress_kind_is_known",
                condition=Q(kind__in=Returned.values),
            ),
            models.CheckConstraint(
                name="suppressedaddress_lifted_by_somebody_at_a_time",
                condition=Q(lifted_by=None) | Q(lifted_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.address
