"""The frame of the plan: programmes, focus areas, places and initiatives."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from rollout.models import FocusArea, Initiative, Place, Programme


class Named(serializers.Serializer[Any]):
    """Points to a part of the plan: its key, its stable code and its name."""

    id = serializers.IntegerField()
    code = serializers.CharField()
    name = serializers.CharField()

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """Return it written out: it stands many times in every row of every list."""
        return {"id": instance.pk, "code": instance.code, "name": instance.name}


class Person(serializers.Serializer[Any]):
    """A person, by key and name; addresses are nobody's business here."""

    id = serializers.IntegerField()
    name = serializers.CharField()

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """Return it written out, as `Named`."""
        return {"id": instance.pk, "name": instance.name}


class ProgrammeSerializer(serializers.ModelSerializer[Programme]):
    """A programme."""

    class Meta:
        model = Programme
        fields = [
            "id",
            "code",
            "name",
            "municipality",
            "starts_on",
            "ends_on",
            "ends_on_is_assumed",
            "decided_on",
            "description",
            "source",
        ]


class FocusAreaSerializer(serializers.ModelSerializer[FocusArea]):
    """A focus area and the departments that take part."""

    programme = Named()
    departments = Named(many=True)

    class Meta:
        model = FocusArea
        fields = [
            "id",
            "programme",
            "code",
            "name",
            "departments",
            "sub_agreement_outdated_since",
            "sub_agreement_outdated_reason",
            "source",
        ]


class PlaceSerializer(serializers.ModelSerializer[Place]):
    """A place."""

    programme = Named()
    kind_label = serializers.CharField(source="get_kind_display")
    parent = Named(allow_null=True)

    class Meta:
        model = Place
        fields = [
            "id",
            "programme",
            "code",
            "name",
            "kind",
            "kind_label",
            "parent",
            "requires_readiness",
            "source",
        ]


class InitiativeSerializer(serializers.ModelSerializer[Initiative]):
    """An initiative, wherever it is carried out."""

    programme = Named(source="focus_area.programme")
    focus_area = Named()
    nature_label = serializers.CharField(source="get_nature_display")
    parent = Named(allow_null=True)
    partners = Named(many=True)

    class Meta:
        model = Initiative
        fields = [
            "id",
            "programme",
            "focus_area",
            "code",
            "name",
            "nature",
            "nature_label",
            "parent",
            "partners",
            "description",
            "source",
        ]
