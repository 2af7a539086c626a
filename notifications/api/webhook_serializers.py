"""How webhooks and their calls are represented, and what may be said of them."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from notifications import calling
from notifications.api import examples
from notifications.models import Delivery, DeliveryState, OffReason, Webhook
from notifications.webhooks import EVENT_TYPES
from rollout.api.fields import StrictBooleanField, StrictCharField, StrictSerializer
from rollout.api.serializers.references import Named, Person
from rollout.api.sparse import ResourceSerializer

#: What a webhook can be told of, as choices.
EVENT_TYPE_NAMES = [(name, name) for name in EVENT_TYPES]


@extend_schema_serializer(examples=[examples.WEBHOOK])
class WebhookSerializer(ResourceSerializer[Webhook]):
    """An address that is called when something changes."""

    programme = Named()
    owner = Person()
    event_types = serializers.ListField(child=serializers.ChoiceField(EVENT_TYPE_NAMES))
    is_on = serializers.BooleanField()
    off_reason = serializers.SerializerMethodField()

    class Meta:
        model = Webhook
        fields = [
            "id",
            "version",
            "programme",
            "owner",
            "url",
            "description",
            "event_types",
            "is_on",
            "off_reason",
            "off_at",
            "failures",
            "failing_since",
            "created_at",
        ]

    @extend_schema_field(serializers.ChoiceField(OffReason.choices, allow_null=True))
    def get_off_reason(self, webhook: Webhook) -> str | None:
        """Return why it is switched off, where it is."""
        return webhook.off_reason or None


@extend_schema_serializer(examples=[examples.WEBHOOK_MADE])
class WebhookMadeSerializer(serializers.Serializer[Any]):
    """A webhook, and its key, which is told this once."""

    webhook = WebhookSerializer()
    secret = serializers.CharField()


@extend_schema_serializer(examples=[examples.DELIVERY])
class DeliverySerializer(serializers.ModelSerializer[Delivery]):
    """One event, and what came of telling it."""

    said = serializers.CharField()
    state = serializers.ChoiceField(DeliveryState.choices)

    class Meta:
        model = Delivery
        fields = [
            "id",
            "event_id",
            "event_type",
            "state",
            "attempts",
            "created_at",
            "not_before",
            "sent_at",
            "status",
            "said",
            "body",
        ]


class _EventTypes(serializers.ListField):
    child = serializers.ChoiceField(EVENT_TYPE_NAMES)

    def __init__(self, **options: Any) -> None:
        super().__init__(allow_empty=False, max_length=len(EVENT_TYPES), **options)


def _url(**options: Any) -> Any:
    return StrictCharField(max_length=calling.LONGEST_URL, **options)


def _description() -> Any:
    return StrictCharField(required=False, allow_blank=True, max_length=200)


@extend_schema_serializer(examples=[examples.NEW_WEBHOOK])
class NewWebhookSerializer(StrictSerializer):
    """Where to call, and of what to tell, in which programme."""

    programme = serializers.SlugField(max_length=60)
    url = _url()
    description = _description()
    event_types = _EventTypes()


@extend_schema_serializer(examples=[examples.CHANGE_WEBHOOK])
class WebhookChangeSerializer(StrictSerializer):
    """What is to be different of a webhook; what is left out stays."""

    url = _url(required=False)
    description = _description()
    event_types = _EventTypes(required=False)
    is_on = StrictBooleanField(required=False)


@extend_schema_serializer(examples=[examples.REPLAY])
class ReplaySerializer(StrictSerializer):
    """From where in the feed of changes to tell everything again."""

    since = StrictCharField(max_length=200)


@extend_schema_serializer(examples=[examples.REPLAYED])
class ReplayedSerializer(serializers.Serializer[Any]):
    """How many calls that were made before are made again."""

    again = serializers.IntegerField()
