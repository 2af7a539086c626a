"""Webhooks: who wants to be called when something changes, and every call made."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rollout.models import Membership, Programme, Role
from workflows.models import VersionedModel
from workflows.triggers import version_trigger


class OffReason(models.TextChoices):
    """Why a webhook is switched off; empty while it is on."""

    BY_HAND = "by_hand", _("switched off by hand")
    FAILURES = "failures", _("it failed for a week")
    GONE = "gone", _("the receiver wants no more")
    OWNER = "owner", _("its owner may no longer have it")


class WebhookQuerySet(models.QuerySet["Webhook"]):
    """Webhooks and their filters."""

    def visible_to(self, user: Any) -> WebhookQuerySet:
        """Keep those of programmes that the person manages."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        runs = Membership.objects.visible_to(user).filter(user=user, role=Role.MANAGER)
        return self.filter(programme__in=runs.values("programme"))

    def on(self) -> WebhookQuerySet:
        """Keep those that are called."""
        return self.filter(off_reason="")


class Webhook(VersionedModel):
    """An address that is called when something changes in a programme.

    It hears what its owner may see, and no more.
    """

    programme = models.ForeignKey(
        Programme, models.CASCADE, related_name="+", verbose_name=_("programme")
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="+",
        verbose_name=_("owner"),
    )
    url = models.CharField(_("address"), max_length=500)
    description = models.CharField(_("description"), max_length=200, blank=True)
    #: Such as ``activities.transitioned``, or ``milestones.*`` for all of a resource.
    event_types = ArrayField(
        models.CharField(max_length=60), verbose_name=_("what it is told")
    )
    #: What its key is derived from; see :mod:`notifications.signing`.
    salt = models.CharField(max_length=32, editable=False)
    #: The key before, which still signs for a while after an exchange.
    old_salt = models.CharField(max_length=32, blank=True, editable=False)
    old_until = models.DateTimeField(null=True, blank=True, editable=False)
    off_reason = models.CharField(
        _("switched off"), max_length=8, choices=OffReason, blank=True
    )
    off_at = models.DateTimeField(_("switched off at"), null=True, blank=True)
    # Up to where in the feed of changes it has been told, and in which database that is
    # a position.
    transaction = models.BigIntegerField(editable=False)
    number = models.BigIntegerField(editable=False)
    database = models.BigIntegerField(editable=False)
    #: How many calls in a row failed, and since when.
    failures = models.PositiveIntegerField(_("failures in a row"), default=0)
    failing_since = models.DateTimeField(_("failing since"), null=True, blank=True)
    #: No call before; on the database's clock.
    paused_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(_("created"))

    objects = WebhookQuerySet.as_manager()

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        ordering = ["programme", "pk"]
        constraints = [
            models.CheckConstraint(
                name="webhook_off_iff_since_a_time",
                condition=Q(off_reason="", off_at=None)
                | (~Q(off_reason="") & Q(off_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="webhook_old_key_has_an_end",
                condition=Q(old_salt="", old_until=None)
                | (~Q(old_salt="") & Q(old_until__isnull=False)),
            ),
            models.CheckConstraint(
                name="webhook_is_told_something", condition=~Q(event_types=[])
            ),
            models.CheckConstraint(
                name="webhook_fails_since_a_time",
                condition=Q(failures=0, failing_since=None)
                | Q(failures__gt=0, failing_since__isnull=False),
            ),
        ]
        # How far it was told and how it fares is no change of the webhook itself.
        triggers = [
            version_trigger(
                "url", "description", "event_types", "salt", "off_reason", "owner_id"
            )
        ]

    def __str__(self) -> str:
        return self.description or self.url

    @property
    def is_on(self) -> bool:
        """Whether it is called."""
        return self.off_reason == ""


class DeliveryState(models.TextChoices):
    """Where a call stands. Only ``pending`` ones are ever made."""

    PENDING = "pending", _("waiting")
    SENT = "sent", _("received")
    DEAD = "dead", _("given up")


class Delivery(models.Model):
    """One event for one webhook, with the exact body and the latest answer."""

    webhook = models.ForeignKey(
        Webhook,
        models.CASCADE,
        related_name="deliveries",
        verbose_name=_("webhook"),
    )
    #: The same for every attempt, and for a replay; in the order of the changes.
    event_id = models.CharField(_("event"), max_length=80)
    event_type = models.CharField(_("type"), max_length=60)
    # The place of its change in the feed.
    transaction = models.BigIntegerField(editable=False)
    number = models.BigIntegerField(editable=False)
    body = models.TextField(_("body"))
    state = models.CharField(
        _("state"),
        max_length=8,
        choices=DeliveryState,
        default=DeliveryState.PENDING,
    )
    created_at = models.DateTimeField(_("made"))
    not_before = models.DateTimeField(_("not before"))
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    claim_token = models.UUIDField(null=True, blank=True)
    #: On the database's clock, like every lease.
    lease_until = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(_("received at"), null=True, blank=True)
    status = models.PositiveSmallIntegerField(_("answer"), null=True, blank=True)
    #: The first kilobyte of the answer.
    answer = models.TextField(_("answer in words"), blank=True)
    last_error = models.TextField(_("last error"), blank=True)

    class Meta:
        verbose_name = _("call")
        verbose_name_plural = _("calls")
        ordering = ["-pk"]
        constraints = [
            # Whoever reads the feed, and however often, an event is told once.
            models.UniqueConstraint(
                fields=["webhook", "event_id"], name="delivery_is_unique"
            ),
            models.CheckConstraint(
                name="delivery_sent_at_iff_sent",
                condition=Q(state=DeliveryState.SENT, sent_at__isnull=False)
                | (~Q(state=DeliveryState.SENT) & Q(sent_at=None)),
            ),
            models.CheckConstraint(
                name="delivery_claim_has_a_lease",
                condition=Q(claim_token=None) | Q(lease_until__isnull=False),
            ),
            models.CheckConstraint(
                name="delivery_claimed_is_pending",
                condition=Q(claim_token=None) | Q(state=DeliveryState.PENDING),
            ),
        ]
        indexes = [
            # Senders claim the oldest due row.
            models.Index(
                fields=["not_before", "id"],
                name="delivery_pending_by_time",
                condition=Q(state=DeliveryState.PENDING),
            ),
            # The log of a webhook, newest first.
            models.Index(fields=["webhook", "-id"], name="delivery_by_webhook"),
            # What is old is removed.
            models.Index(fields=["created_at"], name="delivery_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.event_type} {self.event_id}"

    @property
    def said(self) -> str:
        """What the receiver said, or why it said nothing."""
        return self.answer or self.last_error
