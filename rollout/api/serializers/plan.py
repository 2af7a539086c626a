"""The frame of the plan: areas, objectives, places, phases, partners, initiatives."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema_serializer

from rollout.api.examples import plan
from rollout.api.serializers.activity import ActivityBrief
from rollout.api.serializers.monitoring import IndicatorBrief
from rollout.api.serializers.references import ActivityReference, Named, Person
from rollout.api.sparse import ResourceSerializer, expansion
from rollout.api.writing import Label
from rollout.models import (
    Activity,
    Direction,
    FocusArea,
    Grant,
    Indicator,
    Initiative,
    Nature,
    Objective,
    Partner,
    PartnerKind,
    Phase,
    Place,
    PlaceKind,
    Programme,
)


@extend_schema_serializer(examples=[plan.PROGRAMME])
class ProgrammeSerializer(ResourceSerializer[Programme]):
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


@extend_schema_serializer(examples=[plan.FOCUS_AREA])
class FocusAreaSerializer(ResourceSerializer[FocusArea]):
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


@extend_schema_serializer(examples=[plan.OBJECTIVE])
class ObjectiveSerializer(ResourceSerializer[Objective]):
    """An objective, as LBF set it."""

    expandable = {
        "indicators": expansion("indicators", Indicator.objects.all()),
    }

    programme = Named(source="focus_area.programme")
    focus_area = Named()
    direction_label = Label(Direction)
    places = Named(many=True)
    indicators = IndicatorBrief(many=True, source="expanded_indicators")

    class Meta:
        model = Objective
        fields = [
            "id",
            "programme",
            "focus_area",
            "code",
            "text",
            "direction",
            "direction_label",
            "threshold",
            "aim",
            "population",
            "places",
            "source",
            "indicators",
        ]


@extend_schema_serializer(examples=[plan.PLACE])
class PlaceSerializer(ResourceSerializer[Place]):
    """A place."""

    programme = Named()
    kind_label = Label(PlaceKind)
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


#: Activities with what :class:`ActivityBrief` names.
_ACTIVITIES = expansion("activities", Activity.objects.all(), "initiative", "place")


@extend_schema_serializer(examples=[plan.PHASE])
class PhaseSerializer(ResourceSerializer[Phase]):
    """A named wave of the rollout."""

    expandable = {"activities": _ACTIVITIES}

    programme = Named()
    places = Named(many=True)
    activities = ActivityBrief(many=True, source="expanded_activities")

    class Meta:
        model = Phase
        fields = [
            "id",
            "programme",
            "code",
            "name",
            "starts_on",
            "ends_on",
            "places",
            "is_example",
            "activities",
        ]


@extend_schema_serializer(examples=[plan.PARTNER])
class PartnerSerializer(ResourceSerializer[Partner]):
    """An organisation that takes part."""

    programme = Named()
    kind_label = Label(PartnerKind)
    lead = Person(allow_null=True)

    class Meta:
        model = Partner
        fields = [
            "id",
            "programme",
            "code",
            "name",
            "kind",
            "kind_label",
            "lead",
            "source",
        ]


@extend_schema_serializer(examples=[plan.INITIATIVE])
class InitiativeSerializer(ResourceSerializer[Initiative]):
    """An initiative, wherever it is carried out."""

    expandable = {"activities": _ACTIVITIES}

    programme = Named(source="focus_area.programme")
    focus_area = Named()
    nature_label = Label(Nature)
    parent = Named(allow_null=True)
    partners = Named(many=True)
    activities = ActivityBrief(many=True, source="expanded_activities")

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
            "activities",
        ]


@extend_schema_serializer(examples=[plan.GRANT])
class GrantSerializer(ResourceSerializer[Grant]):
    """Money from outside, and the activities that it widens."""

    programme = Named()
    activities = ActivityReference(many=True)

    class Meta:
        model = Grant
        fields = [
            "id",
            "programme",
            "funder",
            "amount",
            "starts_on",
            "ends_on",
            "activities",
            "note",
            "is_example",
        ]
