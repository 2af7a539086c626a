"""The feed of changes."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from rollout.api.examples import overview
from rollout.changes import RESOURCES, Operation

#: The resources of which the feed tells, by the names that their addresses have.
RESOURCE_NAMES = [(name, name) for name in RESOURCES]


class ChangeTransitionSerializer(serializers.Serializer[Any]):
    """A change of state: what was done, and the key of the person who did it."""

    name = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]
    target = serializers.CharField()
    by = serializers.IntegerField(allow_null=True)


class ChangeSerializer(serializers.Serializer[Any]):
    """Something to read again at `url` or, where it is deleted, to forget."""

    resource = serializers.ChoiceField(RESOURCE_NAMES)
    id = serializers.IntegerField()
    url = serializers.URLField()
    operation = serializers.ChoiceField(Operation.choices)
    programme = serializers.IntegerField(allow_null=True)
    at = serializers.DateTimeField()
    version = serializers.IntegerField(allow_null=True)
    changed = serializers.ListField(child=serializers.CharField())
    transition = ChangeTransitionSerializer(allow_null=True)


@extend_schema_serializer(examples=[overview.CHANGES])
class ChangesSerializer(serializers.Serializer[Any]):
    """A part of the feed, and the cursor with which to ask for the next."""

    results = ChangeSerializer(many=True)
    cursor = serializers.CharField()
    has_more = serializers.BooleanField()
    lists = serializers.ListField(child=serializers.URLField())
