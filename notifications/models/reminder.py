"""The ledger: for every step of every deadline, what became of it and why."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection, models
from django.db.models import Case, F, Q, Value, When
from django.utils.translation import gettext_lazy as _

from notifications.models.calendar import DayOff
from notifications.models.ladder import Audience
from notifications.models.message import Message, MessageState
from rollout.models import (
    READS_ALL,
    REMINDED,
    STATUTORY,
    Activity,
    Membership,
    Programme,
    ReminderMode,
)


class ReminderState(models.TextChoices):
    """What became of a reminder. All but the last two may still change."""

    PLANNED = "planned", _("planned")
    HELD = "held", _("held back")
    CANCELLED = "cancelled", _("cancelled")
    SUPERSEDED = "superseded", _("passed over for a later step")
    MERGED = "merged", _("put into a message")


class PutOff(models.TextChoices):
    """Why a step goes out on another day although people are reminded on its own."""

    #: Its reader gets it with everything else of its week.
    DIGEST = "digest", _("digest")
    #: Its reader had paused.
    PAUSED = "paused", _("pause")
    #: It asks somebody else, and waits for the reminder that announces that.
    NOTICE = "notice", _("first announced")


class LedgerState(models.TextChoices):
    """What became of a reminder, its mail included, as the ledger tells it."""

    PLANNED = "planned", _("planned")
    HELD = "held", _("held back")
    CANCELLED = "cancelled", _("cancelled")
    SUPERSEDED = "superseded", _("passed over for a later step")
    WAITING = "waiting", _("on its way")
    CLAIMED = "claimed", _("just being sent")
    SENT = "sent", _("sent")
    BOUNCED = "bounced", _("sent, and came back")
    SUPPRESSED = "suppressed", _("the address does not work")
    UNCERTAIN = "uncertain", _("may or may not have arrived")
    DEAD = "dead", _("could not be sent")
    OBSOLETE = "obsolete", _("no longer needed")


class WhyRecipient(models.TextChoices):
    """Why this person is told."""

    RESPONSIBLE = "responsible", _("responsible")
    CONTACT = "contact", _("contact of the partner")
    DEPUTY = "deputy", _("stand-in")
    LEAD = "lead", _("head of the partner")
    COORDINATOR = "coordinator", _("coordinator")
    MANAGER = "manager", _("manager")


_MERGE = """
UPDATE notifications_reminder r
SET state = 'merged', reason = '', params = '{}', message_id = t.message_id,
    changed_at = %(now)s
FROM unnest(%(reminders)s::bigint[], %(messages)s::bigint[])
     AS t(reminder_id, message_id)
