"""Programmes, focus areas, places and initiatives: the frame, read only."""

from __future__ import annotations

from rollout.api import filters
from rollout.api.serializers import plan as serializers
from rollout.api.views.base import Resource
from rollout.models import FocusArea, Initiative, Place, Programme


class Programmes(Resource[Programme]):
    """The programmes in which the caller takes part."""

    rows = Programme.objects.all()
    serializer_class = serializers.ProgrammeSerializer


class FocusAreas(Resource[FocusArea]):
    """The focus areas of the agreements."""

    rows = FocusArea.objects.select_related("programme").prefetch_related("departments")
    serializer_class = serializers.FocusAreaSerializer
    filterset_class = filters.FocusAreaFilters


class Places(Resource[Place]):
    """Housing areas, estates, schools and groups of them."""

    rows = Place.objects.select_related("programme", "parent")
    serializer_class = serializers.PlaceSerializer
    filterset_class = filters.PlaceFilters


class Initiatives(Resource[Initiative]):
    """Initiatives, wherever they are carried out."""

    rows = Initiative.objects.select_related(
        "focus_area__programme", "parent"
    ).prefetch_related("partners")
    serializer_class = serializers.InitiativeSerializer
    filterset_class = filters.InitiativeFilters
