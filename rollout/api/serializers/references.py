"""How rows point to each other: a key, a stable code, a name."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from rest_framework import serializers

from rollout.api.writing import Written


class Named(serializers.Serializer[Any]):
    """Points to a part of the plan: its key, its stable code and its name."""

    id = serializers.IntegerField()
    code = serializers.CharField()
    name = serializers.CharField()

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """Return it written out: it stands many times in every row of every list."""
        return {"id": instance.id, "code": instance.code, "name": instance.name}


class Person(serializers.Serializer[Any]):
    """A person, by key and name; addresses are nobody's business here."""

    id = serializers.IntegerField()
    name = serializers.CharField()

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """Return it written out, as `Named`."""
        return {"id": instance.id, "name": instance.name}


class ActivityReference(Written[Any]):
    """Points to an activity by its key, its initiative and its place."""

    id = serializers.IntegerField()
    initiative = Named()
    place = Named()

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """Return it, written once for all rows of the answer that point to it."""
        found = self._written.get(instance.id)
        if found is None:
            found = self._written[instance.id] = super().to_representation(instance)
        return found

    @cached_property
    def _written(self) -> dict[int, dict[str, Any]]:
        return {}


class ObjectiveReference(Written[Any]):
    """Points to an objective by its key, its code and its text."""

    id = serializers.IntegerField()
    code = serializers.CharField()
    text = serializers.CharField()


class IndicatorReference(Written[Any]):
    """Points to an indicator by its key, its code and its name, and says the unit."""

    id = serializers.IntegerField()
    code = serializers.CharField()
    name = serializers.CharField()
    unit = serializers.CharField()


class RoundReference(Written[Any]):
    """Points to a monitoring round by its key and its title."""

    id = serializers.IntegerField()
    kind = serializers.CharField()
    title = serializers.CharField()
