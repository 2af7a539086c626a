"""The frame of the plan, read only: what was agreed, where, and with whom."""

from __future__ import annotations

from rollout.api.filters import plan as filters
from rollout.api.ordering import by_date, by_number, by_text
from rollout.api.serializers import plan as serializers
from rollout.api.views.resource import Resource
from rollout.models import (
    FocusArea,
    Grant,
    Initiative,
    Objective,
    Partner,
    Phase,
    Place,
    Programme,
)

_BY_NAME = {"id": by_number(), "name": by_text("name"), "code": by_text("code")}


class Programmes(Resource[Programme]):
    """The programmes in which the caller takes part."""

    rows = Programme.objects.all()
    serializer_class = serializers.ProgrammeSerializer
    search_fields = ("name", "municipality", "description")
    orderings = _BY_NAME | {"starts_on": by_date("starts_on")}


class FocusAreas(Resource[FocusArea]):
    """The focus areas of the agreements."""

    rows = FocusArea.objects.select_related("programme").prefetch_related("departments")
    serializer_class = serializers.FocusAreaSerializer
    filterset_class = filters.FocusAreaFilters
    search_fields = ("name",)
    orderings = _BY_NAME


class Objectives(Resource[Objective]):
    """The objectives that LBF has set."""

    rows = Objective.objects.select_related("focus_area__programme").prefetch_related(
        "places"
    )
    serializer_class = serializers.ObjectiveSerializer
    filterset_class = filters.ObjectiveFilters
    search_fields = ("text", "aim", "population")
    orderings = {"id": by_number(), "code": by_text("code")}


class Places(Resource[Place]):
    """Housing areas, estates, schools and groups of them."""

    rows = Place.objects.select_related("programme", "parent")
    serializer_class = serializers.PlaceSerializer
    filterset_class = filters.PlaceFilters
    search_fields = ("name",)
    orderings = _BY_NAME


class Phases(Resource[Phase]):
    """The named waves of the rollout."""

    rows = Phase.objects.select_related("programme").prefetch_related("places")
    serializer_class = serializers.PhaseSerializer
    filterset_class = filters.PhaseFilters
    search_fields = ("name",)
    orderings = _BY_NAME | {"starts_on": by_date("starts_on")}


class Partners(Resource[Partner]):
    """The organisations that take part."""

    rows = Partner.objects.select_related("programme", "lead")
    serializer_class = serializers.PartnerSerializer
    filterset_class = filters.PartnerFilters
    search_fields = ("name",)
    orderings = _BY_NAME


class Initiatives(Resource[Initiative]):
    """Initiatives, wherever they are carried out."""

    rows = Initiative.objects.select_related(
        "focus_area__programme", "parent"
    ).prefetch_related("partners")
    serializer_class = serializers.InitiativeSerializer
    filterset_class = filters.InitiativeFilters
    search_fields = ("name", "description")
    orderings = _BY_NAME


class Grants(Resource[Grant]):
    """Money from outside that lets activities be widened."""

    rows = Grant.objects.select_related("programme").prefetch_related(
        "activities__initiative", "activities__place"
    )
    serializer_class = serializers.GrantSerializer
    filterset_class = filters.GrantFilters
    search_fields = ("funder", "note")
    orderings = {"id": by_number(), "ends_on": by_date("ends_on")}
