"""How the ledger and the forecast of reminders are represented."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from notifications import wording
from notifications.api import examples
from notifications.models import (
    LedgerState,
    Message,
    MessageKind,
    Reminder,
    Use,
    WhyRecipient,
)
from notifications.rehearsal import Load, Mail, Rehearsal, Step
from rollout.api.serializers.references import ActivityReference, Named, Person
from rollout.api.sparse import ResourceSerializer
from rollout.api.writing import Label, Written
from rollout.models import REMINDED


class SentMailSerializer(Written[Message], serializers.ModelSerializer[Message]):
    """The mail of which a reminder became a part."""

    class Meta:
        model = Message
        fields = ["id", "sent_at", "smtp_code", "smtp_reply", "bounced_at"]


class LinkUseSerializer(Written[Any]):
    """What was done with the link in the mail. Opening may be a mail scanner's."""

    what = serializers.ChoiceField(Use.choices)
    what_label = Label(Use)
    at = serializers.DateTimeField()


@extend_schema_serializer(examples=[examples.REMINDER])
class ReminderSerializer(ResourceSerializer[Reminder]):
    """One step of one deadline for one person, and what became of it."""

    deadline = serializers.CharField(source="key")
    kind = serializers.ChoiceField(REMINDED)
    kind_label = Label(REMINDED)
    programme = Named()
    activity = ActivityReference(allow_null=True)
    recipient = Person(allow_null=True)
    on_behalf_of = serializers.SerializerMethodField()
    why = serializers.SerializerMethodField()
    state = serializers.ChoiceField(LedgerState.choices, source="ledger_state")
    state_label = serializers.SerializerMethodField()
    reason = serializers.CharField()
    reason_text = serializers.SerializerMethodField()
    moved_because = serializers.CharField(source="moved_off")
    message = SentMailSerializer(allow_null=True)
    uses = serializers.SerializerMethodField()

    class Meta:
        model = Reminder
        fields = [
            "id",
            "deadline",
            "kind",
            "kind_label",
            "title",
            "due_on",
            "step",
            "programme",
            "activity",
            "recipient",
            "on_behalf_of",
            "why",
            "state",
            "state_label",
            "reason",
            "reason_text",
            "send_on",
            "moved_from",
            "moved_because",
            "planned_at",
            "changed_at",
            "message",
            "uses",
            "is_example",
        ]

    @extend_schema_field(Person(allow_null=True))
    def get_on_behalf_of(self, row: Reminder) -> dict[str, Any] | None:
        """Return for whom the recipient stands in, if so."""
        if row.principal is None or not row.is_deputised:
            return None
        return Person().to_representation(row.principal)

    @extend_schema_field(serializers.ChoiceField(WhyRecipient.choices, allow_null=True))
    def get_why(self, row: Reminder) -> str | None:
        """Return why this person is told, where there is one."""
        return row.why or None

    def get_state_label(self, row: Any) -> str:
        """Return the state in words."""
        return str(LedgerState(row.ledger_state).label)

    def get_reason_text(self, row: Reminder) -> str:
        """Return in words why it is held back, called off or passed over."""
        if not row.reason:
            return ""
        on = self.context.get("on") or timezone.localdate()
        return wording.reason(row.reason, row.params, on=on)

    @extend_schema_field(LinkUseSerializer(many=True))
    def get_uses(self, row: Reminder) -> list[dict[str, Any]]:
        """Return what was done with the link in the mail, and came of the answer."""
        links = row.message.links.all() if row.message else []
        uses = [
            use
            for link in links
            if (link.kind, link.object_id) == (row.kind, row.object_id)
            for use in link.story()
        ]
        return [dict(one) for one in LinkUseSerializer(uses, many=True).data]


class ForetoldStepSerializer(Written[Step]):
    """One reminder in a mail to come, or one that does not go out."""

    deadline = serializers.CharField(source="key")
    kind = serializers.ChoiceField(REMINDED)
    title = serializers.CharField()
    due_on = serializers.DateField()
    step = serializers.IntegerField()
    activity_id = serializers.IntegerField(allow_null=True)
    day = serializers.DateField()
    recipient = serializers.SerializerMethodField()
    reason = serializers.CharField()
    moved_from = serializers.DateField(allow_null=True)
    moved_because = serializers.CharField(source="moved_off")
    is_example = serializers.BooleanField()

    @extend_schema_field(Person(allow_null=True))
    def get_recipient(self, step: Step) -> dict[str, Any] | None:
        """Return to whom it goes, if there is somebody."""
        person = self.context["people"].get(step.recipient_id)
        return Person().to_representation(person) if person else None


class ForetoldMailSerializer(Written[Mail]):
    """One mail to come."""

    day = serializers.DateField()
    recipient = Person()
    #: A digest or a summary goes out because of the calendar, without a reminder.
    kind = serializers.ChoiceField(MessageKind.choices)
    reminders = ForetoldStepSerializer(many=True, source="steps")


class LoadSerializer(Written[Load]):
    """How much one person would get."""

    person = Person()
    mails = serializers.IntegerField()
    reminders = serializers.IntegerField(source="steps")
    busiest_day = serializers.DateField()


@extend_schema_serializer(examples=[examples.FORECAST])
class ForecastSerializer(serializers.Serializer[Rehearsal]):
    """Who would get which mail on which day, and what would be held back."""

    first = serializers.DateField()
    last = serializers.DateField()
    mails = ForetoldMailSerializer(many=True)
    held = ForetoldStepSerializer(many=True, source="kept")
    load = LoadSerializer(many=True, source="loads")