WHERE r.id = t.reminder_id
"""


def _value(state: str) -> Value:
    return Value(LedgerState(state).value)


class ReminderQuerySet(models.QuerySet["Reminder"]):
    """Reminders and their filters."""

    def visible_to(self, user: Any) -> ReminderQuerySet:
        """Keep those of activities that one may see, and one's own.

        What hangs on no activity is for who reads the whole programme.
        """
        if not user.is_authenticated or not user.is_active:
            return self.none()
        programmes = Membership.objects.filter(user=user, role__in=READS_ALL)
        rows = self if user.bound_to is None else self.filter(programme=user.bound_to)
        return rows.filter(
            Q(activity__in=Activity.objects.visible_to(user).values("pk"))
            | Q(recipient=user)
            | Q(activity=None, programme__in=programmes.values("programme"))
        )

    def merge(self, into: Mapping[int, int], *, now: datetime) -> None:
        """Put reminders into messages: by key, the key of its message."""
        if not into:
            return
        with connection.cursor() as cursor:
            cursor.execute(
                _MERGE,
                {
                    "now": now,
                    "reminders": list(into),
                    "messages": list(into.values()),
                },
            )

    def in_digest(self) -> ReminderQuerySet:
        """Keep those that their recipient gets with the digest of the week."""
        return self.filter(
            audience=Audience.RESPONSIBLE,
            recipient__reminder_mode=ReminderMode.DIGEST,
        ).exclude(kind__in=STATUTORY)

    def with_ledger_state(self) -> ReminderQuerySet:
        """Add to each row what became of it and of its mail, as ``ledger_state``."""
        pending = Q(message__state=MessageState.PENDING)
        gone = Q(message__state__in=[MessageState.OBSOLETE, MessageState.SUPERSEDED])
        return self.annotate(
            ledger_state=Case(
                When(message=None, then=F("state")),
                When(message__bounced_at__isnull=False, then=_value("bounced")),
                When(
                    pending & Q(message__claim_token__isnull=False),
                    then=_value("claimed"),
                ),
                When(pending, then=_value("waiting")),
                When(gone, then=_value("obsolete")),
                default=F("message__state"),
                output_field=models.CharField(),
            )
        )

    def unsettled(self) -> ReminderQuerySet:
        """Keep those that planning may still change."""
        return self.filter(state__in=UNSETTLED)


#: States in which a row that was not sent waits for what planning says next.
UNSETTLED = (ReminderState.PLANNED, ReminderState.HELD)


class Reminder(models.Model):
    """One step of one deadline for one person."""

    # The deadline, as the view names it. It is no foreign key because the row must
    # outlive what it reminds of.
    kind = models.CharField(_("kind"), max_length=12, choices=REMINDED)
    object_id = models.BigIntegerField()
    due_on = models.DateField(_("due on"))
    title = models.CharField(_("title"), max_length=300)
    is_example = models.BooleanField(_("example"), default=False)
    programme = models.ForeignKey(
        Programme, models.CASCADE, related_name="+", verbose_name=_("programme")
    )
    activity = models.ForeignKey(
        Activity,
        models.CASCADE,
        null=True,
        related_name="+",
        verbose_name=_("activity"),
    )
    #: Working days from the due date, negative before it.
    step = models.IntegerField(_("step"))
    audience = models.CharField(_("to"), max_length=12, choices=Audience)
    #: Empty only when there was nobody to tell.
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        related_name="+",
        verbose_name=_("recipient"),
    )
    #: For whom the recipient stands in; the recipient where nobody does.
    principal = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        related_name="+",
        verbose_name=_("on behalf of"),
    )
    why = models.CharField(
        _("why this person"), max_length=12, choices=WhyRecipient, blank=True
    )
    state = models.CharField(_("state"), max_length=10, choices=ReminderState)
    #: Why it is held, cancelled or superseded; see :mod:`notifications.wording`.
    reason = models.CharField(_("reason"), max_length=20, blank=True)
    #: What the reason's words need, such as the new due date.
    params = models.JSONField(default=dict, blank=True)
    send_on = models.DateField(_("goes out on"))
    # The day it would have gone out on, and why it did not.
    moved_from = models.DateField(_("moved from"), null=True, blank=True)
    moved_off = models.CharField(
        _("moved because of"),
        max_length=8,
        choices=[*DayOff.choices, *PutOff.choices],
        blank=True,
    )
    moved_name = models.CharField(max_length=120, blank=True)
    # Whom it announces: who is asked next, from which day, and why that person.
    escalates_on = models.DateField(_("others are asked on"), null=True, blank=True)
    escalates_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who is asked then"),
    )
    escalates_why = models.CharField(
        _("why that person"), max_length=12, choices=WhyRecipient, blank=True
    )
    message = models.ForeignKey(
        Message,
        models.RESTRICT,
        null=True,
        blank=True,
        related_name="reminders",
        verbose_name=_("message"),
    )
    planned_at = models.DateTimeField(_("planned at"))
    changed_at = models.DateTimeField(_("changed at"))

    objects = ReminderQuerySet.as_manager()

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        ordering = ["send_on", "due_on", "pk"]
        constraints = [
            # The one guard against planning twice, whoever plans and however often.
            models.UniqueConstraint(
                fields=["kind", "object_id", "due_on", "step", "recipient"],
                nulls_distinct=False,
                name="reminder_is_unique",
            ),
            models.CheckConstraint(
                name="reminder_state_is_known",
                condition=Q(state__in=ReminderState.values),
            ),
            models.CheckConstraint(
                name="reminder_merged_iff_in_a_message",
                condition=Q(state=ReminderState.MERGED, message__isnull=False)
                | (~Q(state=ReminderState.MERGED) & Q(message=None)),
            ),
            models.CheckConstraint(
                name="reminder_planned_has_a_recipient",
                condition=Q(recipient__isnull=False)
                | ~Q(state__in=["planned", "merged"]),
            ),
            models.CheckConstraint(
                name="reminder_moved_says_why",
                condition=Q(moved_from=None, moved_off="")
                | (Q(moved_from__isnull=False) & ~Q(moved_off="")),
            ),
        ]
        indexes = [
            # Composing takes what each person should get now.
            models.Index(
                fields=["recipient", "send_on"],
                name="reminder_planned_by_recipient",
                condition=Q(state=ReminderState.PLANNED),
            ),
            # Planning looks again at what has not been sent.
            models.Index(
                fields=["kind", "object_id"],
                name="reminder_unsettled_by_object",
                condition=Q(state__in=UNSETTLED),
            ),
            # The signs of life count steps that were passed over lately.
            models.Index(
                fields=["planned_at"],
                name="reminder_missed_by_time",
                condition=Q(state=ReminderState.SUPERSEDED, reason="later_step"),
            ),
            # The activity's page lists its reminders.
            models.Index(fields=["activity", "send_on"], name="reminder_by_activity"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}:{self.object_id} {self.step:+d}"

    @property
    def key(self) -> str:
        """The key of its deadline in the view."""
        return f"{self.kind}:{self.object_id}"

    @property
    def is_deputised(self) -> bool:
        """Whether a stand-in was told in somebody's place."""
        return self.principal_id != self.recipient_id
