"""The outbox: one row for each mail, from the wish to the mail server's answer."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import structlog
from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from rollout.models import READS_ALL, Activity, Membership, Programme


class MessageKind(models.TextChoices):
    """What a mail is; also the folder of its templates."""

    REMINDER = "reminder", _("reminder")
    OVERDUE = "overdue", _("overdue notice")
    REMINDERS = "reminders", _("several reminders")
    DIGEST = "digest", _("digest")
    ESCALATION = "escalation", _("escalation")
    DATA_REQUEST = "data_request", _("data request")
    TRANSITION = "transition", _("notice of a change")
    RECEIPT = "receipt", _("receipt")
    ANSWER = "answer", _("notice of an answer")
    RESPONSIBLE = "responsible", _("new responsibility")
    READY = "ready", _("may be launched")
    SUMMARY = "summary", _("weekly summary")
    MEETING = "meeting", _("notice before a meeting")
    HANDED_OVER = "handed_over", _("you are now responsible")
    DECISION = "decision", _("decision on an answer")
    BOUNCE = "bounce", _("notice of an address that does not work")
    FAILURES = "failures", _("summary of mails that were given up")
    QUESTION = "question", _("question about what is missing")
    INVITATION = "invitation", _("invitation")
    WEBHOOK_OFF = "webhook_off", _("notice of a webhook that is switched off")


#: Kinds that go out because of the calendar, whether or not a step is due.
REGULAR = (MessageKind.DIGEST, MessageKind.SUMMARY, MessageKind.MEETING)


class MessageState(models.TextChoices):
    """Where a message stands. Only ``pending`` ones are ever sent."""

    PENDING = "pending", _("waiting")
    SENT = "sent", _("sent")
    SUPERSEDED = "superseded", _("replaced by a newer message")
    OBSOLETE = "obsolete", _("no longer needed")
    SUPPRESSED = "suppressed", _("the address does not work")
    UNCERTAIN = "uncertain", _("may or may not have arrived")
    DEAD = "dead", _("could not be sent")


class MessageQuerySet(models.QuerySet["Message"]):
    """Messages and their filters."""

    def visible_to(self, user: Any) -> MessageQuerySet:
        """Keep one's own, and all of the programmes that one reads as a whole.

        One about several programmes is seen by who reads each of them.
        """
        if not user.is_authenticated or not user.is_active:
            return self.none()
        members = Membership.objects.filter(user=user, role__in=READS_ALL)
        programmes = members.values("programme")
        reminders = apps.get_model("notifications", "Reminder").objects
        of_it = reminders.filter(message=OuterRef("pk"))
        return self.filter(
            Q(recipient=user)
            | Q(programme__in=programmes)
            | Q(
                Exists(of_it),
                ~Exists(of_it.exclude(programme__in=programmes)),
                programme=None,
            )
        )

    def unbegun(self) -> MessageQuerySet:
        """Keep those that wait and that no sender holds or has ever begun to send.

        They are locked; those that somebody else has locked are left out.
        """
        return self.filter(
            Q(lease_until=None) | Q(lease_until__lt=Now()),
            state=MessageState.PENDING,
            data_started_at=None,
            uncertain=0,
        ).select_for_update(skip_locked=True, of=("self",))

    def take_back(self, **fields: Any) -> int:
        """Change them, and end the claim of a sender whose lease is over.

        It may still be at it, with what it knew before: it then finds the message no
        longer its own, and sends nothing.
        """
        return self.update(claim_token=None, lease_until=None, **fields)


def present_request() -> str:
    """Return the id of the request that is being answered, or that asked for a task."""
    return str(structlog.contextvars.get_contextvars().get("request_id", ""))


class Message(models.Model):
    """One mail to one person.

    There is no body until the mail is about to leave: it is written for the moment
    at which it is read.
    """

    #: Empty when its reminders are of several programmes.
    programme = models.ForeignKey(
        Programme,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("programme"),
    )
    activity = models.ForeignKey(
        Activity,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("activity"),
    )
    #: Says what this mail is about; a second row with the same key cannot exist.
    dedupe_key = models.CharField(max_length=200, unique=True)
    #: Derived from the key, so that every copy of the mail carries the same.
    message_id = models.CharField("Message-ID", max_length=330, unique=True)
    kind = models.CharField(_("kind"), max_length=12, choices=MessageKind)
    #: Empty when the person was deleted: the log keeps the address.
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("recipient"),
    )
    to_address = models.EmailField(_("to"))
    #: What the text needs besides the rows that point here.
    params = models.JSONField(default=dict, blank=True)
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=MessageState,
        default=MessageState.PENDING,
    )
    created_at = models.DateTimeField(_("made"))
    not_before = models.DateTimeField(_("not before"))
    #: The request in whose course it arose, as in the log; empty for what the planner
    #: makes. The mail carries it as X-Request-ID.
    request_id = models.CharField(
        max_length=32,
        blank=True,
        default=present_request,
        db_default="",
        editable=False,
    )
    #: After this it says nothing useful any more.
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    #: Whether it may leave only inside the sending window on working days.
    awaits_window = models.BooleanField(default=True)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    #: How many attempts ended without an answer after the whole mail was handed over.
    uncertain = models.PositiveSmallIntegerField(_("unanswered"), default=0)
    claim_token = models.UUIDField(null=True, blank=True)
    #: On the database's clock, like every lease.
    lease_until = models.DateTimeField(null=True, blank=True)
    #: When DATA began; a claim that finds it set does not know how it ended.
    data_started_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    #: When we learnt that it came back although the server had taken it.
    bounced_at = models.DateTimeField(_("came back at"), null=True, blank=True)
    smtp_code = models.PositiveSmallIntegerField(_("answer"), null=True, blank=True)
    smtp_reply = models.TextField(_("answer in words"), blank=True)
    last_error = models.TextField(_("last error"), blank=True)
    # The mail as it was handed over last.
    sender = models.CharField(_("from"), max_length=400, blank=True)
    reply_to = models.CharField(_("reply to"), max_length=400, blank=True)
    subject = models.CharField(_("subject"), max_length=400, blank=True)
    text = models.TextField(_("text"), blank=True)
    html = models.TextField("HTML", blank=True)
    body_sha256 = models.CharField(max_length=64, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="message_state_is_known",
                condition=Q(state__in=MessageState.values),
            ),
            models.CheckConstraint(
                name="message_kind_is_known",
                condition=Q(kind__in=MessageKind.values),
            ),
            models.CheckConstraint(
                name="message_sent_at_iff_sent",
                condition=Q(state=MessageState.SENT, sent_at__isnull=False)
                | (~Q(state=MessageState.SENT) & Q(sent_at=None)),
            ),
            models.CheckConstraint(
                name="message_claim_has_a_lease",
                condition=Q(claim_token=None) | Q(lease_until__isnull=False),
            ),
            models.CheckConstraint(
                name="message_claimed_is_pending",
                condition=Q(claim_token=None) | Q(state=MessageState.PENDING),
            ),
        ]
        indexes = [
            # Senders claim the oldest due row.
            models.Index(
                fields=["not_before", "id"],
                name="message_pending_by_time",
                condition=Q(state=MessageState.PENDING),
            ),
            # Senders count what left in the past minute.
            models.Index(
                fields=["sent_at"],
                name="message_by_time_of_sending",
                condition=Q(sent_at__isnull=False),
            ),
            # What needs a person is listed for administrators.
            models.Index(
                fields=["created_at"],
                name="message_failed_by_time",
                condition=Q(state__in=["dead", "uncertain", "suppressed"]),
            ),
        ]

    def __str__(self) -> str:
        return self.subject or self.dedupe_key

    @property
    def tried_since(self) -> datetime:
        """From when on it is tried: since it was made, or a person sent it again."""
        again = self.params.get("sent_again")
        return datetime.fromisoformat(again[-1]["at"]) if again else self.created_at
