"""How tokens are represented, and what may be asked of a new one."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from rollout.api.examples import tokens
from rollout.api.fields import StrictCharField, StrictIntegerField, StrictSerializer
from rollout.api.serializers.references import Named
from rollout.api.sparse import ResourceSerializer
from rollout.models import ApiToken, TokenScope
from rollout.services.token import LONGEST_DAYS


@extend_schema_serializer(examples=[tokens.TOKEN])
class TokenSerializer(ResourceSerializer[ApiToken]):
    """A token, by the beginning of its secret; the rest is nowhere."""

    scopes = serializers.ListField(child=serializers.ChoiceField(TokenScope.choices))
    programme = Named(allow_null=True)

    class Meta:
        model = ApiToken
        fields = [
            "id",
            "version",
            "name",
            "prefix",
            "scopes",
            "programme",
            "created_at",
            "expires_at",
            "last_used_at",
            "revoked_at",
        ]


@extend_schema_serializer(examples=[tokens.NEW_TOKEN])
class NewTokenSerializer(StrictSerializer):
    """What uses the token, what it is good for, where, and how long."""

    name = StrictCharField(max_length=100)
    scopes = serializers.ListField(
        child=serializers.ChoiceField(TokenScope.choices),
        allow_empty=False,
        max_length=len(TokenScope),
    )
    programme = serializers.SlugField(max_length=60, required=False, allow_null=True)
    days = StrictIntegerField(min_value=1, max_value=LONGEST_DAYS, default=90)


@extend_schema_serializer(examples=[tokens.TOKEN_MADE])
class TokenMadeSerializer(serializers.Serializer[Any]):
    """A token, and its secret, which is told this once."""

    token = TokenSerializer()
    secret = serializers.CharField()
